package notify

import (
	"context"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

// update is all that letters about one update are made of.
type update struct {
	config    *desk.Config
	ticket    desk.Ticket
	audit     desk.Audit
	comment   *desk.Comment  // nil: nothing was said
	comments  []desk.Comment // up to that one, newest first
	created   bool           // the update made the ticket
	people    map[desk.UserID]desk.User
	houses    map[desk.OrganizationID]desk.Organization
	states    map[string]desk.DeliverableState // of addresses that do not simply take mail
	talks     map[string]desk.Correspondence   // by address
	desks     map[string]string                // hosts of help desks, by their addresses
	hadItHere map[string]bool                  // addresses that got the mail by which the comment came
	received  []string                         // Message-IDs of the ticket's mail from outside, oldest first
	source    string                           // blob of the mail by which the comment came; "" when it came otherwise
}

// maxHistory is how many comments a letter can speak of.
const maxHistory = 50

// read gathers an update. What is no longer there is a NotFound error.
func (s *Service) read(ctx context.Context, tx *store.Tx, w what) (*update, error) {
	u := &update{people: map[desk.UserID]desk.User{}, houses: map[desk.OrganizationID]desk.Organization{}}
	steps := [...]func(context.Context, *store.Tx, what) error{u.readTicket, u.readComments, u.readPeople, u.readHouses, u.readMail}
	for _, step := range steps {
		if err := step(ctx, tx, w); err != nil {
			return nil, err
		}
	}
	return u, nil
}

func (u *update) readTicket(ctx context.Context, tx *store.Tx, w what) (err error) {
	if u.config, err = tx.Config(ctx); err != nil {
		return err
	}
	if u.ticket, err = tx.Ticket(ctx, w.Ticket); err != nil {
		return err
	}
	u.audit, err = tx.Audit(ctx, w.Ticket, w.Audit)
	u.created = slices.ContainsFunc(u.audit.Events, func(e desk.Event) bool { return e.Type == desk.EventCreate })
	return err
}

// readComments reads what had been said by then. A comment that was made private since is private.
func (u *update) readComments(ctx context.Context, tx *store.Tx, w what) error {
	said := desk.CommentID(0)
	for i := range u.audit.Events {
		if e := &u.audit.Events[i]; e.Type == desk.EventComment {
			said = e.Comment
		}
	}
	all, err := tx.Comments(ctx, w.Ticket, store.CommentFilter{Newest: true}, store.Page{Limit: maxHistory})
	if err != nil {
		return err
	}
	for _, c := range all.Items {
		if c.Audit > w.Audit {
			continue // said later
		}
		u.comments = append(u.comments, c)
		if c.ID == said {
			u.comment = &u.comments[len(u.comments)-1]
		}
	}
	return nil
}

// readPeople reads those whom letters may go to or speak of.
func (u *update) readPeople(ctx context.Context, tx *store.Tx, _ what) error {
	ids := slices.Concat([]desk.UserID{u.ticket.Requester, u.ticket.Assignee, u.ticket.Submitter, u.audit.Author}, u.ticket.EmailCCs, u.ticket.Followers)
	for _, c := range u.comments {
		ids = append(ids, c.Author)
	}
	for i := range u.audit.Events {
		if e := &u.audit.Events[i]; isNotice(e) {
			ids = append(ids, u.config.Recipients(e.Notice, &u.ticket, u.audit.Author)...)
		}
	}
	slices.Sort(ids)
	found, err := tx.UsersByID(ctx, slices.DeleteFunc(slices.Compact(ids), func(id desk.UserID) bool { return id == 0 }))
	if err != nil {
		return err
	}
	for _, p := range found {
		u.people[p.ID] = p
	}
	return u.readStates(ctx, tx)
}

// readStates reads which of the people's addresses do not take mail.
func (u *update) readStates(ctx context.Context, tx *store.Tx) error {
	var ids []desk.UserID
	for id := range u.people {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	all, err := tx.Identities(ctx, ids...)
	u.states = map[string]desk.DeliverableState{}
	for _, i := range all {
		if i.Kind == desk.IdentityEmail && i.State != desk.Deliverable {
			u.states[i.Value] = i.State
		}
	}
	return err
}

func (u *update) readHouses(ctx context.Context, tx *store.Tx, _ what) error {
	ids := []desk.OrganizationID{u.ticket.Organization}
	for _, p := range []desk.UserID{u.ticket.Requester, u.ticket.Assignee, u.ticket.Submitter, u.audit.Author} {
		ids = append(ids, u.people[p].Organization)
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id desk.OrganizationID) bool { return id == 0 })
	if len(ids) == 0 {
		return nil
	}
	found, err := tx.OrganizationsByID(ctx, ids)
	for _, o := range found {
		u.houses[o.ID] = o
	}
	return err
}

// readMail reads what went to and fro about the ticket.
func (u *update) readMail(ctx context.Context, tx *store.Tx, w what) error {
	mails, err := tx.MailsOf(ctx, w.Ticket)
	if err != nil {
		return err
	}
	for _, m := range mails {
		if m.Direction == desk.MailIn && m.MessageID != "" && m.State == desk.MailProcessed {
			u.received = append(u.received, m.MessageID)
		}
		if m.Direction == desk.MailIn && u.comment != nil && m.Comment == u.comment.ID {
			u.source = m.Blob
		}
	}
	talks, err := tx.CorrespondencesOf(ctx, w.Ticket)
	if err != nil {
		return err
	}
	u.talks = map[string]desk.Correspondence{}
	for _, t := range talks {
		u.talks[t.Address] = t
	}
	return u.readDesks(ctx, tx)
}

// readDesks reads where the help desks among the people can be reached, by which they are known as partners.
func (u *update) readDesks(ctx context.Context, tx *store.Tx) error {
	u.desks = map[string]string{}
	if len(u.ticket.Shares) == 0 {
		return nil
	}
	for _, p := range u.people {
		if p.Email == "" || p.Role.Staff() {
			continue
		}
		d, err := tx.RemoteDeskAt(ctx, p.Email)
		if err != nil && desk.KindOf(err) != desk.NotFound {
			return err
		}
		u.desks[strings.ToLower(p.Email)] = desk.HostOf(d.URL)
	}
	return nil
}
