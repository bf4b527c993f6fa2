package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// countsAsRestored starts a server on a database, stops it, and tells whether the database counted as restored.
func countsAsRestored(t *testing.T, path string, flags ...string) bool {
	t.Helper()
	r := start(t, append([]string{"--database", "sqlite:" + path, "--secret", "a secret for tests only"}, flags...)...)
	r.end(t)
	return strings.Contains(r.log.String(), "was restored or copied")
}

// copyInto writes the bytes of a file over another, which stays the same file of its disk.
func copyInto(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRestoredAndCopiedDatabasesAreNoticed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, backup := filepath.Join(folder, "desk.db"), filepath.Join(t.TempDir(), "backup.db")
	fine(t, "account", "create", "acme", "--name", "Acme", "--admin", "ada@acme.test", "--database", "sqlite:"+path, "--secret", "a secret for tests only")
	for n := range 2 {
		if countsAsRestored(t, path) {
			t.Fatalf("start %d of an untouched database counts as restored", n)
		}
	}
	copyInto(t, path, backup)
	if !countsAsRestored(t, path, "--domain", "staging.test") {
		t.Error("another domain went unnoticed")
	}
	if !countsAsRestored(t, path) {
		t.Error("the way back to the former domain went unnoticed")
	}
	if countsAsRestored(t, path) {
		t.Error("what was noticed once is noticed again")
	}
	copyInto(t, backup, path)
	if !countsAsRestored(t, path) {
		t.Error("an older state in the same place went unnoticed")
	}
	elsewhere := filepath.Join(t.TempDir(), "desk.db")
	copyInto(t, path, elsewhere)
	copyInto(t, path+".mark", elsewhere+".mark")
	if !countsAsRestored(t, elsewhere) {
		t.Error("a copy of the whole folder went unnoticed")
	}
	if err := os.Remove(path + ".mark"); err != nil {
		t.Fatal(err)
	}
	if !countsAsRestored(t, path) {
		t.Error("a database without its mark went unnoticed")
	}
}
