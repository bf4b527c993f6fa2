package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"interdesk/desk"
)

// measureDesk takes all measures of one help desk by itself.
func (b *bench) measureDesk(ctx context.Context, e *engine) (err error) {
	s, err := b.newServer(ctx, e, "desk")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	b.say("%s: filling %d tickets with %d comments each", e.name, b.tickets, b.comments)
	var people []desk.UserID
	b.filled[0] = time.Now()
	err = s.fill(ctx, func(f *filler) error {
		if people, err = f.setUp(ctx); err != nil {
			return err
		}
		if err = f.add(ctx, people, b.tickets, b.comments); err != nil {
			return err
		}
		b.ids, err = f.ids(ctx)
		return err
	})
	b.filled[1] = time.Now()
	if err == nil {
		err = e.settle(ctx, s.database)
	}
	if err != nil {
		return err
	}
	steps := []func(context.Context, *engine, *server) error{b.coldStart, b.reads,
		func(ctx context.Context, e *engine, s *server) error { return b.pages(ctx, e, s, b.tickets) },
		func(ctx context.Context, e *engine, s *server) error { return b.searches(ctx, e, s, b.tickets) }, b.writes}
	for _, step := range steps {
		if err := step(ctx, e, s); err != nil {
			return err
		}
	}
	return b.large(ctx, e, s, people)
}

// coldStart measures from the start of the process to its being ready, and what memory it holds when nobody asks anything.
func (b *bench) coldStart(ctx context.Context, e *engine, s *server) error {
	if !b.wants(startName, memoryName) {
		return nil
	}
	b.say("%s: %d cold starts", e.name, b.starts)
	b.quiet(ctx)
	var times []time.Duration
	for range b.starts {
		took, err := s.start(ctx)
		if err := errors.Join(err, s.stop()); err != nil {
			return err
		}
		times = append(times, took)
	}
	slices.Sort(times)
	median := float64(times[len(times)/2]) / float64(time.Millisecond)
	b.report.add(result{Measure: "cold start", Engine: e.name, Value: median, Unit: "ms", Spread: spreadOf(times),
		Note: fmt.Sprintf("median of %d, exec to /readyz", b.starts)}.atMost(100))
	if !b.wants(memoryName) {
		return nil
	}
	b.say("%s: idle for %s", e.name, b.idle)
	if _, err := s.start(ctx); err != nil {
		return err
	}
	select {
	case <-time.After(b.idle):
	case <-ctx.Done():
		return ctx.Err()
	}
	b.addMemory(e, s, "resident memory, idle", true)
	return s.stop()
}

func (b *bench) addMemory(e *engine, s *server, name string, aimed bool) {
	mib, ok := s.resident()
	if !ok {
		return
	}
	one := result{Measure: name, Engine: e.name, Value: mib, Unit: "MiB"}
	if aimed {
		one = one.atMost(40)
	}
	b.report.add(one)
}

// newest are the two ways in which clients ask for the newest tickets: by cursor, and by page number, which also tells
// how many there are in all.
func newest() map[string]string {
	return map[string]string{
		"list of 30 newest, by cursor": "/tickets?page[size]=30&sort=-created_at",
		"list of 30 newest, by page":   "/tickets?per_page=30&sort_by=created_at&sort_order=desc",
	}
}

func (b *bench) reads(ctx context.Context, e *engine, s *server) error {
	if !b.wants(listName, getName, exportName) {
		return nil
	}
	if _, err := s.start(ctx); err != nil {
		return err
	}
	if b.wants(listName) {
		if err := b.lists(ctx, e, s, b.tickets); err != nil {
			return err
		}
	}
	if b.wants(getName) {
		if err := b.gets(ctx, e, s); err != nil {
			return err
		}
	}
	if b.wants(exportName) {
		if err := b.exports(ctx, e, s); err != nil {
			return err
		}
	}
	return s.stop()
}

// exports asks for pages of what connectors copy, from anywhere in the time in which the tickets were written.
func (b *bench) exports(ctx context.Context, e *engine, s *server) error {
	from, span := b.filled[0].Unix(), max(1, b.filled[1].Unix()-b.filled[0].Unix())
	for name, path := range map[string]string{"100 tickets of an export": "/incremental/tickets/cursor?per_page=100&start_time=%d",
		"100 events of an export": "/incremental/ticket_events?per_page=100&start_time=%d"} {
		one, err := b.load(ctx, e, s, fmt.Sprintf("%s, of %d", name, b.tickets), func(ctx context.Context, _ int) error {
			return s.hit(ctx, "GET", fmt.Sprintf(path, from+rand.Int64N(span)), nil)
		})
		if err != nil {
			return err
		}
		b.report.add(one)
	}
	return nil
}

func (b *bench) lists(ctx context.Context, e *engine, s *server, among int) error {
	for _, name := range slices.Sorted(maps.Keys(newest())) {
		path := newest()[name]
		one, err := b.load(ctx, e, s, fmt.Sprintf("%s, of %d", name, among), func(ctx context.Context, _ int) error {
			return s.hit(ctx, "GET", path, nil)
		})
		if err != nil {
			return err
		}
		b.report.add(one.atLeast(3000))
	}
	return nil
}

