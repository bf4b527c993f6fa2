package search

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/listing"
	"interdesk/web/ui"
)

// How much of each ticket is looked through for the words that were found: its first and its newest comments, in
// characters each.
const (
	commentsRead      = 8
	commentCharacters = 4000
)

// ticketsOf reads what a page of tickets shows, with the words of m marked.
func ticketsOf(c *ui.Call, tx *store.Tx, cfg *desk.Config, tickets []desk.Ticket, m *marker) ([]listing.Ticket, error) {
	out, err := listing.Tickets(c, tx, cfg, tickets)
	if err != nil || m.Empty() {
		return out, err
	}
	comments, err := commentsOf(c, tx, tickets)
	if err != nil {
		return nil, err
	}
	for i := range out {
		t := &out[i]
		t.Subject = m.mark(listing.Title(c, &tickets[i]))
		if found, ok := bestComment(m, comments[t.ID]); ok {
			t.Excerpt, t.Note = m.snippet(found.Body), !found.Public
		}
	}
	return out, nil
}

// commentsOf reads where the words may stand.
func commentsOf(c *ui.Call, tx *store.Tx, tickets []desk.Ticket) (map[desk.TicketID][]store.CommentExcerpt, error) {
	ids := make([]desk.TicketID, len(tickets))
	for i := range tickets {
		ids[i] = tickets[i].ID
	}
	all, err := tx.CommentExcerpts(c.Ctx(), ids, commentsRead, commentCharacters)
	out := map[desk.TicketID][]store.CommentExcerpt{}
	for _, s := range all {
		out[s.Ticket] = append(out[s.Ticket], s)
	}
	return out, err
}

// bestComment is the comment with most of the words; of equal ones the newest.
func bestComment(m *marker, comments []store.CommentExcerpt) (found store.CommentExcerpt, ok bool) {
	most := 0
	for _, s := range comments {
		if n := m.distinctMatches(s.Body); n > most {
			most, found, ok = n, s, true
		}
	}
	return found, ok
}
