package desk_test

import (
	"strings"
	"testing"

	"interdesk/desk"
)

func TestSortName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"": "", "  Ann ": "ann", "Ärger": "arger", "Zoë O'Hara": "zoe o'hara", "ЁЖ": "еж", "ﬁne": "fine", "a\x00b": "ab",
		"\xff": "\ufffd", strings.Repeat("ä", 300): strings.Repeat("a", 200), strings.Repeat("語", 100): strings.Repeat("語", 66),
	} {
		if got := desk.SortName(name); got != want {
			t.Errorf("%q sorts as %q, want %q", name, got, want)
		}
	}
}
