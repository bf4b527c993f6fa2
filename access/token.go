package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"interdesk/desk"
	"interdesk/store"
)

// tokenBytes makes a token 256 bits: it cannot be guessed, so a fast hash of it is enough.
const tokenBytes = 32

// NewToken makes an API token for a user. plain is shown once and stored nowhere.
func (s *Service) NewToken(ctx context.Context, account desk.AccountID, user desk.UserID, description string) (plain string, t store.Token, err error) {
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		plain, t, err = NewTokenIn(ctx, tx, user, description)
		return err
	})
	return plain, t, err
}

// NewTokenIn makes an API token within the caller's transaction. Deleted users and people of partners are NotFound.
func NewTokenIn(ctx context.Context, tx *store.Tx, user desk.UserID, description string) (plain string, t store.Token, err error) {
	if len(description) > desk.MaxName {
		return "", t, desk.InvalidField("description", "TooLong", fmt.Sprintf("Description: is too long (%d bytes at most)", desk.MaxName))
	}
	u, err := tx.User(ctx, user)
	if err == nil && (!u.Active || u.Foreign != 0) {
		err = desk.Missing()
	}
	if err != nil {
		return "", t, err
	}
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails
	plain = base64.RawURLEncoding.EncodeToString(raw)
	t = store.Token{User: user, Description: description}
	return plain, t, tx.InsertToken(ctx, &t, hashToken(plain))
}

// RevokeToken ends a token at once in this process, and within seconds in others of the same database.
func (s *Service) RevokeToken(ctx context.Context, account desk.AccountID, id desk.TokenID) error {
	err := s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return tx.DeleteToken(ctx, id) })
	if err == nil {
		s.Forget(account)
	}
	return err
}

func hashToken(plain string) string {
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])
}
