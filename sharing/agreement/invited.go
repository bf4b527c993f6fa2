package agreement

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// InvitationsLast is how long an unanswered invitation stands (nhd §16 row 2), and a request for both ways.
const InvitationsLast = 30 * 24 * time.Hour

// Message is a partner's message about an agreement.
type Message struct {
	Account desk.AccountID // whose desk it came to
	Method  string
	UUID    string // of the path
	Body    wire.Agreement
	Dialect desk.Dialect // that it is written in; DialectUnknown: it has no body
	At      time.Time
}

// TakeInvitation keeps an invitation and gives the code to answer. It is inert until a person accepts it: nothing is sent
// because of it (nhd §16 row 2).
func (s *Service) TakeInvitation(ctx context.Context, m Message) (code int, err error) {
	from, err := s.checkSender(m.Account, m.Body.SenderURL.Value)
	if err != nil {
		return 0, err
	}
	sealed, err := s.core.Seal(m.Body.AccessKey.Value)
	if err != nil {
		return 0, err
	}
	err = s.store.Account(m.Account).Write(ctx, func(tx *store.Tx) error {
		code, err = s.keepInvitation(ctx, tx, m, from, sealed)
		return err
	})
	return code, err
}

// checkSender refuses addresses that we could not or must not answer to, and invitations to oneself.
func (s *Service) checkSender(own desk.AccountID, raw string) (sender, error) {
	u, err := s.peer.CheckURL(raw)
	if err != nil {
		return sender{}, sharing.Refuse(http.StatusUnprocessableEntity, "sender_url: "+err.Error())
	}
	account, local := s.core.LocalAccount(u.Host)
	if local && account == own {
		return sender{}, sharing.Refuse(http.StatusUnprocessableEntity, "sender_url: a help desk cannot share with itself.")
	}
	if s.options.AllowHost != nil && !s.options.AllowHost(u.Hostname()) {
		return sender{}, sharing.Refuse(http.StatusForbidden, "Invitations from this host are not taken here.")
	}
	return sender{URL: u, local: local}, nil
}

// sender is whoever invites. Whether it is local is looked up before the transaction that keeps the invitation, since
// that look needs a connection of its own.
type sender struct {
	*url.URL
	local bool
}

func (s *Service) keepInvitation(ctx context.Context, tx *store.Tx, m Message, from sender, sealed string) (int, error) {
	config, err := tx.Config(ctx)
	if err != nil {
		return 0, err
	}
	if config.Account.Settings.DeclineInvitations {
		return 0, sharing.Refuse(http.StatusForbidden, "This help desk takes no sharing invitations.")
	}
	known, key, err := s.core.FindAgreement(ctx, tx, m.UUID)
	if err == nil {
		if known.Inbound && known.Status == desk.AgreementPending && sharing.SameKey(key, m.Body.AccessKey.Value) {
			return http.StatusOK, nil // a repeat after a lost answer
		}
		return 0, sharing.Refuse(http.StatusUnprocessableEntity, "An agreement with this uuid exists already.")
	}
	if desk.KindOf(err) != desk.NotFound {
		return 0, err
	}
	if err := s.makeRoom(ctx, tx, config); err != nil {
		return 0, err
	}
	a := invitationOf(m, from)
	a.ID = desk.AgreementID(tx.NewID())
	if err := tx.InsertAgreement(ctx, &a, sealed); err != nil {
		return 0, err
	}
	if err := s.noteMessage(ctx, tx, a, m, sharing.KindInvite, "invitation from "+a.Name); err != nil {
		return 0, err
	}
	return http.StatusCreated, s.findRequestFor(ctx, tx, a)
}

// invitationOf reads the terms as they were offered; what is not stated is not allowed (nhd §5.1).
func invitationOf(m Message, from sender) desk.Agreement {
	a := desk.Agreement{
		UUID: m.UUID, Inbound: true, Name: sharing.Shorten(m.Body.Name.Value, desk.MaxName), Status: desk.AgreementPending,
		RemoteURL: from.String(), LocalURL: strings.TrimRight(m.Body.ReceiverURL.Value, "/"),
		Terms:      desk.Terms{PublicComments: m.Body.AllowsPublicComments.Or(false), SyncTags: m.Body.SyncTags.Or(false), SyncFields: m.Body.SyncCustomFields.Or(false)},
		ShareNotes: true, PeopleLimit: desk.DefaultPeopleLimit, Dialect: m.Dialect,
		LastSeenAt: m.At, CreatedAt: m.At, UpdatedAt: m.At,
	}
	if a.Name == "" {
		a.Name = from.Hostname()
	}
	if from.local {
		a.RemoteSubdomain, _, _ = strings.Cut(from.Hostname(), ".")
	}
	return a
}

// makeRoom drops invitations that nobody answered in time, and refuses more than an admin can look at.
func (s *Service) makeRoom(ctx context.Context, tx *store.Tx, config *desk.Config) error {
	pending := 0
	for _, a := range config.Agreements {
		if !a.Inbound || a.Status != desk.AgreementPending {
			continue
		}
		if s.core.Now().Sub(a.CreatedAt) < InvitationsLast {
			pending++
		} else if err := tx.DeleteAgreement(ctx, a.ID, s.core.Now()); err != nil {
			return err
		}
	}
	if pending >= desk.MaxInvitations {
		return sharing.Busy("Too many invitations wait for an answer here.", "86400")
	}
	return nil
}

// Describe is an agreement as a GET shows it: all but the key (nhd §8, §16 row 1).
func Describe(a desk.Agreement) wire.Agreement {
	m := wire.Agreement{
		UUID: wire.Some(a.UUID), Status: wire.Some(wireStatus(a.Status)), Name: wire.Some(a.Name),
		SyncTags: wire.Some(a.Terms.SyncTags), SyncCustomFields: wire.Some(a.Terms.SyncFields),
		AllowsPublicComments: wire.Some(a.Terms.PublicComments),
	}
	if a.DeactivatedBy != "" {
		m.DeactivatedBy = wire.Some(a.DeactivatedBy)
	}
	m.SenderURL, m.ReceiverURL = wire.Some(a.LocalURL), wire.Some(a.RemoteURL)
	if a.Inbound {
		m.SenderURL, m.ReceiverURL = m.ReceiverURL, m.SenderURL
	}
	return m
}

// wireStatus: our own states of an undelivered invitation never travel (nhd §7).
func wireStatus(st desk.AgreementStatus) string {
	switch st {
	case desk.AgreementAccepted, desk.AgreementDeclined, desk.AgreementInactive:
		return string(st)
	}
	return wire.StatusPending
}