func (b *bench) gets(ctx context.Context, e *engine, s *server) error {
	ticket := func() string { return fmt.Sprintf("/tickets/%d", b.ids[rand.IntN(len(b.ids))]) }
	ways := []struct {
		name string
		aim  float64
		do   func(ctx context.Context, n int) error
	}{
		{"get a ticket", 8000, func(ctx context.Context, _ int) error { return s.hit(ctx, "GET", ticket(), nil) }},
		{fmt.Sprintf("get its %d comments", b.comments), 8000, func(ctx context.Context, _ int) error { return s.hit(ctx, "GET", ticket()+"/comments", nil) }},
		{"get both, two requests", 0, func(ctx context.Context, _ int) error {
			path := ticket()
			return errors.Join(s.hit(ctx, "GET", path, nil), s.hit(ctx, "GET", path+"/comments", nil))
		}},
	}
	for _, way := range ways {
		one, err := b.load(ctx, e, s, way.name, way.do)
		if err != nil {
			return err
		}
		if way.aim > 0 {
			one = one.atLeast(way.aim)
		}
		b.report.add(one)
	}
	return nil
}

// writes measures replies and creations, and then what the engine can do of each.
func (b *bench) writes(ctx context.Context, e *engine, s *server) error {
	if !b.wants(createName, replyName) {
		return nil
	}
	if _, err := s.start(ctx); err != nil {
		return err
	}
	reply, err := b.replies(ctx, e, s)
	if err != nil {
		return err
	}
	create, err := b.load(ctx, e, s, "creates", func(ctx context.Context, n int) error {
		raw, err := createBody(n)
		if err != nil {
			return err
		}
		return s.hit(ctx, "POST", "/tickets", raw)
	})
	if err != nil {
		return err
	}
	b.addMemory(e, s, "resident memory, after the load", false)
	if err := s.stop(); err != nil {
		return err
	}
	return b.beside(ctx, e, s, reply, create)
}

func (b *bench) replies(ctx context.Context, e *engine, s *server) (result, error) {
	return b.load(ctx, e, s, "replies", func(ctx context.Context, n int) error {
		raw, err := replyBody(n)
		if err != nil {
			return err
		}
		// Neighbours in time are not neighbours in the table, and no two clients write to one ticket at once.
		return s.hit(ctx, "PUT", fmt.Sprintf("/tickets/%d", b.ids[n*7919%len(b.ids)]), raw)
	})
}

// beside measures the bare loops and reports them with what the desk reached.
func (b *bench) beside(ctx context.Context, e *engine, s *server, reply, create result) error {
	b.say("%s: bare loops", e.name)
	if err := e.settle(ctx, s.database); err != nil {
		return err
	}
	bare, err := openBare(ctx, s, b.clients, 1)
	if err != nil {
		return err
	}
	defer bare.db.Close()
	b.quiet(ctx)
	creates, err := bare.creates(ctx, b.clients, b.span)
	if err != nil {
		return err
	}
	b.quiet(ctx)
	replies, err := bare.replies(ctx, b.clients, b.span)
	if err != nil {
		return err
	}
	aims := map[string]float64{sqlite: 2000, postgres: 1000}
	b.report.add(create.compare(creates).atLeast(aims[e.name]))
	b.report.add(reply.compare(replies))
	return nil
}

// large makes many tickets more and lists again: it must not matter how many there are.
func (b *bench) large(ctx context.Context, e *engine, s *server, people []desk.UserID) error {
	if !b.wants(listName, pagesName, searchName) {
		return nil
	}
	b.say("%s: filling up to %d tickets", e.name, b.more)
	err := s.fill(ctx, func(f *filler) error { return f.add(ctx, people, b.more-b.tickets, 1) })
	if err == nil {
		err = e.settle(ctx, s.database)
	}
	if err != nil {
		return err
	}
	if _, err := s.start(ctx); err != nil {
		return err
	}
	if b.wants(listName) {
		if err := b.lists(ctx, e, s, b.more); err != nil {
			return err
		}
	}
	if err := s.stop(); err != nil {
		return err
	}
	if err := b.pages(ctx, e, s, b.more); err != nil {
		return err
	}
	return b.searches(ctx, e, s, b.more)
}

// load has all clients do something for a while, and profiles the server meanwhile where that is asked for.
func (b *bench) load(ctx context.Context, e *engine, s *server, name string, do func(ctx context.Context, n int) error) (result, error) {
	b.say("%s: %s", e.name, name)
	b.quiet(ctx)
	wait := b.watch(ctx, s, e.name+" "+name)
	before := readUsage(s)
	got, err := apply(ctx, b.clients, b.span, do)
	after := readUsage(s)
	if err := errors.Join(err, wait()); err != nil {
		return result{}, fmt.Errorf("%s: %w\n%s", name, err, s.tail())
	}
	one := result{Measure: name, Engine: e.name, Value: got.rate, Unit: "/s", Spread: spreadOf(got.times)}
	before.since(&one, after, got.all)
	return one, nil
}
