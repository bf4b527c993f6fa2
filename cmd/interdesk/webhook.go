package main

import (
	"interdesk/access"
	"interdesk/outbound"
	"interdesk/sharing"
	"interdesk/webhook"
)

// hook wires the room that tells programs elsewhere.
func (s *server) hook() error {
	key, err := s.secrets.Key(access.ForWebhooks)
	if err != nil {
		return err
	}
	vault, err := sharing.NewVault(key)
	if err != nil {
		return err
	}
	client := outbound.New(outbound.Config{AllowPrivate: s.AllowPrivatePartners, Ports: hookPorts(), UserAgent: "Interdesk/" + version()})
	s.webhooks = webhook.New(s.store, webhook.Options{Secrets: vault, Client: client, Notices: s.mailing.notices})
	s.tickets.With(s.webhooks)
	s.store.With(s.webhooks)
	s.webhooks.Jobs(s.runner)
	return nil
}

// hookPorts are those beside 443 at which receivers listen as a rule: TLS beside another server, and Mattermost.
func hookPorts() []int { return []int{8443, 8065} }
