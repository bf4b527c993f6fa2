package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"interdesk/search"
	"interdesk/web/listing"
)

// shown is pieces with what is marked in brackets.
func shown(all []listing.Piece) string {
	var b strings.Builder
	for _, p := range all {
		if p.Marked {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("before ", 30)
	cases := []struct{ name, query, text, want string }{
		{"words in any case", "foggy lens", "The LENS is Foggy.", "The [LENS] is [Foggy]."},
		{"whole words only", "fog", "foggy fog", "foggy [fog]"},
		{"beginnings", "fog*", "foggy fog defog", "[foggy] [fog] defog"},
		{"beginnings of letters beyond ASCII", "über*", "Überall über alles", "[Überall] [über] alles"},
		{"not what is left out", "lens -foggy", "foggy lens", "foggy [lens]"},
		{"not other keywords", "lens status:open", "open lens", "open [lens]"},
		{"the subject's words", "subject:lens", "a lens", "a [lens]"},
		{"a phrase's words", `"foggy lens"`, "foggy lens", "[foggy] [lens]"},
		{"nothing", "lens", "nothing", "nothing"},
		{"nothing at all", "lens", "", ""},
		{"markup is text", "alert", "<script>alert(1)</script>", "<script>[alert](1)</script>"},
		{"one line", "lens", "a\n\tlens  b", "a [lens] b"},
		{"the part around it", "lens", long + "lens", "…" + strings.Repeat("before ", 5) + "[lens]"},
	}
	for _, c := range cases {
		s, err := search.Parse(c.query)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := shown(markerOf(s).snippet(c.text)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSnippetsAreShort(t *testing.T) {
	t.Parallel()
	s, err := search.Parse("lens")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{strings.Repeat("ø", 5000) + " lens " + strings.Repeat("x", 5000), strings.Repeat("😀", 4000) + "lens"} {
		got := ""
		for _, p := range markerOf(s).snippet(text) {
			got += p.Text
		}
		if n := utf8.RuneCountInString(got); n > snippetLength || !utf8.ValidString(got) {
			t.Errorf("got %d characters, want valid text of %d at most: %q", n, snippetLength, got)
		}
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	names := []string{"New ticket", "Triggers", "Ticket fields", "API tokens", "Settings"}
	first := map[string]string{"new": "New ticket", "tick": "Ticket fields", "tok": "API tokens", "ntk": "New ticket", "tf": "Ticket fields", "gger": "Triggers"}
	for typed, want := range first {
		best, most := "", 0
		for _, n := range names {
			if f := fitScore(typed, n); f > most {
				best, most = n, f
			}
		}
		if best != want {
			t.Errorf("%s: got %q, want %q", typed, best, want)
		}
	}
	for _, typed := range []string{"", "xyz", strings.Repeat("t", 300), "ü"} {
		if fitScore(typed, "Triggers") != 0 {
			t.Errorf("%q fits Triggers, want it not to", typed)
		}
	}
}

func TestNumberIn(t *testing.T) {
	t.Parallel()
	got := map[string]int64{}
	for _, q := range []string{"12", " #12 ", "12a", "#", "", "-1", "1234567890123456"} {
		got[q] = int64(numberIn(q))
	}
	want := map[string]int64{"12": 12, " #12 ": 12, "12a": 0, "#": 0, "": 0, "-1": 0, "1234567890123456": 0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
}
