package redaction_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/sharing/redaction"
)

func all(t *testing.T, more ...desk.Detector) *redaction.Redactor {
	t.Helper()
	var list []desk.Detector
	for _, kind := range redaction.Kinds() {
		if kind != redaction.OwnPattern {
			list = append(list, desk.Detector{Kind: kind, Action: desk.ActionMask})
		}
	}
	list = append(list, more...)
	if err := redaction.Check(list); err != nil {
		t.Fatal(err)
	}
	r, err := redaction.New(list)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestText(t *testing.T) {
	t.Parallel()
	r := all(t, desk.Detector{Kind: redaction.OwnPattern, Name: "case number", Pattern: `CASE-\d+`, Action: desk.ActionMask})
	const card, account, mail, phone, ip, key = "[payment card hidden]", "[account number hidden]", "[e-mail address hidden]", "[phone number hidden]", "[IP address hidden]", "[token or key hidden]"
	for in, want := range map[string]string{
		"":                                        "",
		"nothing to see, 12345, 3.14":             "nothing to see, 12345, 3.14",
		"card 4111 1111 1111 1111, please":        "card " + card + ", please",
		"4111-1111-1111-1111":                     card,
		"4111111111111111":                        card,
		"4111111111111112":                        "4111111111111112", // Luhn
		"no 12 4111 1111 1111 1111 5":             "no 12 " + card + " 5",
		"378282246310005":                         card,
		"a 4111\t1111\t1111\t1111 b":              "a " + card + " b",
		"4111   1111  1111\u00a0\u00a01111":       card,
		"4111 1111\n1111 1111":                    card,
		"12345678\n2345678\n9":                    "12345678\n2345678\n9",
		"ref 6 4111 1111 1111 1111 end":           "ref " + card + " end",
		"4111\u20661111\u20691111\u034f1111":      card,
		"4111\U000e00201111\u115f1111\u180e1111":  card,
		"④①①①1111 1111 1111":                      card,
		"ana@example。org":                         mail,
		"IBAN DE89\n3704 0044 0532 0130 00":       "IBAN " + account,
		"+49\t171  1234567":                       phone,
		"x4111111111111111_":                      "x" + card + "_",
		"4111\u200b1111\u00a01111\u20111111":      card,
		"٤١١١١١١١١١١١١١١١":                        card,
		"IBAN DE89 3704 0044 0532 0130 00.":       "IBAN " + account + ".",
		"de89370400440532013000":                  account,
		"DE89370400440532013001":                  "DE89370400440532013001",
		"GB82WEST12345698765432 and more":         account + " and more",
		"write to Ana.Díaz+x@exämple.org, please": "write to " + mail + ", please",
		"a@b":                                "a@b",
		"call +49 (0)171 123-4567 now":       "call " + phone + " now",
		"call 0171 1234567":                  "call " + phone,
		"01.12.2026 0171 1234567":            "01.12.2026 " + phone,
		"(555) 123-4567":                     phone,
		"on 01.12.2026 10:30":                "on 01.12.2026 10:30",
		"from 10.0.0.1 to 2001:db8::1.":      "from " + ip + " to " + ip + ".",
		"at 12:30:45, std::vector, 1.2.3":    "at 12:30:45, std::vector, 1.2.3",
		"999.1.1.1":                          "999.1.1.1",
		"::1":                                ip,
		"password: hunter22":                 key,
		"ghp_0123456789abcdefghijABCDEFGHIJ": key,
		"-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nbye": key + "\nbye",
		"Authorization: Bearer abcdefghijklmnop0123":                               "Authorization: " + key,
		"see CASE-17": "see [case number hidden]",
	} {
		got, found := r.Text(in)
		if got != want || (len(found) > 0) != (in != want) {
			t.Errorf("%q: %q %v, want %q", in, got, found, want)
		}
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	r := all(t)
	for in, want := range map[string]string{
		"<p>Hi &amp; bye<br>x</p>":                                             "<p>Hi &amp; bye<br>x</p>",
		"<p>4111 <b>1111</b> <i>1111 11</i>11!</p>":                            "<p>[payment card hidden]<b></b><i></i>!</p>",
		"<p>card: 5500 0000\n0000 0004</p>":                                    "<p>card: [payment card hidden]</p>",
		"<p>4111\t 1111&nbsp;&nbsp;&nbsp;1111 1111</p>":                        "<p>[payment card hidden]</p>",
		"<p>4111 1111 <img src='https://x.example/a.png' alt=''>1111 1111</p>": "<p>[payment card hidden]<img src='https://x.example/a.png' alt=''></p>",
		"<pre>a\n  b</pre>\n<p>+49\n171 1234567</p>":                           "<pre>a\n  b</pre>\n<p>[phone number hidden]</p>",
		`<a href="https://x.example/?m=ana%2540example.org">x</a>`:             `<a>x</a>`,
		"<p>ana&#64;example.org</p>":                                           "<p>[e-mail address hidden]</p>",
		"<p>ana&#8203;<span>@</span>example.org</p>":                           "<p>[e-mail address hidden]<span></span></p>",
		`<a href="mailto:ana%40example.org" title="x">mail</a>`:                `<a title="x">mail</a>`,
		`<a href="https://x.example/?q=1" title="to ana@example.org">x</a>`:    `<a href="https://x.example/?q=1" title="to [e-mail address hidden]">x</a>`,
		`<img src="data:image/png;base64,4111111111111111">`:                   `<img src="data:image/png;base64,4111111111111111">`,
		"<p>x</p><!-- ana@example.org --><p>y</p>":                             "<p>x</p><p>y</p>",
		"<style>a{content:'ana@example.org'}</style>z":                         "<style></style>z",
		"<p>4111 1111</p><p>1111 1111</p>":                                     "<p>4111 1111</p><p>1111 1111</p>",
		"<p>a &lt; b ana@example.org &amp; c</p>":                              "<p>a &lt; b [e-mail address hidden] &amp; c</p>",
		`<a href="tel:+491711234567">+49 171 1234567</a>`:                      `<a>[phone number hidden]</a>`,
		`<td data-note="card 4111111111111111">x`:                              `<td data-note="card [payment card hidden]">x`,
		`<a href="https://x.example/a%2Bana%40example.org+4111111111111111">`:  `<a>`,
	} {
		got, found := r.HTML(in)
		if got != want || (len(found) > 0) != (in != want) {
			t.Errorf("%s: %s %v, want %s", in, got, found, want)
		}
	}
}

func TestActions(t *testing.T) {
	t.Parallel()
	r, err := redaction.New([]desk.Detector{{Kind: "email", Action: desk.ActionMask}, {Kind: "payment_card", Action: desk.ActionHold}, {Kind: redaction.OwnPattern, Name: "line", Pattern: "drop.*", Action: desk.ActionDrop}})
	if err != nil {
		t.Fatal(err)
	}
	_, got := r.Text("ana@example.org 4111111111111111 drop ana@example.org")
	want := []redaction.Found{{Label: "e-mail address", Action: desk.ActionMask}, {Label: "payment card", Action: desk.ActionHold}, {Label: "line", Action: desk.ActionDrop}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text, _ := r.Released(false).Text("4111111111111111 of ana@example.org"); text != "4111111111111111 of [e-mail address hidden]" {
		t.Error(text)
	}
	var none *redaction.Redactor
	if text, found := none.Released(true).HTML("<b>ana@example.org</b>"); text != "<b>ana@example.org</b>" || found != nil {
		t.Error(text, found)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	own := func(name, pattern string) desk.Detector {
		return desk.Detector{Kind: redaction.OwnPattern, Name: name, Pattern: pattern, Action: desk.ActionMask}
	}
	many := make([]desk.Detector, redaction.MaxPatterns+1)
	for n := range many {
		many[n] = own("x", "foo")
	}
	for name, tt := range map[string]struct {
		in   []desk.Detector
		want string
	}{
		"kind":    {[]desk.Detector{{Kind: "ssn", Action: desk.ActionMask}}, "redaction[0].detector"},
		"action":  {[]desk.Detector{{Kind: "email", Action: "burn"}}, "redaction[0].action"},
		"twice":   {[]desk.Detector{{Kind: "email", Action: desk.ActionMask}, {Kind: "email", Action: desk.ActionDrop}}, "redaction[1].detector"},
		"strange": {[]desk.Detector{{Kind: "email", Pattern: "x", Action: desk.ActionMask}}, "redaction[0].pattern"},
		"name":    {[]desk.Detector{own(" ", "foo")}, "redaction[0].name"},
		"empty":   {[]desk.Detector{own("x", "")}, "redaction[0].pattern"},
		"nothing": {[]desk.Detector{own("x", "a*")}, "redaction[0].pattern"},
		"itself":  {[]desk.Detector{own("foo", "fo+")}, "redaction[0].pattern"},
		"syntax":  {[]desk.Detector{own("x", "(?=a)")}, "redaction[0].pattern"},
		"long":    {[]desk.Detector{own("x", strings.Repeat("a", redaction.MaxPattern+1))}, "redaction[0].pattern"},
		"many":    {many, "redaction"},
	} {
		wrong, ok := redaction.Check(tt.in).(*desk.Error)
		if !ok || len(wrong.Details[tt.want]) == 0 || wrong.Details[tt.want][0].Message == "" {
			t.Errorf("%s: %v", name, wrong)
		}
	}
}

// Whatever a document is, what is found in a text is in no byte of it afterwards.
func FuzzHTML(f *testing.F) {
	f.Add("<p>Hi ", "&amp; <b>", "</b>")
	f.Add("<a title='", "'>", "<script>")
	f.Fuzz(func(t *testing.T, before, between, after string) {
		r := all(t)
		const value = "4111111111111111"
		in := before + " " + value + " " + between + " " + value + " " + after
		got, _ := r.HTML(in)
		text, _ := r.Text(in)
		if strings.Contains(text, " "+value+" ") || strings.Contains(got, " "+value+" ") && !strings.Contains(got, "data:image/") {
			t.Errorf("%q: %q, %q", in, got, text)
		}
	})
}

func TestRestore(t *testing.T) {
	t.Parallel()
	const own, masked = "Card 4111 of ana@x.org", "Card [payment card hidden] of [e-mail address hidden]"
	for theirs, want := range map[string]string{
		masked: own,
		"Urgent: card [payment card hidden] of [e-mail address hidden]!": "Urgent: card 4111 of ana@x.org!",
		"Card [payment card hidden]":                                     "",
		"[e-mail address hidden], [payment card hidden]":                 "",
		"Lens": "",
	} {
		got, ok := redaction.Restore(theirs, masked, own)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v", theirs, got, ok)
		}
	}
	if _, ok := redaction.Restore("[a hidden][b hidden]", "[a hidden][b hidden]", "12"); ok {
		t.Error("side by side")
	}
	if _, ok := redaction.Restore(masked, masked, "Something else"); ok {
		t.Error("of another text")
	}
}
