package inbound

import (
	"context"
	"net/http"

	"interdesk/sharing"
)

// checkSame refuses the POST of a known uuid that names another ticket: its sender was restored from a backup and has given
// the uuid away twice. What one customer wrote must never end up on another's ticket.
func (i *intake) checkSame(ctx context.Context) error {
	if !i.share.Inbound {
		return nil
	}
	met, comparable, err := i.knowsComment(ctx)
	if err != nil {
		return err
	}
	sameRequester := i.message.Requester.Value.UUID == i.share.Requester || i.share.Requester == ""
	// Another Interdesk may have changed the requester while the ticket was not shared: its comments tell that it is the same.
	sameRequester = sameRequester || i.numbered && met
	if i.sameTime() && sameRequester && (met || !comparable) {
		return nil
	}
	return sharing.Refuse(http.StatusUnprocessableEntity, "Another ticket has this uuid here: its requester, its time or its first comment differ.")
}

// sameTime compares when the ticket was opened, where we have kept that: not of a ticket that follows up a closed one, nor
// where the time of arrival stood in for a date of no use.
func (i *intake) sameTime() bool {
	stated := i.message.RequestedAt.Value
	if stated.At.IsZero() || i.ticket.FollowupOf != 0 || !i.ticket.CreatedAt.Before(i.share.CreatedAt) {
		return true
	}
	return stated.At.Unix() == i.ticket.CreatedAt.Unix()
}

// knowsComment tells whether a comment of the message is one of this share, and whether both have any that could tell.
func (i *intake) knowsComment(ctx context.Context) (met, comparable bool, err error) {
	had, err := i.tx.ShareComments(ctx, i.share.ID)
	for _, c := range i.message.Comments.Value {
		if _, known := had[c.UUID]; known {
			met = true
		}
	}
	return met, len(had) > 0 && len(i.message.Comments.Value) > 0, err
}
