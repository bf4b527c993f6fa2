package sqldb_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// A second process is refused by whatever way it comes to the file, also when the lock file was deleted, and is told who
// has it.
func TestOneProcessOwnsTheFile(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]func(t *testing.T, path string) string{
		"the same path": func(_ *testing.T, path string) string { return path },
		"a detour": func(_ *testing.T, path string) string {
			return filepath.Join(filepath.Dir(path), "..", filepath.Base(filepath.Dir(path)), filepath.Base(path))
		},
		"a hard link":     func(t *testing.T, path string) string { return linked(t, os.Link, path) },
		"a symbolic link": func(t *testing.T, path string) string { return linked(t, os.Symlink, path) },
		"a link to the folder": func(t *testing.T, path string) string {
			return filepath.Join(linked(t, os.Symlink, filepath.Dir(path)), filepath.Base(path))
		},
		"another file in place": replaced,
	} {
		for _, deleted := range []bool{false, true} {
			if deleted && name == "another file in place" {
				continue
			}
			t.Run(fmt.Sprint(name, ", lock file deleted: ", deleted), func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), "a?b #c %41.db")
				first := storetest.Open(t, "sqlite:"+path)
				exec(t, first, `create table kept (account_id bigint not null, id bigint not null)`)
				other := way(t, path)
				if deleted {
					if err := os.Remove(path + ".lock"); err != nil {
						t.Fatal(err)
					}
				}
				_, err := sqldb.Open(t.Context(), "sqlite:"+other, sqldb.Options{})
				if !errors.Is(err, sqldb.ErrLocked) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) {
					t.Fatalf("second open: %v; want one line that says who has the file", err)
				}
				exec(t, first, `insert into kept (account_id, id) values (1, 1)`)
			})
		}
	}
}

func linked(t *testing.T, link func(from, to string) error, path string) string {
	t.Helper()
	other := filepath.Join(t.TempDir(), "other.db")
	if err := link(path, other); err != nil {
		t.Fatal(err)
	}
	return other
}

// replaced puts another database in the place of an open one, as a careless restore does.
func replaced(t *testing.T, path string) string {
	t.Helper()
	if err := os.WriteFile(path+".restored", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".restored", path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLockIsGivenBack(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "a?b #c %41.db")
	first, err := sqldb.Open(t.Context(), url, sqldb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Write(t.Context(), func(*sqldb.Tx) error { return nil }); !errors.Is(err, sqldb.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
	storetest.Open(t, url)
}

// What SQLite keeps is for its owner's eyes, also where it was made for everybody's.
func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	for name, made := range map[string]os.FileMode{"new": 0, "readable by all": 0o644, "readable by a group": 0o640} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, want := filepath.Join(t.TempDir(), "desk.db"), os.FileMode(0o600)
			if made != 0 {
				want = made &^ 0o007
				if err := os.WriteFile(path, nil, made); err != nil {
					t.Fatal(err)
				}
			}
			exec(t, storetest.Open(t, "sqlite:"+path), `create table kept (account_id bigint not null, id bigint not null)`)
			for _, file := range []string{path, path + "-wal", path + "-shm"} {
				info, err := os.Stat(file)
				if err != nil {
					t.Fatal(err)
				}
				if info.Mode().Perm() != want {
					t.Errorf("%s: %v, want %v", filepath.Base(file), info.Mode().Perm(), want)
				}
			}
		})
	}
}
