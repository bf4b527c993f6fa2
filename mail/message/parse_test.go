package message

import (
	"errors"
	"strings"
	"testing"
)

// lines is a message with CRLF, as it comes over the wire.
func lines(all ...string) []byte { return []byte(strings.Join(all, "\r\n")) }

func parse(t *testing.T, raw []byte) *Message {
	t.Helper()
	m, err := ParseBytes(raw)
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return m
}

func TestParseReadsPeopleWordsAndFiles(t *testing.T) {
	t.Parallel()
	m := parse(t, lines(
		"From: =?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <Juergen@Example.ORG>",
		`To: "Support, Acme" <support@acme.example>, bob@example.com`,
		"Cc: Carol <carol@example.com>, bob@example.com",
		"Subject: =?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=",
		"Message-ID: <abc@example.org>",
		"In-Reply-To: <one@x>",
		"References: <zero@x>\r\n <one@x>",
		"Date: Mon, 02 Mar 2026 10:11:12 +0100",
		"MIME-Version: 1.0",
		`Content-Type: multipart/mixed; boundary="outer"`, "",
		"--outer", `Content-Type: multipart/alternative; boundary="inner"`, "",
		"--inner", "Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: quoted-printable", "",
		"Preis: 5 =80",
		"--inner", "Content-Type: text/html; charset=utf-8", "", `<p>Preis: 5 € <img src="cid:pic"></p>`,
		"--inner--",
		"--outer", `Content-Type: image/png; name="C:\a\pic.png"`, "Content-ID: <pic>", "Content-Transfer-Encoding: base64", "", "aGk=",
		"--outer--", ""))
	if got, want := m.From, (Address{"Jürgen Müller", "Juergen@example.org"}); got != want {
		t.Errorf("from %v, want %v", got, want)
	}
	if len(m.To) != 2 || m.To[0].Name != "Support, Acme" || len(m.CC) != 2 {
		t.Errorf("to %v, cc %v", m.To, m.CC)
	}
	if m.Subject != "こんにちは" || m.ID != "abc@example.org" || m.Date.Unix() != 1772442672 {
		t.Errorf("subject %q, id %q, date %v", m.Subject, m.ID, m.Date)
	}
	if got := strings.Join(m.Answers(), " "); got != "one@x zero@x" {
		t.Errorf("answers %q", got)
	}
	if strings.TrimSpace(m.Text) != "Preis: 5 €" || !strings.Contains(m.HTML, "5 €") || m.TextFromHTML {
		t.Errorf("text %q, html %q", m.Text, m.HTML)
	}
	if len(m.Files) != 1 || m.Files[0].FileName != "pic.png" || !m.Files[0].Inline || string(m.Files[0].Data) != "hi" {
		t.Errorf("files %+v", m.Files)
	}
}

func TestParseFailsOnlyWhereNothingCanBeRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"nothing":            {nil, ErrEmpty},
		"blank lines":        {[]byte("\r\n\r\n"), ErrEmpty},
		"too large":          {make([]byte, MaxSize+1), ErrTooLarge},
		"an endless header":  {[]byte("X-A: " + strings.Repeat("a", MaxHeader+1)), ErrHeader},
		"no header":          {[]byte("just words\r\n"), nil},
		"a header alone":     {[]byte("Subject: hi\r\n"), nil},
		"no boundary at all": {lines("Content-Type: multipart/mixed", "", "words"), nil},
		"noise":              {[]byte("\x00\x01\x02:\xff\xfe\r\n\r\n\x00"), nil},
	} {
		if _, err := ParseBytes(c.raw); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
