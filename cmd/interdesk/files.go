package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// The processes that serve one PostgreSQL must keep attachments in one folder, or what comes in by one is missing at the others.
// The folder bears a name of its own in a file, and the database knows it.
const (
	folderMark  = ".folder"
	valueFolder = "files_folder"
)

// requireOwnFolder makes sure that a folder is the one that holds the attachments of a database. The first to start names it. A
// file of SQLite belongs to one process, so there is nothing to agree on.
func requireOwnFolder(ctx context.Context, st *store.Store, folder string) error {
	if st.DB().Dialect() == sqldb.SQLite {
		return nil
	}
	mark := filepath.Join(folder, folderMark)
	known, err := st.InstallationValue(ctx, valueFolder)
	if desk.KindOf(err) == desk.NotFound {
		err = nameFolder(mark)
	}
	if err != nil {
		return err
	}
	name, err := os.ReadFile(mark)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	here := strings.TrimSpace(string(name))
	if known == "" {
		if known, err = st.FirstInstallationValue(ctx, valueFolder, here); err != nil {
			return err
		}
	}
	if known == here {
		return nil
	}
	return fmt.Errorf("the attachments of this database lie in another folder than %s: name the folder that all its processes share by "+
		"--blobs; if this is it, restored without its mark, write %s into %s", folder, known, mark)
}

// nameFolder gives a folder a name unless it has one.
func nameFolder(mark string) error {
	f, err := os.OpenFile(mark, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(rand.Text() + "\n")
	return errors.Join(err, f.Close())
}
