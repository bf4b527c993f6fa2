package message

import (
	"strings"
	"testing"
)

func TestQuotesOfTextInTheirDialects(t *testing.T) {
	t.Parallel()
	const old = "Earlier words, line one.\nLine two."
	quoted := "> " + strings.ReplaceAll(old, "\n", "\n> ")
	for name, above := range map[string]string{
		"Gmail, English":       "On Mon, Mar 2, 2026 at 10:11 AM Jane Doe <jane@example.org> wrote:\n\n" + quoted,
		"Gmail, broken intro":  "On Mon, Mar 2, 2026 at 10:11 AM Jane Alexandra Doe <\njane.alexandra@example.org> wrote:\n\n" + quoted,
		"Gmail, German":        "Am Mo., 2. März 2026 um 10:11 Uhr schrieb Jane Doe <jane@example.org>:\n\n" + quoted,
		"Gmail, French":        "Le lun. 2 mars 2026 à 10:11, Jane Doe <jane@example.org> a écrit :\n\n" + quoted,
		"Gmail, Spanish":       "El lun, 2 mar 2026 a las 10:11, Jane Doe (<jane@example.org>) escribió:\n\n" + quoted,
		"Gmail, Portuguese":    "Em seg., 2 de mar. de 2026 às 10:11, Jane Doe <jane@example.org> escreveu:\n\n" + quoted,
		"Gmail, Italian":       "Il giorno lun 2 mar 2026 alle ore 10:11 Jane Doe <jane@example.org> ha scritto:\n\n" + quoted,
		"Gmail, Dutch":         "Op ma 2 mrt 2026 om 10:11 schreef Jane Doe <jane@example.org>:\n\n" + quoted,
		"Gmail, Polish":        "pon., 2 mar 2026 o 10:11 Jane Doe <jane@example.org> napisał(a):\n\n" + quoted,
		"Gmail, Russian":       "пн, 2 мар. 2026 г. в 10:11, Jane Doe <jane@example.org>:\n\n" + quoted,
		"Gmail, Japanese":      "2026年3月2日(月) 10:11 Jane Doe <jane@example.org>:\n\n" + quoted,
		"Gmail, Chinese":       "Jane Doe <jane@example.org> 于2026年3月2日周一 10:11写道：\n\n" + quoted,
		"Gmail, Korean":        "2026년 3월 2일 (월) 오전 10:11, Jane Doe <jane@example.org>님이 작성:\n\n" + quoted,
		"Gmail, Turkish":       "Jane Doe <jane@example.org>, 2 Mar 2026 Pzt, 10:11 tarihinde şunu yazdı:\n\n" + quoted,
		"Apple, English":       "> On 2 Mar 2026, at 10:11, Jane Doe <jane@example.org> wrote:\n> \n" + quoted,
		"Apple, German":        "> Am 02.03.2026 um 10:11 schrieb Jane Doe <jane@example.org>:\n> \n" + quoted,
		"Thunderbird, English": "On 3/2/26 10:11, Jane Doe wrote:\n" + quoted,
		"Thunderbird, German":  "Am 02.03.26 um 10:11 schrieb Jane Doe:\n" + quoted,
		"Thunderbird, Czech":   "Dne 02. 03. 26 v 10:11 Jane Doe napsal(a):\n" + quoted,
		"Proton":               "On Monday, March 2nd, 2026 at 10:11 AM, Jane Doe <jane@example.org> wrote:\n\n" + quoted,
		"Yahoo, unmarked":      "    On Monday, March 2, 2026 at 10:11:12 AM GMT+1, Jane Doe <jane@example.org> wrote:  \n\n " + old,
		"Outlook, English":     "From: Jane Doe <jane@example.org>\nSent: Monday, March 2, 2026 10:11 AM\nTo: Support <support@acme.example>\nSubject: Printer\n\n" + old,
		"Outlook web":          "________________________________\nFrom: Jane Doe <jane@example.org>\nSent: Monday, March 2, 2026 10:11 AM\nTo: Support\nSubject: Printer\n\n" + old,
		"Outlook, German":      "Von: Jane Doe <jane@example.org> \nGesendet: Montag, 2. März 2026 10:11\nAn: Support <support@acme.example>\nBetreff: Drucker\n\n" + old,
		"Outlook, French":      "De : Jane Doe <jane@example.org>\nEnvoyé : lundi 2 mars 2026 10:11\nÀ : Support\nObjet : Imprimante\n\n" + old,
		"Outlook, Spanish":     "De: Jane Doe <jane@example.org>\nEnviado el: lunes, 2 de marzo de 2026 10:11\nPara: Support\nAsunto: Impresora\n\n" + old,
		"Outlook, Portuguese":  "De: Jane Doe <jane@example.org>\nEnviada em: segunda-feira, 2 de março de 2026 10:11\nPara: Support\nAssunto: Impressora\n\n" + old,
		"Outlook, Italian":     "Da: Jane Doe <jane@example.org>\nInviato: lunedì 2 marzo 2026 10:11\nA: Support\nOggetto: Stampante\n\n" + old,
		"Outlook, Dutch":       "Van: Jane Doe <jane@example.org>\nVerzonden: maandag 2 maart 2026 10:11\nAan: Support\nOnderwerp: Printer\n\n" + old,
		"Outlook, Polish":      "Od: Jane Doe <jane@example.org>\nWysłano: poniedziałek, 2 marca 2026 10:11\nDo: Support\nTemat: Drukarka\n\n" + old,
		"Outlook, Russian":     "От: Jane Doe <jane@example.org>\nОтправлено: 2 марта 2026 г. 10:11\nКому: Support\nТема: Принтер\n\n" + old,
		"Outlook, Japanese":    "差出人: Jane Doe <jane@example.org>\n送信日時: 2026年3月2日 10:11\n宛先: Support\n件名: プリンター\n\n" + old,
		"Outlook, Chinese":     "发件人: Jane Doe <jane@example.org>\n发送时间: 2026年3月2日 10:11\n收件人: Support\n主题: 打印机\n\n" + old,
		"Outlook mobile":       "From: Jane Doe <jane@example.org>\nDate: Monday, 2 March 2026 at 10:11\nTo: Support\nCc: Bob\nSubject: Printer\n" + old,
		"old Outlook":          "-----Original Message-----\nFrom: Jane\nSent: Monday\nTo: Bob\nSubject: x\n\n" + old,
		"old Outlook, German":  "-----Ursprüngliche Nachricht-----\nVon: Jane\n" + old,
		"Samsung":              "-------- Original message --------\nFrom: Jane Doe <jane@example.org>\nDate: 02/03/2026 10:11 (GMT+01:00)\nTo: support@acme.example\nSubject: Printer\n\n" + old,
		"a desk's delimiter":   "##- Please type your reply above this line -##\n\nYour request was updated.\n" + old,
	} {
		text := "Thanks, that works.\n\nJane\n\n" + above + "\n"
		s := SplitQuote(text, "")
		if got := s.FreshText(); strings.TrimSpace(got) != "Thanks, that works.\n\nJane" {
			t.Errorf("%s: fresh is %q", name, got)
		}
		if all := without(s.Text); all != text {
			t.Errorf("%s: the pieces are %q", name, all)
		}
	}
}

