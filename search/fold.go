package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold gives a text the letters by which it is found: of one case, without accents, wide and narrow letters and ligatures
// as their plain ones, ß as ss, ø as o, ı as i. It never makes letters of one script out of those of another.
func Fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if !isDropped(r) {
			b.WriteString(plainLetter(r))
		}
	}
	return norm.NFC.String(cases.Fold().String(b.String()))
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// accents are marks that are left out of the scripts that are read without them. The marks of others, such as the vowels of
// Devanagari or the voicing of Kana, are letters.
var accents = &unicode.RangeTable{R16: []unicode.Range16{
	{0x0300, 0x036f, 1}, {0x0483, 0x0489, 1}, {0x0591, 0x05bd, 1}, {0x05bf, 0x05bf, 1}, {0x05c1, 0x05c2, 1}, {0x05c4, 0x05c5, 1},
	{0x05c7, 0x05c7, 1}, {0x0610, 0x061a, 1}, {0x0640, 0x0640, 1}, {0x064b, 0x065f, 1}, {0x0670, 0x0670, 1}, {0x06d6, 0x06ed, 1},
	{0x1ab0, 0x1aff, 1}, {0x1dc0, 0x1dff, 1}, {0x20d0, 0x20ff, 1}, {0xfe00, 0xfe0f, 1}, {0xfe20, 0xfe2f, 1},
}}

// isDropped tells accents and characters that only say how to lay out a text.
func isDropped(r rune) bool {
	return r >= 0x80 && (unicode.Is(accents, r) || unicode.Is(unicode.Cf, r))
}

// plainLetter is the letter that people type for one that is no letter with an accent.
func plainLetter(r rune) string {
	switch r {
	case 'ø', 'Ø':
		return "o"
	case 'ı':
		return "i"
	case 'ł', 'Ł':
		return "l"
	case 'đ', 'Đ', 'ð', 'Ð':
		return "d"
	case 'ħ', 'Ħ':
		return "h"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'þ', 'Þ':
		return "th"
	}
	return string(r)
}
