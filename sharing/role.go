package sharing

import (
	"strings"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// OurSide is our role in an agreement; the other side's messages come in under it (nhd §7).
func OurSide(a desk.Agreement) wire.Side {
	if a.Inbound {
		return wire.Receiver
	}
	return wire.Sender
}

// ViaPartner marks updates that a partner caused.
func ViaPartner(a desk.Agreement) desk.Via {
	return desk.Via{Channel: desk.ChannelSharing, Agreement: a.ID, Partner: a.Name}
}

// SameURL tells whether two sharing URLs are one.
func SameURL(a, b string) bool {
	return strings.EqualFold(strings.TrimRight(a, "/"), strings.TrimRight(b, "/"))
}

// Shorten cuts a text to so many characters and shows that it did.
func Shorten(text string, runes int) string {
	r := []rune(text)
	if len(r) <= runes {
		return text
	}
	return string(r[:runes-1]) + "…"
}
