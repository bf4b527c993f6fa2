package main

import (
	"context"
	"math"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/outbound"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/inbound"
	outbox "interdesk/sharing/outbound"
	"interdesk/sharing/peer"
	"interdesk/sharing/tracker"
	"interdesk/store"
)

// sharingRooms is how partners are spoken to and heard.
type sharingRooms struct {
	core       *sharing.Service
	agreements *agreement.Service
	outbox     *outbox.Service
	inbox      *inbound.Service
	trackers   *tracker.Service
}

// share wires the rooms of sharing: the way in before the way out, so that a share is there when its ticket is sent on.
func (s *server) share(secrets sharing.Secrets) {
	client := outbound.New(outbound.Config{AllowPrivate: s.AllowPrivatePartners, Local: s.partnerHere, UserAgent: "Interdesk/" + version()})
	partners := peer.New(client, peer.Options{})
	core := sharing.New(s.store, s.tickets, sharing.Options{Secrets: secrets, BaseURL: s.accountURL, LocalAccount: s.accountHere, Logger: s.log})
	r := sharingRooms{core: core, trackers: tracker.New(core, client, tracker.Options{})}
	r.outbox = outbox.New(core, partners, outbox.Options{Trackers: r.trackers})
	r.agreements = agreement.New(core, partners, agreement.Options{CatchUp: r.outbox.CatchUp, SendAgain: r.outbox.SendAgain,
		Changed: func(ctx context.Context, tx *store.Tx, a desk.Agreement) error {
			return s.mailing.conversion.AgreementChanged(ctx, tx, a)
		}})
	r.inbox = inbound.New(core, partners, inbound.Options{Files: s.files, Agreements: r.agreements, Outbox: r.outbox, MessageRate: partnerRate(s.PartnerRate),
		Strangers: s.strangers})
	s.tickets.With(r.inbox, r.outbox)
	s.sharing = r
}

func (r sharingRooms) jobs(runner *job.Runner) {
	r.agreements.Jobs(runner)
	r.outbox.Jobs(runner)
	r.inbox.Jobs(runner)
	r.trackers.Jobs(runner, r.inbox)
}

// partnerRate turns "no limit" into one that nobody reaches.
func partnerRate(setting int) float64 {
	if setting == 0 {
		return math.MaxInt32
	}
	return float64(setting)
}
