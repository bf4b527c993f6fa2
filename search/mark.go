package search

import (
	"slices"
	"strings"
)

// Marker finds the words of a query in texts, as the search itself does.
type Marker struct {
	words           map[string]bool
	prefixes, inner []string
}

// MarkerOf takes the words that were looked for in what tickets say.
func MarkerOf(q Query) *Marker {
	m := &Marker{words: map[string]bool{}}
	for _, t := range q.Terms {
		if t.Not || t.Key != "" && t.Key != "subject" && t.Key != "description" && t.Key != "comment" {
			continue
		}
		if n, ok := NeedleOf(t); ok {
			m.add(n)
		}
	}
	if n, ok := q.Unfinished(); ok {
		m.add(n)
	}
	return m
}

func (m *Marker) add(n Needle) {
	last := len(n.Parts) - 1
	for i, p := range n.Parts {
		m.words[p.Text] = true
		if n.Prefix && i == last {
			m.prefixes = append(m.prefixes, p.Text)
		}
	}
	if n.Joined != "" {
		m.words[n.Joined] = true
	}
	if n.Inner() != "" {
		m.inner = append(m.inner, n.Inner())
	}
}

// Empty tells that there is nothing to be marked.
func (m *Marker) Empty() bool { return len(m.words) == 0 }

// Mark is a part of a text that was searched for, from a byte to another, and its word, folded.
type Mark struct {
	From, To int
	Word     string
}

// Marks are the parts of a text that were searched for, in its order; none reaches into another.
func (m *Marker) Marks(text string) (out []Mark) {
	tokens := Tokens(text)
	slices.SortStableFunc(tokens, func(a, b Token) int { return a.From - b.From })
	for _, t := range tokens {
		if !m.matches(t.Text) {
			continue
		}
		if n := len(out) - 1; n >= 0 && t.From < out[n].To {
			out[n].To = max(out[n].To, t.To)
			continue
		}
		out = append(out, Mark{t.From, t.To, t.Text})
	}
	return out
}

func (m *Marker) matches(word string) bool {
	return m.words[word] || slices.ContainsFunc(m.prefixes, func(p string) bool { return strings.HasPrefix(word, p) }) ||
		slices.ContainsFunc(m.inner, func(p string) bool { return strings.Contains(word, p) && LongParts(word) != nil })
}
