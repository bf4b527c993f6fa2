package ticketing_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
	"interdesk/ticketing"
)

// stumble fails once, at the third change it hears of.
type stumble struct{ heard atomic.Int32 }

func (s *stumble) Follow(context.Context, *store.Tx, desk.Applied) error {
	if s.heard.Add(1) == 3 {
		return errors.New("the disk coughed")
	}
	return nil
}

// An attempt that breaks off leaves what it did; the next one goes on there and repeats nothing.
func TestBulkGoesOnWhereItStood(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		follower := &stumble{}
		s.service.With(follower)
		b := ticketing.Bulk{ID: "V3-1", Actor: s.admin}
		for i := range 5 {
			subject := fmt.Sprint("ticket ", i)
			b.Updates = append(b.Updates, desk.Update{Edits: desk.Edits{Subject: &subject}, Comment: &desk.NewComment{Body: "b"}})
		}
		wrong := desk.Status("wrong")
		b.Updates[3].Edits.Status = &wrong
		s.write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := s.service.Enqueue(ctx, tx, b)
			return err
		})
		s.work(t)
		done := s.await(t, b.ID)
		var results []ticketing.BulkResult
		if err := json.Unmarshal(done.Results, &results); err != nil {
			t.Fatal(err)
		}
		if done.Status != store.BulkCompleted || done.Progress != 5 || len(results) != 5 || results[3].Success || results[3].Error != "TicketCreateFailed" {
			t.Errorf("%+v\n%s", done, done.Results)
		}
		s.write(t, func(ctx context.Context, tx *store.Tx) error {
			list, err := tx.TicketList(ctx, store.TicketQuery{})
			if len(list.Items) != 4 {
				t.Errorf("%d tickets", len(list.Items))
			}
			return err
		})
	})
}

// work runs the jobs.
func (s *shop) work(t *testing.T) {
	t.Helper()
	runner := job.NewRunner(s.store.DB(), job.Config{Poll: 20 * time.Millisecond, Logger: slog.New(slog.DiscardHandler)})
	s.service.Jobs(runner)
	if err := runner.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = runner.Stop(context.Background()) })
}

func (s *shop) await(t *testing.T, id string) (b store.BulkJob) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		s.write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			b, err = tx.Bulk(ctx, id)
			return err
		})
		if b.Status == store.BulkCompleted || b.Status == store.BulkFailed {
			return b
		}
	}
	t.Fatalf("not done: %+v", b)
	return b
}

func TestTooManyBulks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		for i := range ticketing.MaxBulks + 1 {
			err := s.store.Account(s.account).Write(t.Context(), func(tx *store.Tx) error {
				_, err := s.service.Enqueue(t.Context(), tx, ticketing.Bulk{ID: fmt.Sprint(i), Actor: s.admin, Delete: []desk.TicketID{1}})
				return err
			})
			if full := i == ticketing.MaxBulks; (desk.KindOf(err) == desk.Unavailable) != full || err != nil && !full {
				t.Fatalf("%d: %v", i, err)
			}
		}
	})
}