func TestWordsBesideQuotes(t *testing.T) {
	t.Parallel()
	const intro = "On Mon, Mar 2, 2026 at 10:11 AM Jane <jane@example.org> wrote:\n"
	for name, c := range map[string]struct{ text, fresh string }{
		"nothing quoted":              {"Hello\n\nthere", "Hello\n\nthere"},
		"answer under the quote":      {intro + "> a\n> b\n\nYes.\n", "\nYes.\n"},
		"answers between":             {intro + "> a?\nYes.\n> b?\nNo.\n", intro + "> a?\nYes.\n> b?\nNo.\n"},
		"answers between, a tail":     {intro + "> a?\nYes.\n> b?\nNo.\n> more\n> and more\n", intro + "> a?\nYes.\n> b?\nNo.\n"},
		"one line quoted":             {"You say\n> a\nand I say b.\n", "You say\n> a\nand I say b.\n"},
		"only a quote":                {intro + "> a\n", intro + "> a\n"},
		"a story of who wrote":        {"Jane wrote:\nI do not know\n", "Jane wrote:\nI do not know\n"},
		"a colon and a date":          {"On 3 May the following wrote:\nnothing\n", "On 3 May the following wrote:\nnothing\n"},
		"a form filled in":            {"From: Berlin\nTo: Paris\nWhen: May\n", "From: Berlin\nTo: Paris\nWhen: May\n"},
		"forwarded":                   {"See below\n\n---------- Forwarded message ---------\nFrom: Bob <bob@example.com>\nDate: Mon\nSubject: x\nTo: Jane\n\nwords\n", ""},
		"forwarded by Apple":          {"See below\n\nBegin forwarded message:\n\nFrom: Bob <bob@example.com>\nSubject: x\nDate: Mon\nTo: Jane\n\nwords\n", ""},
		"forwarded by Apple, German":  {"Siehe unten\n\nAnfang der weitergeleiteten Nachricht:\n\nVon: Bob <bob@example.com>\nBetreff: x\nDatum: Mo\nAn: Jane\n\nwords\n", ""},
		"forwarded by Thunderbird":    {"See\n\n-------- Forwarded Message --------\nSubject: x\nDate: Mon\nFrom: Bob <bob@example.com>\nTo: Jane\n\nwords\n", ""},
		"empty":                       {"", ""},
		"blank":                       {"\n\n", "\n\n"},
		"a rule that is no separator": {"a\n-----\nb\n", "a\n-----\nb\n"},
	} {
		want := c.fresh
		if want == "" {
			want = c.text
		}
		s := SplitQuote(c.text, "")
		if got := s.FreshText(); got != want {
			t.Errorf("%s: fresh is %q, want %q", name, got, want)
		}
		if all := without(s.Text); all != c.text {
			t.Errorf("%s: the pieces are %q", name, all)
		}
	}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, words string }{
		"dashes":               {"Hello\n\n-- \nJane Doe\nAcme\n", "Hello"},
		"dashes, no space":     {"Hello\n--\nJane Doe\n", "Hello"},
		"above a quote":        {"Hello\n-- \nJane\n\nOn 2 Mar 2026, at 10:11, Bob <b@example.com> wrote:\n> x\n", "Hello"},
		"iPhone":               {"Hello\n\nSent from my iPhone\n", "Hello"},
		"iPhone, German":       {"Hallo\n\nVon meinem iPhone gesendet\n", "Hallo"},
		"iPhone, French":       {"Bonjour\n\nEnvoyé de mon iPhone\n", "Bonjour"},
		"iPhone, Japanese":     {"こんにちは\n\niPhoneから送信\n", "こんにちは"},
		"Outlook for iOS":      {"Hello\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n", "Hello"},
		"Yahoo":                {"Hello\n\nSent from Yahoo Mail for iPhone\n", "Hello"},
		"a list, no signature": {"Hello\n--\n", "Hello\n--"},
		"only a signature":     {"-- \nJane\n", "-- \nJane"},
		"many lines":           {"Hello\n-- \n" + strings.Repeat("words\n", 30), strings.TrimSpace("Hello\n-- \n" + strings.Repeat("words\n", 30))},
	} {
		s := SplitQuote(c.text, "")
		if got := strings.TrimSpace(without(s.Text, Quoted, Signature)); got != c.words {
			t.Errorf("%s: words are %q, want %q", name, got, c.words)
		}
	}
}

