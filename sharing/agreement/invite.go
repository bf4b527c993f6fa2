package agreement

import (
	"context"
	"net/url"
	"strings"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
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
	if err := sharing.NeedAdmin(actor); err != nil {
		return desk.Agreement{}, err
	}
	offer, err := s.Prepare(ctx, account, in)
	if err != nil {
		return desk.Agreement{}, err
	}
	var a desk.Agreement
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		a, err = s.InviteIn(ctx, tx, actor, offer)
		return err
	})
	return a, err
}

// Offer is an invitation whose target was found.
type Offer struct {
	remote *url.URL
	in     Invitation
}

// Prepare finds where an invitation is to go. It looks at the directory, so it comes before the transaction of InviteIn.
func (s *Service) Prepare(ctx context.Context, account desk.AccountID, in Invitation) (Offer, error) {
	remote, err := s.target(ctx, account, &in)
	return Offer{remote, in}, err
}

// InviteIn makes an offer within the caller's transaction.
func (s *Service) InviteIn(ctx context.Context, tx *store.Tx, actor desk.Actor, o Offer) (desk.Agreement, error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return desk.Agreement{}, err
	}
	return s.invite(ctx, tx, actor, o.remote, o.in)
}

// invite stores an invitation whose target is known, and has it sent.
func (s *Service) invite(ctx context.Context, tx *store.Tx, actor desk.Actor, remote *url.URL, in Invitation) (desk.Agreement, error) {
	uuid, err := s.core.NewKey()
	if err != nil {
		return desk.Agreement{}, err
	}
	key, err := s.core.NewKey()
	if err != nil {
		return desk.Agreement{}, err
	}
	sealed, err := s.core.Seal(key)
	if err != nil {
		return desk.Agreement{}, err
	}
	config, err := tx.Config(ctx)
	if err != nil {
		return desk.Agreement{}, err
	}
	a := desk.Agreement{ID: desk.AgreementID(tx.NewID()), UUID: uuid, Name: in.Name, Status: desk.AgreementPending, RemoteURL: remote.String(),
		LocalURL: s.core.URL(config.Account), RemoteSubdomain: in.RemoteSubdomain, Terms: in.Terms, ShareNotes: !in.WithoutNotes, PeopleLimit: desk.DefaultPeopleLimit,
		CreatedAt: s.core.Now(), UpdatedAt: s.core.Now()}
	if in.BothWays {
		a.WishedAt = a.CreatedAt
	}
	if err := tx.InsertAgreement(ctx, &a, sealed); err != nil {
		return desk.Agreement{}, err
	}
	if err := sharing.LogCreated(ctx, tx, actor, &a); err != nil {
		return desk.Agreement{}, err
	}
	return a, s.tell(ctx, tx, a, sharing.KindInvite, "invitation to "+a.Name, actor.ID)
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
		in.RemoteURL = s.core.URL(partner)
		if in.Name == "" {
			in.Name = partner.Name
		}
	}
	u, err := s.peer.CheckURL(in.RemoteURL)
	if err != nil {
		return nil, desk.InvalidField("sharing_url", "InvalidValue", "Sharing URL: "+err.Error())
	}
	if local, ok := s.core.LocalAccount(u.Host); ok {
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

// Retry sends an invitation again that could not be delivered.
func (s *Service) Retry(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (desk.Agreement, error) {
	if err := sharing.NeedAdmin(actor); err != nil {
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
		if _, err := job.Cancel(ctx, tx.Tx, job.Filter{Account: int64(account), Lane: lane(id)}); err != nil {
			return err
		}
		if err := s.forgetInvitations(ctx, tx, id); err != nil {
			return err
		}
		was := a
		a.Status, a.LastError, a.UpdatedAt = desk.AgreementPending, "", s.core.Now()
		if err := tx.UpdateAgreement(ctx, &a); err != nil {
			return err
		}
		if err := sharing.LogUpdated(ctx, tx, actor, &was, &a); err != nil {
			return err
		}
		return s.tell(ctx, tx, a, sharing.KindInvite, "invitation to "+a.Name, actor.ID)
	})
	return a, err
}

// maxForgotten bounds how many invitations that were given up one more closes.
const maxForgotten = 100

// forgetInvitations closes those that were given up: another takes their place.
func (s *Service) forgetInvitations(ctx context.Context, tx *store.Tx, id desk.AgreementID) error {
	dead, err := tx.DeadDeliveries(ctx, id, maxForgotten)
	if err != nil {
		return err
	}
	for n := range dead {
		if dead[n].Kind != sharing.KindInvite {
			continue
		}
		dead[n].State = desk.DeliverySkipped
		if err := tx.UpdateDelivery(ctx, &dead[n]); err != nil {
			return err
		}
	}
	return nil
}
