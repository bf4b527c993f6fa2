package inbound

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// intake is one message about a ticket being taken in, within one transaction.
type intake struct {
	session
	service  *Service
	tx       *store.Tx
	message  wire.Ticket
	share    desk.Share
	ticket   desk.Ticket
	whole    bool     // the message begins the share
	previous int64    // number of the message that was taken before
	people   int      // unknown ones that the message brought
	added    int      // comments that were new
	changes  []string // what changed, in words
	remarks  []string // what could not be taken, in words
	again    []string // items on which our word stands, to be said again
}

// create makes the ticket with its first comment; the others follow one by one, so that triggers see each (nhd §8).
func (i *intake) create(ctx context.Context) error {
	m := i.message
	requester, err := i.person(ctx, m.Requester.Value)
	if err != nil {
		return err
	}
	i.share.Requester = m.Requester.Value.UUID
	edits, err := i.merge(ctx, false)
	if err != nil {
		return err
	}
	edits.Requester = &requester.ID
	i.noteHeard()
	u := i.updateOf(requester, edits, nil)
	u.Origin.Share = &i.share
	u.CreatedAt = wire.ClampDate(m.RequestedAt.Value.Or(i.at), i.at)
	comments := m.Comments.Value
	if len(comments) > 0 {
		if u.Comment, u.Actor, err = i.comment(ctx, comments[0]); err != nil {
			return err
		}
	}
	applied, err := i.service.tickets.ApplyIn(ctx, i.tx, u)
	if err != nil {
		return err
	}
	i.ticket = applied.Ticket
	if len(comments) > 0 {
		if err := i.noteComment(ctx, comments[0], applied.Comment); err != nil {
			return err
		}
		if err := i.addComments(ctx, comments[1:], desk.Edits{}); err != nil {
			return err
		}
	}
	return i.finish(ctx, sharing.KindShare)
}

// update takes the changes of a ticket that is linked already.
func (i *intake) update(ctx context.Context) error {
	fresh, err := i.newComments(ctx)
	if err != nil {
		return err
	}
	wasClosed := i.ticket.Status == desk.Closed
	stays := wasClosed && len(fresh) == 0 && !i.reopens()
	edits, err := i.merge(ctx, stays)
	if err != nil {
		return err
	}
	if !stays {
		if err := i.newRequester(ctx, &edits); err != nil {
			return err
		}
	}
	if wasClosed && !stays {
		return i.followUp(ctx, fresh, edits)
	}
	if err := i.saveShare(ctx); err != nil {
		return err
	}
	if len(fresh) == 0 && !stays && edits.Any() {
		causer, err := i.causer(ctx)
		if err != nil {
			return err
		}
		if err := i.apply(ctx, causer, edits, nil); err != nil {
			return err
		}
	}
	if err := i.addComments(ctx, fresh, edits); err != nil {
		return err
	}
	if err := i.withdraw(ctx); err != nil {
		return err
	}
	if stays && i.message.StatesAnything() {
		i.changes = append(i.changes, "came to a closed ticket, which stays as it is")
	}
	return i.finish(ctx, sharing.KindUpdate)
}

// reopens tells whether the partner works on the ticket again, as far as its status says.
func (i *intake) reopens() bool {
	word, stated := i.message.Status.Get()
	words := sharing.StatusWordsOf(i.agreement)
	next, known := words.Inbound(word, string(desk.Closed))
	return stated && known && desk.Status(next) != desk.Solved && !words.Same(word, i.share.Status) && sharing.HearsStatus(i.agreement)
}

// addComments takes comments in their order; the last one brings the edits along, so that triggers see both together.
func (i *intake) addComments(ctx context.Context, comments []wire.Comment, edits desk.Edits) error {
	for n, c := range comments {
		in, author, err := i.comment(ctx, c)
		if err != nil {
			return err
		}
		e := desk.Edits{}
		if n == len(comments)-1 {
			e = edits
		}
		applied, err := i.service.tickets.ApplyIn(ctx, i.tx, i.updateOf(author, e, in))
		if err != nil {
			return err
		}
		i.ticket = applied.Ticket
		if err := i.noteComment(ctx, c, applied.Comment); err != nil {
			return err
		}
	}
	return nil
}

// followUp: a closed ticket never changes. A new one follows it and takes the share over (nhd §11.1).
func (i *intake) followUp(ctx context.Context, fresh []wire.Comment, edits desk.Edits) error {
	closed := i.ticket.ID
	edits.FollowupOf = closed
	if edits.Requester == nil {
		edits.Requester = &i.ticket.Requester
	}
	if edits.Subject == nil {
		edits.Subject = &i.ticket.Subject
	}
	causer, err := i.causer(ctx)
	if err != nil {
		return err
	}
	i.noteHeard()
	u := i.updateOf(causer, edits, nil)
	u.Ticket, u.Origin.Share = 0, &i.share
	if len(fresh) > 0 {
		if u.Comment, u.Actor, err = i.comment(ctx, fresh[0]); err != nil {
			return err
		}
	}
	applied, err := i.service.tickets.ApplyIn(ctx, i.tx, u)
	if err != nil {
		return err
	}
	i.ticket, i.share.Ticket = applied.Ticket, applied.Ticket.ID
	i.changes = append(i.changes, "came to a closed ticket, so a new one follows it up")
	if len(fresh) > 0 {
		if err := i.noteComment(ctx, fresh[0], applied.Comment); err != nil {
			return err
		}
		if err := i.addComments(ctx, fresh[1:], desk.Edits{}); err != nil {
			return err
		}
	}
	return i.finish(ctx, sharing.KindUpdate)
}

