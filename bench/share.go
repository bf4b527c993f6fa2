package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Sharing is measured between two processes with a database each: Acme, whose trigger shares every ticket tagged
// share_me, and Kongen, which gets them.

// pollEvery is how often the partner is asked whether the ticket is there; it is the fineness of the times.
const pollEvery = time.Millisecond

// arriveTime bounds the wait for what was shared.
const arriveTime = 2 * time.Minute

func (b *bench) measureSharing(ctx context.Context, e *engine) (err error) {
	b.say("%s: two linked desks", e.name)
	var pair [2]*server
	for i, name := range []string{"acme", "kongen"} {
		if pair[i], err = b.newServer(ctx, e, name); err != nil {
			return err
		}
		if err := pair[i].fill(ctx, func(f *filler) error { _, err := f.setUp(ctx); return err }); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, pair[i].stop()) }()
		if _, err := pair[i].start(ctx); err != nil {
			return err
		}
	}
	acme, kongen := pair[0], pair[1]
	if err := link(ctx, acme, kongen); err != nil {
		return fmt.Errorf("link: %w\n%s\n%s", err, acme.tail(), kongen.tail())
	}
	if b.wants(shareName) {
		if err := b.shareOneByOne(ctx, e, acme, kongen); err != nil {
			return err
		}
	}
	if b.wants(sharedName) {
		return b.shareMany(ctx, e, acme, kongen)
	}
	return nil
}

// link has Acme invite Kongen and Kongen accept, and makes the trigger.
func link(ctx context.Context, acme, kongen *server) error {
	terms := object{"sharing_url": fmt.Sprintf("http://kongen.localhost:%d/sharing", kongen.port), "name": "Kongen",
		"allows_public_comments": true, "sync_tags": true, "sync_custom_fields": true}
	if err := acme.call(ctx, "POST", "/sharing_agreements", object{"sharing_agreement": terms}, nil); err != nil {
		return err
	}
	inbound, err := agreement(ctx, kongen, "inbound", "pending")
	if err != nil {
		return err
	}
	accept := object{"sharing_agreement": object{"status": "accepted"}}
	if err := kongen.call(ctx, "PUT", fmt.Sprintf("/sharing_agreements/%d", inbound), accept, nil); err != nil {
		return err
	}
	outbound, err := agreement(ctx, acme, "outbound", "accepted")
	if err != nil {
		return err
	}
	return acme.call(ctx, "POST", "/triggers", object{"trigger": object{"title": "Share with Kongen",
		"all":     []object{{"field": "current_tags", "operator": "includes", "value": "share_me"}},
		"actions": []object{{"field": "share_ticket", "value": fmt.Sprint(outbound)}, {"field": "current_tags", "value": "shared_kongen"}}}}, nil)
}

// agreement waits for one in a state.
func agreement(ctx context.Context, s *server, direction, status string) (id int64, err error) {
	err = until(ctx, 20*time.Millisecond, func() (bool, error) {
		var list struct {
			Agreements []struct {
				ID           int64
				Type, Status string
			} `json:"sharing_agreements"`
		}
		err := s.call(ctx, "GET", "/sharing_agreements", nil, &list)
		for _, a := range list.Agreements {
			if a.Type == direction && a.Status == status {
				id = a.ID
			}
		}
		return id != 0, err
	})
	return id, err
}

