package main

import (
	"context"
	"io"
	"strconv"

	"interdesk/desk"
	mailimap "interdesk/mail/imap"
	mailin "interdesk/mail/inbound"
	"interdesk/outbound"
)

// mailboxPorts are those at which mailboxes that accounts name may be read, and 443 for their tokens.
func mailboxPorts() []int { return []int{143, 993} }

// mailboxes wires the reading of mailboxes elsewhere: what comes there is taken as if it had been sent here.
func (s *server) mailboxes(k mailKeys, inbox *mailin.Service) *mailimap.Service {
	return mailimap.New(s.store, mailimap.Options{
		Accept: func(ctx context.Context, account desk.AccountID, recipient string, raw io.Reader) error {
			route, err := inbox.Route(ctx, recipient)
			if err == nil && route.Account != account {
				err = desk.Missing()
			}
			if err != nil {
				return err
			}
			return inbox.Accept(ctx, mailin.Envelope{To: []mailin.Route{route}}, raw)
		},
		Guard:   outbound.New(outbound.Config{AllowPrivate: s.AllowPrivatePartners, Ports: mailboxPorts()}),
		Secrets: k.secrets, Owner: strconv.FormatInt(s.store.NewID(), 36), Logger: s.log,
	})
}
