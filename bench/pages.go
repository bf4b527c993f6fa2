package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
)

// pages measures, among so many tickets, what an agent waits for: one browser, one page after the other, from the request to the last byte.
func (b *bench) pages(ctx context.Context, e *engine, s *server, among int) (err error) {
	if !b.wants(pagesName) {
		return nil
	}
	if _, err := s.start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := s.signIn(ctx); err != nil {
		return err
	}
	var views struct {
		Views []struct {
			ID    int64
			Title string
		}
	}
	if err := s.call(ctx, "GET", "/views.json", nil, &views); err != nil {
		return err
	}
	list := map[string]string{}
	for _, v := range views.Views {
		list[v.Title] = fmt.Sprintf("/agent/views/%d", v.ID)
	}
	for _, page := range []struct {
		name string
		aim  float64
		path func() string
	}{
		{"page of the view of all unsolved tickets, by assignee", 3, func() string { return list["All unsolved tickets"] }},
		{"page of the view of unassigned tickets", 3, func() string { return list["Unassigned tickets"] }},
		{"page of the view of tickets updated lately", 3, func() string { return list["Recently updated tickets"] }},
		{"page of a ticket", 5, func() string { return fmt.Sprintf("/agent/tickets/%d", b.ids[rand.IntN(len(b.ids))]) }},
	} {
		b.say("%s: %s", e.name, page.name)
		b.quiet(ctx)
		wait := b.watch(ctx, s, fmt.Sprintf("%s %s %d", e.name, page.name, among))
		got, err := apply(ctx, 1, b.span, func(ctx context.Context, _ int) error {
			return s.send(ctx, "GET", page.path(), nil, func(*http.Response) error { return nil })
		})
		if err := errors.Join(err, wait()); err != nil {
			return fmt.Errorf("%s: %w\n%s", page.name, err, s.tail())
		}
		times := spreadOf(got.times)
		b.report.add(result{Measure: fmt.Sprintf("%s, of %d", page.name, among), Engine: e.name, Value: times.P50, Unit: "ms",
			Spread: times, Note: "one browser, median"}.atMost(page.aim))
	}
	return nil
}

// signIn opens a session, whose cookie goes along with everything from then on.
func (s *server) signIn(ctx context.Context) error {
	form := url.Values{"email": {s.email}, "password": {s.password}}.Encode()
	address := "http://" + s.address()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/signin", strings.NewReader(form))
	if err != nil {
		return err
	}
	req.Host = s.name + ".localhost"
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	browser := http.Client{Timeout: callTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := browser.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) == 0 {
		return fmt.Errorf("sign-in: %s", res.Status)
	}
	s.cookie = res.Cookies()[0].Name + "=" + res.Cookies()[0].Value
	return nil
}
