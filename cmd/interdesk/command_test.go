package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// command runs the program as a shell would.
func command(t *testing.T, args ...string) (code int, out, complaint string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), args, &terminal{out: &o, err: &e})
	return code, o.String(), e.String()
}

// fine runs a command that must succeed.
func fine(t *testing.T, args ...string) string {
	t.Helper()
	code, out, complaint := command(t, args...)
	if code != exitFine {
		t.Fatalf("%v ended with %d: %s", args, code, complaint)
	}
	return out
}

// eachDatabase runs a test on both engines with the flags that lead to an empty database.
func eachDatabase(t *testing.T, fn func(t *testing.T, flags []string)) {
	for _, engine := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			url := "sqlite:" + filepath.Join(t.TempDir(), "deep", "desk.db")
			if engine == sqldb.Postgres {
				url = storetest.URL(t, engine)
			}
			fn(t, []string{"--database", url, "--secret", "a secret for tests only", "--log-level", "error"})
		})
	}
}

func TestMishaps(t *testing.T) {
	t.Parallel()
	database := "--database=sqlite:" + filepath.Join(t.TempDir(), "desk.db")
	fine(t, "account", "create", "acme", "--name", "Acme", "--admin", "ada@acme.test", database)
	cases := map[string]struct {
		args []string
		code int
		says string
	}{
		"no command":      {nil, exitUsage, "expected one of"},
		"unknown command": {[]string{"dance"}, exitUsage, "unexpected argument dance"},
		"unknown flag":    {[]string{"serve", "--fast"}, exitUsage, "unknown flag --fast"},
		"bad address":     {[]string{"serve", "--listen", "8080"}, exitUsage, "write HOST:PORT"},
		"bad database":    {[]string{"migrate", "--database", "mysql://x"}, exitUsage, "must start with sqlite: or postgres://"},
		"no database":     {[]string{"migrate", "--database", "postgres://127.0.0.1:1/x"}, exitError, "connection refused"},
		"taken":           {[]string{"account", "create", "acme", "--name", "A", "--admin", "a@b.test", database}, exitError, "Subdomain: acme has already been taken"},
		"bad subdomain":   {[]string{"account", "create", "A_B", "--name", "A", "--admin", "a@b.test", database}, exitError, "use 1 to 63 small letters"},
		"bad admin":       {[]string{"account", "create", "new", "--name", "A", "--admin", "ada", database}, exitError, "is not an address"},
		"unknown desk":    {[]string{"user", "create", "nope", "a@b.test", database}, exitError, "there is no help desk nope here"},
		"taken address":   {[]string{"user", "create", "acme", "ada@acme.test", database}, exitError, "already being used"},
		"unknown person":  {[]string{"user", "token", "acme", "x@acme.test", database}, exitError, "nobody has the address x@acme.test"},
		"unknown role":    {[]string{"user", "create", "acme", "a@b.test", "--role", "king", database}, exitUsage, "must be one of"},
		"other secret":    {[]string{"user", "token", "acme", "ada@acme.test", "--secret", "another secret for tests", database}, exitError, "not the one this database was used with"},
	}
	for _, name := range sortedKeys(cases) { // one after another: an SQLite file has one user at a time
		c := cases[name]
		code, _, complaint := command(t, c.args...)
		lines := strings.Split(strings.TrimSuffix(complaint, "\n"), "\n")
		last := lines[len(lines)-1]
		if code != c.code || !strings.HasPrefix(last, "interdesk: ") || !strings.Contains(last, c.says) {
			t.Errorf("%s: %d %q", name, code, complaint)
		}
	}
}

func TestPostgresNeedsASecret(t *testing.T) {
	t.Parallel()
	code, _, complaint := command(t, "account", "create", "acme", "--name", "A", "--admin", "a@b.test", "--log-level", "error",
		"--database", storetest.URL(t, sqldb.Postgres))
	if code != exitError || !strings.Contains(complaint, "a secret is needed with PostgreSQL") {
		t.Errorf("%d %s", code, complaint)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	if out := fine(t, "version"); !strings.HasPrefix(out, "interdesk ") || strings.Count(out, "\n") != 1 {
		t.Errorf("%q", out)
	}
}

func TestAccountsAndPeople(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, flags []string) {
		with := func(args ...string) []string { return append(args, flags...) }
		fine(t, with("migrate")...)
		var o openedAccount
		out := fine(t, with("account", "create", "acme", "--name", "Acme", "--admin", "Ada@acme.test", "--json", "--listen", ":9000")...)
		if err := json.Unmarshal([]byte(out), &o); err != nil || strings.Count(out, "\n") != 1 {
			t.Fatalf("%q: %v", out, err)
		}
		if o.Subdomain != "acme" || o.URL != "http://acme.localhost:9000" || o.Admin.Email != "ada@acme.test" || o.Admin.Password == "" || o.Admin.Token == "" {
			t.Errorf("%+v", o)
		}
		var bob, again signIn
		mustDecode(t, fine(t, with("user", "create", "acme", "bob@acme.test", "--name", "Bob", "--json")...), &bob)
		mustDecode(t, fine(t, with("user", "token", "acme", "bob@acme.test", "--json")...), &again)
		text := fine(t, with("user", "token", "acme", "bob@acme.test")...)
		if bob.Password == "" || again.Token == "" || !strings.Contains(text, "shown only now") {
			t.Errorf("%+v %+v %q", bob, again, text)
		}
		s := start(t, flags...)
		for name, r := range map[string]*http.Request{
			"admin by password": s.basic("acme", "ada@acme.test", o.Admin.Password),
			"admin by token":    s.basic("acme", "ada@acme.test/token", o.Admin.Token),
			"agent by password": s.basic("acme", "bob@acme.test", bob.Password),
			"agent by token":    s.basic("acme", "bob@acme.test/token", again.Token),
		} {
			if res, body := s.do(t, r); res.StatusCode != http.StatusOK || !strings.Contains(body, `"user"`) {
				t.Errorf("%s: %d %s", name, res.StatusCode, body)
			}
		}
	})
}

func mustDecode(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
}
