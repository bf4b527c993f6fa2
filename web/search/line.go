package search

import (
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// line is a ticket in a list.
type line struct {
	id        desk.TicketID
	status    desk.Status
	priority  desk.Priority
	subject   []piece
	words     []piece // where the words were found, or the newest that was said publicly
	note      bool    // words are from an internal note
	partners  []string
	requester string
	person    desk.UserID // the requester
	place     string      // who is at it: assignee, else group
	updated   time.Time
	jump      bool // it was asked for by its number
}

// How much of each ticket is looked through for the words that were found: its first and its newest comments, in
// characters each.
const (
	lookedComments = 8
	lookedLength   = 4000
	wordsLength    = 160
)

// linesOf reads what a page of tickets shows, with the words of m marked.
func linesOf(c *ui.Call, tx *store.Tx, cfg *desk.Config, tickets []desk.Ticket, m *marker) ([]line, error) {
	ids := make([]desk.TicketID, len(tickets))
	people := make([]desk.UserID, len(tickets))
	for i := range tickets {
		ids[i], people[i] = tickets[i].ID, tickets[i].Requester
	}
	names, err := tx.Names(c.Ctx(), people)
	if err != nil {
		return nil, err
	}
	last, err := tx.LastWords(c.Ctx(), ids, wordsLength)
	if err != nil {
		return nil, err
	}
	said, err := saidOn(c, tx, ids, m)
	if err != nil {
		return nil, err
	}
	out := make([]line, len(tickets))
	for i := range tickets {
		t := &tickets[i]
		l := &out[i]
		*l = line{id: t.ID, status: t.Status, priority: t.Priority, subject: m.mark(titleOf(c, t)), requester: names[t.Requester], person: t.Requester,
			place: placeOf(cfg, t), partners: partnersOf(cfg, t), updated: t.UpdatedAt}
		if found, ok := best(m, said[t.ID]); ok {
			l.words, l.note = m.snippet(found.Body), !found.Public
		} else {
			l.words = []piece{{text: strings.Join(strings.Fields(last[t.ID]), " ")}}
		}
	}
	return out, nil
}

func titleOf(c *ui.Call, t *desk.Ticket) string {
	if t.Subject == "" {
		return c.T("find.untitled", t.ID)
	}
	return t.Subject
}

func placeOf(cfg *desk.Config, t *desk.Ticket) string {
	if m, ok := cfg.Staff[t.Assignee]; ok {
		return m.Name
	}
	g, _ := cfg.Group(t.Group)
	return g.Name
}

// partnersOf are the desks that a ticket is shared with now.
func partnersOf(cfg *desk.Config, t *desk.Ticket) []string {
	var out []string
	for _, s := range t.Shares {
		if a, ok := cfg.Agreements[s.Agreement]; ok && s.Live {
			out = append(out, a.Name)
		}
	}
	return out
}

// saidOn reads where the words may stand; nothing where no words were searched for.
func saidOn(c *ui.Call, tx *store.Tx, ids []desk.TicketID, m *marker) (map[desk.TicketID][]store.Said, error) {
	if m.empty() {
		return nil, nil
	}
	all, err := tx.Said(c.Ctx(), ids, lookedComments, lookedLength)
	out := map[desk.TicketID][]store.Said{}
	for _, s := range all {
		out[s.Ticket] = append(out[s.Ticket], s)
	}
	return out, err
}

// best is the comment with most of the words; of equal ones the newest.
func best(m *marker, said []store.Said) (found store.Said, ok bool) {
	most := 0
	for _, s := range said {
		if n := m.worth(s.Body); n > most {
			most, found, ok = n, s, true
		}
	}
	return found, ok
}
