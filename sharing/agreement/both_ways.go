package agreement

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/store"
)

// An agreement is one-way, so two desks that want to share both ways need two, and four steps of two people. Who invites
// with BothWays takes the fourth in advance: the partner's own invitation is accepted when it comes. Since anybody may post
// an invitation under any name (nhd §16 rows 2 and 3), that holds only
//
//   - for a partner that has accepted ours, whose sharing URL the new invitation names to the letter;
//   - on the terms of ours, or narrower ones;
//   - once, and while the request is not older than invitations last;
//   - after that very address has confirmed, asked by us, that it knows the new invitation by its uuid and key.
//
// Whatever fails one of these waits for an admin, as every invitation does.

// AcceptBothWays takes an invitation and invites the sender back on the same terms. Where tickets can be shared with that
// partner already, or it has an invitation of ours, it only accepts, and back has no id.
func (s *Service) AcceptBothWays(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (accepted, back desk.Agreement, err error) {
	if accepted, err = s.Agreement(ctx, account, id); err != nil {
		return accepted, back, err
	}
	in := Invitation{RemoteURL: accepted.RemoteURL, Name: accepted.Name, Terms: accepted.Terms}
	remote, err := s.target(ctx, account, &in)
	if err != nil {
		return accepted, back, err
	}
	accepted, err = s.change(ctx, account, actor, id, string(desk.AgreementAccepted), func(tx *store.Tx, a *desk.Agreement) error {
		if !a.Inbound || a.Status != desk.AgreementPending {
			return wrongStatus(a, string(desk.AgreementAccepted))
		}
		a.Status = desk.AgreementAccepted
		all, err := tx.Agreements(ctx)
		if err == nil && !invitedAlready(all, remote.String()) {
			back, err = s.invite(ctx, tx, actor, remote, in)
		}
		return err
	})
	return accepted, back, err
}

// AcceptReply has the partner's own invitation accepted when it comes, also when it is here already; or no longer.
func (s *Service) AcceptReply(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, on bool) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		a.WishedAt = time.Time{}
		if !on {
			return nil
		}
		if a.Inbound || a.IsTracker() || !a.Usable() && !undelivered(a.Status) {
			return wrongStatus(a, "made one for both ways")
		}
		a.WishedAt = s.core.Now()
		if a.Usable() {
			return s.findAnswerTo(ctx, tx, *a)
		}
		return nil
	})
}

// invitedAlready tells whether an agreement of ours with a partner is in force or may come into force.
func invitedAlready(all []desk.Agreement, remote string) bool {
	for _, a := range all {
		if !a.Inbound && a.RemoteURL == remote && (a.Status == desk.AgreementAccepted || a.Status == desk.AgreementPending) {
			return true
		}
	}
	return false
}

// answers tells whether an invitation is what an admin asked for when inviting this partner.
func (s *Service) answers(in, request desk.Agreement) bool {
	return s.awaitsReply(request) && request.Usable() &&
		in.Inbound && in.Status == desk.AgreementPending && in.RemoteURL == request.RemoteURL && within(in.Terms, request.Terms)
}

// awaitsReply tells whether a partner's own invitation is awaited.
func (s *Service) awaitsReply(a desk.Agreement) bool {
	return !a.Inbound && !a.WishedAt.IsZero() && s.core.Now().Sub(a.WishedAt) < InvitationsLast
}

// within tells whether terms let travel nothing that others do not.
func within(in, bound desk.Terms) bool {
	return (!in.PublicComments || bound.PublicComments) && (!in.SyncTags || bound.SyncTags) && (!in.SyncFields || bound.SyncFields)
}

// findRequestFor looks whether an invitation that has just come was asked for.
func (s *Service) findRequestFor(ctx context.Context, tx *store.Tx, in desk.Agreement) error {
	all, err := tx.Agreements(ctx)
	if err != nil {
		return err
	}
	for _, request := range all {
		if s.answers(in, request) {
			return s.enqueueConfirm(ctx, tx, in, request)
		}
	}
	return nil
}

// findAnswerTo looks whether the partner's invitation has come before its acceptance of ours.
func (s *Service) findAnswerTo(ctx context.Context, tx *store.Tx, request desk.Agreement) error {
	if !s.awaitsReply(request) {
		return nil
	}
	all, err := tx.Agreements(ctx)
	if err != nil {
		return err
	}
	for _, in := range all {
		if s.answers(in, request) {
			if err := s.enqueueConfirm(ctx, tx, in, request); err != nil {
				return err
			}
		}
	}
	return nil
}

// mutualRequest is a confirm job's payload.
type mutualRequest struct {
	Invitation desk.AgreementID `json:"i"`
	Request    desk.AgreementID `json:"w"`
}

func (s *Service) enqueueConfirm(ctx context.Context, tx *store.Tx, in, request desk.Agreement) error {
	payload, err := json.Marshal(mutualRequest{Invitation: in.ID, Request: request.ID})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobConfirm, Lane: lane(request.ID), Party: sharing.Party(request.ID), Payload: payload})
	return err
}

// confirm asks the partner whether the invitation is its own, and takes it.
func (s *Service) confirm(ctx context.Context, j job.Job) job.Outcome {
	var p mutualRequest
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	var in desk.Agreement
	var key string
	err := s.store.Account(desk.AccountID(j.Account)).Read(ctx, func(tx *store.Tx) error {
		request, err := tx.Agreement(ctx, p.Request)
		if err != nil {
			return err
		}
		if in, err = tx.Agreement(ctx, p.Invitation); err != nil {
			return err
		}
		if !s.answers(in, request) || in.PausedBy.Cold() {
			return desk.Missing()
		}
		key, err = s.core.KeyOf(ctx, tx, in.ID)
		return err
	})
	switch {
	case desk.KindOf(err) == desk.NotFound:
		return job.Outcome{} // somebody has decided meanwhile
	case err != nil:
		return job.Outcome{Err: err}
	}
	got := s.ask(ctx, in, key)
	switch {
	case got.Verdict == peer.Retry:
		return job.Outcome{Err: errors.New(got.Sentence()), RetryAfter: got.RetryAfter}
	case !confirms(got, in.UUID):
		return job.Outcome{}
	}
	return job.Outcome{Commit: s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error { return s.acceptConfirmed(ctx, tx, p) })}
}

// acceptConfirmed accepts a confirmed invitation in the name of our request. Both rows are locked in the order of their ids.
func (s *Service) acceptConfirmed(ctx context.Context, tx *store.Tx, p mutualRequest) error {
	locked := map[desk.AgreementID]desk.Agreement{}
	for _, id := range [...]desk.AgreementID{min(p.Invitation, p.Request), max(p.Invitation, p.Request)} {
		a, err := heldAgreement(ctx, tx, id)
		if err != nil {
			return sharing.IgnoreMissing(err)
		}
		locked[id] = a
	}
	in, request := locked[p.Invitation], locked[p.Request]
	was := in
	if !s.answers(in, request) {
		return nil
	}
	request.WishedAt, request.UpdatedAt = time.Time{}, s.core.Now()
	in.Status, in.Verified, in.ShareNotes, in.UpdatedAt = desk.AgreementAccepted, true, request.ShareNotes, s.core.Now()
	if err := tx.UpdateAgreement(ctx, &request); err != nil {
		return err
	}
	if err := tx.UpdateAgreement(ctx, &in); err != nil {
		return err
	}
	if err := sharing.LogUpdated(ctx, tx, desk.Actor{System: true}, &was, &in); err != nil {
		return err
	}
	return s.tell(ctx, tx, in, sharing.KindAgreement, "accepted, as both ways was chosen with our invitation", 0)
}
