package report

import (
	"context"
	"sync"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// How long a report is told again, and of how many it is remembered.
const (
	cacheFor  = time.Minute
	maxCached = 64
)

// Reporter makes reports, one at a time.
type Reporter struct {
	store *store.Store
	now   func() time.Time
	turn  chan struct{}

	mu    sync.Mutex
	cache map[cacheKey]cachedReport
}

type cacheKey struct {
	account     desk.AccountID
	from, until int64
}

type cachedReport struct {
	report *Report
	at     time.Time
}

// NewReporter makes a reporter; now nil means time.Now.
func NewReporter(s *store.Store, now func() time.Time) *Reporter {
	if now == nil {
		now = time.Now
	}
	return &Reporter{store: s, now: now, turn: make(chan struct{}, 1), cache: map[cacheKey]cachedReport{}}
}

// Report is the report of a span, at most cacheFor old. It is shared: nobody changes it.
func (r *Reporter) Report(ctx context.Context, account desk.AccountID, s Span) (*Report, error) {
	from, until := s.bounds()
	q := cacheKey{account, from, until}
	if known := r.cached(q); known != nil {
		return known, nil
	}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if known := r.cached(q); known != nil { // made while we waited
		return known, nil
	}
	var out *Report
	err := r.store.Account(account).Read(ctx, func(tx *store.Tx) (err error) {
		out, err = Make(ctx, tx, s)
		return err
	})
	if err == nil {
		r.remember(q, out)
	}
	return out, err
}

func (r *Reporter) cached(q cacheKey) *Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m, ok := r.cache[q]; ok && r.now().Sub(m.at) < cacheFor {
		return m.report
	}
	return nil
}

func (r *Reporter) remember(q cacheKey, report *Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.cache) >= maxCached {
		clear(r.cache)
	}
	r.cache[q] = cachedReport{report, r.now()}
}
