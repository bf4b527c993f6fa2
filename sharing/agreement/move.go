package agreement

import (
	"context"
	"encoding/json"
	"errors"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// A desk that gets another host name keeps its agreements. Since the key alone must not be enough to lead all tickets elsewhere
// (nhd §16), a new host counts only
//
//   - when an admin here names it, and the desk found there knows the agreement by its uuid and key; or
//   - when the partner says so, its old address confirms it, and the new one knows the agreement. For an account of this server
//     its directory stands for the old address.
//
// What the partner says and nobody has confirmed waits on the agreement for an admin.

// Move goes over to a partner's new address, with all agreements that were made with the old one. words name it as an admin
// does; "" is what the partner says itself.
func (s *Service) Move(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, words string) (desk.Agreement, error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return desk.Agreement{}, err
	}
	a, key, err := s.readWithKey(ctx, account, id)
	if err != nil {
		return a, err
	}
	if a.PausedBy.Cold() {
		return a, errCold()
	}
	if words == "" {
		words = a.MovedTo
	}
	to, err := s.Address(ctx, account, words)
	if err != nil {
		return a, err
	}
	if sharing.SameURL(to.URL, a.RemoteURL) {
		return a, desk.InvalidField("address", "InvalidValue", "This is the address that is used already.")
	}
	there := a
	there.RemoteURL = to.URL
	if got := s.ask(ctx, there, key); !confirms(got, a.UUID) {
		return a, desk.InvalidField("address", "InvalidValue", "The desk at "+to.Host+" does not know of this agreement, so nothing was changed. "+got.Sentence())
	}
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if err := s.moveAll(ctx, tx, actor, a.RemoteURL, to, "moved by "+actor.Name+"; the desk there knows the key"); err != nil {
			return err
		}
		a, err = tx.FindAgreement(ctx, id)
		return err
	})
	return a, err
}

func (s *Service) readWithKey(ctx context.Context, account desk.AccountID, id desk.AgreementID) (a desk.Agreement, key string, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		if a, err = tx.Agreement(ctx, id); err != nil {
			return err
		}
		if a.IsTracker() {
			return desk.InvalidField("base", "InvalidValue", "The partner is a bug tracker: it knows nothing of agreements")
		}
		key, err = s.core.KeyOf(ctx, tx, id)
		return err
	})
	return a, key, err
}

// errCold is what a restored or copied database says instead of writing to a partner.
func errCold() error {
	return desk.InvalidField("base", "InvalidValue", "This database was restored or copied, so nothing is sent to partners. Say first on the page Partners which one it is.")
}

// moveAll gives every agreement with a partner its new address, those that are over too: a new one takes their shares up.
func (s *Service) moveAll(ctx context.Context, tx *store.Tx, by desk.Actor, from string, to Address, how string) error {
	all, err := tx.Agreements(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if !sharing.SameURL(a.RemoteURL, from) {
			continue
		}
		if err := s.moveOne(ctx, tx, by, a.ID, to, how); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) moveOne(ctx context.Context, tx *store.Tx, by desk.Actor, id desk.AgreementID, to Address, how string) error {
	a, err := tx.LockAgreement(ctx, id)
	if err != nil {
		return err
	}
	was := a
	summary := "their address is " + to.URL + " now, before it was " + a.RemoteURL + " (" + how + ")"
	a.RemoteURL, a.RemoteSubdomain, a.MovedTo, a.UpdatedAt = to.URL, to.Subdomain, "", s.core.Now()
	if a.PausedBy == desk.NotPaused || a.PausedBy == desk.PausedByPartner {
		if err := s.unpause(ctx, tx, &a); err != nil { // what failed there may go through here
			return err
		}
	}
	if err := tx.UpdateAgreement(ctx, &a); err != nil {
		return err
	}
	if err := sharing.LogUpdated(ctx, tx, by, &was, &a); err != nil {
		return err
	}
	return s.remark(ctx, tx, id, summary)
}

// remark writes on the timeline of an agreement what no message says.
func (s *Service) remark(ctx context.Context, tx *store.Tx, id desk.AgreementID, summary string) error {
	now := s.core.Now()
	return tx.InsertDelivery(ctx, &desk.Delivery{ID: desk.DeliveryID(tx.NewID()), Agreement: id, Kind: sharing.KindAgreement, Summary: summary,
		State: desk.DeliveryDone, CreatedAt: now, DoneAt: now})
}

// moveJob is a move job's payload.
type moveJob struct {
	Agreement desk.AgreementID `json:"a"`
	To        string           `json:"t"`
}

func (s *Service) enqueueMove(ctx context.Context, tx *store.Tx, a desk.Agreement) error {
	if a.MovedTo == "" {
		return nil
	}
	payload, err := json.Marshal(moveJob{a.ID, a.MovedTo})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobMove, Lane: lane(a.ID), Party: sharing.Party(a.ID), Payload: payload})
	return err
}

