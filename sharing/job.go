package sharing

import (
	"time"

	"interdesk/job"
)

// perPartner is how many messages to one partner are on their way at once, so that a slow one leaves room for others.
const perPartner = 4

// Jobs tells a runner who does the sharing's jobs.
func (s *Service) Jobs(r *job.Runner) {
	o := s.options
	r.Handle(jobDeliver, job.Options{MaxAttempts: -1, MaxAge: o.GiveUpAfter, Base: o.RetryBase, Cap: o.RetryCap,
		Timeout: 2 * time.Minute, PerParty: perPartner, Died: s.deliveryDied}, s.deliver)
	r.Handle(jobAgree, job.Options{MaxAttempts: -1, MaxAge: o.GiveUpAfter, Base: o.RetryBase, Cap: o.RetryCap,
		Timeout: 2 * time.Minute, PerParty: perPartner, Died: s.agreementDied}, s.agree)
	r.Handle(jobFetch, job.Options{MaxAttempts: o.FileTries, Base: o.RetryBase, Cap: o.RetryCap,
		Timeout: 10 * time.Minute, PerParty: 2, Died: s.fetchDied}, s.fetch)
	r.Handle(jobConfirm, job.Options{MaxAttempts: invitationTries, Base: o.RetryBase, Cap: o.RetryCap, Timeout: time.Minute, PerParty: 1}, s.confirm)
	r.Handle(jobRelease, job.Options{}, s.release)
}
