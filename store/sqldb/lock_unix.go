//go:build unix

package sqldb

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes an exclusive lock on an open file. It is of another sort than those that SQLite takes, and does not
// touch them.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}
