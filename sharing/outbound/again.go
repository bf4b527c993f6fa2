package outbound

import (
	"context"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/store"
)

// SendAgain sends the partner of a share some comments once more, since they are missing there. Of a ticket that we shared the
// whole goes out again, and counts.
func (s *Service) SendAgain(ctx context.Context, tx *store.Tx, share *desk.Share, comments []desk.CommentID) error {
	d, items := &desk.Delivery{Kind: sharing.KindShare, Summary: "send again what is missing"}, []string{sharing.ItemAll}
	if share.Inbound {
		if len(comments) == 0 {
			return nil
		}
		d.Kind, d.Said, items = sharing.KindUpdate, desk.Snapshot{Comments: comments}, nil
	}
	if err := s.enqueue(ctx, tx, share, d, 0, items...); err != nil {
		return err
	}
	return tx.UpdateShare(ctx, share)
}
