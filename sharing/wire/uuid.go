package wire

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"strings"
)

// The kinds of things that get a uuid (nhd §6).
const (
	KindAgreement = "agreements"
	KindTicket    = "tickets"
	KindComment   = "comments"
	KindUser      = "users"
)

// MintUUID returns the uuid of a thing that originates here: 40 lower-case hex digits. It is keyed with the installation's secret, because the
// protocol's plain hash of small numbers lets a partner find out local numbers (nhd §6). It is stored once and for all, so it survives a
// change of the host name. It is no secret and no authorisation.
func MintUUID(secret []byte, kind, id string) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write([]byte(kind + "/" + id))
	return hex.EncodeToString(mac.Sum(nil))
}

// WalkthroughUUID is the protocol's own formula: the SHA-1 of the sharing URL without scheme, the kind and the local id (nhd §6). Peers use
// it; this product does not, and nobody computes a foreign uuid anew.
func WalkthroughUUID(sharingURL, kind, id string) string {
	if _, rest, found := strings.Cut(sharingURL, "://"); found {
		sharingURL = rest
	}
	sum := sha1.Sum([]byte(sharingURL + "/" + kind + "/" + id))
	return hex.EncodeToString(sum[:])
}

// NormaliseUUID accepts 6 to 64 letters, digits, hyphens and underscores. 40 hex digits are compared in lower case, all else as it is (nhd §6).
func NormaliseUUID(id string) (string, bool) {
	if len(id) < 6 || len(id) > 64 {
		return "", false
	}
	hexadecimal := len(id) == 40
	for _, c := range []byte(id) {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		case c >= 'g' && c <= 'z', c >= 'G' && c <= 'Z', c == '-', c == '_':
			hexadecimal = false
		default:
			return "", false
		}
	}
	if hexadecimal {
		return strings.ToLower(id), true
	}
	return id, true
}
