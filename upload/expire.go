package upload

import (
	"context"
	"errors"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

const (
	expireBatch = 200
	// removeAfter is how long bytes that nothing shows are left alone: somebody may be uploading the same ones right now,
	// and their row will come.
	removeAfter = time.Hour
)

// DropExpired forgets an account's uploads that no comment came for in time, with their bytes.
func (s *Service) DropExpired(ctx context.Context, account desk.AccountID, now time.Time) error {
	for {
		var expired []store.File
		err := s.store.Account(account).Write(ctx, func(tx *store.Tx) (err error) {
			if expired, err = tx.ExpiredUploads(ctx, now, expireBatch); err != nil {
				return err
			}
			for _, f := range expired {
				if err := tx.DropUpload(ctx, f.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(expired) == 0 {
			return err
		}
		if err := s.removeUnused(ctx, expired, now); err != nil {
			return err
		}
	}
}

// removeUnused removes contents that nothing shows any more.
func (s *Service) removeUnused(ctx context.Context, dropped []store.File, now time.Time) error {
	var sums []string
	for _, f := range dropped {
		sums = append(sums, f.Blob)
	}
	unused, err := s.store.UnusedBlobs(ctx, sums)
	for _, sum := range unused {
		err = errors.Join(err, s.files.Remove(ctx, sum, now.Add(-removeAfter)))
	}
	return err
}
