package access

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"interdesk/store"
)

// ErrNoSecret means that no master secret was given, and none could be made up.
var ErrNoSecret = errors.New("a secret is needed with PostgreSQL: set INTERDESK_SECRET, or --secret-file to a file that holds it (openssl rand -hex 32 makes one), the same for every process")

// ErrWrongSecret means that the database was used with another master secret.
var ErrWrongSecret = errors.New("the secret is not the one this database was used with: set INTERDESK_SECRET, --secret-file or the key file beside the database to the former one")

// LoadSecrets finds the master secret: as given, in a file, or in the file that lies beside an SQLite database, which is
// made on first use. database is the path of the SQLite file, "" for PostgreSQL.
func LoadSecrets(given, file, database string) (*Secrets, error) {
	switch {
	case given != "":
		return NewSecrets([]byte(given))
	case file != "":
		text, err := readSecret(file)
		if err != nil {
			return nil, err
		}
		return NewSecrets([]byte(text))
	case database == "":
		return nil, ErrNoSecret
	}
	text, err := keyBeside(database + ".key")
	if err != nil {
		return nil, err
	}
	return NewSecrets([]byte(text))
}

func readSecret(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the secret: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// keyBeside reads the key file, or makes it readable for its owner alone. It is on disk before anything is sealed.
func keyBeside(file string) (string, error) {
	text, err := readSecret(file)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	text = NewSecret()
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return readSecret(file)
	}
	if err != nil {
		return "", fmt.Errorf("make the key file: %w", err)
	}
	_, err = f.WriteString(text + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return "", errors.Join(fmt.Errorf("make the key file: %w", err), os.Remove(file))
	}
	return text, nil
}

const checkName, checkPlain = "secret_check", "interdesk"

// Confirm makes sure that the database was never used with another master secret. The first secret that comes leaves
// its mark.
func (s *Secrets) Confirm(ctx context.Context, db *store.Store) error {
	mark, err := s.Seal(checkValue, checkName, checkPlain)
	if err != nil {
		return err
	}
	stands, err := db.FirstInstallationValue(ctx, checkName, mark)
	if err != nil {
		return err
	}
	if plain, err := s.Open(checkValue, checkName, stands); err != nil || plain != checkPlain {
		return ErrWrongSecret
	}
	return nil
}
