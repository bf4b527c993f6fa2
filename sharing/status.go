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

// said is the word under which a baseline remembers a status: closing is local, the partner still knows it as solved.
func (d dictionary) said(local desk.Status) string {
	if local == desk.Closed {
		local = desk.Solved
	}
	word, ok := d.Outbound(string(local))
	if !ok {
		return string(local)
	}
	return word
}

// syncsStatus tells whether our status travels: always from the sender, from the receiver under full delegation (nhd §9).
func syncsStatus(a desk.Agreement) bool { return !a.Inbound || a.Terms.PublicComments }