// until asks again and again until something is true.
func until(ctx context.Context, pause time.Duration, holds func() (bool, error)) error {
	deadline := time.Now().Add(arriveTime)
	for {
		ok, err := holds()
		if ok || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("did not happen within %s", arriveTime)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// newestTicket is the id and subject of the newest ticket; 0 when there is none.
func newestTicket(ctx context.Context, s *server) (id int64, subject string, err error) {
	var list struct {
		Tickets []struct {
			ID      int64
			Subject string
		}
	}
	err = s.call(ctx, "GET", "/tickets?page[size]=1&sort=-id", nil, &list)
	if err != nil || len(list.Tickets) == 0 {
		return 0, "", err
	}
	return list.Tickets[0].ID, list.Tickets[0].Subject, nil
}

// shareOneByOne times single tickets from the answer that says they are stored to the moment the partner's API shows them.
func (b *bench) shareOneByOne(ctx context.Context, e *engine, acme, kongen *server) error {
	b.say("%s: %d tickets on their way to the partner, one by one", e.name, b.shares)
	b.quiet(ctx)
	wait := b.watch(ctx, acme, e.name+" share")
	var times []time.Duration
	for n := range b.shares {
		mark := 1_000_000 + n
		raw, err := createBody(mark, "share_me")
		if err != nil {
			return err
		}
		if err := acme.hit(ctx, "POST", "/tickets", raw); err != nil {
			return err
		}
		stored := time.Now()
		err = until(ctx, pollEvery, func() (bool, error) {
			_, text, err := newestTicket(ctx, kongen)
			return text == subject(mark), err
		})
		if err != nil {
			return fmt.Errorf("ticket %d at the partner: %w\n%s\n%s", n, err, acme.tail(), kongen.tail())
		}
		times = append(times, time.Since(stored))
	}
	if err := wait(); err != nil {
		return err
	}
	slices.Sort(times)
	got := spreadOf(times)
	b.report.add(result{Measure: "share: stored to visible at the partner", Engine: e.name, Value: got.P50, Unit: "ms", Spread: got,
		Note: fmt.Sprintf("median of %d", len(times))}.atMost(15))
	return nil
}

// shareMany has all clients create shared tickets for a while and counts how many a second arrive, the last one included.
func (b *bench) shareMany(ctx context.Context, e *engine, acme, kongen *server) error {
	b.say("%s: shared tickets under load", e.name)
	before, err := countTickets(ctx, kongen)
	if err != nil {
		return err
	}
	b.quiet(ctx)
	wait, waitThere := b.watch(ctx, acme, e.name+" shared"), b.watch(ctx, kongen, e.name+" shared at the partner")
	mine, err := countTickets(ctx, acme)
	if err != nil {
		return err
	}
	used, begun := readUsage(acme, kongen), time.Now()
	got, err := apply(ctx, b.clients, b.span, func(ctx context.Context, n int) error {
		raw, err := createBody(n, "share_me")
		if err != nil {
			return err
		}
		return acme.hit(ctx, "POST", "/tickets", raw)
	})
	if err := errors.Join(err, wait(), waitThere()); err != nil {
		return err
	}
	made, err := countTickets(ctx, acme)
	if err != nil {
		return err
	}
	made -= mine
	drain, drainThere := b.watch(ctx, acme, e.name+" shared, drained"), b.watch(ctx, kongen, e.name+" shared, drained at the partner")
	arrived := 0
	err = until(ctx, 20*time.Millisecond, func() (bool, error) {
		n, err := countTickets(ctx, kongen)
		arrived = n - before
		return arrived >= made, err
	})
	if err != nil {
		return fmt.Errorf("%d of %d tickets at the partner: %w\n%s", arrived, made, err, acme.tail())
	}
	if err := errors.Join(drain(), drainThere()); err != nil {
		return err
	}
	took := time.Since(begun)
	one := result{Measure: "shared tickets until delivered", Engine: e.name, Value: float64(arrived) / took.Seconds(), Unit: "/s",
		Note: fmt.Sprintf("%d in %s, created at %s/s", arrived, took.Round(10*time.Millisecond), number(got.rate))}
	used.since(&one, readUsage(acme, kongen), arrived)
	b.report.add(one)
	return nil
}

func countTickets(ctx context.Context, s *server) (int, error) {
	var count struct{ Count struct{ Value int } }
	err := s.call(ctx, "GET", "/tickets/count", nil, &count)
	return count.Count.Value, err
}
