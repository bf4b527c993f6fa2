package sharing

import (
	"context"
	"encoding/json"
	"errors"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing/peer"
	"interdesk/store"
)

// An agreement is one-way, so two desks that want to share both ways need two, and four steps of two people. Who invites
// with BothWays takes the fourth in advance: the partner's own invitation is accepted when it comes. Since anybody may post
// an invitation under any name (nhd §16 rows 2 and 3), that holds only
//
//   - for a partner that has accepted ours, whose sharing URL the new invitation names to the letter;
//   - on the terms of ours, or narrower ones;
//   - once, and while the wish is not older than invitations last;
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

// Await has the partner's own invitation accepted when it comes, also when it is here already; or no longer.
func (s *Service) Await(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, on bool) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		a.WishedAt = noTime
		if !on {
			return nil
		}
		if a.Inbound || !a.Usable() && !undelivered(a.Status) {
			return wrongStatus(a, "made one for both ways")
		}
		a.WishedAt = s.now()
		if a.Usable() {
			return s.seekAnswer(ctx, tx, *a)
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

// fulfils tells whether an invitation is what an admin wished for when inviting this partner.
func (s *Service) fulfils(in, wish desk.Agreement) bool {
	return s.wished(wish) && wish.Usable() &&
		in.Inbound && in.Status == desk.AgreementPending && in.RemoteURL == wish.RemoteURL && within(in.Terms, wish.Terms)
}

// wished tells whether a partner's own invitation is awaited.
func (s *Service) wished(a desk.Agreement) bool {
	return !a.Inbound && !a.WishedAt.IsZero() && s.now().Sub(a.WishedAt) < InvitationsLast
}

// within tells whether terms let travel nothing that others do not.
func within(in, bound desk.Terms) bool {
	return (!in.PublicComments || bound.PublicComments) && (!in.SyncTags || bound.SyncTags) && (!in.SyncFields || bound.SyncFields)
}

// seekWish looks whether an invitation that has just come was wished for.
func (s *Service) seekWish(ctx context.Context, tx *store.Tx, in desk.Agreement) error {
	all, err := tx.Agreements(ctx)
	if err != nil {
		return err
	}
	for _, wish := range all {
		if s.fulfils(in, wish) {
			return s.enqueueConfirm(ctx, tx, in, wish)
		}
	}
	return nil
}

// seekAnswer looks whether the partner's invitation has come before its acceptance of ours.
func (s *Service) seekAnswer(ctx context.Context, tx *store.Tx, wish desk.Agreement) error {
	if !s.wished(wish) {
		return nil
	}
	all, err := tx.Agreements(ctx)
	if err != nil {
		return err
	}
	for _, in := range all {
		if s.fulfils(in, wish) {
			if err := s.enqueueConfirm(ctx, tx, in, wish); err != nil {
				return err
			}
		}
	}
	return nil
}

// pair is a confirm job's payload.
type pair struct {
	Invitation desk.AgreementID `json:"i"`
	Wish       desk.AgreementID `json:"w"`
}

func (s *Service) enqueueConfirm(ctx context.Context, tx *store.Tx, in, wish desk.Agreement) error {
	payload, err := json.Marshal(pair{Invitation: in.ID, Wish: wish.ID})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobConfirm, Lane: agreementLane(wish.ID), Party: partyOf(wish.ID), Payload: payload})
	return err
}

// confirm asks the partner whether the invitation is its own, and takes it.
func (s *Service) confirm(ctx context.Context, j job.Job) job.Outcome {
	var p pair
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	var in desk.Agreement
	var key string
	err := s.store.Account(desk.AccountID(j.Account)).Read(ctx, func(tx *store.Tx) error {
		wish, err := tx.Agreement(ctx, p.Wish)
		if err != nil {
			return err
		}
		if in, err = tx.Agreement(ctx, p.Invitation); err != nil {
			return err
		}
		if !s.fulfils(in, wish) {
			return desk.Missing()
		}
		key, err = s.keyOf(ctx, tx, in.ID)
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
		return job.Outcome{Err: errors.New(answerWords(got)), RetryAfter: got.RetryAfter}
	case !confirms(got, in.UUID):
		return job.Outcome{}
	}
	return job.Outcome{Commit: s.settling(j, func(ctx context.Context, tx *store.Tx) error { return s.fulfil(ctx, tx, p) })}
}

// fulfil accepts a confirmed invitation in the name of the wish. Both rows are locked in the order of their ids.
func (s *Service) fulfil(ctx context.Context, tx *store.Tx, p pair) error {
	locked := map[desk.AgreementID]desk.Agreement{}
	for _, id := range [...]desk.AgreementID{min(p.Invitation, p.Wish), max(p.Invitation, p.Wish)} {
		a, err := heldAgreement(ctx, tx, id)
		if err != nil {
			return ignoreMissing(err)
		}
		locked[id] = a
	}
	in, wish := locked[p.Invitation], locked[p.Wish]
	if !s.fulfils(in, wish) {
		return nil
	}
	wish.WishedAt, wish.UpdatedAt = noTime, s.now()
	in.Status, in.Verified, in.ShareNotes, in.UpdatedAt = desk.AgreementAccepted, true, wish.ShareNotes, s.now()
	if err := tx.UpdateAgreement(ctx, &wish); err != nil {
		return err
	}
	if err := tx.UpdateAgreement(ctx, &in); err != nil {
		return err
	}
	return s.tell(ctx, tx, in, kindAgreement, "accepted, as both ways was chosen with our invitation", 0)
}
