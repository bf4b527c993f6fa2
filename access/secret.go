package access

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"

	"interdesk/desk"
	"interdesk/store"
)

// Purpose separates what keys are used for: a key derived for one is useless for another.
type Purpose string

// The purposes there are.
const (
	ForSharing  Purpose = "sharing"  // master key of the vault in which partners' access keys lie
	ForMail     Purpose = "mail"     // signs what ties answers to tickets
	ForDevices  Purpose = "devices"  // signs the marks of browsers that have signed in
	ForLinks    Purpose = "links"    // signs links to attachments
	ForLetters  Purpose = "letters"  // signs links in letters
	ForWebhooks Purpose = "webhooks" // seals what webhooks prove themselves by
	forCheck    Purpose = "check"    // tells a wrong master secret at start
)

// MinSecret is the shortest master secret, in bytes.
const MinSecret = 16

// ErrWrongSecret means that the database was used with another master secret.
var ErrWrongSecret = errors.New("the secret is not the one this database was used with: set INTERDESK_SECRET, --secret-file or the key file beside the database to the former one")

// Secrets derives the keys of an installation from one master secret, which never lies in the database.
type Secrets struct{ master []byte }

// NewSecrets takes a master secret.
func NewSecrets(master []byte) (*Secrets, error) {
	if len(master) < MinSecret {
		return nil, fmt.Errorf("the secret is too short: %d bytes, %d at least (openssl rand -hex 32 makes a good one)", len(master), MinSecret)
	}
	return &Secrets{master}, nil
}

// NewSecret makes a master secret of 256 random bits, as text.
func NewSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// Key derives 32 bytes for a purpose, always the same ones.
func (s *Secrets) Key(p Purpose) ([]byte, error) {
	return hkdf.Key(sha256.New, s.master, nil, "interdesk "+string(p), 32)
}

// Used tells whether a secret has left its mark in the database already.
func Used(ctx context.Context, db *store.Store) (bool, error) {
	_, err := db.InstallationValue(ctx, secretMark)
	if desk.KindOf(err) == desk.NotFound {
		return false, nil
	}
	return err == nil, err
}

// secretMark is the name of the mark.
const secretMark = "secret_check"

// Confirm makes sure that the database was never used with another master secret. The first secret that comes leaves
// its mark.
func (s *Secrets) Confirm(ctx context.Context, db *store.Store) error {
	key, err := s.Key(forCheck)
	if err != nil {
		return err
	}
	mark := hex.EncodeToString(key)
	stands, err := db.FirstInstallationValue(ctx, secretMark, mark)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(stands), []byte(mark)) != 1 {
		return ErrWrongSecret
	}
	return nil
}
