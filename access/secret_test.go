package access_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
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

func TestSeal(t *testing.T) {
	t.Parallel()
	s := secrets(t, "a master secret of some length")
	sealed, err := s.Seal(access.AgreementKeys, "account 1", "the key")
	if err != nil || strings.Contains(sealed, "the key") {
		t.Fatalf("%q, %v", sealed, err)
	}
	if again, _ := s.Seal(access.AgreementKeys, "account 1", "the key"); again == sealed {
		t.Error("sealing twice gives the same text")
	}
	flipped := []byte(sealed)
	flipped[len(flipped)-2] ^= 1
	cases := map[string]struct {
		with   *access.Secrets
		place  string
		sealed string
		fine   bool
	}{
		"as sealed":      {s, "account 1", sealed, true},
		"elsewhere":      {s, "account 2", sealed, false},
		"damaged":        {s, "account 1", string(flipped), false},
		"cut":            {s, "account 1", sealed[:20], false},
		"in the clear":   {s, "account 1", "the key", false},
		"empty":          {s, "account 1", "", false},
		"another secret": {secrets(t, "some other master secret"), "account 1", sealed, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain, err := c.with.Open(access.AgreementKeys, c.place, c.sealed)
			if (err == nil) != c.fine || c.fine && plain != "the key" {
				t.Errorf("%q, %v", plain, err)
			}
		})
	}
	if _, err := s.Seal(access.SignCursor, "", "x"); err == nil {
		t.Error("sealed for a purpose that only signs")
	}
}

func TestKeysDiffer(t *testing.T) {
	t.Parallel()
	s := secrets(t, "a master secret of some length")
	a, _ := s.Key(access.MintUUID)
	b, _ := s.Key(access.SignCursor)
	c, _ := secrets(t, "a master secret of some length").Key(access.MintUUID)
	if string(a) == string(b) || string(a) != string(c) || len(a) != 32 {
		t.Errorf("%x %x %x", a, b, c)
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
			s, err := access.LoadSecrets(c.given, c.file, c.database)
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
			sealed, _ := s.Seal(access.AgreementKeys, "", "x")
			next, err := access.LoadSecrets("", "", database)
			if err != nil {
				t.Fatal(err)
			}
			if plain, err := next.Open(access.AgreementKeys, "", sealed); plain != "x" {
				t.Errorf("the next start cannot open what this one sealed: %v", err)
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
