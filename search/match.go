package search

import (
	"slices"
	"strings"
)

// Place is where in a ticket a text stands.
type Place uint8

// The places. A title's words count for more.
const (
	InTitle Place = 1 + iota
	InText        // what was said, and the names of files
	InTags
)

// Places are all of them.
func Places() []Place { return []Place{InTitle, InText, InTags} }

// Doc is a text, or several, that can be asked for needles.
type Doc struct {
	words map[Place]map[string][]int
	next  int
}

// Add adds a text. No phrase reaches from one text into another.
func (d *Doc) Add(place Place, text string) {
	if d.words == nil {
		d.words = map[Place]map[string][]int{}
	}
	if d.words[place] == nil {
		d.words[place] = map[string][]int{}
	}
	words, next := d.words[place], d.next
	for _, t := range Tokens(text) {
		words[t.Text] = append(words[t.Text], d.next+t.At)
		next = max(next, d.next+t.At+t.Width)
	}
	d.next = next + 1
}

// Words are the words of one place, each once, in their order.
func (d *Doc) Words(place Place) []string {
	out := make([]string, 0, len(d.words[place]))
	for w := range d.words[place] {
		out = append(out, w)
	}
	slices.Sort(out)
	return out
}

// Has tells whether one of some places has exactly what is asked for. loose also takes words that only begin so, where the
// needle is a beginning, and those that have it inside.
func (d *Doc) Has(n *Needle, loose bool, places ...Place) bool {
	for _, place := range places {
		words := d.words[place]
		if hasParts(words, n, loose && n.Prefix) || n.Joined != "" && len(starts(words, n.Joined, loose && n.Prefix)) > 0 {
			return true
		}
		if inner := n.Inner(); loose && inner != "" && hasInside(words, inner) {
			return true
		}
	}
	return false
}

func hasParts(words map[string][]int, n *Needle, prefix bool) bool {
	last := len(n.Parts) - 1
	for _, at := range starts(words, n.Parts[0].Text, prefix && last == 0) {
		if followed(words, n.Parts[1:], at-n.Parts[0].Offset, prefix) {
			return true
		}
	}
	return false
}

// followed tells whether the other parts stand where they should behind a place.
func followed(words map[string][]int, parts []Part, at int, prefix bool) bool {
	for i, p := range parts {
		if !slices.Contains(starts(words, p.Text, prefix && i == len(parts)-1), at+p.Offset) {
			return false
		}
	}
	return true
}

// starts are the places of a word, or of all that begin so.
func starts(words map[string][]int, word string, prefix bool) []int {
	if !prefix {
		return words[word]
	}
	var out []int
	for w, at := range words {
		if strings.HasPrefix(w, word) {
			out = append(out, at...)
		}
	}
	return out
}

func hasInside(words map[string][]int, inner string) bool {
	for w := range words {
		if strings.Contains(w, inner) && LongParts(w) != nil {
			return true
		}
	}
	return false
}
