package api

import (
	"cmp"
	"net/http"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/mail/suspended"
	"interdesk/store"
)

func suspendedTicketRoutes() []route {
	return []route{
		{"GET", "/suspended_tickets", agents, (*call).listSuspended},
		{"GET", "/suspended_tickets/{id}", agents, (*call).showSuspended},
		{"GET", "/suspended_tickets/{id}/source", admins, (*call).suspendedSource},
		{"PUT", "/suspended_tickets/{id}/recover", agents, (*call).recoverSuspended},
		{"PUT", "/suspended_tickets/recover_many", agents, (*call).recoverManySuspended},
		{"DELETE", "/suspended_tickets/destroy_many", agents, (*call).destroyManySuspended},
		{"DELETE", "/suspended_tickets/{id}", agents, (*call).deleteSuspended},
		{"GET", "/mails/{id}/source", admins, (*call).mailSource},
	}
}

// suspendedJSON is mail that was not let in.
type suspendedJSON struct {
	URL           string               `json:"url"`
	ID            desk.SuspendedID     `json:"id"`
	Author        suspendedAuthor      `json:"author"`
	Subject       string               `json:"subject"`
	Content       string               `json:"content"`
	Cause         string               `json:"cause"`
	CauseID       desk.SuspensionCause `json:"cause_id"`
	Reason        string               `json:"reason"` // ours: the same in a sentence
	MessageID     *string              `json:"message_id"`
	TicketID      *desk.TicketID       `json:"ticket_id"`
	Recipient     string               `json:"recipient"`
	BrandID       desk.BrandID         `json:"brand_id"`
	Via           viaJSON              `json:"via"`
	Attachments   []attachmentJSON     `json:"attachments"`
	ErrorMessages []object             `json:"error_messages"`
	CreatedAt     string               `json:"created_at"`
	UpdatedAt     string               `json:"updated_at"`
}

type suspendedAuthor struct {
	ID    *desk.UserID `json:"id"`
	Name  string       `json:"name"`
	Email string       `json:"email"`
}

func (c *call) listSuspended() error {
	order, desc, err := c.suspendedOrder()
	if err != nil {
		return err
	}
	f := store.SuspendedFilter{Text: c.query.Get("query")}
	return answerList(c, listSpec[desk.SuspendedTicket]{key: "suspended_tickets", show: c.showSuspendedRows,
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.SuspendedTicket], error) {
			return tx.SuspendedTickets(c.ctx(), f, order, desc, p)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountSuspended(c.ctx(), f, maxSuspendedCount) }})
}

// maxSuspendedCount is how far suspended tickets are counted.
const maxSuspendedCount = 10_000

// suspendedOrder is the order that is asked for.
func (c *call) suspendedOrder() (o store.SuspendedOrder, desc bool, err error) {
	switch by := c.query.Get("sort_by"); by {
	case "":
	case "author_email", "cause", "created_at", "subject":
		o = store.SuspendedOrder(by)
	default:
		err = httpkit.BadRequest("InvalidSort", "sort_by takes author_email, cause, created_at or subject")
	}
	switch order := c.query.Get("sort_order"); order {
	case "", "asc":
	case "desc":
		desc = true
	default:
		err = httpkit.BadRequest("InvalidSort", "sort_order takes asc or desc")
	}
	return o, desc, err
}

func (c *call) showSuspendedRows(tx *store.Tx, rows []desk.SuspendedTicket) (any, object, error) {
	cfg, err := tx.Config(c.ctx())
	if err != nil {
		return nil, nil, err
	}
	mails, err := tx.MailsByID(c.ctx(), distinct(rows, func(s desk.SuspendedTicket) desk.MailID { return s.Mail }))
	if err != nil {
		return nil, nil, err
	}
	authors, err := tx.IdentitiesByAddress(c.ctx(), distinct(rows, func(s desk.SuspendedTicket) string { return s.AuthorEmail }))
	out := make([]suspendedJSON, len(rows))
	for i := range rows {
		s := &rows[i]
		out[i] = c.suspendedOf(cfg, s)
		out[i].MessageID, out[i].Author.ID = nullString(mails[s.Mail].MessageID), nullID(authors[s.AuthorEmail].User)
	}
	return out, nil, err
}

