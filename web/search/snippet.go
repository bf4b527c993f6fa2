package search

import (
	"strings"
	"unicode/utf8"

	"interdesk/search"
	"interdesk/web/listing"
)

// marker shows the words of a search in texts.
type marker struct{ *search.Marker }

func markerOf(q search.Query) *marker { return &marker{search.MarkerOf(q)} }

// mark takes a text apart at the words that were searched for.
func (m *marker) mark(s string) []listing.Piece {
	var out []listing.Piece
	plain := 0
	for _, found := range m.Marks(s) {
		if plain < found.From {
			out = append(out, listing.Piece{Text: s[plain:found.From]})
		}
		out = append(out, listing.Piece{Text: s[found.From:found.To], Marked: true})
		plain = found.To
	}
	if plain < len(s) || len(out) == 0 {
		out = append(out, listing.Piece{Text: s[plain:]})
	}
	return out
}

// distinctMatches is how many different words a text has of those that were searched for.
func (m *marker) distinctMatches(s string) int {
	met := map[string]bool{}
	for _, found := range m.Marks(s) {
		met[found.Word] = true
	}
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
	first := 0
	if found := m.Marks(text); len(found) > 0 {
		first = found[0].From
	}
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
