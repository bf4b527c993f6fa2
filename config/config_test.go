package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"interdesk/config"
)

type program struct {
	File  kong.ConfigFlag `name:"config"`
	Serve struct {
		config.Address
		config.Database
		config.Server
		config.MailDoors
		config.Log
	} `cmd:""`
}

func parse(t *testing.T, args ...string) (*program, error) {
	t.Helper()
	var p program
	k, err := kong.New(&p, kong.DefaultEnvars("INTERDESK"), kong.Configuration(config.File), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.Parse(append([]string{"serve"}, args...))
	return &p, err
}

func TestWhichWins(t *testing.T) {
	file := filepath.Join(t.TempDir(), "interdesk.conf")
	if err := os.WriteFile(file, []byte("# comment\n\nrate-limit = 5\ndomain = \"file.test\"\nlisten=:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("INTERDESK_DOMAIN", "variable.test")
	t.Setenv("INTERDESK_LISTEN", ":2")
	p, err := parse(t, "--config", file, "--listen", ":3")
	if err != nil {
		t.Fatal(err)
	}
	if s := p.Serve; s.RateLimit != 5 || s.Domain != "variable.test" || s.Listen != ":3" || s.Database.Database != "sqlite:data/interdesk.db" {
		t.Errorf("%+v", s)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	misspelt := filepath.Join(t.TempDir(), "misspelt.conf")
	if err := os.WriteFile(misspelt, []byte("rate-limits = 5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for says, args := range map[string][]string{
		"":                                       nil,
		"sqlite: or postgres://":                 {"--database", "mysql://x"},
		"needs the path":                         {"--database", "sqlite:"},
		"not both":                               {"--secret", "x", "--secret-file", "y"},
		"write HOST:PORT, such as":               {"--listen", "8080"},
		"--metrics-listen":                       {"--metrics-listen", "9090"},
		"small letters":                          {"--domain", "Exa mple"},
		"--smtp-listen 25: write HOST:PORT":      {"--smtp-listen", "25"},
		"--lmtp-listen":                          {"--lmtp-listen", "lmtp"},
		"--smtp-key together":                    {"--smtp-certificate", "a.pem"},
		"--mail-rate cannot":                     {"--mail-rate=-1"},
		"write scheme and host":                  {"--public-url", "example.com"},
		"write addresses or networks":            {"--trusted-proxies", "10.0.0.0/8,proxy"},
		"cannot be negative":                     {"--rate-limit=-1"},
		"must be one of":                         {"--log-level", "loud"},
		"sets rate-limits, which does not exist": {"--config", misspelt},
	} {
		_, err := parse(t, args...)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestAccountURL(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		address    config.Address
		port, want string
	}{
		"local":       {config.Address{Domain: "localhost"}, "8080", "http://acme.localhost:8080"},
		"port 80":     {config.Address{Domain: "localhost"}, "80", "http://acme.localhost"},
		"behind":      {config.Address{Domain: "localhost", PublicURL: "https://desk.example.com/"}, "8080", "https://acme.desk.example.com"},
		"public port": {config.Address{PublicURL: "http://example.com:81"}, "8080", "http://acme.example.com:81"},
	}
	for name, c := range cases {
		if got := c.address.AccountURL("acme", c.port); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	lite, pg := config.Database{Database: "sqlite:/a/b.db"}, config.Database{Database: "postgres://h/d"}
	if lite.SQLitePath() != "/a/b.db" || pg.SQLitePath() != "" {
		t.Error("SQLitePath")
	}
	if (config.Server{}).BlobsFolder(lite) != "/a/b.db.files" || (config.Server{}).BlobsFolder(pg) != "data/files" || (config.Server{Blobs: "f"}).BlobsFolder(pg) != "f" {
		t.Error("BlobsFolder")
	}
	p, err := config.Server{TrustedProxies: []string{"10.1.2.3/8", "::1"}}.Proxies()
	if err != nil || len(p) != 2 || p[0].String() != "10.0.0.0/8" || p[1].String() != "::1/128" {
		t.Errorf("%v, %v", p, err)
	}
}
