package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// mailSize is the length of a message's text: with its header and its other form some 30 KB.
const mailSize = 10_000

// measureMail has all clients hand mail over by SMTP for a while and counts how many messages a second become tickets, the last
// one included, while 50 triggers look at each.
func (b *bench) measureMail(ctx context.Context, e *engine) (err error) {
	s, err := b.newServer(ctx, e, "post")
	if err != nil {
		return err
	}
	if s.smtp, err = freePort(); err != nil {
		return err
	}
	if err := s.fill(ctx, func(f *filler) error { _, err := f.setUp(ctx); return err }); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if _, err := s.start(ctx); err != nil {
		return err
	}
	doors := make(chan *smtp.Client, b.clients)
	for range b.clients {
		c, err := smtp.Dial(net.JoinHostPort("127.0.0.1", strconv.Itoa(s.smtp)))
		if err != nil {
			return err
		}
		defer c.Close()
		doors <- c
	}
	if err := post(doors, -1); err != nil { // whether DNS answers is found out by now
		return err
	}
	if _, err := b.mailed(ctx, s, 1); err != nil {
		return err
	}
	return b.postMany(ctx, e, s, doors)
}

func (b *bench) postMany(ctx context.Context, e *engine, s *server, doors chan *smtp.Client) error {
	b.say("%s: mail by SMTP", e.name)
	b.quiet(ctx)
	wait := b.watch(ctx, s, e.name+" mail")
	used, begun := readUsage(s), time.Now()
	got, err := apply(ctx, b.clients, b.span, func(_ context.Context, n int) error { return post(doors, n) })
	if err := errors.Join(err, wait()); err != nil {
		return err
	}
	total := got.all
	if n, err := b.mailed(ctx, s, total+1); err != nil {
		return fmt.Errorf("%d of %d messages are tickets: %w\n%s", n, total+1, err, s.tail())
	}
	took := time.Since(begun)
	slices.Sort(got.times)
	one := result{Measure: "mail: SMTP to stored ticket", Engine: e.name, Value: float64(total) / took.Seconds(), Unit: "/s", Spread: spreadOf(got.times),
		Note: fmt.Sprintf("%d messages of 30 KB, accepted at %s/s; the times are those of acceptance", total, number(got.rate))}
	used.since(&one, readUsage(s), total)
	b.report.add(one.atLeast(300))
	return nil
}

// mailed waits until so many messages are tickets.
func (b *bench) mailed(ctx context.Context, s *server, want int) (n int, err error) {
	err = until(ctx, 20*time.Millisecond, func() (bool, error) {
		n, err = countTickets(ctx, s)
		return n >= want, err
	})
	return n, err
}

// post hands one message over, each of another sender.
func post(doors chan *smtp.Client, n int) error {
	c := <-doors
	defer func() { doors <- c }()
	from := fmt.Sprintf("customer%d@mail.example", n+1)
	return c.SendMail(from, []string{"support@post.localhost"}, strings.NewReader(message(from, n+1)))
}

// message is a mail as people send it: text and HTML, and what it answers below.
func message(from string, n int) string {
	var text strings.Builder
	for text.Len() < mailSize {
		text.WriteString(strings.ReplaceAll(body(n+text.Len()), "\n", "\r\n"))
		text.WriteString("\r\n")
	}
	html := "<div>" + strings.ReplaceAll(text.String(), "\r\n", "<br>\r\n") + "</div>"
	quoted := "On Mon, 2 Nov 2026 at 10:00, Acme wrote:\r\n> " + strings.ReplaceAll(text.String(), "\r\n", "\r\n> ")
	return fmt.Sprintf("From: Customer <%s>\r\nTo: support@post.localhost\r\nSubject: %s\r\nMessage-ID: <%d.%d@mail.example>\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/alternative; boundary=bound\r\n\r\n--bound\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n%s\r\n"+
		"--bound\r\nContent-Type: text/html; charset=utf-8\r\n\r\n%s\r\n--bound--\r\n", from, subject(n), n, os.Getpid(), text.String(), quoted, html)
}