func TestQuotesOfHTMLInTheirDialects(t *testing.T) {
	t.Parallel()
	for name, quote := range map[string]string{
		"Gmail":             `<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Mar 2, 2026 at 10:11 AM Jane &lt;<a href="mailto:j@x.y">j@x.y</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0"><div>OLD</div></blockquote></div>`,
		"Apple":             `<div><br><blockquote type="cite"><div>On 2 Mar 2026, at 10:11, Jane &lt;j@x.y&gt; wrote:</div><br><div>OLD</div></blockquote></div>`,
		"Apple, old":        `<div>On 2 Mar 2026, at 10:11, Jane &lt;j@x.y&gt; wrote:</div><br><blockquote type="cite"><div>OLD</div></blockquote>`,
		"Thunderbird":       `<div class="moz-cite-prefix">Am 02.03.26 um 10:11 schrieb Jane:<br></div><blockquote type="cite" cite="mid:x"><p>OLD</p></blockquote>`,
		"Yahoo":             `<div id="yahoo_quoted_123" class="yahoo_quoted"><div><div>On Monday, March 2, 2026, Jane wrote:</div><div>OLD</div></div></div>`,
		"Proton":            `<div class="protonmail_quote">On Monday, March 2nd, 2026 at 10:11, Jane wrote:<br><blockquote class="protonmail_quote" type="cite">OLD</blockquote></div>`,
		"Outlook desktop":   `<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b><span lang="EN-US">From:</span></b><span> Jane &lt;j@x.y&gt; <br><b>Sent:</b> Monday<br><b>To:</b> Bob<br><b>Subject:</b> x</span></p></div></div><p class="MsoNormal">OLD</p>`,
		"Outlook, German":   `<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>Von:</b> Jane<br><b>Gesendet:</b> Montag<br><b>An:</b> Bob<br><b>Betreff:</b> x</p></div><p>OLD</p>`,
		"Outlook web":       `<div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg" dir="ltr"><font><b>From:</b> Jane<br><b>Sent:</b> Monday<br><b>To:</b> Bob<br><b>Subject:</b> x</font></div><div>OLD</div>`,
		"Outlook web, x_":   `<hr><div id="x_divRplyFwdMsg"><b>De:</b> Jane<br><b>Enviado:</b> lunes<br></div><div>OLD</div>`,
		"Outlook on a Mac":  `<div id="mail-editor-reference-message-container"><div><p><b>From: </b>Jane<br><b>Date: </b>Monday<br><b>To: </b>Bob<br><b>Subject: </b>x</p></div><div>OLD</div></div>`,
		"header as words":   `<p>Da: Jane<br>Inviato: lunedì<br>A: Bob<br>Oggetto: x</p><p>OLD</p>`,
		"Zimbra":            `<hr id="zwchr"><div><b>From: </b>Jane<br></div><div>OLD</div>`,
		"GMX":               `<div name="quote"><div><b>Gesendet:</b> Montag<br><b>Von:</b> Jane<br></div><div>OLD</div></div>`,
		"in one table":      `<table><tr><td>On 2 Mar 2026, at 10:11, Jane &lt;j@x.y&gt; wrote:</td></tr><tr><td><blockquote>OLD</blockquote></td></tr></table>`,
		"preformatted text": "<pre>On 3/2/26 10:11, Jane wrote:\n&gt; OLD\n&gt; more\n</pre>",
	} {
		html := `<html><head><style>p{}</style></head><body><div><p>NEW <b>words</b> <img src="cid:1"></p></div>` + quote + `</body></html>`
		s := SplitQuote("", html)
		if got := without(s.HTML, Quoted); strings.Contains(got, "OLD") || strings.Contains(got, "Jane") || !strings.Contains(got, "NEW <b>words</b>") {
			t.Errorf("%s: fresh is %q", name, got)
		}
		if got := without(s.HTML, Fresh, Signature); !strings.Contains(got, "OLD") || strings.Contains(got, "NEW") {
			t.Errorf("%s: quoted is %q", name, got)
		}
		sameHTML(t, name, html, s)
		if !strings.Contains(s.FoldedHTML(), `<blockquote type="cite">`) {
			t.Errorf("%s: nothing is folded", name)
		}
	}
}

