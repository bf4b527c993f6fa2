package main

import (
	"context"
	"strings"

	mailin "interdesk/mail/inbound"
)

// storyMail is what a machine writes to the first desk, so that its suspended mail is not empty.
const storyMail = `From: Photo Supplies Ltd <orders@supplies.example>
Subject: Your order 4711 has been dispatched
Message-ID: <order-4711@supplies.example>
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<h2>On its way</h2>
<table><tr><td>Your order <b>4711</b> left our house today. It arrives on Thursday.</td></tr></table>
`

// receiveStoryMail has the desk receive it, and waits until it is suspended.
func receiveStoryMail(ctx context.Context, s *server, a demoAccount, t storyClient) error {
	route, err := s.mailing.inbox.Route(ctx, "support@"+s.Host(a.Subdomain))
	if err != nil {
		return err
	}
	if err := s.mailing.inbox.Accept(ctx, mailin.Envelope{To: []mailin.Route{route}}, strings.NewReader(storyMail)); err != nil {
		return err
	}
	t.waitFor("/suspended_tickets", "suspended_tickets", func(object) bool { return true })
	return nil
}
