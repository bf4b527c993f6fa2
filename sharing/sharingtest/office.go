package sharingtest

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/store"
)

// URL is the sharing URL.
func (o *Office) URL() string { return o.BaseURL(o.Account.Subdomain) + "/sharing" }

// Read reads the account.
func (o *Office) Read(fn func(ctx context.Context, tx *store.Tx) error) {
	o.t.Helper()
	Check(o.t, o.Store.Account(o.Account.ID).Read(o.t.Context(), func(tx *store.Tx) error { return fn(o.t.Context(), tx) }))
}

// Write writes to the account.
func (o *Office) Write(fn func(ctx context.Context, tx *store.Tx) error) {
	o.t.Helper()
	Check(o.t, o.Store.Account(o.Account.ID).Write(o.t.Context(), func(tx *store.Tx) error { return fn(o.t.Context(), tx) }))
}

// Apply changes a ticket as the admin, or who the update names.
func (o *Office) Apply(u desk.Update) desk.Applied {
	o.t.Helper()
	applied, err := o.Try(u)
	Check(o.t, err)
	return applied
}

// Try is Apply that may fail.
func (o *Office) Try(u desk.Update) (desk.Applied, error) {
	u.Account = o.Account.ID
	if u.Actor.Role == "" && !u.Actor.System {
		u.Actor = o.Admin
	}
	return o.Tickets.Apply(o.t.Context(), u)
}

// OpenTicket makes a ticket of a customer and gives its id.
func (o *Office) OpenTicket(subject, body string, e ...func(*desk.Edits)) desk.TicketID {
	o.t.Helper()
	u := desk.Update{Edits: desk.Edits{Subject: &subject}, Comment: &desk.NewComment{Body: body}}
	for _, edit := range e {
		edit(&u.Edits)
	}
	return o.Apply(u).Ticket.ID
}

// AddComment says something as the admin.
func (o *Office) AddComment(t desk.TicketID, body string, public bool) desk.Applied {
	o.t.Helper()
	return o.Apply(desk.Update{Ticket: t, Comment: &desk.NewComment{Body: body, Public: &public}})
}

// Edit changes a ticket as the admin.
func (o *Office) Edit(t desk.TicketID, edit func(*desk.Edits)) desk.Applied {
	o.t.Helper()
	u := desk.Update{Ticket: t}
	edit(&u.Edits)
	return o.Apply(u)
}

// SetStatus changes the status as the admin.
func (o *Office) SetStatus(t desk.TicketID, s desk.Status) {
	o.t.Helper()
	o.Edit(t, func(e *desk.Edits) {
		e.Status = &s
		if s == desk.Solved {
			e.Assignee = &o.Admin.ID
		}
	})
}

// Share shares a ticket.
func (o *Office) Share(t desk.TicketID, a desk.AgreementID) {
	o.t.Helper()
	o.Edit(t, func(e *desk.Edits) { e.Share = []desk.AgreementID{a} })
}

// Unshare stops sharing a ticket.
func (o *Office) Unshare(t desk.TicketID, a desk.AgreementID) {
	o.t.Helper()
	o.Edit(t, func(e *desk.Edits) { e.Unshare = []desk.AgreementID{a} })
}

// Ticket reads a ticket.
func (o *Office) Ticket(id desk.TicketID) (t desk.Ticket) {
	o.t.Helper()
	o.Read(func(ctx context.Context, tx *store.Tx) (err error) { t, err = tx.Ticket(ctx, id); return err })
	return t
}

// Comments reads the comments of a ticket.
func (o *Office) Comments(id desk.TicketID) []desk.Comment {
	o.t.Helper()
	var list store.Listed[desk.Comment]
	o.Read(func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = tx.Comments(ctx, id, store.CommentFilter{}, store.Page{Limit: 5000})
		return err
	})
	return list.Items
}

// Bodies are the bodies of a ticket's comments.
func (o *Office) Bodies(id desk.TicketID) []string {
	o.t.Helper()
	var out []string
	for _, c := range o.Comments(id) {
		out = append(out, c.Body)
	}
	return out
}

