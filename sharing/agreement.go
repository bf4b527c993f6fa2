package sharing

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// Invitation is what an admin offers a partner. Either the sharing URL or, for an account on this server, its subdomain
// names the partner.
type Invitation struct {
	RemoteURL       string
	RemoteSubdomain string
	Name            string // what we call the partner; "": its host
	Terms           desk.Terms
	WithoutNotes    bool // private notes stay here
	BothWays        bool // take the partner's own invitation when it comes, on these terms or narrower ones
}

// Invite offers an agreement: tickets may be shared under it once the partner has accepted. Delivery is a job; its failure
// shows as the agreement's status.
func (s *Service) Invite(ctx context.Context, account desk.AccountID, actor desk.Actor, in Invitation) (desk.Agreement, error) {
	if err := needAdmin(actor); err != nil {
		return desk.Agreement{}, err
	}
	remote, err := s.target(ctx, account, &in)
	if err != nil {
		return desk.Agreement{}, err
	}
	var a desk.Agreement
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		a, err = s.invite(ctx, tx, actor, remote, in)
		return err
	})
	return a, err
}

// invite stores an invitation whose target is known, and has it sent.
func (s *Service) invite(ctx context.Context, tx *store.Tx, actor desk.Actor, remote *url.URL, in Invitation) (desk.Agreement, error) {
	uuid, err := s.newKey()
	if err != nil {
		return desk.Agreement{}, err
	}
	key, err := s.newKey()
	if err != nil {
		return desk.Agreement{}, err
	}
	sealed, err := s.options.Secrets.Seal(key)
	if err != nil {
		return desk.Agreement{}, err
	}
	config, err := tx.Config(ctx)
	if err != nil {
		return desk.Agreement{}, err
	}
	a := desk.Agreement{ID: desk.AgreementID(tx.NewID()), UUID: uuid, Name: in.Name, Status: desk.AgreementPending, RemoteURL: remote.String(),
		LocalURL: s.sharingURL(config.Account), RemoteSubdomain: in.RemoteSubdomain, Terms: in.Terms, ShareNotes: !in.WithoutNotes,
		CreatedAt: s.now(), UpdatedAt: s.now()}
	if in.BothWays {
		a.WishedAt = a.CreatedAt
	}
	if err := tx.InsertAgreement(ctx, &a, sealed); err != nil {
		return desk.Agreement{}, err
	}
	return a, s.tell(ctx, tx, a, kindInvite, "invitation to "+a.Name, actor.ID)
}

func needAdmin(actor desk.Actor) error {
	if actor.System || actor.Role == desk.Admin && actor.Foreign == 0 {
		return nil
	}
	return desk.Errorf(desk.Forbidden, "Only admins manage sharing agreements")
}

func needAgent(actor desk.Actor) error {
	if actor.Staff() {
		return nil
	}
	return desk.Errorf(desk.Forbidden, "Only agents see how a ticket is shared")
}

// target finds where to send an invitation, and fills in subdomain and name.
func (s *Service) target(ctx context.Context, own desk.AccountID, in *Invitation) (*url.URL, error) {
	if in.RemoteSubdomain != "" && in.RemoteURL == "" {
		partner, err := s.store.AccountBySubdomain(ctx, in.RemoteSubdomain)
		if desk.KindOf(err) == desk.NotFound {
			return nil, desk.InvalidField("remote_subdomain", "InvalidValue", "Remote subdomain: no account on this server has it; give the partner's sharing_url")
		}
		if err != nil {
			return nil, err
		}
		in.RemoteURL = s.sharingURL(partner)
		if in.Name == "" {
			in.Name = partner.Name
		}
	}
	u, err := s.options.Peer.CheckURL(in.RemoteURL)
	if err != nil {
		return nil, desk.InvalidField("sharing_url", "InvalidValue", "Sharing URL: "+err.Error())
	}
	if local, ok := s.options.LocalAccount(u.Host); ok {
		if local == own {
			return nil, desk.InvalidField("sharing_url", "InvalidValue", "Sharing URL: a help desk cannot share with itself")
		}
		in.RemoteSubdomain, _, _ = strings.Cut(u.Hostname(), ".")
	}
	if in.Name = strings.TrimSpace(in.Name); in.Name == "" {
		in.Name = u.Hostname()
	}
	if len(in.Name) > desk.MaxName {
		return nil, desk.InvalidField("name", "TooLong", "Name: is too long")
	}
	return u, nil
}

