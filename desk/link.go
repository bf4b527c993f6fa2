package desk

import (
	"strings"
	"unicode/utf8"
)

// CutLink finds the first web address in a text: what stands before it, the address as it is written, where it leads, and what
// follows. link is "" where there is none. An address begins a word, with http://, https:// or www., and ends before a
// blank, a bracket or the punctuation of the sentence around it.
func CutLink(text string) (before, link, to, after string) {
	for from := 0; ; {
		at, scheme := nextLink(text, from)
		if at < 0 {
			return text, "", "", ""
		}
		rest := text[at:]
		n := linkLength(rest)
		if prior, _ := utf8.DecodeLastRuneInString(text[:at]); n > len("https://") && (at == 0 || !linkWord(prior)) {
			return text[:at], rest[:n], scheme + rest[:n], rest[n:]
		}
		from = at + 1
	}
}

// nextLink is where an address may begin, at a place or after it, and what it lacks; -1 for nowhere.
func nextLink(text string, from int) (at int, scheme string) {
	for i := from; i < len(text); i++ {
		switch {
		case text[i] == 'h' && (strings.HasPrefix(text[i:], "http://") || strings.HasPrefix(text[i:], "https://")):
			return i, ""
		case text[i] == 'w' && strings.HasPrefix(text[i:], "www."):
			return i, "https://"
		}
	}
	return -1, ""
}

func linkWord(r rune) bool {
	return r == '_' || r == '@' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func linkLength(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || strings.ContainsRune("<>\"`“”„«»\u00a0", r) })
	if end < 0 {
		end = len(s)
	}
	round, square := pairs(s[:end], '(', ')'), pairs(s[:end], '[', ']')
	for ; end > 0; end-- {
		switch last := s[end-1]; {
		case last == ')' && round < 0:
			round++
		case last == ']' && square < 0:
			square++
		case !strings.ContainsRune(".,;:!?'*_", rune(last)):
			return end
		}
	}
	return end
}

// pairs is how many more brackets are opened than closed.
func pairs(s string, open, shut rune) int {
	return strings.Count(s, string(open)) - strings.Count(s, string(shut))
}
