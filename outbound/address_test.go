package outbound

import (
	"net/http"
	"strings"
	"testing"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	safe := New(Config{Ports: []int{8443}, Local: func(host string) http.Handler {
		if host == "kongen.localhost:8080" {
			return http.NotFoundHandler()
		}
		return nil
	}})
	for raw, want := range map[string]string{
		"https://acme.example/sharing":          "https://acme.example/sharing",
		" https://ACME.example/Sharing/?x=1#y ": "https://acme.example/Sharing/?x=1#y",
		"https://acme.example":                  "https://acme.example",
		"https://acme.example:8443/NHD/1.0":     "https://acme.example:8443/NHD/1.0",
		"https://93.184.216.34/sharing":         "https://93.184.216.34/sharing",
		"http://kongen.localhost:8080/sharing":  "http://kongen.localhost:8080/sharing",
		"https://blåbær.example/x":              "https://bl%C3%A5b%C3%A6r.example/x",
	} {
		got, err := safe.CheckURL(raw)
		if err != nil || got.String() != want {
			t.Errorf("CheckURL(%q) = %v, %v", raw, got, err)
		}
	}
	for raw, want := range map[string]string{
		"":                                         "must begin with https://",
		"acme.example/sharing":                     "must begin with https://",
		"file:///etc/passwd":                       "must begin with https://",
		"gopher://acme.example/":                   "must begin with https://",
		"javascript:alert(1)":                      "cannot be read",
		"http://acme.example/sharing":              "must not travel in the open",
		"https:///sharing":                         "must name a host",
		"https://a b.example/":                     "cannot be read",
		"https://a..b/":                            "must name a host",
		"https://me:secret@acme.example/":          "user name or password",
		"https://acme.example:22/sharing":          "port 22 is not allowed",
		"https://acme.example:0/sharing":           `port "0" is not a port`,
		"https://acme.localhost/sharing":           "is this machine",
		"https://127.0.0.1/sharing":                "is private",
		"https://[::1]/sharing":                    "is private",
		"https://[::ffff:10.0.0.1]/sharing":        "is private",
		"https://169.254.169.254/latest":           "is not allowed",
		"https://[fe80::1%25eth0]/sharing":         "is not allowed",
		"https://x/" + strings.Repeat("y", maxURL): "longer than 2048",
	} {
		got, err := safe.CheckURL(raw)
		if err == nil || !IsBlocked(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckURL(%q) = %v, %v", raw, got, err)
		}
	}
}

func FuzzCheckURL(f *testing.F) {
	f.Add("https://acme.example/sharing")
	f.Add("https://[::ffff:127.0.0.1]:443/%2e%2e/")
	c := New(Config{})
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := c.CheckURL(raw)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.Hostname() == "" || u.User != nil || isLocalhost(u.Hostname()) {
			t.Errorf("CheckURL(%q) = %v", raw, u)
		}
		if again, err := c.CheckURL(u.String()); err != nil || again.String() != u.String() {
			t.Errorf("not stable: %v, then %v, %v", u, again, err)
		}
	})
}
