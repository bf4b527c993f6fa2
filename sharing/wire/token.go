package wire

import (
	"log/slog"
	"strings"
)

// Token authorises every message after the invitation (nhd §4).
type Token struct {
	Agreement string // uuid of the agreement
	Key       string // the access key: a secret, to be compared in constant time
}

// String writes the header's value.
func (t Token) String() string { return t.Agreement + ":" + t.Key }

// LogValue keeps the key out of logs (nhd §16 row 1).
func (t Token) LogValue() slog.Value { return slog.StringValue(t.Agreement + ":***") }

// ParseToken splits at the first colon (nhd §3). It returns false for a value that cannot be a token.
func ParseToken(value string) (Token, bool) {
	agreement, key, found := strings.Cut(strings.TrimSpace(value), ":")
	if !found || key == "" || len(key) > maxWord {
		return Token{}, false
	}
	uuid, ok := NormaliseUUID(agreement)
	if !ok {
		return Token{}, false
	}
	return Token{Agreement: uuid, Key: key}, true
}
