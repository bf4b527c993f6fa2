package message

import (
	"encoding/base64"
	"strings"
	"testing"
)

// multipart30K is a usual answer: text, HTML with a long quote, and a small picture, 30 KB in all.
func multipart30K() []byte {
	words := strings.Repeat("The printer on the second floor does not print. ", 40)
	quote := strings.Repeat("<p>Earlier words of a long conversation, <b>some bold</b> and <a href=\"https://acme.example/x\">a link</a>.</p>\r\n", 90)
	picture := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("picture!", 900)))
	var lines []string
	for ; len(picture) > 76; picture = picture[76:] {
		lines = append(lines, picture[:76])
	}
	return []byte("From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\r\nTo: support@acme.example\r\nSubject: Re: Printer\r\nMessage-ID: <a@example.org>\r\n" +
		"References: <t.1.abc@acme.example>\r\nDate: Mon, 02 Mar 2026 10:11:12 +0100\r\nContent-Type: multipart/related; boundary=r\r\n\r\n" +
		"--r\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + words +
		"\r\nOn Mon, Mar 2, 2026 at 10:11 AM Jane <jane@example.org> wrote:\r\n" + strings.Repeat("> Earlier words of a long conversation.\r\n", 90) +
		"--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<div>" + words + "</div><div class=\"gmail_quote\">" + quote + "</div>\r\n--a--\r\n" +
		"--r\r\nContent-Type: image/png; name=p.png\r\nContent-ID: <p>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + strings.Join(lines, "\r\n") + "\r\n--r--\r\n")
}

func BenchmarkParse30K(b *testing.B) {
	raw := multipart30K()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseBytes(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSplit30K(b *testing.B) {
	m, err := ParseBytes(multipart30K())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if without(m.Split().HTML, Fresh) == "" {
			b.Fatal("nothing is quoted")
		}
	}
}
