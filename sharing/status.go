package sharing

import (
	"maps"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// StatusWords are an agreement's words for the states of a ticket.
type StatusWords struct{ wire.StatusMap }

// StatusWordsOf adds the agreement's own words to the protocol's table (nhd §11.1). A word of "" means that a status of ours is
// not sent.
func StatusWordsOf(a desk.Agreement) StatusWords {
	m := wire.StatusMap{In: map[string]string{}, Out: map[string]string{}}
	for _, word := range slices.Sorted(maps.Keys(a.StatusMap)) {
		local := a.StatusMap[word]
		if word != "" {
			m.In[strings.ToLower(word)] = local
		}
		if _, taken := m.Out[local]; !taken {
			m.Out[local] = word
		}
	}
	return StatusWords{m}
}

// Word is what a status is called on the wire; false: nothing is sent for it. Closing is local, the partner knows the ticket
// as solved.
func (d StatusWords) Word(local desk.Status) (string, bool) {
	if local == desk.Closed {
		local = desk.Solved
	}
	return d.Outbound(string(local))
}

// Stated is the word that a message must have, even where none would be sent.
func (d StatusWords) Stated(local desk.Status) string {
	if word, ok := d.Word(local); ok {
		return word
	}
	return string(local)
}

// Same tells whether two words mean one status. Baselines keep the word that was last said, by either side.
func (d StatusWords) Same(a, b string) bool {
	x, known := d.Inbound(a, "")
	y, too := d.Inbound(b, "")
	return known && too && x == y
}

// Knows tells whether the word that was last said is the one that a status has: on hold is called open.
func (d StatusWords) Knows(baseline string, local desk.Status) bool {
	was, known := d.Inbound(baseline, "")
	return known && d.Stated(desk.Status(was)) == d.Stated(local)
}

// SyncsStatus tells whether our status travels: always from the sender, from the receiver under full delegation (nhd §9).
func SyncsStatus(a desk.Agreement) bool { return !a.Inbound || a.Terms.PublicComments }

// HearsStatus tells whether the partner's status is ours to follow: always that of the sender, and the receiver's under full
// delegation (nhd §9). A tracker works on the ticket whatever its comments are here.
func HearsStatus(a desk.Agreement) bool { return a.Inbound || a.Terms.PublicComments || a.IsTracker() }
