package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"
)

// TestDayWithoutMidnight asks the program for a report over a day whose midnight the clocks skip, and searches for it.
func TestDayWithoutMidnight(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(testing.TB, string) string) {
		s := newServer(t, "acme", database(t, "acme")).start()
		s.call("PUT", "/account/settings", object{"settings": object{"localization": object{"time_zone": "Atlantic/Azores"}}}, nil)
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		agent := &http.Client{Timeout: 20 * time.Second, Transport: client.Transport, Jar: jar}
		res, err := agent.PostForm(s.url("/signin"), url.Values{"email": {s.email}, "password": {s.password}, "next": {"/reports/tickets.csv?from=2026-03-27&to=2026-03-30"}})
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if want := "\ufeffDay,Created,Solved\r\n2026-03-27,0,0\r\n2026-03-28,0,0\r\n2026-03-29,0,0\r\n2026-03-30,0,0\r\n"; string(raw) != want {
			t.Errorf("%s %q, want %q", res.Status, raw, want)
		}
		var found struct{ Count int }
		s.call("GET", "/search?query="+url.QueryEscape("type:ticket created:2026-03-29"), nil, &found)
		if found.Count != 0 {
			t.Errorf("%d tickets of that day", found.Count)
		}
	})
}
