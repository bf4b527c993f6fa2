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
	d := &desk.Delivery{Kind: sharing.KindShare, Summary: "send again what is missing"}
	if share.Inbound {
		if len(comments) == 0 {
			return nil
		}
		d.Kind, d.Said = sharing.KindUpdate, desk.Snapshot{Comments: comments}
	}
	if err := s.enqueue(ctx, tx, share, d, 0); err != nil {
		return err
	}
	return tx.UpdateShare(ctx, share)
}
