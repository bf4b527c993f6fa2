package redaction

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// reading is a text as people read it, and where each of its bytes stands in the text itself.
type reading struct {
	text  string
	whole int
	from  []int // nil: it is the text itself
	to    []int // where the character that a byte belongs to ends
}

// readingOf reads a text, in which blanks in a row are one. One of plain characters and single blanks is read as it is.
func readingOf(text string) reading {
	if strings.IndexFunc(text, func(c rune) bool { return c >= utf8.RuneSelf || c == '\t' }) < 0 && !strings.Contains(text, "  ") {
		return reading{text: text, whole: len(text)}
	}
	r := reading{whole: len(text)}
	var out strings.Builder
	last := rune(0)
	for at := 0; at < len(text); {
		c, size := utf8.DecodeRuneInString(text[at:])
		if plain := plainOf(c); plain >= 0 && (plain != ' ' || last != ' ') {
			last = plain
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
	case c == '\t':
		return ' '
	case c < utf8.RuneSelf:
		return c
	case unicode.In(c, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return -1
	case c >= '\u2010' && c <= '\u2015', c == '\u2212', c == '\ufe63':
		return '-'
	case c == '\u3002', c == '\uff61': // full stops of Chinese and Japanese
		return '.'
	case unicode.IsSpace(c):
		return ' '
	case unicode.Is(unicode.Nd, c):
		return digitOf(c)
	}
	plain := norm.NFKC.String(string(c)) // of full width, in a circle, raised
	if first, size := utf8.DecodeRuneInString(plain); size == len(plain) {
		return first
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
