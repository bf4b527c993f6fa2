package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"
)

// measureWebhooks has all clients make tickets for a while, each of which a rule tells a webhook of, and counts how many messages a
// second arrive, the last one included.
func (b *bench) measureWebhooks(ctx context.Context, e *engine) (err error) {
	s, err := b.newServer(ctx, e, "hooks")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if _, err := s.start(ctx); err != nil {
		return err
	}
	var arrived atomic.Int64
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived.Add(1)
		w.WriteHeader(http.StatusNoContent)
	}))
	defer receiver.Close()
	if err := s.callHook(ctx, receiver.URL); err != nil {
		return err
	}
	b.say("%s: webhooks", e.name)
	b.quiet(ctx)
	wait := b.watch(ctx, s, e.name+" webhooks")
	used, begun := readUsage(s), time.Now()
	got, err := apply(ctx, b.clients, b.span, func(ctx context.Context, n int) error {
		return s.call(ctx, "POST", "/tickets", object{"ticket": object{"subject": subject(n), "comment": object{"body": body(n)}}}, nil)
	})
	if err := errors.Join(err, wait()); err != nil {
		return err
	}
	if err := until(ctx, time.Millisecond, func() (bool, error) { return arrived.Load() >= int64(got.all), nil }); err != nil {
		return fmt.Errorf("%d of %d messages arrived: %w\n%s", arrived.Load(), got.all, err, s.tail())
	}
	took := time.Since(begun)
	one := result{Measure: "webhook: messages that arrive", Engine: e.name, Value: float64(got.all) / took.Seconds(), Unit: "/s",
		Note: fmt.Sprintf("%d tickets, made at %s/s, the last message %s after the last of them", got.all, number(got.rate), (took - b.span*6/5).Round(time.Millisecond))}
	used.since(&one, readUsage(s), got.all)
	b.report.add(one)
	return nil
}

// callHook has each new ticket call a webhook.
func (s *server) callHook(ctx context.Context, address string) error {
	var made struct{ Webhook struct{ ID string } }
	err := s.call(ctx, "POST", "/webhooks", object{"webhook": object{"name": "bench", "endpoint": address, "http_method": "POST", "request_format": "json", "status": "active"}}, &made)
	if err != nil {
		return err
	}
	return s.call(ctx, "POST", "/triggers", object{"trigger": object{"title": "Tell", "all": []object{{"field": "update_type", "operator": "is", "value": "Create"}},
		"actions": []object{{"field": "notification_webhook", "value": []string{made.Webhook.ID, `{"id":{{ticket.id}},"title":"{{ticket.title}}","said":"{{ticket.latest_comment}}"}`}}}}}, nil)
}
