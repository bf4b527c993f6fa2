package search_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"interdesk/search"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Über": "uber", "U\u0308BER": "uber", "STRASSE": "strasse", "Straße": "strasse", "ẞ": "ss", "Søren": "soren", "SØREN": "soren",
		"ışık": "isik", "IŞIK": "isik", "İstanbul": "istanbul", "ПРИВЕТ": "привет", "Ёлка": "елка", "ΣΟΦΌΣ": "σοφοσ", "σοφός": "σοφοσ",
		"ＡＢＣ１２": "abc12", "ﬁn": "fin", "ｶﾞｽ": "ガス", "ガス": "ガス", "がす": "がす", "שָׁלוֹם": "שלום", "مُحَمَّد": "محمد", "हिन्दी": "हिन्दी", "naïve": "naive",
		"Łódź": "lodz", "co\u00adop": "coop", "Æsop": "aesop",
	} {
		if got := search.Fold(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Lens is foggy":      "lens is foggy",
		"KIT-30-112":         "kit 30 112 kit30112",
		"07731-5520981":      "07731 5520981 077315520981",
		"a -- b":             "a b",
		"C++ and C# in C:\\": "c c++ and c c# in c",
		"use .NET":           "use net .net",
		"asp.net":            "asp net aspnet",
		"H&R Block":          "h r h&r block",
		"10.20.30.41":        "10 20 30 41 10203041",
		"日本語":                "日 本 日本 語 本語",
		"abc画像12":            "abc 画 像 画像 12",
		"👍🏽 ok":              "👍 ok",
		"don't":              "don t dont",
		"ana@example.com":    "ana example com examplecom",
		"":                   "", " \x00\xff ": "", "\u0301": "",
	} {
		var got []string
		for _, tok := range search.Tokens(text) {
			got = append(got, tok.Text)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: got %q, want %q", text, s, want)
		}
	}
}

// What people type, and texts that have it or do not. loose: only with what is ranked after whole words.
func TestNeedles(t *testing.T) {
	t.Parallel()
	serial := "Serial 07731-5520981, part KIT-30-112, code 1Q777BB20987654321"
	for _, c := range []struct {
		query, text string
		exact, any  bool
	}{
		{"077315520981", serial, true, true}, {"07731-552*", serial, false, true}, {"KIT30112", serial, true, true}, {"kit-30", serial, true, true},
		{"kit-31", serial, false, false}, {"1q777bb*", serial, false, true}, {"1q777bb", serial, false, false}, {"KIT-30-112", "order kit30112", true, true},
		{"kit-30-1*", serial, false, true}, {"RMA:4711", "about RMA:4711", true, true}, {"RMA:4711", "RMA 12, 4711", false, false},
		{"#A-00077", "invoice A-00077", true, true}, {"C++", "written in C++", true, true}, {"C++", `C:\dir`, false, false}, {"c", "C++", true, true},
		{"C#", "a C# bug", true, true}, {"C#", "in C", false, false}, {".NET", "the .net runtime", true, true}, {".NET", "the net", false, false},
		{"H&R", "from h&r", true, true}, {"H&R", "h r", false, false}, {"https://shop.example/p/42?x=1", "see https://shop.example/p/42?x=1.", true, true},
		{"10.20.30.41", "at 10.20.30.41", true, true}, {"10.20.30.41", "at 10.20.30.42", false, false},
		{"Oberfläche", "Linsenoberflächenfehler", false, true}, {"fläche", "Linsenoberflächenfehler", false, true}, {"läc", "Linsenoberflächenfehler", false, false},
		{"STRASSE", "Straße 5", true, true}, {"日本", "私は日本人です", true, true}, {"本日", "私は日本人です", false, false}, {"緑", "背景が緑色", true, true},
		{"画像センサー", "この画像センサーは", true, true}, {"画像センサー", "画像のセンサー", false, false}, {"👍", "thanks 👍🏽", true, true},
		{`"lens is"`, "The lens is foggy", true, true}, {`"is lens"`, "The lens is foggy", false, false}, {"åsa", "Asa", true, true},
		{"서버", "서버가 죽었다", true, true}, {"printe*", "the printer", false, true},
	} {
		q, err := search.Parse(c.query)
		if err != nil || len(q.Terms) != 1 {
			t.Fatalf("%q: %+v, %v", c.query, q, err)
		}
		n, ok := search.NeedleOf(q.Terms[0])
		var d search.Doc
		d.Add(search.InText, c.text)
		exact, any := d.Has(&n, false, search.Places()...), d.Has(&n, true, search.Places()...)
		if !ok || exact != c.exact || any != c.any {
			t.Errorf("%q in %q: exactly %v, loosely %v; want %v, %v (%+v)", c.query, c.text, exact, any, c.exact, c.any, n)
		}
	}
}

func TestNoPhraseReachesFromOneTextIntoAnother(t *testing.T) {
	t.Parallel()
	var d search.Doc
	d.Add(search.InText, "foggy")
	d.Add(search.InText, "lens")
	n, _ := search.NeedleOf(search.Term{Value: "foggy lens", Phrase: true})
	if d.Has(&n, true, search.InText) {
		t.Error("found across two texts")
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ query, text, want string }{
		{"lens", "A LENS, lenses", "A [LENS], lenses"}, {"len*", "A lens", "A [lens]"}, {"KIT30112", "part KIT-30-112!", "part [KIT-30-112]!"},
		{"日本", "私は日本人", "私は[日本]人"}, {"日本人", "私は日本人", "私は[日本人]"}, {"naive", "so naïve", "so [naïve]"},
		{"fläche", "Linsenoberflächenfehler", "[Linsenoberflächenfehler]"}, {"status:open", "open", "open"}, {"-lens", "lens", "lens"},
	} {
		q, err := search.Parse(c.query)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		plain := 0
		for _, m := range search.MarkerOf(q).Marks(c.text) {
			got.WriteString(c.text[plain:m.From] + "[" + c.text[m.From:m.To] + "]")
			plain = m.To
		}
		got.WriteString(c.text[plain:])
		if diff := cmp.Diff(c.want, got.String()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.query, diff)
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, text := range []string{"", "KIT-30-112", "日本語 text", "C++ .NET H&R", "👍🏽", "e\u0301\u200d", "ｶﾞｽ", "\xff", "a&b&c-d"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, tok := range search.Tokens(text) {
			if tok.Text == "" || !utf8.ValidString(tok.Text) || tok.From < 0 || tok.To > len(text) || tok.From >= tok.To || tok.Width < 1 {
				t.Fatalf("%q: %+v", text, tok)
			}
		}
		var d search.Doc
		d.Add(search.InText, text)
		if n, ok := search.NeedleOf(search.Term{Value: text, Phrase: true}); ok && !d.Has(&n, false, search.InText) {
			t.Fatalf("%q does not have itself: %+v", text, n)
		}
	})
}
