package api

import (
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

func commentRoutes() []route {
	return []route{
		{"GET", "/tickets/{id}/comments", agents, (*call).listComments},
		{"GET", "/tickets/{id}/comments/count", agents, (*call).countComments},
		{"PUT", "/tickets/{id}/comments/{comment_id}/make_private", agents, (*call).makeCommentPrivate},
	}
}

func (c *call) listComments() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.commentsOf(id, store.CommentFilter{Newest: c.newestFirst()}, nil)
}

// newestFirst reads the two ways to ask for the newest comment first.
func (c *call) newestFirst() bool {
	return strings.EqualFold(c.query.Get("sort_order"), "desc") || strings.HasPrefix(c.query.Get("sort"), "-")
}

// agentSees lets staff see every ticket that is there.
func agentSees(c *call, tx *store.Tx, id desk.TicketID) error {
	return tx.RequireTicket(c.ctx(), id)
}

// commentsOf lists comments of a ticket; may refuses those who may not see it, and is nil where all staff may.
func (c *call) commentsOf(id desk.TicketID, f store.CommentFilter, may func(*call, *store.Tx, desk.TicketID) error) error {
	return answerList(c, listSpec[desk.Comment]{
		key:  "comments",
		look: c.isStaff(),
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.Comment], error) {
			if may != nil {
				if err := may(c, tx, id); err != nil {
					return store.Listed[desk.Comment]{}, err
				}
			}
			return tx.Comments(c.ctx(), id, f, p)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountComments(c.ctx(), id, f) },
		show:  c.showComments,
	})
}

func (c *call) showComments(tx *store.Tx, comments []desk.Comment) (any, object, error) {
	clients, err := c.clientsOf(tx, comments)
	if err != nil {
		return nil, nil, err
	}
	out := make([]commentJSON, len(comments))
	for i := range comments {
		out[i] = c.commentOf(&comments[i])
		out[i].Metadata.System = systemOf(clients[comments[i].Audit])
	}
	if !c.includes("users") {
		return out, nil, nil
	}
	users, err := tx.UsersByID(c.ctx(), distinct(comments, func(m desk.Comment) desk.UserID { return m.Author }))
	return out, objectOf("users", c.usersShown(users)), err
}

// clientsOf tells staff which programs a ticket's comments came from.
func (c *call) clientsOf(tx *store.Tx, comments []desk.Comment) (map[desk.AuditID]desk.Client, error) {
	if !c.isStaff() || len(comments) == 0 {
		return nil, nil
	}
	return tx.AuditClients(c.ctx(), comments[0].Ticket, distinct(comments, func(m desk.Comment) desk.AuditID { return m.Audit }))
}

func (c *call) countComments() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		if err := agentSees(c, tx, id); err != nil {
			return nil, err
		}
		n, err := tx.CountComments(c.ctx(), id, store.CommentFilter{})
		return objectOf("count", c.countObject(n)), err
	})
}

// makeCommentPrivate hides a public comment from end users. Partners who have it are asked to hide it, too.
func (c *call) makeCommentPrivate() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	comment, err := c.pathID("comment_id")
	if err != nil {
		return err
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	if err := c.Tickets.Hide(c.ctx(), c.account, c.actor(cfg), c.via(), id, desk.CommentID(comment)); err != nil {
		return err
	}
	return c.ok(object{})
}
