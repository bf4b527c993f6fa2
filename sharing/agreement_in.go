package sharing

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// InvitationsLast is how long an unanswered invitation stands (nhd §16 row 2), and a wish for both ways.
const InvitationsLast = 30 * 24 * time.Hour

func (s *Service) agreementMessage(ctx context.Context, in request) (answer, error) {
	if in.http.Method == http.MethodPost {
		return s.invited(ctx, in)
	}
	who, err := s.admit(ctx, in)
	if err != nil {
		return answer{}, err
	}
	if who.agreement.UUID != in.uuid {
		return answer{}, errStranger()
	}
	switch in.http.Method {
	case http.MethodGet:
		return showAgreement(who.agreement)
	case http.MethodDelete:
		// Nobody's protocol has it, but what it means is plain: the partner ends the agreement (nhd §2 E8).
		return s.changeAgreement(ctx, who, wire.Agreement{Status: wire.Some(wire.StatusInactive)})
	}
	if err := who.read(); err != nil {
		return answer{}, err
	}
	m, err := wire.DecodeAgreement(who.body)
	if err != nil {
		return answer{}, err
	}
	if id, stated := m.UUID.Get(); stated && id != in.uuid {
		return answer{}, refuse(http.StatusUnprocessableEntity, "uuid is not the uuid in the path.")
	}
	return s.changeAgreement(ctx, who, m)
}

// invited takes an invitation. It is inert until a person accepts it: nothing is sent because of it (nhd §16 row 2).
func (s *Service) invited(ctx context.Context, in request) (answer, error) {
	if !s.source.allow(sourceOf(in.http), in.at) {
		return answer{}, &refusal{busy("Too many invitations; come back in a minute.", "60")}
	}
	if err := in.read(); err != nil {
		return answer{}, err
	}
	m, err := wire.DecodeAgreement(in.body)
	if err != nil {
		return answer{}, err
	}
	if err := m.CheckInvitation(in.uuid); err != nil {
		return answer{}, err
	}
	// nhd §4: a token is not needed here, but a wrong one gives the sender away.
	if header := in.http.Header.Get(wire.HeaderToken); header != "" {
		token, ok := wire.ParseToken(header)
		if !ok || !sameKey(token.Key, m.AccessKey.Value) || token.Agreement != in.uuid {
			return answer{}, refuse(http.StatusForbidden, "The token is not that of the invitation.")
		}
	}
	from, err := s.checkSender(in.account, m.SenderURL.Value)
	if err != nil {
		return answer{}, err
	}
	sealed, err := s.options.Secrets.Seal(m.AccessKey.Value)
	if err != nil {
		return answer{}, err
	}
	code := http.StatusCreated
	err = s.store.Account(in.account).Write(ctx, func(tx *store.Tx) error {
		code, err = s.keepInvitation(ctx, tx, in, m, from, sealed)
		return err
	})
	return answer{code: code}, err
}

func sourceOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// checkSender refuses addresses that we could not or must not answer to, and invitations to oneself.
func (s *Service) checkSender(own desk.AccountID, raw string) (sender, error) {
	u, err := s.options.Peer.CheckURL(raw)
	if err != nil {
		return sender{}, refuse(http.StatusUnprocessableEntity, "sender_url: "+err.Error())
	}
	account, local := s.options.LocalAccount(u.Host)
	if local && account == own {
		return sender{}, refuse(http.StatusUnprocessableEntity, "sender_url: a help desk cannot share with itself.")
	}
	if s.options.AllowHost != nil && !s.options.AllowHost(u.Hostname()) {
		return sender{}, refuse(http.StatusForbidden, "Invitations from this host are not taken here.")
	}
	return sender{URL: u, local: local}, nil
}

// sender is whoever invites. Whether it is local is looked up before the transaction that keeps the invitation, since
// that look needs a connection of its own.
type sender struct {
	*url.URL
	local bool
}

func (s *Service) keepInvitation(ctx context.Context, tx *store.Tx, in request, m wire.Agreement, from sender, sealed string) (int, error) {
	config, err := tx.Config(ctx)
	if err != nil {
		return 0, err
	}
	if config.Account.Settings.DeclineInvitations {
		return 0, refuse(http.StatusForbidden, "This help desk takes no sharing invitations.")
	}
	known, key, err := s.withKey(ctx, tx, in.uuid)
	if err == nil {
		if known.Inbound && known.Status == desk.AgreementPending && sameKey(key, m.AccessKey.Value) {
			return http.StatusOK, nil // a repeat after a lost answer
		}
		return 0, refuse(http.StatusUnprocessableEntity, "An agreement with this uuid exists already.")
	}
	if desk.KindOf(err) != desk.NotFound {
		return 0, err
	}
	if err := s.makeRoom(ctx, tx, config); err != nil {
		return 0, err
	}
	a := invitationOf(in, m, from)
	a.ID = desk.AgreementID(tx.NewID())
	if err := tx.InsertAgreement(ctx, &a, sealed); err != nil {
		return 0, err
	}
	if err := s.noteAgreementMessage(ctx, tx, a, in, m, "invite", "invitation from "+a.Name); err != nil {
		return 0, err
	}
	return http.StatusCreated, s.seekWish(ctx, tx, a)
}

// invitationOf reads the terms as they were offered; what is not stated is not allowed (nhd §5.1).
func invitationOf(in request, m wire.Agreement, from sender) desk.Agreement {
	a := desk.Agreement{
		UUID: in.uuid, Inbound: true, Name: shorten(m.Name.Value, desk.MaxName), Status: desk.AgreementPending,
		RemoteURL: from.String(), LocalURL: strings.TrimRight(m.ReceiverURL.Value, "/"),
		Terms:      desk.Terms{PublicComments: m.AllowsPublicComments.Or(false), SyncTags: m.SyncTags.Or(false), SyncFields: m.SyncCustomFields.Or(false)},
		ShareNotes: true, Dialect: desk.Dialect(wire.DialectOf(in.http.Header.Get("Content-Type"))),
		LastSeenAt: in.at, CreatedAt: in.at, UpdatedAt: in.at,
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
		if s.now().Sub(a.CreatedAt) < InvitationsLast {
			pending++
		} else if err := tx.DeleteAgreement(ctx, a.ID, s.now()); err != nil {
			return err
		}
	}
	if pending >= desk.MaxInvitations {
		return &refusal{busy("Too many invitations wait for an answer here.", "86400")}
	}
	return nil
}

// showAgreement answers a GET: all but the key (nhd §8, §16 row 1).
func showAgreement(a desk.Agreement) (answer, error) {
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
	body, err := wire.EncodeAgreement(m)
	return answer{code: http.StatusOK, body: body}, err
}

// wireStatus: our own states of an undelivered invitation never travel (nhd §7).
func wireStatus(st desk.AgreementStatus) string {
	switch st {
	case desk.AgreementAccepted, desk.AgreementDeclined, desk.AgreementInactive:
		return string(st)
	}
	return wire.StatusPending
}

func shorten(text string, runes int) string {
	r := []rune(text)
	if len(r) <= runes {
		return text
	}
	return string(r[:runes-1]) + "…"
}
