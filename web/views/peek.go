package views

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// How much of a ticket a peek shows.
const (
	peekComments = 3
	peekLength   = 400
)

// ticketPeek is a ticket in short.
type ticketPeek struct {
	ticket    desk.Ticket
	subject   string
	requester string
	assignee  string
	partners  []ui.PartnerShare
	comments  []peekComment // the newest last
	earlier   int           // comments before these
}

type peekComment struct {
	author  string
	comment desk.Comment
	words   string
}

// showPeek is a ticket in short, for those who hesitate to open it.
func (p *pages) showPeek(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var g ticketPeek
	err = c.Read(func(tx *store.Tx) error { return g.read(c, tx, desk.TicketID(id)) })
	if err != nil {
		return err
	}
	return c.Fragment(0, peekCard(&g))
}

func (g *ticketPeek) read(c *ui.Call, tx *store.Tx, id desk.TicketID) error {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return err
	}
	if g.ticket, err = tx.Ticket(c.Ctx(), id); err != nil {
		return err
	}
	found, err := tx.Comments(c.Ctx(), id, store.CommentFilter{Newest: true}, store.Page{Limit: peekComments})
	if err != nil {
		return err
	}
	people := []desk.UserID{g.ticket.Requester}
	for i := range found.Items {
		people = append(people, found.Items[i].Author)
	}
	n := &nameTable{}
	if n.people, err = tx.UserNames(c.Ctx(), people); err != nil {
		return err
	}
	for i := len(found.Items) - 1; i >= 0; i-- {
		said := found.Items[i]
		g.comments = append(g.comments, peekComment{author: n.personName(cfg, said.Author), comment: said, words: clipLine(said.Body, peekLength)})
	}
	if g.subject = g.ticket.Subject; g.subject == "" {
		g.subject = c.T("views.untitled", g.ticket.ID)
	}
	g.requester, g.assignee, g.partners = n.personName(cfg, g.ticket.Requester), n.personName(cfg, g.ticket.Assignee), ui.PartnerShares(cfg, &g.ticket)
	g.earlier = max(0, g.ticket.CommentCount-len(g.comments))
	return nil
}
