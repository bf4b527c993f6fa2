package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// Processes of one database agree on the folder of attachments; which is another one is told, with the way back.
func TestOneFolderOfAttachments(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), storetest.New(t, sqldb.Postgres))
	if err != nil {
		t.Fatal(err)
	}
	shared, other := t.TempDir(), t.TempDir()
	for range 2 {
		if err := requireOwnFolder(t.Context(), st, shared); err != nil {
			t.Fatalf("the folder that all share: %v", err)
		}
	}
	name, err := os.ReadFile(filepath.Join(shared, folderMark))
	if err != nil {
		t.Fatal(err)
	}
	err = requireOwnFolder(t.Context(), st, other)
	if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(string(name))) {
		t.Fatalf("another folder: %v", err)
	}
	if err := os.WriteFile(filepath.Join(other, folderMark), name, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := requireOwnFolder(t.Context(), st, other); err != nil {
		t.Errorf("restored, as told: %v", err)
	}
}
