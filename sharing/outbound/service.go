package outbound

import (
	"time"

	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/store"
	"interdesk/ticketing"
)

// Options are what sending needs beside the common part of sharing; a zero value means what its comment says.
type Options struct {
	LinkFor         time.Duration // a link to an attachment holds this long; 7 days
	AutomaticPeriod time.Duration // desk.MaxSharesPerUnit automatic updates per share in this time; 10 min
	Trackers        Carrier       // speaks to bug trackers; must be given where there are agreements with any
}

func (o Options) withDefaults() Options {
	if o.LinkFor <= 0 {
		o.LinkFor = 7 * 24 * time.Hour
	}
	if o.AutomaticPeriod <= 0 {
		o.AutomaticPeriod = 10 * time.Minute
	}
	return o
}

// Service sends what happens to shared tickets. It is safe for concurrent use.
type Service struct {
	core    *sharing.Service
	store   *store.Store
	tickets *ticketing.Service
	peer    *peer.Client
	options Options
}

// New makes the service. Wire it as a follower of tickets, after package inbound's.
func New(core *sharing.Service, partners *peer.Client, o Options) *Service {
	return &Service{core: core, store: core.Store(), tickets: core.Tickets(), peer: partners, options: o.withDefaults()}
}

// The kinds of job.
const (
	jobDeliver = "sharing.deliver" // one message about a ticket
	jobResult  = "sharing.result"  // tells a ticket what became of a share
)

// Jobs tells a runner who does the jobs of sending.
func (s *Service) Jobs(r *job.Runner) {
	t := s.core.Retries()
	r.Handle(jobDeliver, job.Options{MaxAttempts: -1, Base: t.Base, Cap: t.Cap, Timeout: 2 * time.Minute, PerParty: sharing.MaxInFlight}, s.deliver)
	r.Handle(jobResult, job.Options{}, s.runResult)
}
