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
	keptFor = time.Minute
	kept    = 64
)

// Reporter makes reports, one at a time.
type Reporter struct {
	store *store.Store
	now   func() time.Time
	turn  chan struct{}

	mu   sync.Mutex
	made map[question]made
}

type question struct {
	account     desk.AccountID
	from, until int64
}

type made struct {
	report *Report
	at     time.Time
}

// NewReporter makes a reporter; now nil means time.Now.
func NewReporter(s *store.Store, now func() time.Time) *Reporter {
	if now == nil {
		now = time.Now
	}
	return &Reporter{store: s, now: now, turn: make(chan struct{}, 1), made: map[question]made{}}
}

// Report is the report of a span, at most keptFor old. It is shared: nobody changes it.
func (r *Reporter) Report(ctx context.Context, account desk.AccountID, s Span) (*Report, error) {
	from, until := s.bounds()
	q := question{account, from, until}
	if known := r.known(q); known != nil {
		return known, nil
	}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if known := r.known(q); known != nil { // made while we waited
		return known, nil
	}
	var out *Report
	err := r.store.Account(account).Read(ctx, func(tx *store.Tx) (err error) {
		out, err = Make(ctx, tx, s)
		return err
	})
	if err == nil {
		r.keep(q, out)
	}
	return out, err
}

func (r *Reporter) known(q question) *Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m, ok := r.made[q]; ok && r.now().Sub(m.at) < keptFor {
		return m.report
	}
	return nil
}

func (r *Reporter) keep(q question, report *Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.made) >= kept {
		clear(r.made)
	}
	r.made[q] = made{report, r.now()}
}
