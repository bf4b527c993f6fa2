package live_test

import (
	"bufio"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func newTicket(t *testing.T, d *apitest.Desk) string {
	t.Helper()
	a := d.Agent.In(t).Post("tickets", apitest.Object{"ticket": apitest.Object{"subject": "Broken", "comment": apitest.Object{"body": "It is."}}}, http.StatusCreated)
	return strconv.Itoa(int(a.JSON.(apitest.Object)["ticket"].(apitest.Object)["id"].(float64)))
}

// await reads a stream until a line has all the words.
func await(t *testing.T, lines <-chan string, words ...string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case <-late:
			t.Fatalf("no line with %q", words)
		case line, open := <-lines:
			if !open {
				t.Fatalf("the stream ended before a line with %q", words)
			}
			found := true
			for _, w := range words {
				found = found && strings.Contains(line, w)
			}
			if found {
				return
			}
		}
	}
}

func read(b *webtest.Stream) <-chan string {
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(b); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines
}

func TestStream(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		acme, other := s.Desk(t, "acme"), s.Desk(t, "other")
		ben := webtest.Open(t, acme, acme.Agent.User)
		stream := ben.Stream("/live", "")
		lines := read(stream)

		foreign := newTicket(t, other)
		id := newTicket(t, acme)
		await(t, lines, `data: [{"id":`+id+`,"version":1}]`)

		ada := webtest.Open(t, acme, acme.Admin.User)
		ada.Post("/live/attend", url.Values{"ticket": {id}, "version": {"1"}, "writing": {"1"}}, http.StatusOK)
		await(t, lines, `"ticket":`+id, `"name":"Ada Admin"`, `"writing":true`)
		ada.Post("/live/attend", url.Values{"ticket": {id}, "away": {"1"}}, http.StatusOK)
		await(t, lines, `"ticket":`+id, `"people":[]`)
		ada.Post("/live/attend", url.Values{"ticket": {foreign + "999"}}, http.StatusNotFound)

		// A browser that comes again gets what it missed; one that was away too long is told to reload.
		at := strconv.FormatInt(time.Now().Add(-time.Minute).UnixMicro(), 10)
		missed := read(ben.Stream("/live?last="+at, ""))
		await(t, missed, `"id":`+id)
		await(t, missed, "event: begin")
		await(t, read(ben.Stream("/live", strconv.FormatInt(time.Now().Add(-time.Minute).UnixMicro(), 10))), `"id":`+id)
		await(t, read(ben.Stream("/live", "1")), "event: reload")
	})
}

func TestStreamsAreForStaff(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		webtest.Open(t, acme, acme.EndUser.User).Get("/live", http.StatusForbidden)
		webtest.Open(t, acme, desk.User{}).Get("/live", http.StatusOK).ArrivedAt(t, "/signin")
		id := newTicket(t, acme)
		webtest.Open(t, acme, acme.EndUser.User).Post("/live/attend", url.Values{"ticket": {id}}, http.StatusForbidden)
	})
}
