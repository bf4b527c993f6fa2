package wire

import "strings"

// Local statuses of a ticket.
const (
	New     = "new"
	Open    = "open"
	Pending = "pending"
	Hold    = "hold"
	Solved  = "solved"
	Closed  = "closed"
)

// StatusMap translates between local statuses and the words of the wire (nhd §11.1). The zero value is the protocol's table; an agreement may
// override single words, which Request Tracker and bug trackers need.
type StatusMap struct {
	Out        map[string]string // local status → word; an empty word sends nothing
	In         map[string]string // word in lower case → local status
	HoldAsOpen bool              // a word for on-hold opens the ticket, as between Zendesk accounts
}

// Outbound returns the word for a local status, and false when none is sent: closing a ticket is local, the last word was solved.
func (m StatusMap) Outbound(local string) (string, bool) {
	if word, ok := m.Out[local]; ok {
		return word, word != ""
	}
	switch local {
	case New, Open, Pending, Solved:
		return local, true
	case Hold:
		return Open, true
	default:
		return "", false
	}
}

// Inbound returns the local status for a word while the ticket has the status current. It returns false for a word that is not known: the
// status stays and the rest of the message counts. Closed never comes from the wire.
func (m StatusMap) Inbound(word, current string) (string, bool) {
	word = strings.ToLower(strings.TrimSpace(word))
	if local, ok := m.In[word]; ok {
		return local, local != Closed
	}
	switch word {
	case "new":
		if current == New || current == "" {
			return New, true
		}
		return Open, true
	case "open", "pending":
		return word, true
	case "hold", "on-hold", "on_hold", "onhold":
		if m.HoldAsOpen {
			return Open, true
		}
		return Hold, true
	case "solved", "resolved", "closed":
		return Solved, true
	default:
		return "", false
	}
}
