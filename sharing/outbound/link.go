package outbound

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// linkTo gives a file its capability link under a share. A repeated message carries the same link, for longer.
func (s *Service) linkTo(ctx context.Context, tx *store.Tx, share desk.ShareID, a desk.AttachmentID) (string, error) {
	until := s.core.Now().Add(s.options.LinkFor)
	had, err := tx.LinkOf(ctx, share, a)
	if err == nil {
		return had.Token, tx.ExtendShareFile(ctx, had.Token, until)
	}
	if desk.KindOf(err) != desk.NotFound {
		return "", err
	}
	token, err := s.core.NewKey()
	if err != nil {
		return "", err
	}
	return token, tx.InsertShareFile(ctx, store.ShareFile{Token: token, Share: share, Attachment: a, ExpiresAt: until})
}