func (c *call) suspendedOf(cfg *desk.Config, s *desk.SuspendedTicket) suspendedJSON {
	return suspendedJSON{
		URL: c.url("suspended_tickets", int64(s.ID)), ID: s.ID, Author: suspendedAuthor{Name: cmp.Or(s.AuthorName, s.AuthorEmail), Email: s.AuthorEmail}, Subject: s.Subject,
		Content: s.Content, Cause: s.Cause.Title(), CauseID: s.Cause, Reason: s.Reason, TicketID: nullID(s.Ticket), Recipient: s.Recipient,
		BrandID: cfg.Brand.ID, Via: viaOf(desk.Via{Channel: desk.ChannelMail, From: s.AuthorEmail, To: s.Recipient}), Attachments: []attachmentJSON{},
		ErrorMessages: []object{}, CreatedAt: formatTime(s.CreatedAt), UpdatedAt: formatTime(s.UpdatedAt),
	}
}

func (c *call) showSuspended() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		s, err := tx.Suspended(c.ctx(), desk.SuspendedID(id))
		if err != nil {
			return nil, err
		}
		shown, _, err := c.showSuspendedRows(tx, []desk.SuspendedTicket{s})
		if err != nil {
			return nil, err
		}
		return objectOf("suspended_ticket", shown.([]suspendedJSON)[0]), nil
	})
}

// recoverSuspended lets one in. As in Zendesk the caller becomes its author; recover_many keeps the one it has.
func (c *call) recoverSuspended() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	t, err := c.Suspended.Recover(c.ctx(), c.account, c.user, desk.SuspendedID(id), suspended.Recovery{As: c.user.ID})
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		shown, sideloads, err := c.showTickets(tx, []desk.Ticket{t})
		return append(objectOf("ticket", shown), sideloads...), err
	})
}

// recoverManySuspended lets several in, each on its own. What could not be is named beside the tickets, with a 422.
func (c *call) recoverManySuspended() error {
	ids, err := c.suspendedIDs()
	if err != nil {
		return err
	}
	results, err := c.Suspended.RecoverMany(c.ctx(), c.account, c.user, ids, suspended.Recovery{})
	if err != nil {
		return err
	}
	tickets, failed := []desk.Ticket{}, []object{}
	for _, r := range results {
		if r.Err == nil {
			tickets = append(tickets, r.Ticket)
		} else {
			failed = append(failed, object{{"id", r.ID}, {"url", c.url("suspended_tickets", int64(r.ID))}, {"error_messages", []object{{{"description", r.Err.Error()}}}}})
		}
	}
	var o object
	err = c.readTx(func(tx *store.Tx) error {
		shown, _, err := c.showTickets(tx, tickets)
		o = objectOf("tickets", shown)
		return err
	})
	switch {
	case err != nil:
		return err
	case len(failed) == 0:
		return c.ok(o)
	}
	return c.answer(http.StatusUnprocessableEntity, append(o, member{"suspended_tickets", failed}))
}

func (c *call) suspendedIDs() ([]desk.SuspendedID, error) {
	numbers, err := c.queryIDs("ids", desk.MaxBulk)
	if err == nil && len(numbers) == 0 {
		err = httpkit.BadRequest("InvalidValue", "Parameter ids must be a list of ids, such as 1,2,3")
	}
	ids := make([]desk.SuspendedID, len(numbers))
	for i, n := range numbers {
		ids[i] = desk.SuspendedID(n)
	}
	return ids, err
}

func (c *call) deleteSuspended() error {
	id, err := c.pathID("id")
	if err == nil {
		err = c.Suspended.Delete(c.ctx(), c.account, c.user, desk.SuspendedID(id))
	}
	if err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) destroyManySuspended() error {
	ids, err := c.suspendedIDs()
	if err == nil {
		_, err = c.Suspended.DeleteMany(c.ctx(), c.account, c.user, ids)
	}
	if err != nil {
		return err
	}
	return c.noContent()
}

// suspendedSource is a suspended message as it came.
func (c *call) suspendedSource() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.serveSource(func(tx *store.Tx) (desk.Mail, error) {
		s, err := tx.Suspended(c.ctx(), desk.SuspendedID(id))
		if err != nil {
			return desk.Mail{}, err
		}
		return tx.Mail(c.ctx(), s.Mail)
	})
}

// mailSource is a message as it came or went.
func (c *call) mailSource() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.serveSource(func(tx *store.Tx) (desk.Mail, error) { return tx.Mail(c.ctx(), desk.MailID(id)) })
}

// serveSource serves the source of a message as a download: what somebody sent must not run as a page of this desk.
func (c *call) serveSource(find func(tx *store.Tx) (desk.Mail, error)) error {
	var m desk.Mail
	err := c.readTx(func(tx *store.Tx) (err error) {
		m, err = find(tx)
		return err
	})
	if err == nil && m.Blob == "" {
		err = desk.Missing()
	}
	if err != nil {
		return err
	}
	return c.serveFile(desk.Attachment{FileName: "message.eml", ContentType: "message/rfc822", Blob: m.Blob, CreatedAt: m.CreatedAt})
}
