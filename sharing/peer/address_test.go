package peer

import (
	"strings"
	"testing"

	"interdesk/outbound"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	c := client(t, setup{Config: outbound.Config{Ports: []int{8443}}})
	for raw, want := range map[string]string{
		"https://acme.example/sharing":      "https://acme.example/sharing",
		" https://ACME.example/Sharing/// ": "https://acme.example/Sharing",
		"https://acme.example":              "https://acme.example",
		"https://acme.example:8443/NHD/1.0": "https://acme.example:8443/NHD/1.0",
	} {
		got, err := c.CheckURL(raw)
		if err != nil || got.String() != want {
			t.Errorf("CheckURL(%q) = %v, %v", raw, got, err)
		}
	}
	for raw, want := range map[string]string{
		"acme.example/sharing":             "must begin with https://",
		"https://127.0.0.1/sharing":        "is private",
		"https://acme.example/sharing?x=1": "query or a fragment",
		"https://acme.example/sharing?":    "query or a fragment",
		"https://acme.example/sharing#x":   "query or a fragment",
		"https://acme.example/sharing#":    "query or a fragment",
		"https://acme.example/a/../b":      "simplest form",
	} {
		got, err := c.CheckURL(raw)
		if err == nil || !outbound.IsBlocked(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckURL(%q) = %v, %v", raw, got, err)
		}
	}
}

func FuzzCheckURL(f *testing.F) {
	f.Add("https://acme.example/sharing")
	f.Add("https://[::ffff:127.0.0.1]:443/%2e%2e/")
	c := New(outbound.New(outbound.Config{}), Options{})
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := c.CheckURL(raw)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || strings.HasSuffix(u.Path, "/") {
			t.Errorf("CheckURL(%q) = %v", raw, u)
		}
		if again, err := c.CheckURL(u.String()); err != nil || again.String() != u.String() {
			t.Errorf("not stable: %v, then %v, %v", u, again, err)
		}
	})
}
