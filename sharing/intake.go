package sharing

import (
	"context"
	"net/http"

	"interdesk/desk"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// intake is one message about a ticket being taken in, within one transaction.
type intake struct {
	session
	service *Service
	tx      *store.Tx
	message wire.Ticket
	share   desk.Share
	ticket  desk.Ticket
	said    int      // comments that were new
	changes []string // what changed, in words
	remarks []string // what could not be taken, in words
}

// take finds what the message is about and carries it out. It gives the code to answer.
func (i *intake) take(ctx context.Context) (int, error) {
	share, err := i.tx.ShareByUUID(ctx, i.agreement.ID, i.uuid)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return 0, err
	}
	known, isPost := err == nil, i.http.Method == http.MethodPost
	switch {
	case known:
		i.share = share
	case isPost:
		return i.first(ctx)
	default:
		return 0, err
	}
	if err := i.hold(ctx); err != nil {
		return 0, err
	}
	if i.share.State == desk.ShareEnded {
		// Who stopped a share can start it again; the other side cannot (nhd §8).
		if !isPost || i.share.StateBy != desk.ByPartner {
			return 0, errGone()
		}
		if err := i.relink(ctx); err != nil {
			return 0, err
		}
	}
	return http.StatusOK, i.update(ctx)
}

// hold locks the ticket, then the share: everyone takes them in this order.
func (i *intake) hold(ctx context.Context) (err error) {
	i.ticket, err = i.tx.LockTicket(ctx, i.share.Ticket)
	if desk.KindOf(err) == desk.NotFound {
		return errGone() // nhd §8: the ticket was deleted here
	}
	if err != nil {
		return err
	}
	i.share, err = i.tx.LockShare(ctx, i.share.ID)
	return err
}

// first takes the POST of a ticket that this agreement does not know.
func (i *intake) first(ctx context.Context) (int, error) {
	others, err := i.tx.SharesByUUID(ctx, i.uuid)
	if err != nil {
		return 0, err
	}
	for _, other := range others {
		orphan, err := i.isOrphan(ctx, other)
		if err != nil {
			return 0, err
		}
		if !orphan {
			// Also the end of a ring A→B→C→A (nhd §6, §14).
			return 0, refuse(http.StatusUnprocessableEntity, "This ticket is here already, under another agreement.")
		}
	}
	if len(others) > 0 {
		return http.StatusOK, i.adopt(ctx, others[len(others)-1])
	}
	return http.StatusCreated, i.create(ctx)
}

// isOrphan tells whether a share ended under an earlier agreement with the same partner: then the new agreement takes its
// ticket over.
func (i *intake) isOrphan(ctx context.Context, share desk.Share) (bool, error) {
	if share.State != desk.ShareEnded || !share.Inbound {
		return false, nil
	}
	a, err := i.tx.FindAgreement(ctx, share.Agreement)
	return sameURL(a.RemoteURL, i.agreement.RemoteURL), err
}

// adopt links an orphan again, under this agreement.
func (i *intake) adopt(ctx context.Context, old desk.Share) error {
	i.share = old
	if err := i.hold(ctx); err != nil {
		return err
	}
	i.share = i.newShare()
	i.share.Ticket = old.Ticket
	if err := i.tx.InsertShare(ctx, &i.share); err != nil {
		return err
	}
	if err := i.reload(ctx); err != nil {
		return err
	}
	i.changes = append(i.changes, "shared again")
	return i.update(ctx)
}

func (i *intake) relink(ctx context.Context) error {
	i.share.State, i.share.StateBy, i.share.Reason = desk.ShareLive, "", ""
	if err := i.tx.UpdateShare(ctx, &i.share); err != nil {
		return err
	}
	i.changes = append(i.changes, "shared again")
	return i.reload(ctx)
}

func (i *intake) reload(ctx context.Context) (err error) {
	i.ticket, err = i.tx.LockTicket(ctx, i.share.Ticket)
	return err
}

func (i *intake) newShare() desk.Share {
	return desk.Share{
		ID: desk.ShareID(i.tx.NewID()), Agreement: i.agreement.ID, UUID: i.uuid, Inbound: i.agreement.Inbound,
		State: desk.ShareLive, CreatedAt: i.at, UpdatedAt: i.at, LastSeenAt: i.at,
	}
}

// create makes the ticket with its first comment; the others follow one by one, so that triggers see each (nhd §8).
func (i *intake) create(ctx context.Context) error {
	m := i.message
	requester, err := i.person(ctx, m.Requester.Value)
	if err != nil {
		return err
	}
	i.share = i.newShare()
	i.share.Requester = m.Requester.Value.UUID
	edits, err := i.edits(ctx)
	if err != nil {
		return err
	}
	edits.Requester = &requester.ID
	u := i.updateOf(requester, edits, nil)
	u.CreatedAt = wire.ClampDate(m.RequestedAt.Value.Or(i.at), i.at)
	comments := m.Comments.Value
	if len(comments) > 0 {
		if u.Comment, u.Actor, err = i.comment(ctx, comments[0]); err != nil {
			return err
		}
	}
	applied, err := i.service.tickets.ApplyIn(withArrival(ctx, &i.share), i.tx, u)
	if err != nil {
		return err
	}
	i.ticket = applied.Ticket
	if len(comments) > 0 {
		if err := i.heard(ctx, comments[0], applied.Comment); err != nil {
			return err
		}
		if err := i.say(ctx, comments[1:], desk.Edits{}); err != nil {
			return err
		}
	}
	return i.finish(ctx, kindShare)
}

