package sharing

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"

	"interdesk/desk"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// Secrets keeps what partners must not learn.
type Secrets interface {
	// Seal encrypts an access key for the database, Open reads it again.
	Seal(plain string) (string, error)
	Open(sealed string) (string, error)
	// MintKey keys the uuids that things of ours get on the wire. It must never change.
	MintKey() []byte
}

// MintUUID gives a thing of ours its uuid. The same thing always gets the same one, so a message may be composed before
// the uuid is stored.
func (s *Service) MintUUID(kind string, account desk.AccountID, id int64) string {
	return wire.MintUUID(s.options.Secrets.MintKey(), kind, fmt.Sprintf("%d/%d", account, id))
}

// CommentUUID is the uuid that a comment of ours has, unless it came with one.
func (s *Service) CommentUUID(account desk.AccountID, id desk.CommentID) string {
	return s.MintUUID(wire.KindComment, account, int64(id))
}

// NewKey makes an access key, capability or uuid of an agreement: 160 random bits as 40 hex digits.
func (s *Service) NewKey() (string, error) {
	raw := make([]byte, 20)
	if _, err := io.ReadFull(s.options.Rand, raw); err != nil {
		return "", err
	}
	return hex.EncodeToString(raw), nil
}

// Seal encrypts an access key for the database.
func (s *Service) Seal(key string) (string, error) { return s.options.Secrets.Seal(key) }

// KeyOf reads the access key of an agreement.
func (s *Service) KeyOf(ctx context.Context, tx *store.Tx, a desk.AgreementID) (string, error) {
	sealed, err := tx.AgreementKey(ctx, a)
	if err != nil {
		return "", err
	}
	return s.options.Secrets.Open(sealed)
}

// FindAgreement reads an agreement by its uuid on the wire, with its access key.
func (s *Service) FindAgreement(ctx context.Context, tx *store.Tx, uuid string) (desk.Agreement, string, error) {
	a, err := tx.AgreementByUUID(ctx, uuid)
	if err != nil {
		return a, "", err
	}
	key, err := s.KeyOf(ctx, tx, a.ID)
	return a, key, err
}

// SameKey compares access keys in a time that tells nothing of them.
func SameKey(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