// CopyOf finds the ticket that has a uuid on the wire; 0 when there is none.
func (o *Office) CopyOf(uuid string) desk.TicketID {
	o.t.Helper()
	var id desk.TicketID
	o.Read(func(ctx context.Context, tx *store.Tx) error {
		shares, err := tx.SharesByUUID(ctx, uuid)
		if len(shares) > 0 {
			id = shares[0].Ticket
		}
		return err
	})
	return id
}

// ShareOf reads a share; the zero one when there is none.
func (o *Office) ShareOf(t desk.TicketID, a desk.AgreementID) (s desk.Share) {
	o.t.Helper()
	o.Read(func(ctx context.Context, tx *store.Tx) (err error) {
		s, err = tx.TicketShare(ctx, t, a)
		if desk.KindOf(err) == desk.NotFound {
			return nil
		}
		return err
	})
	return s
}

// ReadAgreement reads an agreement, also one that was deleted.
func (o *Office) ReadAgreement(id desk.AgreementID) (a desk.Agreement) {
	o.t.Helper()
	o.Read(func(ctx context.Context, tx *store.Tx) (err error) { a, err = tx.FindAgreement(ctx, id); return err })
	return a
}

// ListAgreements reads all agreements.
func (o *Office) ListAgreements() []desk.Agreement {
	o.t.Helper()
	all, err := o.Agreements.Agreements(o.t.Context(), o.Account.ID)
	Check(o.t, err)
	return all
}

// Timeline reads the messages of a share.
func (o *Office) Timeline(t desk.TicketID, s desk.ShareID) []desk.Delivery {
	o.t.Helper()
	list, err := o.Sharing.Timeline(o.t.Context(), o.Account.ID, o.Admin, t, s, 0)
	Check(o.t, err)
	return list
}

// AddTrigger makes a trigger.
func (o *Office) AddTrigger(title string, when []condition.Condition, do ...desk.Action) {
	o.t.Helper()
	o.Write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertTrigger(ctx, &desk.Trigger{Title: title, Active: true, Conditions: condition.Tree{All: when}, Actions: do}, o.Admin.ID)
	})
}

// AddField makes a field.
func (o *Office) AddField(f desk.TicketField) desk.FieldID {
	o.t.Helper()
	f.Active = true
	o.Write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertField(ctx, &f) })
	return f.ID
}

func (o *Office) ShareStatus(t desk.TicketID) (s sharing.ShareStatus) {
	o.t.Helper()
	o.Read(func(ctx context.Context, tx *store.Tx) error {
		cfg, err := tx.Config(ctx)
		if err != nil {
			return err
		}
		all, err := sharing.ShareStatuses(ctx, tx, cfg, t, time.Now())
		if len(all) > 0 {
			s = all[0]
		}
		return err
	})
	return s
}

// InboundAgreements are the invitations of partners in a state.
func (o *Office) InboundAgreements(status desk.AgreementStatus) []desk.Agreement {
	o.t.Helper()
	var out []desk.Agreement
	for _, a := range o.ListAgreements() {
		if a.Inbound && a.Status == status {
			out = append(out, a)
		}
	}
	return out
}

// Upload makes a comment with a file.
func (o *Office) Upload(id desk.TicketID, name, contentType, content string) {
	o.t.Helper()
	hash, size, err := o.Files.Put(o.t.Context(), strings.NewReader(content), desk.MaxUpload)
	Check(o.t, err)
	token := rand.Text()
	o.Write(func(ctx context.Context, tx *store.Tx) error {
		a := desk.Attachment{ID: desk.AttachmentID(tx.NewID()), FileName: name, ContentType: contentType, Size: size, Blob: hash, Token: rand.Text(), CreatedAt: o.Now()}
		return tx.AddToUpload(ctx, token, &a, o.Admin.ID, o.Now().Add(time.Hour))
	})
	o.Apply(desk.Update{Ticket: id, Comment: &desk.NewComment{Body: "See the file", Uploads: []string{token}}})
}

// HasEvent tells whether an audit of a ticket has a sharing event.
func (o *Office) HasEvent(id desk.TicketID, action string) bool {
	o.t.Helper()
	var list store.Listed[desk.Audit]
	o.Read(func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = tx.Audits(ctx, id, store.Page{Limit: 100})
		return err
	})
	for _, a := range list.Items {
		if slices.ContainsFunc(a.Events, func(e desk.Event) bool { return e.Type == desk.EventSharing && e.Action == action }) {
			return true
		}
	}
	return false
}
