package main

import (
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// Whoever leads requests here hears what keeps the server from its work, and that it is over.
func TestNotReady(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "desk.db")
	s := start(t, "--database=sqlite:"+file)
	db, err := sql.Open("sqlite", file+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	says := func(want int, words string) {
		t.Helper()
		var status int
		var body string
		for range 100 {
			res, text := s.do(t, s.request("GET", "127.0.0.1", "/readyz"))
			if status, body = res.StatusCode, text; status == want && strings.Contains(body, words) {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Errorf("got %d %s, want %d %s", status, body, want, words)
	}
	do := func(statement string) {
		t.Helper()
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	says(http.StatusOK, "ok")
	do(`insert into goose_db_version (version_id, is_applied) values (9999, 1)`)
	says(http.StatusServiceUnavailable, "another schema")
	do(`delete from goose_db_version where version_id = 9999`)
	says(http.StatusOK, "ok")
	do(`alter table comments rename to gone`)
	says(http.StatusServiceUnavailable, "another schema")
	do(`alter table gone rename to comments`)
	do(`alter table nodes rename to gone`)
	says(http.StatusServiceUnavailable, "takes no writes")
	do(`alter table gone rename to nodes`)
	says(http.StatusOK, "ok")
}

// A database whose key is lost is not given another one, which could open nothing of it.
func TestALostKey(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "desk.db")
	database := "--database=sqlite:" + file
	fine(t, "account", "create", "acme", "--name", "Acme", "--admin", "ada@acme.test", database)
	if err := os.Remove(file + ".key"); err != nil {
		t.Fatal(err)
	}
	code, _, words := command(t, "account", "create", "other", "--name", "Other", "--admin", "ada@other.test", database)
	if code != exitError || !strings.Contains(words, "is missing: bring it back from the backup") {
		t.Errorf("ended with %d: %s", code, words)
	}
	if _, err := os.Stat(file + ".key"); err == nil {
		t.Error("another key was written")
	}
}
