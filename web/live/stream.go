package live

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/web/ui"
)

// Routes are the stream and what pages tell of their readers.
func (h *Hub) Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /live", Who: ui.Staff, Serve: h.serveStream},
		{Pattern: "POST /live/attend", Who: ui.Staff, Serve: h.notePresence},
	}
}

const (
	pulse   = 20 * time.Second // a sign of life, so that proxies keep the line open and a dead one is found
	catchUp = time.Hour        // a browser that was away longer reloads
)

// serveStream sends events until the browser goes. A browser that comes again names the last event it has, by
// itself in a header or by a script of ours in the address, and gets what it missed.
func (h *Hub) serveStream(c *ui.Call) error {
	s := h.listen(c.Account.ID)
	if s == nil {
		return desk.Errorf(desk.Unavailable, "Too many pages are open. This one does not update by itself.")
	}
	defer h.leave(c.Account.ID, s)
	out := http.NewResponseController(c.W)
	// The server's limits on a request do not hold for one that lasts as long as a page.
	_ = out.SetReadDeadline(time.Time{})
	head := c.W.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no")
	first, err := h.missedEvents(c)
	if err != nil {
		return err
	}
	c.W.WriteHeader(http.StatusOK)
	send := func(b []byte) bool {
		_ = out.SetWriteDeadline(time.Now().Add(pulse))
		_, err := c.W.Write(b)
		return err == nil && out.Flush() == nil
	}
	if !send(first) {
		return nil
	}
	beat := time.NewTicker(pulse)
	defer beat.Stop()
	for {
		text := []byte(": \n\n")
		select {
		case <-c.Ctx().Done():
			return nil
		case <-beat.C:
			if c.RecheckSession() != nil {
				return nil // signed out meanwhile
			}
		case n, open := <-s:
			if !open {
				return nil
			}
			text = eventBytes(n)
		}
		if !send(text) {
			return nil
		}
	}
}

// begun is the event that tells a browser its place before anything happens.
const begun = "begin"

// missedEvents is what a browser begins with: how long to wait before it comes again, and what it missed.
func (h *Hub) missedEvents(c *ui.Call) ([]byte, error) {
	n := newsBatch{at: h.now()}
	var b bytes.Buffer
	b.WriteString("retry: 2000\n\n")
	last, err := strconv.ParseInt(cmp.Or(c.R.Header.Get("Last-Event-ID"), c.Value("last")), 10, 64)
	since := time.UnixMicro(last)
	switch {
	case err != nil:
		writeEvent(&b, n.at, begun, struct{}{})
		return b.Bytes(), nil
	case n.at.Sub(since) > catchUp:
		b.WriteString("event: reload\ndata: {}\n\n")
		return b.Bytes(), nil
	}
	err = c.Read(func(tx *store.Tx) error {
		changed, err := tx.ChangedSince(c.Ctx(), since.Add(-overlap), mostSeen)
		for _, t := range changed {
			n.changes = append(n.changes, Change{t.Ticket, t.Version})
		}
		return err
	})
	b.Write(eventBytes(n))
	writeEvent(&b, n.at, begun, struct{}{})
	return b.Bytes(), err
}

// eventBytes are the news on the wire.
func eventBytes(n newsBatch) []byte {
	var b bytes.Buffer
	if len(n.changes) > 0 {
		writeEvent(&b, n.at, "tickets", n.changes)
	}
	for _, p := range n.presence {
		writeEvent(&b, n.at, "presence", p)
	}
	return b.Bytes()
}

func writeEvent(b *bytes.Buffer, at time.Time, event string, v any) {
	raw, _ := json.Marshal(v) // ids, numbers and names
	fmt.Fprintf(b, "id: %d\nevent: %s\ndata: %s\n\n", at.UnixMicro(), event, raw)
}

// How long somebody counts as present, or as writing, after the page said so last.
const (
	presentFor = 45 * time.Second
	writingFor = 6 * time.Second
)

// notePresence notes that the reader has a ticket open, and answers who else has. With away they have left.
func (h *Hub) notePresence(c *ui.Call) error {
	at := h.now()
	a := store.Attendance{User: c.User.ID, Ticket: desk.TicketID(c.Number("ticket")), Version: c.Number("version"), PresentUntil: at.Add(presentFor)}
	if c.Value("writing") != "" {
		a.WritingUntil = at.Add(writingFor)
	}
	if c.Value("away") != "" {
		a.PresentUntil = at
	}
	here := Presence{Ticket: a.Ticket, People: []Person{}}
	err := c.Write(func(tx *store.Tx) error {
		t, err := tx.Ticket(c.Ctx(), a.Ticket)
		if err != nil {
			return err
		}
		a.Version = min(a.Version, t.Version)
		if err := tx.RecordAttendance(c.Ctx(), a); err != nil {
			return err
		}
		all, err := readPresences(c.Ctx(), tx, at)
		for _, p := range all {
			if p.Ticket == a.Ticket {
				here = p
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return httpkit.JSON(c.W, c.R, http.StatusOK, here)
}
