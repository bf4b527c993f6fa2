package views

import (
	"context"
	"sync"
	"time"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// Counts go up to countCap and are told again for countFresh, which is shorter than browsers wait after a change. A page
// shows an older one rather than wait, up to countKept, since the browser asks for fresh counts as soon as it stands.
const (
	countCap    = 1_000
	countFresh  = 500 * time.Millisecond
	countKept   = time.Minute
	countsAtAll = 20_000
)

// counter remembers how many tickets the views have, as each person sees them.
type counter struct {
	mu     sync.Mutex
	counts map[countKey]cachedCount
}

// countKey is what was counted. A change of the desk's configuration makes other questions of all of them.
type countKey struct {
	account desk.AccountID
	version int64
	view    desk.ViewID
	changed int64 // when the view was
	viewer  desk.UserID
}

type cachedCount struct {
	count store.Count
	at    time.Time
}

func newCounter() *counter { return &counter{counts: map[countKey]cachedCount{}} }

func (k *counter) cached(q countKey, now time.Time, age time.Duration) (store.Count, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t, ok := k.counts[q]
	return t.count, ok && now.Sub(t.at) <= age
}

func (k *counter) remember(q countKey, t cachedCount) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.counts) >= countsAtAll {
		clear(k.counts)
	}
	k.counts[q] = t
}

// count counts the tickets of a view, or tells a count that is no older than age. A view that cannot be counted is an Invalid error.
func (k *counter) count(ctx context.Context, c *ui.Call, tx *store.Tx, cfg *desk.Config, v *desk.View, age time.Duration) (store.Count, error) {
	now := c.Clock()
	q := countKey{account: c.Account.ID, version: cfg.Version, view: v.ID, changed: v.UpdatedAt.UnixMicro(), viewer: c.User.ID}
	if n, ok := k.cached(q, now, age); ok {
		return n, nil
	}
	n, err := tx.CountWhere(ctx, store.ViewQuery{Config: cfg, Tree: v.Conditions, Viewer: access.ActorOf(cfg, c.User), At: now, Cap: countCap})
	if err == nil {
		k.remember(q, cachedCount{n, now})
	}
	return n, err
}
