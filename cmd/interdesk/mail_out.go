package main

import (
	"fmt"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/mail/message"
	mailout "interdesk/mail/outbound"
	"interdesk/notify"
	"interdesk/outbound"
	"interdesk/sharing"
	"interdesk/upload"
)

// mailKeys are what mail is proven by: the tokens in it, and the vault of its secrets.
type mailKeys struct {
	tokens  *message.Tokens
	secrets *sharing.Vault
}

func (s *server) mailKeys() (k mailKeys, err error) {
	key, err := s.secrets.Key(access.ForMail)
	if err != nil {
		return k, err
	}
	if k.tokens, err = message.NewTokens(key); err != nil {
		return k, err
	}
	k.secrets, err = sharing.NewVault(key)
	return k, err
}

// mailOut wires the rooms by which mail goes out.
func (s *server) mailOut(k mailKeys, uploads *upload.Service) error {
	transport, err := s.transport()
	if err != nil {
		return err
	}
	s.mailing.out = mailout.New(s.store, mailout.Options{Files: s.files, Transport: transport, Tokens: k.tokens, Secrets: k.secrets, Hello: s.Domain,
		Guard: outbound.New(outbound.Config{AllowPrivate: s.AllowPrivatePartners, Ports: relayPorts()}), Logger: s.log})
	s.mailing.notices = notify.New(s.store, s.mailing.out, notify.Options{Tokens: k.tokens, Files: uploads, BaseURL: s.accountURL, Unfollow: s.unfollowURL, Rating: s.ratingURL, Access: s.access,
		CommentUUID: s.sharing.core.CommentUUID})
	s.tickets.With(s.mailing.notices)
	return nil
}

// relayPorts are those at which relays that accounts name may listen.
func relayPorts() []int { return []int{25, 465, 587, 2465, 2525, 2587} }

// transport is how mail leaves where an account has no relay of its own: nil where it does not.
func (s *server) transport() (mailout.Transport, error) {
	switch {
	case s.demo:
		return mailout.Mailbox{}, nil
	case s.SMTPRelay == "":
		return nil, nil
	}
	c, err := mailout.RelayFromURL(s.SMTPRelay)
	if err != nil {
		return nil, fmt.Errorf("--smtp-relay: %w", err)
	}
	c.Hello = s.Domain
	return mailout.NewRelay(c), nil
}

// ratingURL is where a ticket's requester says how satisfied they are with it.
func (s *server) ratingURL(a desk.Account, ticket desk.TicketID, user desk.UserID) string {
	return s.accountURL(a) + "/letters/rating?link=" + s.access.RatingLink(a.ID, ticket, user)
}

// unfollowURL is where somebody, by one click, hears no more of a ticket that they follow.
func (s *server) unfollowURL(a desk.Account, ticket desk.TicketID, user desk.UserID) string {
	return s.accountURL(a) + "/letters/unfollow?link=" + s.access.UnfollowLink(a.ID, ticket, user)
}
