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
	if len(description) > desk.MaxName {
		return "", t, desk.InvalidField("description", "TooLong", fmt.Sprintf("Description: is too long (%d bytes at most)", desk.MaxName))
	}
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails
	plain = base64.RawURLEncoding.EncodeToString(raw)
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		u, err := tx.User(ctx, user)
		if err != nil {
			return err
		}
		if !u.Active || u.Foreign != 0 {
			return desk.Missing()
		}
		t = store.Token{User: user, Description: description}
		return tx.InsertToken(ctx, &t, hashToken(plain))
	})
	return plain, t, err
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
