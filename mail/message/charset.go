package message

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// decodeText gives the bytes of a text part as UTF-8 with \n.
//
// The label is believed as browsers do (so latin1 means Windows-1252), but UTF-8 that is valid and has characters beyond
// ASCII is UTF-8 whatever the label says: hardly any other text looks like it by chance. Stateful encodings, whose bytes
// are all ASCII, go by their label.
func decodeText(data []byte, label string, isHTML bool) string {
	label = strings.Trim(strings.TrimSpace(label), `"'`)
	if isHTML && label == "" {
		label = metaCharset(data)
	}
	return unixLines(withoutNUL(decodeBytes(data, label)))
}

func decodeBytes(data []byte, label string) string {
	label = strings.TrimPrefix(strings.ToLower(label), "charset=")
	if other, ok := charsetNames[label]; ok {
		label = other
	} else if bytes.Contains(data, []byte("\x1b$B")) || bytes.Contains(data, []byte("\x1b$@")) {
		label = "iso-2022-jp" // nothing else switches like this
	}
	enc, name := charset.Lookup(label)
	stateful := name == "iso-2022-jp" || name == "utf-16le" || name == "utf-16be"
	if !stateful && utf8.Valid(data) {
		return string(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	}
	if enc == nil || name == "utf-8" || name == "replacement" {
		return validUTF8(string(data))
	}
	return decodeWith(enc, data)
}

func decodeWith(enc encoding.Encoding, data []byte) string {
	text, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return validUTF8(string(data))
	}
	return strings.TrimPrefix(string(text), "\ufeff")
}

// charsetNames are labels that mail programs use and browsers do not know.
var charsetNames = map[string]string{
	"cp932": "shift_jis", "cp936": "gbk", "cp949": "euc-kr", "cp950": "big5", "ms949": "euc-kr", "cp51932": "euc-jp", "latin-1": "iso-8859-1",
	"iso8859_1": "iso-8859-1", "utf_8": "utf-8", "unicode-1-1-utf-8": "utf-8", "cp-1251": "windows-1251", "cp-1252": "windows-1252", "ansi_x3.110-1983": "iso-8859-1",
}

// validUTF8 takes bytes that are not UTF-8 for Windows-1252: that is what undeclared text mostly is. Where only a little is
// wrong in much that is right, the little is replaced instead.
func validUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	if good, bad := countRunes(s); good > 4*bad {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	text, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return text
}

// countRunes counts characters of several bytes that are well formed, and bytes that are part of none.
func countRunes(s string) (good, bad int) {
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		s = s[size:]
	}
	return good, bad
}

// metaCharset looks for what the document says of itself, where browsers look: in the first kilobyte.
func metaCharset(data []byte) string {
	_, name, _ := charset.DetermineEncoding(data[:min(len(data), 1024)], "text/html")
	return name
}

func unixLines(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// withoutNUL takes away what PostgreSQL cannot store in a text.
func withoutNUL(s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\x00", "")
}