// updateOf is an update in the name of a partner's person.
func (i *intake) updateOf(actor desk.Actor, e desk.Edits, c *desk.NewComment) desk.Update {
	return desk.Update{Account: i.account, Ticket: i.ticket.ID, Actor: actor, Via: sharing.ViaPartner(i.agreement), Edits: e, Comment: c}
}

func (i *intake) apply(ctx context.Context, actor desk.Actor, e desk.Edits, c *desk.NewComment) error {
	applied, err := i.service.tickets.ApplyIn(ctx, i.tx, i.updateOf(actor, e, c))
	if err == nil {
		i.ticket = applied.Ticket
	}
	return err
}

// saveShare stores what both sides have from now on.
func (i *intake) saveShare(ctx context.Context) error {
	i.noteHeard()
	return i.tx.UpdateShare(ctx, &i.share)
}

func (i *intake) noteHeard() {
	i.share.LastSeenAt, i.share.UpdatedAt = i.at, i.at
	if i.numbered {
		i.share.ReceivedSeq = max(i.share.ReceivedSeq, i.position.Seq)
	}
	if id, stated := i.message.OriginalID.Get(); stated {
		i.share.RemoteID = sharing.Shorten(id, desk.MaxExternalID)
	}
}

// finish says again what has to be, and keeps the message.
func (i *intake) finish(ctx context.Context, kind string) (err error) {
	if i.share, err = i.tx.LockShare(ctx, i.share.ID); err != nil { // whoever followed the change has written on it
		return err
	}
	if len(i.again) > 0 {
		if err := i.service.outbox.SayAgain(ctx, i.tx, &i.share, i.agreement, &i.ticket, i.again, "say again what crossed"); err != nil {
			return err
		}
	}
	if err := i.noteRemarks(ctx); err != nil {
		return err
	}
	return i.noteMessage(ctx, kind, summaryOf(i.added, i.changes))
}

// noteRemarks tells people on the ticket what of the message could not be taken as it stood (nhd §11.1, §12).
func (i *intake) noteRemarks(ctx context.Context) error {
	for _, raw := range i.message.UnreadableDates() {
		i.remarks = append(i.remarks, "the date "+raw+" could not be read; the time of arrival stands instead")
	}
	if len(i.remarks) == 0 {
		return nil
	}
	return i.service.core.PrivateNote(ctx, i.tx, i.agreement, i.ticket.ID, "A message from "+i.agreement.Name+" was taken, but for this: "+strings.Join(i.remarks, "; ")+".")
}

// noteMessage keeps the message on the timeline and the time of contact on the agreement.
func (i *intake) noteMessage(ctx context.Context, kind, summary string) error {
	err := i.tx.InsertDelivery(ctx, &desk.Delivery{
		ID: desk.DeliveryID(i.tx.NewID()), Agreement: i.agreement.ID, Share: i.share.ID, Ticket: i.share.Ticket, Inbound: true,
		Kind: kind, Method: i.method, Summary: summary, Body: sharing.Redacted(i.message), State: desk.DeliveryReceived, Attempts: 1,
		Code: http.StatusOK, Episode: i.share.Episode, Seq: i.position.Seq, Seen: i.position.Seen, CreatedAt: i.at, DoneAt: i.at,
	})
	if err != nil {
		return err
	}
	if err := i.notePeer(ctx); err != nil {
		return err
	}
	return i.tx.RecordContact(ctx, i.agreement.ID, i.at)
}

// notePeer keeps how the partner speaks: we answer in the same way (nhd §15).
func (i *intake) notePeer(ctx context.Context) error {
	d := i.dialect()
	if (d == desk.DialectUnknown || d == i.agreement.Dialect) && (!i.numbered || i.agreement.Peer == desk.PeerInterdesk) {
		return nil
	}
	a, err := i.tx.LockAgreement(ctx, i.agreement.ID)
	if err != nil {
		return err
	}
	if d != desk.DialectUnknown {
		a.Dialect = d
	}
	if i.numbered {
		a.Peer = desk.PeerInterdesk
	}
	a.UpdatedAt = i.at
	return i.tx.UpdateAgreement(ctx, &a)
}

// summaryOf tells in words what a partner's message brought.
func summaryOf(comments int, changes []string) string {
	var parts []string
	switch {
	case comments == 1:
		parts = append(parts, "a comment")
	case comments > 1:
		parts = append(parts, strconv.Itoa(comments)+" comments")
	}
	parts = append(parts, changes...)
	if len(parts) == 0 {
		return "nothing new"
	}
	return strings.Join(parts, "; ")
}
