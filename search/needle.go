package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Needle is what one term asks of a text: words that stand side by side, or all of them written together.
type Needle struct {
	Parts  []Part
	Joined string // the other way to write it; "" where there is none
	Prefix bool   // the last word, or what is written together, may go on
	inner  bool   // it may stand within a long word
}

// Part is one word of a needle, and its place behind the first.
type Part struct {
	Text   string
	Offset int
}

// The shortest part of a word that is found inside it, and the shortest word in which parts are found, in characters.
const (
	minInner = 4
	minLong  = 10
)

// NeedleOf is what a term asks for. It tells whether there is a word in it at all.
func NeedleOf(t Term) (Needle, bool) {
	value := t.Value
	n := Needle{}
	if !t.Phrase {
		value, n.Prefix = strings.CutSuffix(value, "*")
	}
	tokens := Tokens(value)
	n.Parts, n.Joined = partsOf(tokens)
	if len(n.Parts) == 0 {
		return n, false
	}
	last := tokens[len(tokens)-1]
	if last.Kind == Single || last.Kind == Pair {
		n.Prefix = false // a character is no beginning of another
	}
	n.inner = len(n.Parts) == 1 && !t.Phrase && isLetters(n.Parts[0].Text) && utf8.RuneCountInString(n.Parts[0].Text) >= minInner
	return n, true
}

// partsOf chooses the tokens that say most: a word with its signs rather than without, pairs rather than characters.
func partsOf(tokens []Token) (parts []Part, joined string) {
	end := 0
	for _, t := range tokens {
		end = max(end, t.At+t.Width)
	}
	at := chosen(tokens, end)
	for place := 0; place < end; {
		best := at[place]
		if best == nil {
			place++
			continue
		}
		parts = append(parts, Part{best.Text, best.At - tokens[0].At})
		if best.Kind == Pair {
			place++
			if next := at[place]; next != nil && next.Kind == Single {
				place++ // it is the second of the pair
			}
			continue
		}
		place += best.Width
	}
	if len(parts) > 1 {
		i := slices.IndexFunc(tokens, func(t Token) bool { return t.Kind == Joined && t.At == 0 && t.Width == end })
		if i >= 0 {
			joined = tokens[i].Text
		}
	}
	return parts, joined
}

// chosen are the tokens that stand for the places, one or none for each.
func chosen(tokens []Token, end int) []*Token {
	rank := map[Kind]int{Single: 1, Plain: 2, Pair: 3, Signed: 4}
	best := make([]*Token, end+1)
	for i := range tokens {
		t := &tokens[i]
		if b := best[t.At]; rank[t.Kind] > 0 && (b == nil || rank[t.Kind] > rank[b.Kind]) {
			best[t.At] = t
		}
	}
	return best
}

// Exact tells that a text which has the words has what is asked for, wherever they stand.
func (n *Needle) Exact() bool { return len(n.Parts) == 1 }

// Inner is the part of long words that the needle also finds; "" for none.
func (n *Needle) Inner() string {
	if !n.inner {
		return ""
	}
	return n.Parts[0].Text
}

// Whole is the needle without the long words that have it inside.
func (n Needle) Whole() Needle {
	n.inner = false
	return n
}

// AllTickets is the word that every ticket has, and no text.
const AllTickets = "*"

// LongParts are the ends of a long word: what is found inside it is the beginning of one of them. Of other words there are
// none.
func LongParts(word string) (ends []string) {
	if len(word) < minLong || utf8.RuneCountInString(word) < minLong || !isLetters(word) {
		return nil
	}
	left := utf8.RuneCountInString(word)
	for i := range word {
		if left < minInner {
			break
		}
		ends = append(ends, word[i:])
		left--
	}
	return ends
}

// Unfinished is the last word of a query that is still being typed, as the beginning of what it may become.
func (s *Query) Unfinished() (Needle, bool) {
	if !s.Typing || len(s.Terms) == 0 {
		return Needle{}, false
	}
	last := s.Terms[len(s.Terms)-1]
	if last.Key != "" || last.Not || last.Phrase {
		return Needle{}, false
	}
	last.Value = strings.TrimSuffix(last.Value, "*") + "*"
	return NeedleOf(last)
}
