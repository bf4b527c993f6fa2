package outbound

import (
	"context"
	"slices"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/store"
)

// Follow puts what an update means for partners into their lanes, in the update's own transaction: first the beginnings and
// ends of shares in their order, then what is new for the shares that go on.
func (s *Service) Follow(ctx context.Context, tx *store.Tx, a desk.Applied) error {
	if len(a.Ticket.Shares) == 0 {
		return nil
	}
	f := &following{service: s, tx: tx, Applied: &a, now: s.core.Now()}
	if err := f.readShares(ctx); err != nil {
		return err
	}
	for n := range a.Sharing {
		if err := f.step(ctx, n); err != nil {
			return err
		}
	}
	for _, share := range f.shares {
		if err := f.update(ctx, share); err != nil {
			return err
		}
	}
	return f.store(ctx)
}

// following is one update on its way to the partners of its ticket.
type following struct {
	*desk.Applied
	service  *Service
	tx       *store.Tx
	now      time.Time
	shares   []*followed
	comments []desk.CommentID // of the ticket, once they are asked for
}

// followed is a share of the ticket, and what the update made of it.
type followed struct {
	desk.Share
	isNew   bool // not stored yet
	changed bool
	stepped bool // begun or ended by this update: its first and last words are said
}

// readShares reads the shares of a ticket that can have some: a new one has none, unless it stands for a partner's.
func (f *following) readShares(ctx context.Context) error {
	if f.Before == nil && f.Origin.Share == nil {
		return nil
	}
	shares, err := f.tx.TicketShares(ctx, f.Ticket.ID)
	for _, s := range shares {
		f.shares = append(f.shares, &followed{Share: s})
	}
	return err
}

func (f *following) under(id desk.AgreementID) *followed {
	for _, s := range f.shares {
		if s.Agreement == id {
			return s
		}
	}
	return nil
}

func (f *following) step(ctx context.Context, n int) error {
	if f.Sharing[n].End {
		return f.end(ctx, n)
	}
	return f.begin(ctx, n)
}

// store writes each share once, whatever happened to it.
func (f *following) store(ctx context.Context) error {
	for _, s := range f.shares {
		s.UpdatedAt = f.now
		var err error
		switch {
		case s.isNew:
			err = f.tx.InsertShare(ctx, &s.Share)
		case s.changed:
			err = f.tx.UpdateShare(ctx, &s.Share)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// enqueue puts a message about the update into a share's lane.
func (f *following) enqueue(ctx context.Context, s *followed, d *desk.Delivery, items ...string) error {
	d.Audit, d.Automatic = f.Audit.ID, f.isAutomatic()
	s.changed = true
	if err := f.throttle(ctx, s, d); err != nil {
		return err
	}
	return f.service.enqueue(ctx, f.tx, &s.Share, d, f.Actor.ID, items...)
}

// isAutomatic: no person's doing, but rules' or the desk's own (nhd §14). What a person wrote at a partner and we only pass
// on is not.
func (f *following) isAutomatic() bool { return !f.Human && (f.ByRules || f.Actor.System) }

// update sends an update on to the partner of a share that goes on, unless it came from there (nhd §14).
func (f *following) update(ctx context.Context, s *followed) error {
	agreement, known := f.Config.Agreements[s.Agreement]
	if !s.State.Active() || s.stepped || !known || !agreement.Usable() {
		return nil
	}
	n := newsFor(f.Applied, agreement)
	if len(n.words) == 0 || n.said.IsEmpty() {
		return nil
	}
	n.said.Tags = f.Ticket.Tags
	items := itemsOf(f.Config, agreement, &n.said)
	if added, err := f.addToHeld(ctx, s, &n); added || err != nil {
		return err
	}
	return f.enqueue(ctx, s, &desk.Delivery{Kind: sharing.KindUpdate, Summary: quiet(agreement, strings.Join(n.words, "; ")), Said: n.said}, items...)
}

// quiet are words for a timeline, in which stands nothing that a detector of the agreement finds.
func quiet(a desk.Agreement, words string) string {
	t, err := sharing.TranslatorOf(a)
	if err != nil {
		return ""
	}
	return t.Quiet(words)
}

// steps tells whether a later step of the update begins or ends a share.
func (f *following) steps(from int, id desk.AgreementID, end bool) bool {
	return slices.ContainsFunc(f.Sharing[from+1:], func(s desk.SharingStep) bool { return s.Agreement == id && s.End == end })
}

// commentIDs are the comments of the ticket, this update's included.
func (f *following) commentIDs(ctx context.Context) (_ []desk.CommentID, err error) {
	switch {
	case f.comments != nil:
	case f.Before != nil:
		f.comments, err = f.tx.CommentIDs(ctx, f.Ticket.ID)
	case f.Comment != nil && !f.Comment.LocalOnly:
		f.comments = []desk.CommentID{f.Comment.ID}
	}
	return f.comments, err
}
