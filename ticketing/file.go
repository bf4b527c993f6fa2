package ticketing

import (
	"mime"
	"path"
	"strings"
	"time"
	"unicode/utf8"
)

// UploadFor is how long an upload waits for its comment.
const UploadFor = 3 * 24 * time.Hour

const maxFileName = 255 // bytes

// FileName keeps the last part of a path, without what a header or a terminal would stumble over; "" when nothing is left.
func FileName(s string) string {
	s = path.Base(strings.ReplaceAll(strings.ToValidUTF8(s, ""), `\`, "/"))
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '"' || r == '/' {
			return -1
		}
		return r
	}, s))
	for len(s) > maxFileName {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	if s == "." || s == ".." {
		return ""
	}
	return s
}

// FileType is the media type that a part of a form claims for its file; where it claims none, what the name tells.
func FileType(name, claimed string) string {
	if kind, _, err := mime.ParseMediaType(claimed); err == nil && kind != "application/octet-stream" {
		return kind
	}
	if kind, _, err := mime.ParseMediaType(mime.TypeByExtension(path.Ext(name))); err == nil {
		return kind
	}
	return "application/octet-stream"
}
