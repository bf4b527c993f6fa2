package store_test

import (
	"testing"

	"interdesk/store"
)

func TestBlackOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text   string
		pieces []string
		want   string
	}{
		"nothing":           {"Card 4111", nil, "Card 4111"},
		"no piece":          {"Card 4111", []string{"", "4112"}, "Card 4111"},
		"everywhere":        {"4111 and 4111", []string{"4111"}, "▇▇▇▇ and ▇▇▇▇"},
		"one in another":    {"Card 4111", []string{"41", "4111"}, "Card ▇▇▇▇"},
		"pieces overlap":    {"abcde", []string{"abc", "cde"}, "▇▇▇▇▇"},
		"letters not bytes": {"für Zoë 🙂!", []string{"Zoë", "🙂"}, "für ▇▇▇ ▇!"},
		"broken text":       {"a\xffb", []string{"b"}, "a\xff▇"},
	} {
		if got := store.BlackOut(c.text, c.pieces); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