// change runs an admin's change of one agreement and, where message is not "", tells the partner.
func (s *Service) change(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, message string,
	fn func(tx *store.Tx, a *desk.Agreement) error) (a desk.Agreement, err error) {
	if err := needAdmin(actor); err != nil {
		return a, err
	}
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if a, err = heldAgreement(ctx, tx, id); err != nil {
			return err
		}
		before := a.Status
		if err := fn(tx, &a); err != nil {
			return err
		}
		a.UpdatedAt = s.now()
		if err := tx.UpdateAgreement(ctx, &a); err != nil {
			return err
		}
		if message != "" {
			if err := s.tell(ctx, tx, a, kindAgreement, message, actor.ID); err != nil {
				return err
			}
		}
		return s.afterStatus(ctx, tx, before, a)
	})
	return a, err
}

// heldAgreement locks an agreement that is not deleted.
func heldAgreement(ctx context.Context, tx *store.Tx, id desk.AgreementID) (desk.Agreement, error) {
	if _, err := tx.Agreement(ctx, id); err != nil {
		return desk.Agreement{}, err
	}
	return tx.LockAgreement(ctx, id)
}

func wrongStatus(a *desk.Agreement, verb string) error {
	return desk.InvalidField("status", "InvalidValue", "Status: an agreement that is "+string(a.Status)+" cannot be "+verb+" here")
}

// Accept takes an invitation.
func (s *Service) Accept(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.reply(ctx, account, actor, id, desk.AgreementAccepted)
}

// Decline refuses an invitation.
func (s *Service) Decline(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.reply(ctx, account, actor, id, desk.AgreementDeclined)
}

func (s *Service) reply(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, to desk.AgreementStatus) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, string(to), func(_ *store.Tx, a *desk.Agreement) error {
		if !a.Inbound || a.Status != desk.AgreementPending {
			return wrongStatus(a, string(to))
		}
		a.Status = to
		return nil
	})
}

// Deactivate ends an agreement, or withdraws an invitation. The side that did it may reactivate it.
func (s *Service) Deactivate(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "deactivated", func(_ *store.Tx, a *desk.Agreement) error {
		if a.Status != desk.AgreementAccepted && (a.Inbound || !undelivered(a.Status)) {
			return wrongStatus(a, "deactivated")
		}
		a.Status, a.DeactivatedBy = desk.AgreementInactive, string(ours(*a))
		return nil
	})
}

// Reactivate puts an agreement that we deactivated in force again, and brings its shares in step.
func (s *Service) Reactivate(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "reactivated", func(_ *store.Tx, a *desk.Agreement) error {
		if a.Status != desk.AgreementInactive || a.DeactivatedBy != string(ours(*a)) {
			return wrongStatus(a, "reactivated")
		}
		a.Status, a.DeactivatedBy = desk.AgreementAccepted, ""
		return nil
	})
}

// Delete takes an agreement away. One that is in force is deactivated first, so that the partner knows.
func (s *Service) Delete(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) error {
	message := ""
	a, err := s.Agreement(ctx, account, id)
	if err != nil {
		return err
	}
	if a.Status == desk.AgreementAccepted || !a.Inbound && a.Status == desk.AgreementPending {
		message = "deactivated"
	} else if a.Inbound && a.Status == desk.AgreementPending {
		message = "declined"
	}
	_, err = s.change(ctx, account, actor, id, message, func(tx *store.Tx, a *desk.Agreement) error {
		switch message {
		case "deactivated":
			a.Status, a.DeactivatedBy = desk.AgreementInactive, string(ours(*a))
		case "declined":
			a.Status = desk.AgreementDeclined
		}
		return tx.DeleteAgreement(ctx, a.ID, s.now())
	})
	return err
}

// Retry sends an invitation again that could not be delivered.
func (s *Service) Retry(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	if err := needAdmin(actor); err != nil {
		return desk.Agreement{}, err
	}
	var a desk.Agreement
	err := s.store.Account(account).Write(ctx, func(tx *store.Tx) (err error) {
		if a, err = heldAgreement(ctx, tx, id); err != nil {
			return err
		}
		if a.Inbound || !undelivered(a.Status) {
			return wrongStatus(&a, "sent again")
		}
		if _, err := job.Cancel(ctx, tx.Tx, job.Filter{Account: int64(account), Lane: agreementLane(id)}); err != nil {
			return err
		}
		if err := s.forgetInvitations(ctx, tx, id); err != nil {
			return err
		}
		a.Status, a.LastError, a.UpdatedAt = desk.AgreementPending, "", s.now()
		if err := tx.UpdateAgreement(ctx, &a); err != nil {
			return err
		}
		return s.tell(ctx, tx, a, kindInvite, "invitation to "+a.Name, actor.ID)
	})
	return a, err
}

