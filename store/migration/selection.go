package migration

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"interdesk/store/sqldb"
)

// selection shows of the files those that are for one engine.
type selection struct {
	fs.FS
	dialect sqldb.Dialect
}

var fileName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+(\.sqlite|\.postgres)?\.sql$`)

// ReadDir implements fs.ReadDirFS.
func (s selection) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.FS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		engine := engineOf(e.Name())
		return engine != "" && engine != s.dialect.String()
	}), err
}

// engineOf gives "sqlite", "postgres", or "" for a file that serves both.
func engineOf(name string) string {
	if m := fileName.FindStringSubmatch(name); m != nil {
		return strings.TrimPrefix(m[2], ".")
	}
	return ""
}

// check finds the mistakes that would show only on the other engine: a number used twice, half of a pair.
func (s selection) check() error {
	entries, err := fs.ReadDir(s.FS, ".")
	if err != nil {
		return err
	}
	engines := map[string][]string{}
	for _, e := range entries {
		m := fileName.FindStringSubmatch(e.Name())
		if m == nil {
			return fmt.Errorf("migration %s: the name must be like 0001_name.sql or 0001_name.sqlite.sql", e.Name())
		}
		engines[m[1]] = append(engines[m[1]], engineOf(e.Name()))
	}
	for number, of := range engines {
		slices.Sort(of)
		if !slices.Equal(of, []string{""}) && !slices.Equal(of, []string{"postgres", "sqlite"}) {
			return fmt.Errorf("migration %s: needs one file for both engines, or one for each", number)
		}
	}
	return nil
}
