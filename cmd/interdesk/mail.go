package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"

	"interdesk/job"
	"interdesk/mail/authentication"
	"interdesk/mail/conversion"
	mailimap "interdesk/mail/imap"
	mailin "interdesk/mail/inbound"
	mailout "interdesk/mail/outbound"
	"interdesk/mail/suspended"
	"interdesk/notify"
	"interdesk/upload"
)

// mailRooms is how mail comes in and goes out.
type mailRooms struct {
	inbox      *mailin.Service
	suspended  *suspended.Service
	out        *mailout.Service
	notices    *notify.Service
	boxes      *mailimap.Service
	conversion *conversion.Service
}

// mail wires the rooms of mail.
func (s *server) mail(uploads *upload.Service) error {
	keys, err := s.mailKeys()
	if err != nil {
		return err
	}
	inbox := mailin.New(s.store, mailin.Options{Files: s.files, Tickets: s.tickets, Uploads: uploads, Tokens: keys.tokens, Logger: s.log,
		Authenticate: mailin.NewProver(s.checker()).Authenticate})
	if err := s.mailOut(keys, uploads); err != nil {
		return err
	}
	s.mailing.conversion = conversion.New(s.store, conversion.Options{Tickets: s.tickets, Notices: s.mailing.notices})
	s.tickets.With(s.mailing.conversion)
	s.mailing.inbox, s.mailing.boxes = inbox, s.mailboxes(keys, inbox)
	s.mailing.suspended = suspended.New(s.store, inbox, suspended.Options{Files: s.files, Tell: s.mailing.notices.Suspended})
	return nil
}

// checker finds out whether a mail comes from whom it names: by DNS, our own mail servers and trusted forwarders.
func (s *server) checker() *authentication.Checker {
	return authentication.New(net.DefaultResolver, s.AuthservID...).Trusting(s.ARCSealer...)
}

func (r mailRooms) jobs(runner *job.Runner) {
	r.inbox.Jobs(runner)
	r.suspended.Jobs(runner)
	r.out.Jobs(runner)
	r.notices.Jobs(runner)
	r.conversion.Jobs(runner)
}

// mailDoor is a door with the address that it listens at.
type mailDoor struct {
	*mailin.Door
	listener net.Listener
}

// openMailDoors begins to receive mail at the addresses that are set.
func (s *server) openMailDoors(ctx context.Context, fail context.CancelCauseFunc) ([]mailDoor, error) {
	encryption, err := s.mailEncryption()
	if err != nil {
		return nil, err
	}
	var doors []mailDoor
	for _, kind := range [...]struct {
		name, address string
		lmtp          bool
	}{{"SMTP", s.SMTPListen, false}, {"LMTP", s.LMTPListen, true}} {
		if kind.address == "" {
			continue
		}
		listener, err := listen(ctx, kind.address)
		if err != nil {
			return doors, err
		}
		door := mailDoor{s.mailing.inbox.Door(mailin.DoorOptions{LMTP: kind.lmtp, Domain: s.Domain, TLS: encryption, Rate: s.MailRate, Logger: s.log}), listener}
		doors = append(doors, door)
		go func() {
			if err := door.Serve(listener); err != nil {
				fail(err)
			}
		}()
		s.log.Info("receiving mail", "protocol", kind.name, "addr", listener.Addr().String(), "starttls", encryption != nil)
	}
	return doors, nil
}

// mailEncryption is nil where no certificate is set. One that was renewed is taken without a restart; a broken one leaves the last that was good.
func (s *server) mailEncryption() (*tls.Config, error) {
	if s.SMTPCertificate == "" {
		return nil, nil
	}
	first, err := tls.LoadX509KeyPair(s.SMTPCertificate, s.SMTPKey)
	if err != nil {
		return nil, fmt.Errorf("--smtp-certificate: %w", err)
	}
	var mu sync.Mutex
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		mu.Lock()
		defer mu.Unlock()
		if now, err := tls.LoadX509KeyPair(s.SMTPCertificate, s.SMTPKey); err == nil {
			first = now
		}
		return &first, nil
	}}, nil
}

// closeMailDoors lets the messages on their way arrive.
func (s *server) closeMailDoors(ctx context.Context, doors []mailDoor) {
	within, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	var all sync.WaitGroup
	for _, d := range doors {
		all.Go(func() { d.Close(within) })
	}
	all.Wait()
}

// exitCode is an error that says how the process ends: mail servers that call a program read it there.
type exitCode struct {
	error
	code int
}

func (e exitCode) Unwrap() error { return e.error }

func codeOf(err error) int {
	if e, ok := errors.AsType[exitCode](err); ok {
		return e.code
	}
	return exitError
}
