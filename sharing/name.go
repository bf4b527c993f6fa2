package sharing

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// mint gives a thing of ours its uuid. The same thing always gets the same one, so a message may be composed before the
// uuid is stored.
func (s *Service) mint(kind string, account desk.AccountID, id int64) string {
	return wire.MintUUID(s.options.Secrets.MintKey(), kind, fmt.Sprintf("%d/%d", account, id))
}

func randomHex(source io.Reader, n int) (string, error) {
	raw := make([]byte, n)
	if _, err := io.ReadFull(source, raw); err != nil {
		return "", err
	}
	return hex.EncodeToString(raw), nil
}

// publicName is what a partner sees of a person: never an address, which some people go by (nhd §5.5).
func publicName(u desk.User) string {
	words := strings.Fields(u.Name)
	for i, word := range words {
		local, _, _ := strings.Cut(word, "@")
		words[i] = strings.Trim(local, `<>()"`)
	}
	if name := strings.TrimSpace(strings.Join(words, " ")); name != "" {
		return name
	}
	return "Unknown"
}
