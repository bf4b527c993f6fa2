//go:build unix

package store

import (
	"os"
	"strconv"
	"syscall"
)

// fileIdentity is the number of a file on its disk: a copy has another.
func fileIdentity(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return strconv.FormatUint(uint64(stat.Ino), 10), nil
	}
	return "", nil
}
