package upload

import (
	"mime"
	"path"
	"strings"
	"unicode/utf8"
)

const maxName = 255 // bytes

// CleanName keeps the last part of a path, without what a header or a terminal would stumble over; "" when nothing is left.
func CleanName(s string) string {
	s = path.Base(strings.ReplaceAll(strings.ToValidUTF8(s, ""), `\`, "/"))
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '"' || r == '/' {
			return -1
		}
		return r
	}, s))
	for len(s) > maxName {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	if s == "." || s == ".." {
		return ""
	}
	return s
}

// contentType is the media type that a client claims for its file; where it claims none, what the name tells.
func contentType(name, claimed string) string {
	if kind, _, err := mime.ParseMediaType(claimed); err == nil && kind != "application/octet-stream" {
		return kind
	}
	if kind, _, err := mime.ParseMediaType(mime.TypeByExtension(path.Ext(name))); err == nil {
		return kind
	}
	return "application/octet-stream"
}
