package listing

import (
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// Piece is a run of text; marked, it is what was searched for.
type Piece struct {
	Text   string
	Marked bool
}

// Ticket is a ticket in a list.
type Ticket struct {
	ID          desk.TicketID
	Status      desk.Status
	Priority    desk.Priority
	Subject     []Piece
	Excerpt     []Piece // the newest that was said publicly, or what a search found
	Note        bool    // the excerpt is from an internal note
	Partners    []ui.PartnerShare
	Clock       *ui.Clock // of what is promised; nil for nothing
	Requester   desk.UserID
	RequestedBy string // the requester's name
	AssignedTo  string // the assignee's name, else the group's
	UpdatedAt   time.Time
	Emphasized  bool // it was asked for by its number
}

// excerptLength is how much of the newest comment a ticket shows, in characters.
const excerptLength = 160

// Tickets reads what a page of tickets shows.
func Tickets(c *ui.Call, tx *store.Tx, cfg *desk.Config, tickets []desk.Ticket) ([]Ticket, error) {
	ids := make([]desk.TicketID, len(tickets))
	people := make([]desk.UserID, len(tickets))
	for i := range tickets {
		ids[i], people[i] = tickets[i].ID, tickets[i].Requester
	}
	names, err := tx.UserNames(c.Ctx(), people)
	if err != nil {
		return nil, err
	}
	excerpts, err := tx.LatestExcerpts(c.Ctx(), ids, excerptLength)
	if err != nil {
		return nil, err
	}
	out := make([]Ticket, len(tickets))
	for i := range tickets {
		t := &tickets[i]
		out[i] = Ticket{ID: t.ID, Status: t.Status, Priority: t.Priority, Subject: plain(Title(c, t)), Excerpt: plain(excerpts[t.ID]),
			Partners: ui.PartnerShares(cfg, t), Clock: ui.ForemostClock(t), Requester: t.Requester, RequestedBy: names[t.Requester], AssignedTo: assignedTo(cfg, t), UpdatedAt: t.UpdatedAt}
	}
	return out, nil
}

// plain is a text on one line, of which nothing is marked.
func plain(s string) []Piece { return []Piece{{Text: strings.Join(strings.Fields(s), " ")}} }

// Title is the subject of a ticket, or what stands for one.
func Title(c *ui.Call, t *desk.Ticket) string {
	if t.Subject == "" {
		return c.T("search.untitled", t.ID)
	}
	return t.Subject
}

func assignedTo(cfg *desk.Config, t *desk.Ticket) string {
	if m, ok := cfg.Staff[t.Assignee]; ok {
		return m.Name
	}
	g, _ := cfg.Group(t.Group)
	return g.Name
}