// sameHTML checks that no word and no picture is lost or doubled.
func sameHTML(t *testing.T, name, source string, s Split) {
	t.Helper()
	squash := func(html string) string {
		return strings.Join(strings.Fields(strings.ReplaceAll(HTMLText(html), ">", " ")), "")
	}
	if got, want := squash(without(s.HTML)), squash(source); got != want {
		t.Errorf("%s: the pieces say\n%q, not\n%q", name, got, want)
	}
	if got, want := strings.Count(without(s.HTML), "<img"), strings.Count(source, "<img"); got != want {
		t.Errorf("%s: %d pictures, want %d", name, got, want)
	}
}

func TestHTMLThatIsNotFolded(t *testing.T) {
	t.Parallel()
	for name, html := range map[string]string{
		"no quote":        `<p>Hello</p>`,
		"Gmail forward":   `<div>See</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: <b>Bob</b> &lt;b@x.y&gt;<br>Date: Mon<br>Subject: x<br></div>OLD</div>`,
		"only a quote":    `<blockquote>OLD</blockquote>`,
		"answers between": `<div>On 2 Mar 2026, at 10:11, Jane &lt;j@x.y&gt; wrote:</div><blockquote>a?</blockquote><p>Yes</p><blockquote>b?</blockquote><p>No</p>`,
	} {
		s := SplitQuote("", html)
		if got := without(s.HTML, Fresh, Signature); got != "" {
			t.Errorf("%s: quoted is %q", name, got)
		}
		sameHTML(t, name, html, s)
	}
}

