package message

import (
	"mime"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

var wordDecoder = mime.WordDecoder{CharsetReader: charset.NewReaderLabel}

// splitWords finds two encoded words of one charset and encoding beside each other. Some programs cut them in the middle of
// a character, so they are decoded as one (RFC 2047 §5 forbids it, Outlook and old webmail do it).
var (
	splitBase64 = regexp.MustCompile(`(?i)=\?([^?\s]+)\?b\?([^?\s]*)\?=\s*=\?([^?\s]+)\?b\?([^?\s]*)\?=`)
	splitQuoted = regexp.MustCompile(`(?i)=\?([^?\s]+)\?q\?([^?]*)\?=\s*=\?([^?\s]+)\?q\?([^?]*)\?=`)
)

// decodeHeader gives a field as people read it: encoded words undone, bytes above ASCII taken as UTF-8 or else as
// Windows-1252, on one line, without control characters.
func decodeHeader(value string) string {
	if isPlainASCII(value) && !strings.Contains(value, "=?") {
		return strings.TrimSpace(value)
	}
	value = validUTF8(value)
	if strings.Contains(value, "=?") {
		decoded, err := wordDecoder.DecodeHeader(joinSplitWords(value))
		if err == nil {
			value = decoded
		}
	}
	return strings.TrimSpace(oneLine(value))
}

// joinSplitWords only joins where a word ends within a character; others stay as they are, each valid on its own.
func joinSplitWords(value string) string {
	for range 40 {
		if !strings.Contains(value, "=?") {
			break
		}
		joined := joinOnce(value)
		if joined == value {
			break
		}
		value = joined
	}
	return value
}

func joinOnce(value string) string {
	join := func(re *regexp.Regexp, encoding string) func(string) string {
		return func(pair string) string {
			w := re.FindStringSubmatch(pair)
			if !strings.EqualFold(w[1], w[3]) || strings.HasSuffix(w[2], "=") && encoding == "b" || endsWhole(w[1], encoding, w[2]) {
				return pair
			}
			return "=?" + w[1] + "?" + encoding + "?" + w[2] + w[4] + "?="
		}
	}
	value = splitBase64.ReplaceAllStringFunc(value, join(splitBase64, "b"))
	return splitQuoted.ReplaceAllStringFunc(value, join(splitQuoted, "q"))
}

func endsWhole(label, encoding, text string) bool {
	decoded, err := wordDecoder.Decode("=?" + label + "?" + encoding + "?" + text + "?=")
	return err == nil && !strings.ContainsRune(decoded, utf8.RuneError)
}

func isPlainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 || s[i] < 0x20 {
			return false
		}
	}
	return true
}

// oneLine puts a space for line breaks and takes other control characters away.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || isDirectional(r):
			return -1
		}
		return r
	}, s)
}

// isDirectional tells the characters that turn the reading direction of what follows, and so make names look like others.
func isDirectional(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// messageIDs reads the ids of a field without their brackets. Bare words count too, where they look like an id: some
// programs leave the brackets out.
func messageIDs(value string) []string {
	var ids []string
	for rest := value; ; {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			break
		}
		id, more, closed := strings.Cut(after, ">")
		if id = strings.Join(strings.Fields(id), ""); id != "" && len(id) <= maxMessageID {
			ids = append(ids, id)
		}
		if !closed {
			break
		}
		rest = more
	}
	if len(ids) == 0 {
		for _, word := range strings.Fields(value) {
			if strings.Contains(word, "@") && len(word) <= maxMessageID {
				ids = append(ids, strings.Trim(word, "<>,;"))
			}
		}
	}
	return ids
}

// maxMessageID is the longest line that mail can carry (RFC 5322 §2.1.1).
const maxMessageID = 998

func cutRunes(s string, most int) string {
	if len(s) <= most {
		return s
	}
	runes := []rune(s)
	return string(runes[:min(len(runes), most)])
}
