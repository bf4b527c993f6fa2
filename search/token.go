package search

import (
	"unicode"
	"unicode/utf8"
)

// Kind is what sort of word a token is.
type Kind uint8

// The kinds of tokens.
const (
	Plain  Kind = iota // a run of letters and digits, or an emoji
	Single             // one character of a script without blanks
	Pair               // two such characters side by side
	Joined             // what hyphens, dots or slashes part, written together
	Signed             // a word with the signs that belong to it, as C++, .NET and H&R
)

// Token is a word of a text. Tokens of different kinds may cover the same part of it.
type Token struct {
	Text     string // folded
	Kind     Kind
	At       int // its place among the words
	Width    int // how many places it covers
	From, To int // where it stands in the text, in bytes
}

// Bounds of tokens: longer words are found by their beginnings, in characters; longer rows of parts are not joined.
const (
	maxToken = 64
	maxParts = 8
)

// Tokens are the words of a text, in its order.
func Tokens(text string) []Token {
	s := scanner{text: text}
	for s.pos < len(text) {
		r, size := utf8.DecodeRuneInString(text[s.pos:])
		switch {
		case isRun(r):
			s.endChunk()
			s.run()
		case isWord(r):
			s.word()
		case isEmoji(r):
			s.endChunk()
			s.add(Plain, text[s.pos:s.pos+size], s.pos, s.pos+size, s.next, 1)
			s.pos += size
			s.next++
		default:
			s.between(r, size)
		}
	}
	s.endChunk()
	return s.out
}

// scanner goes through a text. A chunk is a row of words with one sign between each two.
type scanner struct {
	text  string
	out   []Token
	pos   int
	next  int   // place of the next word
	chunk []int // the words of the chunk, as indexes of out
	signs []rune
}

func (s *scanner) add(kind Kind, text string, from, to, at, width int) bool {
	text = clip(Fold(text))
	if text == "" {
		return false
	}
	s.out = append(s.out, Token{Text: text, Kind: kind, At: at, Width: width, From: from, To: to})
	return true
}

func clip(s string) string {
	if len(s) <= maxToken {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > maxToken {
			return s[:i]
		}
	}
	return s
}

// word reads a run of letters and digits.
func (s *scanner) word() {
	from := s.pos
	for s.pos < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		if isRun(r) || !isWord(r) && !unicode.Is(unicode.Cf, r) {
			break
		}
		s.pos += size
	}
	if !s.add(Plain, s.text[from:s.pos], from, s.pos, s.next, 1) {
		return
	}
	s.chunk = append(s.chunk, len(s.out)-1)
	s.dotted(from)
	s.next++
	s.signed(from)
}

// dotted adds .NET for a word with a dot in front that nothing precedes.
func (s *scanner) dotted(from int) {
	if len(s.chunk) > 1 || from == 0 || s.text[from-1] != '.' || !isLetters(s.text[from:s.pos]) {
		return
	}
	if before, _ := utf8.DecodeLastRuneInString(s.text[:from-1]); from > 1 && (isWord(before) || before == '.') {
		return
	}
	s.add(Signed, s.text[from-1:s.pos], from-1, s.pos, s.next, 1)
}

// signed adds C++ and C# for a word that ends in such signs.
func (s *scanner) signed(from int) {
	end := s.pos
	for end < len(s.text) && end < s.pos+2 && s.text[end] == '+' {
		end++
	}
	if end == s.pos && end < len(s.text) && s.text[end] == '#' {
		end++
	}
	if end == s.pos {
		return
	}
	if after, _ := utf8.DecodeRuneInString(s.text[end:]); end < len(s.text) && (isWord(after) || after == '+' || after == '#') {
		return
	}
	s.add(Signed, s.text[from:end], from, end, s.next-1, 1)
}

// between reads what is no word. One sign between two words goes on with the chunk.
func (s *scanner) between(r rune, size int) {
	after, _ := utf8.DecodeRuneInString(s.text[s.pos+size:])
	if len(s.chunk) > 0 && s.out[s.chunk[len(s.chunk)-1]].To == s.pos && isJoint(r) && isWord(after) && !isRun(after) {
		s.signs = append(s.signs, r)
	} else {
		s.endChunk()
	}
	s.pos += size
}

// isJoint tells the signs that part words which are also written together.
func isJoint(r rune) bool {
	switch r {
	case '-', '.', '/', '_', '\'', '&', '‐', '‑', '–', '’':
		return true
	}
	return false
}

// endChunk adds the words of a chunk as one.
func (s *scanner) endChunk() {
	parts := s.chunk
	s.chunk = s.chunk[:0]
	signs := s.signs
	s.signs = s.signs[:0]
	if len(parts) < 2 || len(parts) > maxParts {
		return
	}
	joined, signed := "", ""
	for i, n := range parts {
		if i > 0 && signs[i-1] == '&' {
			signed += "&"
		}
		joined += s.out[n].Text
		signed += s.out[n].Text
	}
	first, last := s.out[parts[0]], s.out[parts[len(parts)-1]]
	kind := Joined
	if signed != joined {
		kind = Signed
	}
	s.add(kind, signed, first.From, last.To, first.At, last.At+1-first.At)
}

// run reads characters of a script without blanks: each, and each two.
func (s *scanner) run() {
	before := -1
	for s.pos < len(s.text) {
		from := s.pos
		r, size := utf8.DecodeRuneInString(s.text[from:])
		if !isRun(r) {
			return
		}
		for s.pos += size; s.pos < len(s.text); s.pos += size {
			if r, size = utf8.DecodeRuneInString(s.text[s.pos:]); !unicode.IsMark(r) && r != 'ﾞ' && r != 'ﾟ' {
				break
			}
		}
		if !s.add(Single, s.text[from:s.pos], from, s.pos, s.next, 1) {
			continue
		}
		if before >= 0 {
			s.add(Pair, s.text[before:s.pos], before, s.pos, s.next-1, 2)
		}
		before = from
		s.next++
	}
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r))
}

func isLetters(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return false
		}
	}
	return s != ""
}

// isRun tells characters of scripts that put no blanks between words, or that hang particles on them.
func isRun(r rune) bool {
	if r < 0x0e00 {
		return false
	}
	switch r {
	case 'ー', 'ｰ', '々', '〆', '〇':
		return true
	}
	return (unicode.IsLetter(r) || unicode.IsNumber(r)) && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Bopomofo, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Yi)
}

// isEmoji tells pictures, each of which is a word. What changes the colour of one is none.
func isEmoji(r rune) bool { return r >= 0x2300 && r != utf8.RuneError && unicode.Is(unicode.So, r) }
