package sharing

import (
	"maps"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// dictionary is an agreement's status words.
type dictionary struct{ wire.StatusMap }

// statusMap adds the agreement's own words to the protocol's table (nhd §11.1). A word of "" means that a status of ours is
// not sent.
func statusMap(a desk.Agreement) dictionary {
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
	return dictionary{m}
}

// word is what a status is called on the wire; false: nothing is sent for it. Closing is local, the partner knows the ticket
// as solved.
func (d dictionary) word(local desk.Status) (string, bool) {
	if local == desk.Closed {
		local = desk.Solved
	}
	return d.Outbound(string(local))
}

// said is the word that a message must have, even where none would be sent.
func (d dictionary) said(local desk.Status) string {
	if word, ok := d.word(local); ok {
		return word
	}
	return string(local)
}

// same tells whether two words mean one status. Baselines keep the word that was last said, by either side.
func (d dictionary) same(a, b string) bool {
	x, known := d.Inbound(a, "")
	y, too := d.Inbound(b, "")
	return known && too && x == y
}

// knows tells whether the word that was last said is the one that a status has: on hold is called open.
func (d dictionary) knows(baseline string, local desk.Status) bool {
	was, known := d.Inbound(baseline, "")
	return known && d.said(desk.Status(was)) == d.said(local)
}

// syncsStatus tells whether our status travels: always from the sender, from the receiver under full delegation (nhd §9).
func syncsStatus(a desk.Agreement) bool { return !a.Inbound || a.Terms.PublicComments }
