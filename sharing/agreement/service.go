package agreement

import (
	"context"
	"fmt"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/store"
)

// Options are what agreements need beside the common part of sharing; a zero value means what its comment says.
type Options struct {
	// AllowHost limits which partners may invite; nil: any.
	AllowHost func(host string) bool
	// CatchUp brings every live share of an agreement in sync after a time without exchange. It must be given.
	CatchUp func(ctx context.Context, tx *store.Tx, a desk.AgreementID) error
	// SendAgain sends the partner of a share some comments once more, and of a ticket that we shared all else. It must be given.
	SendAgain func(ctx context.Context, tx *store.Tx, share *desk.Share, comments []desk.CommentID) error
	// Changed hears that an agreement has another status, in the transaction of that; nil: nobody does.
	Changed func(ctx context.Context, tx *store.Tx, a desk.Agreement) error
}

// Service manages agreements. It is safe for concurrent use.
type Service struct {
	core    *sharing.Service
	store   *store.Store
	peer    *peer.Client
	options Options
}

// New makes the service.
func New(core *sharing.Service, partners *peer.Client, o Options) *Service {
	return &Service{core: core, store: core.Store(), peer: partners, options: o}
}

// The kinds of job.
const (
	jobNotice  = "sharing.agree"   // one message about an agreement
	jobConfirm = "sharing.confirm" // one invitation that may be the answer to ours
	jobMove    = "sharing.move"    // what a partner says of its new address
	jobCompare = "sharing.compare" // the shares of both desks
	jobEnd     = "sharing.end"     // the shares of an agreement that ends
)

// Jobs tells a runner who does the jobs of agreements.
func (s *Service) Jobs(r *job.Runner) {
	t := s.core.Retries()
	r.Handle(jobNotice, job.Options{MaxAttempts: -1, MaxAge: t.GiveUpAfter, Base: t.Base, Cap: t.Cap,
		Timeout: 2 * time.Minute, PerParty: sharing.MaxInFlight, Died: s.noticeDied}, s.sendNotice)
	r.Handle(jobConfirm, job.Options{MaxAttempts: invitationTries, Base: t.Base, Cap: t.Cap, Timeout: time.Minute, PerParty: 1}, s.confirm)
	r.Handle(jobMove, job.Options{MaxAttempts: invitationTries, Base: t.Base, Cap: t.Cap, Timeout: time.Minute, PerParty: 1}, s.confirmMove)
	r.Handle(jobCompare, job.Options{MaxAttempts: invitationTries, Base: t.Base, Cap: t.Cap, Timeout: 5 * time.Minute, PerParty: 1}, s.runCompare)
	r.Handle(jobEnd, job.Options{MaxAttempts: -1, Base: t.Base, Cap: t.Cap}, s.runEnd)
}

// lane is the lane of the messages about one agreement: they leave in order.
func lane(a desk.AgreementID) string { return fmt.Sprintf("agreement:%d", a) }

// Agreements lists the account's agreements, oldest first.
func (s *Service) Agreements(ctx context.Context, account desk.AccountID) (all []desk.Agreement, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		all, err = tx.Agreements(ctx)
		return err
	})
	return all, err
}

// Agreement reads one agreement.
func (s *Service) Agreement(ctx context.Context, account desk.AccountID, id desk.AgreementID) (a desk.Agreement, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		a, err = tx.Agreement(ctx, id)
		return err
	})
	return a, err
}