// confirmMove asks both addresses whether a partner has moved as it says. Without their word it waits for an admin.
func (s *Service) confirmMove(ctx context.Context, j job.Job) job.Outcome {
	var p moveJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	account := desk.AccountID(j.Account)
	a, key, err := s.readWithKey(ctx, account, p.Agreement)
	switch {
	case desk.KindOf(err) == desk.NotFound:
		return job.Outcome{}
	case err != nil:
		return job.Outcome{Err: err}
	case a.MovedTo != p.To || a.PausedBy.Cold():
		return job.Outcome{}
	}
	to, err := s.Address(ctx, account, p.To)
	if err != nil {
		return job.Outcome{Err: err, Dead: desk.KindOf(err) == desk.Invalid}
	}
	old, here := s.ask(ctx, a, key), to.Subdomain != "" && to.Subdomain == a.RemoteSubdomain
	if !here && old.Verdict == peer.Retry && j.Attempt < invitationTries {
		return job.Outcome{Err: errors.New(old.Sentence()), RetryAfter: old.RetryAfter}
	}
	there := a
	there.RemoteURL = p.To
	if !here && !(confirms(old, a.UUID) && namesAddress(old, a, p.To)) || !confirms(s.ask(ctx, there, key), a.UUID) {
		return job.Outcome{}
	}
	return job.Outcome{Commit: s.core.Commit(j, func(ctx context.Context, tx *store.Tx) error {
		return s.moveAll(ctx, tx, desk.Actor{System: true}, a.RemoteURL, to, "they said so, and their old address confirmed it")
	})}
}

// namesAddress tells whether the partner's own description of the agreement states an address as its own.
func namesAddress(got peer.Answer, a desk.Agreement, url string) bool {
	m, err := wire.DecodeAgreement(got.Body)
	theirs := m.ReceiverURL
	if a.Inbound {
		theirs = m.SenderURL
	}
	return err == nil && sharing.SameURL(theirs.Value, url)
}

// AnnounceAddress tells every partner that knows this account by another address where it is now.
func (s *Service) AnnounceAddress(ctx context.Context, account desk.AccountID) error {
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		config, err := tx.Config(ctx)
		if err != nil {
			return err
		}
		for id := range config.Agreements {
			if err := s.announceTo(ctx, tx, config.Account, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) announceTo(ctx context.Context, tx *store.Tx, account desk.Account, id desk.AgreementID) error {
	a, err := tx.LockAgreement(ctx, id)
	ours := s.core.URL(account)
	if err != nil || !a.Usable() || a.PausedBy.Cold() || sharing.SameURL(a.LocalURL, ours) {
		return err
	}
	a.LocalBefore, a.LocalURL, a.UpdatedAt = a.LocalURL, ours, s.core.Now()
	if err := tx.UpdateAgreement(ctx, &a); err != nil {
		return err
	}
	return s.tell(ctx, tx, a, sharing.KindAgreement, "our address is "+ours+" now, before it was "+a.LocalBefore, 0)
}
