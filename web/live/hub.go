package live

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

const (
	every     = 500 * time.Millisecond // between two looks at an account
	overlap   = 5 * time.Second        // how late a change may become visible after the time it bears
	mostSeen  = 500                    // changes told at once; whoever missed more reloads
	streams   = 5000                   // that one process holds
	unread    = 64                     // events a slow browser may be behind before it is cut off
	lookLimit = 5 * time.Second        // for one look
)

// Change is a ticket and the version it has now.
type Change struct {
	ID      desk.TicketID `json:"id"`
	Version int64         `json:"version"`
}

// Person is somebody of the staff at a ticket.
type Person struct {
	ID      desk.UserID `json:"id"`
	Name    string      `json:"name"`
	Writing bool        `json:"writing"`
}

// Presence is who is at a ticket; nobody any more when it is empty.
type Presence struct {
	Ticket desk.TicketID `json:"ticket"`
	People []Person      `json:"people"`
}

// newsBatch is what one look found.
type newsBatch struct {
	at       time.Time
	changes  []Change
	presence []Presence
}

// Hub serves the streams of a process.
type Hub struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger

	mu       sync.Mutex
	closed   bool
	count    int
	accounts map[desk.AccountID]*accountWatch
}

// New makes a hub. Close ends its streams.
func New(s *store.Store, now func() time.Time) *Hub {
	return &Hub{store: s, now: now, log: slog.Default(), accounts: map[desk.AccountID]*accountWatch{}}
}

// Close ends all streams, so that a server can stop.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for id, w := range h.accounts {
		w.stop()
		for s := range w.streams {
			close(s)
		}
		delete(h.accounts, id)
	}
	h.count = 0
}

// listen opens a stream on an account; nil when there are too many, or the hub is closed. A stream that is closed by the
// hub fell behind, or the server stops.
func (h *Hub) listen(account desk.AccountID) chan newsBatch {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.count >= streams {
		return nil
	}
	w := h.accounts[account]
	if w == nil {
		ctx, stop := context.WithCancel(context.Background())
		w = &accountWatch{hub: h, account: h.store.Account(account), stop: stop, streams: map[chan newsBatch]struct{}{}, told: map[desk.TicketID]toldNews{}}
		w.since = h.now()
		h.accounts[account] = w
		go w.run(ctx)
	}
	s := make(chan newsBatch, unread)
	w.streams[s] = struct{}{}
	if len(w.present) > 0 {
		s <- newsBatch{at: h.now(), presence: slices.Clone(w.present)}
	}
	h.count++
	return s
}

// leave ends a stream.
func (h *Hub) leave(account desk.AccountID, s chan newsBatch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.accounts[account]
	if w == nil {
		return
	}
	if _, open := w.streams[s]; open {
		delete(w.streams, s)
		h.count--
	}
	if len(w.streams) == 0 {
		w.stop()
		delete(h.accounts, account)
	}
}

// accountWatch looks at one account for all who listen to it.
type accountWatch struct {
	hub     *Hub
	account store.Account
	stop    context.CancelFunc

	// Under the hub's lock.
	streams map[chan newsBatch]struct{}
	present []Presence

	// Only of run.
	since time.Time
	told  map[desk.TicketID]toldNews
}

type toldNews struct {
	version int64
	at      time.Time
}

func (w *accountWatch) run(ctx context.Context) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		found, present, err := w.readNews(ctx)
		if err != nil {
			if ctx.Err() == nil {
				w.hub.log.Warn("changes of an account not read", "account", w.account.ID(), "cause", err)
			}
			continue
		}
		w.sendNews(found, present)
	}
}

// readNews reads what changed since the last look.
func (w *accountWatch) readNews(ctx context.Context) (newsBatch, []Presence, error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	n := newsBatch{at: w.hub.now()}
	var changed []store.TicketChange
	var present []Presence
	err := w.account.Read(ctx, func(tx *store.Tx) (err error) {
		if changed, err = tx.ChangedSince(ctx, w.since.Add(-overlap), mostSeen); err != nil {
			return err
		}
		present, err = readPresences(ctx, tx, n.at)
		return err
	})
	if err != nil {
		return n, nil, err
	}
	for _, c := range changed {
		if w.told[c.Ticket].version < c.Version {
			w.told[c.Ticket] = toldNews{c.Version, c.At}
			n.changes = append(n.changes, Change{c.Ticket, c.Version})
		}
	}
	w.since = n.at
	for id, t := range w.told {
		if t.at.Before(n.at.Add(-2 * overlap)) {
			delete(w.told, id)
		}
	}
	n.presence = changedPresences(w.present, present)
	return n, present, nil
}

// readPresences reads who is where.
func readPresences(ctx context.Context, tx *store.Tx, at time.Time) ([]Presence, error) {
	all, err := tx.Attendances(ctx, at)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	cfg, err := tx.Config(ctx)
	if err != nil {
		return nil, err
	}
	var out []Presence
	for _, a := range all {
		if n := len(out); n == 0 || out[n-1].Ticket != a.Ticket {
			out = append(out, Presence{Ticket: a.Ticket})
		}
		p := &out[len(out)-1]
		p.People = append(p.People, Person{ID: a.User, Name: cfg.Staff[a.User].Name, Writing: a.WritingUntil.After(at)})
	}
	return out, nil
}

// changedPresences are the tickets at which somebody came, went, began or stopped to write.
func changedPresences(before, now []Presence) []Presence {
	was := map[desk.TicketID][]Person{}
	for _, p := range before {
		was[p.Ticket] = p.People
	}
	var out []Presence
	for _, p := range now {
		if !slices.Equal(was[p.Ticket], p.People) {
			out = append(out, p)
		}
		delete(was, p.Ticket)
	}
	for ticket := range was {
		out = append(out, Presence{Ticket: ticket, People: []Person{}})
	}
	return out
}

// sendNews gives everybody the news. Who does not read is cut off, and its browser comes again.
func (w *accountWatch) sendNews(n newsBatch, present []Presence) {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	w.present = present
	if len(n.changes) == 0 && len(n.presence) == 0 {
		return
	}
	for s := range w.streams {
		select {
		case s <- n:
		default:
			close(s)
			delete(w.streams, s)
			w.hub.count--
		}
	}
}
