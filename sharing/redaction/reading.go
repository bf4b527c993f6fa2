package redaction

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// reading is a text as people read it, and where each of its bytes stands in the text itself.
type reading struct {
	text  string
	whole int
	from  []int // nil: it is the text itself
	to    []int // where the character that a byte belongs to ends
}

// readingOf reads a text. One of plain characters is read as it is.
func readingOf(text string) reading {
	if strings.IndexFunc(text, func(c rune) bool { return c >= utf8.RuneSelf }) < 0 {
		return reading{text: text, whole: len(text)}
	}
	r := reading{whole: len(text)}
	var out strings.Builder
	for at := 0; at < len(text); {
		c, size := utf8.DecodeRuneInString(text[at:])
		if plain := plainOf(c); plain >= 0 {
			n, _ := out.WriteRune(plain)
			for range n {
				r.from, r.to = append(r.from, at), append(r.to, at+size)
			}
		}
		at += size
	}
	r.text = out.String()
	return r
}

func (r *reading) start(at int) int {
	if r.from == nil || at >= len(r.from) {
		return min(at, r.whole)
	}
	return r.from[at]
}

func (r *reading) end(at int) int {
	if r.to == nil || at == 0 {
		return at
	}
	return r.to[at-1]
}

// plainOf is a character as it is read; -1: it has no width.
func plainOf(c rune) rune {
	switch {
	case c < utf8.RuneSelf:
		return c
	case c == '\u00ad', c == '\u2060', c == '\ufeff', c >= '\u200b' && c <= '\u200f', c >= '\u202a' && c <= '\u202e', c >= '\ufe00' && c <= '\ufe0f':
		return -1
	case c >= '\u2010' && c <= '\u2015', c == '\u2212', c == '\ufe63':
		return '-'
	case c >= '\uff01' && c <= '\uff5e': // full width
		return c - '\uff01' + '!'
	case unicode.IsSpace(c):
		return ' '
	case unicode.Is(unicode.Nd, c):
		return digitOf(c)
	}
	return c
}

// digitOf is a digit of any script. Those of a script stand together, ten by ten.
func digitOf(c rune) rune {
	for _, r := range unicode.Nd.R16 {
		if rune(r.Lo) <= c && c <= rune(r.Hi) {
			return '0' + (c-rune(r.Lo))%10
		}
	}
	for _, r := range unicode.Nd.R32 {
		if rune(r.Lo) <= c && c <= rune(r.Hi) {
			return '0' + (c-rune(r.Lo))%10
		}
	}
	return c
}
