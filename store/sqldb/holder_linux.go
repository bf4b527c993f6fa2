package sqldb

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// holderOf finds the process that has locked a file in the system's list of locks; "" when it is in another container.
func holderOf(f *os.File) string {
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return ""
	}
	defer locks.Close()
	found := map[string]bool{}
	for lines := bufio.NewScanner(locks); lines.Scan(); {
		if pid := lockerOf(lines.Text(), stat.Ino); pid != "" {
			found[pid] = true
		}
	}
	for pid := range found {
		if len(found) == 1 { // else files of several devices have this number
			return describeProcess(pid)
		}
	}
	return ""
}

// lockerOf reads the process from a line such as "1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF". Some file systems have
// another name for their device there than stat gives, so the file's number alone is compared.
func lockerOf(line string, inode uint64) string {
	words := strings.Fields(line)
	if len(words) < 6 || words[1] != "FLOCK" || !strings.HasSuffix(words[5], fmt.Sprintf(":%d", inode)) {
		return ""
	}
	return words[4]
}

func describeProcess(pid string) string {
	raw, err := os.ReadFile("/proc/" + pid + "/cmdline")
	if err != nil || len(raw) == 0 {
		return "process " + pid
	}
	program, _, _ := strings.Cut(string(raw), "\x00") // no more of it: arguments may hold a password
	return "process " + pid + ", " + program
}