// update takes the changes of a ticket that is linked already.
func (i *intake) update(ctx context.Context) error {
	fresh, err := i.fresh(ctx)
	if err != nil {
		return err
	}
	edits, err := i.edits(ctx)
	if err != nil {
		return err
	}
	if err := i.newRequester(ctx, &edits); err != nil {
		return err
	}
	if i.ticket.Status == desk.Closed && (len(fresh) > 0 || len(i.changes) > 0) {
		return i.followUp(ctx, fresh, edits)
	}
	if len(fresh) == 0 && len(i.changes) > 0 {
		cause, err := i.cause(ctx)
		if err != nil {
			return err
		}
		if err := i.apply(ctx, cause, edits, nil); err != nil {
			return err
		}
	}
	if err := i.say(ctx, fresh, edits); err != nil {
		return err
	}
	return i.finish(ctx, kindUpdate)
}

// say takes comments in their order; the last one brings the edits along, so that triggers see both together.
func (i *intake) say(ctx context.Context, comments []wire.Comment, edits desk.Edits) error {
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
		if err := i.heard(ctx, c, applied.Comment); err != nil {
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
	cause, err := i.cause(ctx)
	if err != nil {
		return err
	}
	u := i.updateOf(cause, edits, nil)
	u.Ticket = 0
	if len(fresh) > 0 {
		if u.Comment, u.Actor, err = i.comment(ctx, fresh[0]); err != nil {
			return err
		}
	}
	applied, err := i.service.tickets.ApplyIn(withArrival(ctx, &i.share), i.tx, u)
	if err != nil {
		return err
	}
	i.ticket = applied.Ticket
	i.changes = append(i.changes, "came to a closed ticket, so a new one follows it up")
	if len(fresh) > 0 {
		if err := i.heard(ctx, fresh[0], applied.Comment); err != nil {
			return err
		}
		if err := i.say(ctx, fresh[1:], desk.Edits{}); err != nil {
			return err
		}
	}
	return i.finish(ctx, kindUpdate)
}

// updateOf is an update in the name of a partner's person.
func (i *intake) updateOf(actor desk.Actor, e desk.Edits, c *desk.NewComment) desk.Update {
	return desk.Update{Account: i.account, Ticket: i.ticket.ID, Actor: actor, Via: via(i.agreement), Edits: e, Comment: c}
}

func (i *intake) apply(ctx context.Context, actor desk.Actor, e desk.Edits, c *desk.NewComment) error {
	applied, err := i.service.tickets.ApplyIn(ctx, i.tx, i.updateOf(actor, e, c))
	if err == nil {
		i.ticket = applied.Ticket
	}
	return err
}

// finish stores the share's new baseline and the message itself.
func (i *intake) finish(ctx context.Context, kind string) error {
	s, err := i.tx.LockShare(ctx, i.share.ID) // followers may have changed it meanwhile
	if err != nil {
		return err
	}
	i.share.State, i.share.Reason, i.share.StateBy, i.share.Ticket = s.State, s.Reason, s.StateBy, i.ticket.ID
	i.share.LastSeenAt, i.share.UpdatedAt = i.at, i.at
	if id, stated := i.message.OriginalID.Get(); stated {
		i.share.RemoteID = shorten(id, desk.MaxExternalID)
	}
	if err := i.tx.UpdateShare(ctx, &i.share); err != nil {
		return err
	}
	if err := i.remark(ctx); err != nil {
		return err
	}
	return i.note(ctx, kind, summaryOf(i.said, i.changes))
}

// remark tells people on the ticket what of the message could not be taken as it stood (nhd §11.1, §12).
func (i *intake) remark(ctx context.Context) error {
	for _, raw := range i.message.UnreadableDates() {
		i.remarks = append(i.remarks, "the date "+raw+" could not be read; the time of arrival stands instead")
	}
	if len(i.remarks) == 0 {
		return nil
	}
	return i.service.privateNote(ctx, i.tx, i.agreement, i.ticket.ID, "A message from "+i.agreement.Name+" was taken, but for this: "+joinWords(i.remarks)+".")
}

// note keeps the message on the timeline and the time of contact on the agreement.
func (i *intake) note(ctx context.Context, kind, summary string) error {
	err := i.tx.InsertDelivery(ctx, &desk.Delivery{
		ID: desk.DeliveryID(i.tx.NewID()), Agreement: i.agreement.ID, Share: i.share.ID, Ticket: i.share.Ticket, Inbound: true,
		Kind: kind, Method: i.http.Method, Summary: summary, Body: redacted(i.message), State: desk.DeliveryReceived, Attempts: 1,
		Code: http.StatusOK, CreatedAt: i.at, DoneAt: i.at,
	})
	if err != nil {
		return err
	}
	if d := desk.Dialect(wire.DialectOf(i.http.Header.Get("Content-Type"))); len(i.body) > 0 && d != i.agreement.Dialect {
		a, err := i.tx.LockAgreement(ctx, i.agreement.ID)
		if err != nil {
			return err
		}
		a.Dialect, a.UpdatedAt = d, i.at // nhd §15: speak as one is spoken to
		if err := i.tx.UpdateAgreement(ctx, &a); err != nil {
			return err
		}
	}
	return i.tx.RecordContact(ctx, i.agreement.ID, i.at)
}
