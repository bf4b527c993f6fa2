package text_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"interdesk/web/text"
)

func english(t *testing.T) *text.Catalogue {
	t.Helper()
	c, err := text.Load("en")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSay(t *testing.T) {
	t.Parallel()
	ctx := text.With(context.Background(), english(t))
	for _, c := range []struct{ name, got, want string }{
		{"plain", text.T(ctx, "nav.views"), "Views"},
		{"argument", text.T(ctx, "signin.to", "Acme {0}"), "Sign in to Acme {0}"},
		{"one", text.N(ctx, "time.minutes", 1), "1 minute ago"},
		{"many", text.N(ctx, "time.minutes", 5), "5 minutes ago"},
		{"unknown key", text.T(ctx, "no.such"), "no.such"},
		{"no catalogue", text.T(context.Background(), "nav.views"), "nav.views"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

var (
	named  = regexp.MustCompile(`(?:text\.[TN]\((?:ctx|c\.Ctx\(\)|r\.Context\(\)), |\bc\.T\()"([^"]+)"(.)`)
	prefix = regexp.MustCompile(`^\s*\+`)
)

// Every key that a page names is in the catalogue. Keys that are put together begin with one that is.
func TestEveryKeyHasItsText(t *testing.T) {
	t.Parallel()
	c := english(t)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "node_modules" {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".templ") && (!strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go")) {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range named.FindAllSubmatchIndex(raw, -1) {
			key, rest := string(raw[m[2]:m[3]]), raw[m[4]:]
			if prefix.Match(rest) {
				continue
			}
			if !c.Has(key) {
				t.Errorf("%s names %q, which no catalogue has", path, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
