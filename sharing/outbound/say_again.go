package outbound

import (
	"context"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/store"
)

// SayAgain tells a partner our values of some items once more: what it said of them crossed ours, and ours stand.
func (s *Service) SayAgain(ctx context.Context, tx *store.Tx, share *desk.Share, _ desk.Agreement, _ *desk.Ticket, _ []string) error {
	return s.enqueue(ctx, tx, *share, desk.Delivery{Kind: sharing.KindUpdate, Summary: "said again"}, 0)
}