func TestSignaturesOfHTML(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]string{
		"Gmail":          `<div>NEW</div><div><br></div>-- <br><div class="gmail_signature"><div>SIG</div></div>`,
		"Outlook mobile": `<div>NEW</div><div id="ms-outlook-mobile-signature">SIG</div><hr><div id="divRplyFwdMsg"><b>From:</b> Jane</div><div>OLD</div>`,
		"Thunderbird":    `<p>NEW</p><div class="moz-signature">-- <br>SIG</div>`,
		"a telephone":    `<div>NEW</div><div><br></div><div>Sent from my iPhone SIG</div>`,
	} {
		s := SplitQuote("", c)
		words := without(s.HTML, Quoted, Signature)
		if strings.Contains(words, "SIG") || !strings.Contains(words, "NEW") {
			t.Errorf("%s: words are %q", name, words)
		}
		sameHTML(t, name, c, s)
	}
}

func TestForwardedMail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, html string }{
		"Gmail":          {"Please help him.\n\n---------- Forwarded message ---------\nFrom: Bob Roe <bob@example.com>\nDate: Mon, Mar 2, 2026 at 10:11 AM\nSubject: Printer\nTo: <jane@acme.example>\n\n\nIt is broken.\n", ""},
		"Apple":          {"Please help him.\n\n> Begin forwarded message:\n> \n> From: Bob Roe <bob@example.com>\n> Subject: Printer\n> Date: 2 March 2026\n> To: jane@acme.example\n> \n> It is broken.\n", ""},
		"Outlook":        {"Please help him.\n\n________________________________\nFrom: Bob Roe <bob@example.com>\nSent: Monday\nTo: Jane\nSubject: Printer\n\nIt is broken.\n", ""},
		"Outlook mailto": {"Please help him.\n\nFrom: Bob Roe [mailto:bob@example.com]\nSent: Monday\nTo: Jane\nSubject: Printer\n\nIt is broken.\n", ""},
		"Outlook double": {"Please help him.\n\nFrom: Bob Roe <bob@example.com<mailto:bob@example.com>>\nSent: Monday\nTo: Jane\nSubject: Printer\n\nIt is broken.\n", ""},
		"German":         {"Please help him.\n\n-----Ursprüngliche Nachricht-----\nVon: Bob Roe <bob@example.com>\nGesendet: Montag\nAn: Jane\nBetreff: Printer\n\nIt is broken.\n", ""},
		"bold names":     {"Please help him.\n\n*From:* Bob Roe <bob@example.com>\n*Sent:* Monday\n*To:* Jane\n*Subject:* Printer\n\nIt is broken.\n", ""},
		"with HTML": {"Please help him.\n\n---------- Forwarded message ---------\nFrom: Bob Roe <bob@example.com>\nDate: Mon\nSubject: Printer\n\nIt is broken.\n",
			`<div>Please help him.</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Bob Roe &lt;bob@example.com&gt;<br>Date: Mon<br>Subject: Printer<br></div><br><div>It is <b>broken</b>.</div></div>`},
	} {
		f, ok := Forwarded(c.text, c.html)
		if !ok || f.From != (Address{"Bob Roe", "bob@example.com"}) || f.Subject != "Printer" || f.Note != "Please help him." || f.Text != "It is broken." {
			t.Errorf("%s: %v %+v", name, ok, f)
		}
		if c.html != "" && (!strings.Contains(f.HTML, "<b>broken</b>") || strings.Contains(f.HTML, "Bob") || !strings.Contains(f.NoteHTML, "Please")) {
			t.Errorf("%s: note %q, HTML %q", name, f.NoteHTML, f.HTML)
		}
	}
	if f, ok := Forwarded("Hello\nFrom: Berlin\nTo: Paris\nSubject: trains\n", ""); ok {
		t.Errorf("no address: %+v", f)
	}
}

