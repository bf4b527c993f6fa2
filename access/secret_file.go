package access

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// ErrNoSecret means that no master secret was given, and none could be made up.
var ErrNoSecret = errors.New("a secret is needed with PostgreSQL: set INTERDESK_SECRET, or --secret-file to a file that holds it (openssl rand -hex 32 makes one), the same for every process")

// LoadSecrets finds the master secret: as given, in a file, or in the file that lies beside an SQLite database, which is
// made on first use: what a used database has sealed, another key does not open. database is the path of the SQLite file, ""
// for PostgreSQL.
func LoadSecrets(given, file, database string, used bool) (*Secrets, error) {
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
	text, err := keyBeside(database+".key", used)
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
func keyBeside(file string, used bool) (string, error) {
	text, err := readSecret(file)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	if used {
		return "", fmt.Errorf("the key file %s is missing: bring it back from the backup, or set INTERDESK_SECRET or --secret-file to the secret this database was used with", file)
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
