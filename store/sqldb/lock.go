package sqldb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// fileLock makes an SQLite file belong to one process, by two locks that the system gives back when the process ends,
// however it ends. One is on the database file itself, so that it holds by whatever path another process comes: a hard
// link, a symbolic link or a mount. The other is on PATH.lock beside it, where PATH is the real name: SQLite keeps its
// journal under that name, so that a file put in the place of an open one must not be opened either.
//
// The descriptors stay open for as long as SQLite uses the file: where its own locks belong to the process and not to a
// descriptor, closing any descriptor of the file would drop them.
type fileLock struct{ database, name *os.File }

// lockDatabase locks the file at a path, which it makes where there is none, and gives the real path.
func lockDatabase(path string) (real string, l *fileLock, err error) {
	l = &fileLock{}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	if l.database, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return "", l, err
	}
	if real, err = filepath.EvalSymlinks(path); err != nil {
		return "", l, err
	}
	if l.name, err = os.OpenFile(real+".lock", os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return "", l, err
	}
	if err := lockFile(l.name); err != nil {
		return "", l, lockedBy(err, readNote(l.name))
	}
	if err := lockFile(l.database); err != nil {
		return "", l, lockedBy(err, holderOf(l.database))
	}
	if err := closeToOthers(real); err != nil {
		return "", l, err
	}
	return real, l, l.writeNote()
}

func (l *fileLock) close() error {
	var err error
	for _, f := range []*os.File{l.database, l.name} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

// lockedBy says who has the file, as far as that can be known.
func lockedBy(err error, holder string) error {
	if !errors.Is(err, ErrLocked) || holder == "" {
		return err
	}
	return fmt.Errorf("%w (%s)", err, holder)
}

// writeNote writes down who has the file, for those who come later.
func (l *fileLock) writeNote() error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	note := fmt.Sprintf("process %d on %s, since %s\n", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
	if err := l.name.Truncate(0); err != nil {
		return err
	}
	_, err = l.name.WriteAt([]byte(note), 0)
	return err
}

// readNote reads what the holder of the lock wrote down; "" before it has.
func readNote(f *os.File) string {
	const most = 400
	note := make([]byte, most)
	n, _ := f.ReadAt(note, 0)
	line, _, _ := strings.Cut(string(note[:n]), "\n")
	return strings.ToValidUTF8(line, "")
}

// closeToOthers takes from everybody the right to read a database that was made without care. What the file's group may
// do is left to the operator, and so is a file of another owner.
func closeToOthers(path string) error {
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		mode := info.Mode().Perm()
		if mode&0o007 == 0 {
			continue
		}
		if err := os.Chmod(name, mode&^0o007); err != nil && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}
