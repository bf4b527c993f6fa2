package report

import (
	"context"
	"time"

	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/store"
)

// Report is what happened in a span, and how things are now.
type Report struct {
	Span     Span
	Days     []Day
	Statuses []Counted // now, in the order of desk.Statuses; all of them
	Tags     []Counted // of tickets made in the span, the most frequent first
	Groups   []Worked
	Agents   []Worked
	Answers  Answers // of the desk, to tickets made in the span
	Partners []Partner

	Satisfaction Satisfaction
}

// Day is one day of a span.
type Day struct {
	At      calendar.Day
	Created int
	Solved  int // tickets that were solved last on this day, and still are
}

// Counted is how many tickets something stands on.
type Counted struct {
	Name string
	N    int
}

// Worked is how many tickets of the span went to a group or an agent; Name is "" for those that went to none.
type Worked struct {
	Name    string
	Created int
	Solved  int // of these
}

// Answers is how soon first answers came.
type Answers struct {
	Of     int // tickets that had an answer, of the latest ones
	Median time.Duration
}

// Created is how many tickets were made in the span.
func (r *Report) Created() (n int) {
	for _, d := range r.Days {
		n += d.Created
	}
	return n
}

// Solved is how many tickets were solved in the span.
func (r *Report) Solved() (n int) {
	for _, d := range r.Days {
		n += d.Solved
	}
	return n
}

// Waiting is how many shared tickets wait for partners now.
func (r *Report) Waiting() (n int) {
	for _, p := range r.Partners {
		n += p.Waiting
	}
	return n
}

// Make reads the report of a span.
func Make(ctx context.Context, tx *store.Tx, s Span) (*Report, error) {
	cfg, err := tx.Config(ctx)
	if err != nil {
		return nil, err
	}
	r := &Report{Span: s}
	parts := []func() error{
		func() error { return r.countDays(ctx, tx) },
		func() error { return r.countStatuses(ctx, tx) },
		func() error { return r.countTraits(ctx, tx, cfg) },
		func() error { return r.countAnswers(ctx, tx) },
		func() error { return r.countPartners(ctx, tx) },
		func() error { return r.countRatings(ctx, tx, cfg) },
	}
	for _, part := range parts {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// countStatuses counts all tickets of the account.
func (r *Report) countStatuses(ctx context.Context, tx *store.Tx) error {
	r.Statuses = make([]Counted, len(desk.Statuses))
	for i, s := range desk.Statuses {
		r.Statuses[i].Name = string(s)
	}
	return eachRow(ctx, tx, func(scan func(...any) error) error {
		var rank, n int
		if err := scan(&rank, &n); err != nil || rank < 0 || rank >= len(r.Statuses) {
			return err
		}
		r.Statuses[rank].N = n
		return nil
	}, `
		select status_rank, count(*) from tickets
		where account_id = $1 and deleted_at = 0 group by status_rank`, tx.Account())
}

// eachRow runs a query and hands every row to take.
func eachRow(ctx context.Context, tx *store.Tx, take func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