func TestCommandsAtTheTop(t *testing.T) {
	t.Parallel()
	c, text, html := ReadCommands("\n#solved\n#priority High\n#assignee Jane Doe\n#tags a, b c\n#public false\n\nDone.\n#tags not these\n",
		"<div>#solved<br>#priority High<br>#assignee Jane Doe<br>#tags a, b c<br>#public false</div><div><br></div><div>Done.<br>#tags not these</div>")
	if c.Status != "solved" || c.Priority != "high" || c.Assignee != "Jane Doe" || strings.Join(c.Tags, "+") != "a+b+c" || c.Public == nil || *c.Public {
		t.Errorf("commands %+v", c)
	}
	if text != "Done.\n#tags not these\n" || strings.Contains(html, "#solved") || !strings.Contains(html, "Done.<br/>#tags not these") {
		t.Errorf("rest %q, HTML %q", text, html)
	}
	for name, words := range map[string]string{"a number": "#1 is broken\n", "a hashtag": "#printer is broken\n", "words first": "Hello\n#solved\n", "no value": "#status\n", "quoted": "> #solved\n", "nonsense": "#public maybe\n"} {
		if c, rest, _ := ReadCommands(words, ""); c.Any() || rest != words {
			t.Errorf("%s: %+v %q", name, c, rest)
		}
	}
}

// Each of these took a time that grows with the square of its length, or worse, in a reader that is not careful.
func TestMailThatIsMadeToBeCostly(t *testing.T) {
	t.Parallel()
	const n = 60_000
	for name, text := range map[string]string{
		"quoted lines":           strings.Repeat("> a\n", n),
		"quotes and signatures":  strings.Repeat("> a\n-- \n", n),
		"quotes and answers":     strings.Repeat("> a\nb\n", n),
		"headers":                strings.Repeat("From: a\n", n),
		"blank lines":            strings.Repeat("\n", n),
		"lines over quotes":      strings.Repeat("On 2 Mar 2026 at 10:11 Jane <j@x.y> wrote:\n", n/10),
		"beginnings of such":     strings.Repeat("On 2 Mar 2026 at\n", n),
		"separators":             strings.Repeat("-----\n", n),
		"forwarded again, again": strings.Repeat("---------- Forwarded message ---------\n", n/10),
	} {
		s := SplitQuote(text, "<pre>"+text[:n]+"</pre>")
		if got := without(s.Text); got != text {
			t.Errorf("%s: %d bytes became %d", name, len(text), len(got))
		}
		Forwarded(text, "")
		ReadCommands(text, "")
	}
	for name, html := range map[string]string{
		"one line of many words":     strings.Repeat("<b>x</b>", n),
		"quotes and signatures":      strings.Repeat(`<blockquote>a</blockquote><div class="gmail_signature">b</div>`, n/10),
		"elements that are not shut": strings.Repeat("<div>", n),
		"quotes that are not shut":   strings.Repeat(`<div class="gmail_quote">`, n/10),
		"a picture after another":    strings.Repeat("<img>", n),
	} {
		if s := SplitQuote("", html); len(s.HTML) > maxPieces {
			t.Errorf("%s: %d pieces", name, len(s.HTML))
		}
		HTMLText(html)
	}
	words := strings.Repeat("=?utf-8?q?=C3?= ", 20_000)
	if m := parse(t, []byte("From: a@x.y\nSubject: "+words+"\nTo: "+words+"\n\nx\n")); m.From.Email != "a@x.y" {
		t.Error("the sender is lost")
	}
}
