package sqldb

import "testing"

func TestForLite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"in order":            {"select $1, $2", "select ?, ?"},
		"out of order":        {"select $2, $1", "select ?2, ?1"},
		"repeated":            {"select $1, $1", "select ?1, ?1"},
		"ten":                 {"($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)", "(?,?,?,?,?,?,?,?,?,?)"},
		"in a string":         {"select '$1', $1", "select '$1', ?"},
		"after a quote":       {"select 'it''s $1', $1", "select 'it''s $1', ?"},
		"in a name":           {`select "$1" from t where a = $1`, `select "$1" from t where a = ?`},
		"in a comment":        {"select 1 -- costs $1\n, $1", "select 1 -- costs $1\n, ?"},
		"in a block comment":  {"select /* $1 */ $1", "select /* $1 */ ?"},
		"a bare dollar":       {"select '$', a$b, $1", "select '$', a$b, ?"},
		"an unfinished quote": {"select $1, '$2", "select ?, '$2"},
		"none":                {"select 1", "select 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := forLite(c.in); got != c.want {
				t.Errorf("forLite(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func FuzzForLite(f *testing.F) {
	f.Add("select $1, '$2' -- $3\n/* $4 */ \"$5\"")
	f.Fuzz(func(t *testing.T, query string) { forLite(query) })
}