// forgetInvitations closes those that were given up: another takes their place.
func (s *Service) forgetInvitations(ctx context.Context, tx *store.Tx, id desk.AgreementID) error {
	dead, err := tx.DeadDeliveries(ctx, id, maxReplay)
	if err != nil {
		return err
	}
	for n := range dead {
		if dead[n].Kind != kindInvite {
			continue
		}
		dead[n].State = desk.DeliverySkipped
		if err := tx.UpdateDelivery(ctx, &dead[n]); err != nil {
			return err
		}
	}
	return nil
}

// Rename changes what we call a partner.
func (s *Service) Rename(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, name string) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(_ *store.Tx, a *desk.Agreement) error {
		if name = strings.TrimSpace(name); name == "" || len(name) > desk.MaxName {
			return desk.InvalidField("name", "InvalidValue", "Name: must have 1 to 255 bytes")
		}
		a.Name = name
		return nil
	})
}

// Configure sets what is ours alone in an agreement: whether private notes travel, the dialect, and the partner's status
// words (nhd §11.1, §15).
func (s *Service) Configure(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, notes bool, d desk.Dialect, words map[string]string) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(_ *store.Tx, a *desk.Agreement) error {
		for word, status := range words {
			if desk.Status(status).Rank() < 0 || desk.Status(status) == desk.Closed {
				return desk.InvalidField("status_map", "InvalidValue", "Status map: "+word+" must stand for new, open, pending, hold or solved")
			}
		}
		a.ShareNotes, a.Dialect, a.StatusMap = notes, d, words
		return nil
	})
}

// Pause holds all messages to a partner back; Resume sends them, the oldest first.
func (s *Service) Pause(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		a.PausedBy = desk.PausedByAdmin
		return job.Pause(ctx, tx.Tx, int64(account), "", lanesOf(id))
	})
}

// Resume ends a pause, whoever began it.
func (s *Service) Resume(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	return s.change(ctx, account, actor, id, "", func(tx *store.Tx, a *desk.Agreement) error {
		return unpause(ctx, tx, a)
	})
}

func unpause(ctx context.Context, tx *store.Tx, a *desk.Agreement) error {
	a.PausedBy, a.LastError = desk.NotPaused, ""
	if err := job.Resume(ctx, tx.Tx, int64(tx.Account()), "", lanesOf(a.ID)); err != nil {
		return err
	}
	_, err := job.RetryNow(ctx, tx.Tx, job.Filter{Account: int64(tx.Account()), LanePrefix: lanesOf(a.ID)})
	return err
}

// Verify asks the partner's host whether it knows of the agreement (nhd §16 row 3). False without an error means that the
// partner cannot be asked, as some software does not answer.
func (s *Service) Verify(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (bool, error) {
	if err := needAdmin(actor); err != nil {
		return false, err
	}
	var a desk.Agreement
	var key string
	err := s.store.Account(account).Read(ctx, func(tx *store.Tx) (err error) {
		if a, err = tx.Agreement(ctx, id); err != nil {
			return err
		}
		key, err = s.keyOf(ctx, tx, id)
		return err
	})
	if err != nil {
		return false, err
	}
	verified := confirms(s.ask(ctx, a, key), a.UUID)
	if verified == a.Verified {
		return verified, nil
	}
	_, err = s.change(ctx, account, actor, id, "", func(_ *store.Tx, a *desk.Agreement) error {
		a.Verified = verified
		return nil
	})
	return verified, err
}

// ask reads the partner's copy of an agreement.
func (s *Service) ask(ctx context.Context, a desk.Agreement, key string) peer.Answer {
	return s.options.Peer.Send(ctx, peer.Message{Base: a.RemoteURL, Token: wire.Token{Agreement: a.UUID, Key: key}, Method: http.MethodGet,
		Resource: peer.Agreements, UUID: a.UUID, Dialect: peer.Dialect(a.Dialect)})
}

func confirms(got peer.Answer, uuid string) bool {
	var shown struct {
		UUID string `json:"uuid"`
	}
	if got.Status != http.StatusOK || json.Unmarshal(got.Body, &shown) != nil {
		return false
	}
	normal, ok := wire.NormaliseUUID(shown.UUID)
	return ok && normal == uuid
}

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
