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
	service *Service
	tx      *store.Tx
	message wire.Ticket
	share   desk.Share
	ticket  desk.Ticket
	added   int      // comments that were new
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
		return i.takeNew(ctx)
	default:
		return 0, err
	}
	if err := i.lock(ctx); err != nil {
		return 0, err
	}
	if i.share.State == desk.ShareEnded {
		// Who stopped a share can start it again; the other side cannot (nhd §8).
		if !isPost || i.share.StateBy != desk.ByPartner {
			return 0, errGone()
		}
		if err := i.restartShare(ctx); err != nil {
			return 0, err
		}
	}
	return http.StatusOK, i.update(ctx)
}

// lock locks the ticket, then the share: everyone takes them in this order.
func (i *intake) lock(ctx context.Context) (err error) {
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

// takeNew takes the POST of a ticket that this agreement does not know.
func (i *intake) takeNew(ctx context.Context) (int, error) {
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
			return 0, sharing.Refuse(http.StatusUnprocessableEntity, "This ticket is here already, under another agreement.")
		}
	}
	if len(others) > 0 {
		return http.StatusOK, i.takeOverShare(ctx, others[len(others)-1])
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
	return sharing.SameURL(a.RemoteURL, i.agreement.RemoteURL), err
}

// takeOverShare links an orphan again, under this agreement.
func (i *intake) takeOverShare(ctx context.Context, old desk.Share) error {
	i.share = old
	if err := i.lock(ctx); err != nil {
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

func (i *intake) restartShare(ctx context.Context) error {
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
	return i.finish(ctx, sharing.KindUpdate)
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
	i.ticket = applied.Ticket
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

// finish stores the share's new baseline and the message itself.
func (i *intake) finish(ctx context.Context, kind string) error {
	s, err := i.tx.LockShare(ctx, i.share.ID) // followers may have changed it meanwhile
	if err != nil {
		return err
	}
	i.share.State, i.share.Reason, i.share.StateBy, i.share.Ticket = s.State, s.Reason, s.StateBy, i.ticket.ID
	i.share.LastSeenAt, i.share.UpdatedAt = i.at, i.at
	if id, stated := i.message.OriginalID.Get(); stated {
		i.share.RemoteID = sharing.Shorten(id, desk.MaxExternalID)
	}
	if err := i.tx.UpdateShare(ctx, &i.share); err != nil {
		return err
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
		Kind: kind, Method: i.http.Method, Summary: summary, Body: sharing.Redacted(i.message), State: desk.DeliveryReceived, Attempts: 1,
		Code: http.StatusOK, CreatedAt: i.at, DoneAt: i.at,
	})
	if err != nil {
		return err
	}
	if d := i.dialect(); d != desk.DialectUnknown && d != i.agreement.Dialect {
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
