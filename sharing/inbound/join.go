package inbound

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"interdesk/desk"
	"interdesk/sharing"
)

// A ticket that another Interdesk shares may be here already: the two have mailed each other about it. Then the share is of that
// ticket, and no second one is made (mail.md §8). We go by what both desks know: an address of that desk, with a part in the
// ticket, has written from its ticket of that number, and that desk names ours, which our letters told it. What came by mail and
// comes again with the share is one comment, since each letter names it as shares do.

// joinConversation takes up the ticket about which the partner has mailed. It tells whether there is one.
func (i *intake) joinConversation(ctx context.Context) (bool, error) {
	number, stated := i.message.OriginalID.Get()
	if !i.numbered || !stated || i.message.Interdesk.Value.Mailed == "" {
		return false, nil
	}
	found, err := i.tx.CorrespondencesWithTicket(ctx, desk.HostOf(i.agreement.RemoteURL), number)
	if err != nil {
		return false, err
	}
	for n := range found {
		may, err := i.mayJoin(ctx, &found[n])
		if err != nil {
			return false, err
		}
		if may {
			return true, i.join(ctx, &found[n])
		}
	}
	return false, nil
}

// mayJoin locks the ticket of a correspondence and tells whether the share can be of it.
func (i *intake) mayJoin(ctx context.Context, c *desk.Correspondence) (bool, error) {
	if strconv.FormatInt(int64(c.Ticket), 10) != i.message.Interdesk.Value.Mailed {
		return false, nil
	}
	t, err := i.tx.LockTicket(ctx, c.Ticket)
	if err != nil || t.Status == desk.Closed {
		return false, sharing.IgnoreMissing(err)
	}
	writer, err := i.tx.UserByAddress(ctx, c.Address)
	if err != nil || writer.ID != t.Requester && !slices.Contains(t.EmailCCs, writer.ID) {
		return false, sharing.IgnoreMissing(err)
	}
	i.ticket = t
	return i.isFree(ctx)
}

// isFree tells whether no share of the ticket with this partner stands in the way. Where both desks share the same conversation
// at once, the share with the smaller uuid stands, and the other is refused.
func (i *intake) isFree(ctx context.Context) (bool, error) {
	all, err := i.tx.TicketShares(ctx, i.ticket.ID)
	if err != nil {
		return false, err
	}
	for _, s := range all {
		a, err := i.tx.FindAgreement(ctx, s.Agreement)
		switch {
		case err != nil:
			return false, err
		case s.State == desk.ShareEnded || s.State == desk.ShareRefused || desk.HostOf(a.RemoteURL) != desk.HostOf(i.agreement.RemoteURL):
			continue
		case s.Inbound:
			return false, nil
		case s.State != desk.ShareSending || s.UUID < i.uuid:
			return false, sharing.Refuse(http.StatusUnprocessableEntity, "This conversation is shared already: it was sent from here.")
		}
	}
	return true, nil
}

// join links the share to the ticket, with the comments that both sides have by mail, and takes the message as news of it.
func (i *intake) join(ctx context.Context, c *desk.Correspondence) error {
	i.share.Requester = i.message.Requester.Value.UUID
	if err := linkShare(ctx, i.tx, i.share, i.ticket.ID, i.agreement.Name); err != nil {
		return err
	}
	if err := i.noteMailed(ctx); err != nil {
		return err
	}
	remark := desk.Remark{Type: desk.EventMail, Message: i.agreement.Name + " shares its ticket " + c.RemoteTicket + ", which came by mail from " + c.Address +
		". From now on the two tickets are kept in step, and no mail about them goes there."}
	if err := i.apply(ctx, desk.Actor{System: true, Name: i.agreement.Name}, desk.Edits{Remarks: []desk.Remark{remark}}, nil); err != nil {
		return err
	}
	var err error
	if i.share, err = i.tx.LockShare(ctx, i.share.ID); err != nil {
		return err
	}
	if err := i.reload(ctx); err != nil {
		return err
	}
	i.changes = append(i.changes, "joined the ticket that came by mail")
	if err := i.update(ctx); err != nil {
		return err
	}
	return i.sendUnmailed(ctx)
}

// noteMailed records which comments of the message are on the ticket by mail.
func (i *intake) noteMailed(ctx context.Context) error {
	named, bare, err := i.tx.CommentNames(ctx, i.ticket.ID)
	if err != nil {
		return err
	}
	for _, id := range bare {
		named[i.service.core.CommentUUID(i.account, id)] = id
	}
	both := map[string]desk.CommentID{}
	for _, c := range i.message.Comments.Value {
		if id, here := named[c.UUID]; here {
			both[c.UUID] = id
		}
	}
	return i.tx.AddShareComments(ctx, i.share.ID, both, true, 0)
}

// sendUnmailed sends what was said here in public and has not reached the partner by mail: it may be on its way still, and is one
// comment there whichever way comes first.
func (i *intake) sendUnmailed(ctx context.Context) error {
	missing, err := i.tx.CommentsFor(ctx, i.ticket.ID, i.share.ID, false, desk.MaxComments)
	if err != nil {
		return err
	}
	var ids []desk.CommentID
	for n := range missing {
		if missing[n].Public {
			ids = append(ids, missing[n].ID)
		}
	}
	return i.service.outbox.SendAgain(ctx, i.tx, &i.share, ids)
}
