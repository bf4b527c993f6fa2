package access_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"interdesk/access"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func secrets(t *testing.T, master string) *access.Secrets {
	t.Helper()
	s, err := access.NewSecrets([]byte(master))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func key(t *testing.T, s *access.Secrets, p access.Purpose) string {
	t.Helper()
	k, err := s.Key(p)
	if err != nil || len(k) != 32 {
		t.Fatalf("%x, %v", k, err)
	}
	return string(k)
}

func TestKeysDiffer(t *testing.T) {
	t.Parallel()
	s, same := secrets(t, "a master secret of some length"), secrets(t, "a master secret of some length")
	mine := key(t, s, access.ForSharing)
	if mine != key(t, same, access.ForSharing) {
		t.Error("the same secret gives another key")
	}
	if mine == key(t, s, "something else") || mine == key(t, secrets(t, "some other master secret"), access.ForSharing) {
		t.Error("another purpose or secret gives the same key")
	}
}

func TestLoadSecrets(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "secret")
	if err := os.WriteFile(file, []byte("a secret in a file, with a line end\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	database := filepath.Join(folder, "desk.db")
	cases := map[string]struct {
		given, file, database string
		fine                  bool
	}{
		"given":         {"a secret that was given", "", "", true},
		"too short":     {"short", "", "", false},
		"file":          {"", file, "", true},
		"missing file":  {"", file + "x", "", false},
		"PostgreSQL":    {"", "", "", false},
		"beside SQLite": {"", "", database, true},
		"in no folder":  {"", "", filepath.Join(folder, "none", "desk.db"), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := access.LoadSecrets(c.given, c.file, c.database, false)
			if (err == nil) != c.fine {
				t.Fatal(err)
			}
			if name != "beside SQLite" {
				return
			}
			info, err := os.Stat(database + ".key")
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Fatalf("%v, %v", info, err)
			}
			next, err := access.LoadSecrets("", "", database, true)
			if err != nil || key(t, next, access.ForSharing) != key(t, s, access.ForSharing) {
				t.Errorf("the next start has another secret: %v", err)
			}
		})
	}
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		s, err := store.Open(ctx, db)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close(ctx)
		first, other := secrets(t, "the first master secret"), secrets(t, "another master secret")
		for range 2 {
			if err := first.Confirm(ctx, s); err != nil {
				t.Fatal(err)
			}
		}
		if err := other.Confirm(ctx, s); !errors.Is(err, access.ErrWrongSecret) {
			t.Errorf("with another secret: %v", err)
		}
	})
}
