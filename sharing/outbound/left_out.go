package outbound

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/store"
)

// nameFor names a part that a partner refused, and the key under which that is remarked once a share; "" for a comment.
func (m *composition) nameFor(partner string) (words, key string) {
	switch {
	case len(m.message.Comments.Value) > 0:
		return partner + " does not take the comment “" + sharing.Shorten(m.message.Comments.Value[0].Body, 40) + "”", ""
	case m.message.Status.IsSet():
		return partner + " does not take the status " + m.message.Status.Value, "status:" + m.message.Status.Value
	case m.message.Subject.IsSet():
		return partner + " does not take the subject", sharing.ItemSubject
	case m.message.Requester.IsSet():
		return partner + " does not take the requester", sharing.ItemRequester
	}
	for title := range m.message.CustomFields.Value {
		return partner + " does not take the field " + title, sharing.ItemField(title)
	}
	return partner + " does not take the tags", "tags"
}

// tellRefused names what was left out: on the timeline, and to the people on the ticket.
func (s *Service) tellRefused(ctx context.Context, tx *store.Tx, x *exchanged, notes []string) error {
	if len(notes) == 0 {
		return nil
	}
	words := strings.Join(notes, "; ")
	if x.delivery.State != desk.DeliveryDead {
		x.delivery.Answer = words + "; the rest was delivered."
		if err := tx.UpdateDelivery(ctx, &x.delivery); err != nil {
			return err
		}
	}
	return s.core.PrivateNote(ctx, tx, x.agreement, x.share.Ticket, words+". "+x.answer.Sentence())
}
