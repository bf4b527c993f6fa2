package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"interdesk/store"
	"interdesk/web/listing"
)

// marker finds the words of a search in texts, as the search itself does: whole words in any case, or their beginnings
// where the query says so.
type marker struct {
	words    map[string]bool
	prefixes []string
}

// markerOf takes the words from a query that were looked for in what tickets say.
func markerOf(s store.Search) *marker {
	m := &marker{words: map[string]bool{}}
	for _, t := range s.Terms {
		if t.Not || t.Key != "" && t.Key != "subject" && t.Key != "description" && t.Key != "comment" {
			continue
		}
		words := strings.FieldsFunc(strings.ToLower(t.Value), notInWord)
		for i, w := range words {
			if i == len(words)-1 && !t.Phrase && strings.HasSuffix(t.Value, "*") {
				m.prefixes = append(m.prefixes, w)
			} else {
				m.words[w] = true
			}
		}
	}
	return m
}

func notInWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }

func (m *marker) empty() bool { return len(m.words)+len(m.prefixes) == 0 }

func (m *marker) matches(word string) bool {
	word = strings.ToLower(word)
	if m.words[word] {
		return true
	}
	for _, b := range m.prefixes {
		if strings.HasPrefix(word, b) {
			return true
		}
	}
	return false
}

// mark takes a text apart at the words that were searched for.
func (m *marker) mark(s string) []listing.Piece {
	if m.empty() {
		return []listing.Piece{{Text: s}}
	}
	var out []listing.Piece
	plain := 0
	m.eachMatch(s, func(from, to int) {
		if plain < from {
			out = append(out, listing.Piece{Text: s[plain:from]})
		}
		out = append(out, listing.Piece{Text: s[from:to], Marked: true})
		plain = to
	})
	if plain < len(s) || len(out) == 0 {
		out = append(out, listing.Piece{Text: s[plain:]})
	}
	return out
}

// eachMatch calls found for every word of a text that was searched for.
func (m *marker) eachMatch(s string, found func(from, to int)) {
	for at := 0; at < len(s); {
		from := strings.IndexFunc(s[at:], func(r rune) bool { return !notInWord(r) })
		if from < 0 {
			return
		}
		from += at
		to := len(s)
		if n := strings.IndexFunc(s[from:], notInWord); n >= 0 {
			to = from + n
		}
		if m.matches(s[from:to]) {
			found(from, to)
		}
		at = to
	}
}

// distinctMatches is how many different words a text has of those that were searched for.
func (m *marker) distinctMatches(s string) int {
	met := map[string]bool{}
	m.eachMatch(s, func(from, to int) { met[strings.ToLower(s[from:to])] = true })
	return len(met)
}

// How long a snippet is, and how much of it stands before the first word that was found, in characters.
const (
	snippetLength = 180
	snippetBefore = 40
)

// snippet is the part of a text around the first word that was found, on one line.
func (m *marker) snippet(text string) []listing.Piece {
	text = strings.Join(strings.Fields(text), " ")
	first := -1
	m.eachMatch(text, func(from, _ int) {
		if first < 0 {
			first = from
		}
	})
	if first > 0 {
		start := first
		for range snippetBefore {
			_, size := utf8.DecodeLastRuneInString(text[:start])
			start -= size
		}
		if blank := strings.IndexByte(text[start:first], ' '); start > 0 && blank >= 0 {
			start += blank + 1
		}
		if start > 0 {
			text = "…" + text[start:]
		}
	}
	return m.mark(clipText(text, snippetLength))
}

// clipText shortens a text to so many characters.
func clipText(s string, characters int) string {
	if len(s) <= characters || utf8.RuneCountInString(s) <= characters {
		return s
	}
	return string([]rune(s)[:characters-1]) + "…"
}
