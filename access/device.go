package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/netip"
	"strings"

	"interdesk/desk"
	"interdesk/ratelimit"
)

// placeOf is where a password came from, as far as guesses are counted together.
func placeOf(client netip.Addr) string { return ratelimit.NetworkOf(client).String() }

// NewDevice is the mark of a browser in which somebody has signed in, for a cookie that outlives the session. With it the right
// password counts by itself, whatever others behind the same address try.
func (s *Service) NewDevice(account desk.AccountID, email string) string {
	name := rand.Text()
	return name + "." + s.signDevice(account, email, name)
}

// knowsDevice tells whether a mark was given to a browser in which this address has signed in.
func (s *Service) knowsDevice(account desk.AccountID, email, mark string) bool {
	name, signature, ok := strings.Cut(mark, ".")
	return ok && hmac.Equal([]byte(signature), []byte(s.signDevice(account, email, name)))
}

func (s *Service) signDevice(account desk.AccountID, email, name string) string {
	h := hmac.New(sha256.New, s.devices)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(account)))
	h.Write([]byte(name + "\x00" + strings.ToLower(strings.TrimSpace(email))))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
