package desk_test

import (
	"strings"
	"testing"

	"interdesk/desk"
)

func TestCutLink(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, before, link, to string }{
		{"See https://a.example/x?q=1.", "See ", "https://a.example/x?q=1", "https://a.example/x?q=1"},
		{"www.shop.example, or", "", "www.shop.example", "https://www.shop.example"},
		{"(http://a.example/b_(c))", "(", "http://a.example/b_(c)", "http://a.example/b_(c)"},
		{"[www.a.example]", "[", "www.a.example", "https://www.a.example"},
		{"<https://a.example>", "<", "https://a.example", "https://a.example"},
		{"nothttps://a.example", "nothttps://a.example", "", ""},
		{"me@www.a.example", "me@www.a.example", "", ""},
		{"http:// and www. alone", "http:// and www. alone", "", ""},
		{"xwww.a.example https://b.example!", "xwww.a.example ", "https://b.example", "https://b.example"},
		{"日本https://a.example", "日本", "https://a.example", "https://a.example"},
		{"", "", "", ""},
	} {
		before, link, to, after := desk.CutLink(c.text)
		if before != c.before || link != c.link || to != c.to || before+link+after != c.text {
			t.Errorf("%q: got %q, %q to %q, then %q; want %q, %q to %q", c.text, before, link, to, after, c.before, c.link, c.to)
		}
	}
}

// What is made to be costly is read in one pass: else these would take minutes.
func TestCutLinkIsLinear(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("http://", 1<<18), "https://" + strings.Repeat(")", 1<<21), strings.Repeat("www.", 1<<19), strings.Repeat("(", 1<<20) + "www.a.b" + strings.Repeat("]", 1<<20)} {
		for rest := text; rest != ""; {
			_, _, _, rest = desk.CutLink(rest)
		}
	}
}
