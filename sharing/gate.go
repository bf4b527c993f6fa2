package sharing

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strconv"

	"interdesk/desk"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// session is a request whose sender has proved to be the other side of an agreement.
type session struct {
	request
	agreement desk.Agreement
	key       string
}

// ours is our role in the agreement; the message came from the other (nhd §7).
func ours(a desk.Agreement) wire.Side {
	if a.Inbound {
		return wire.Receiver
	}
	return wire.Sender
}

// via marks updates that a partner caused.
func via(a desk.Agreement) desk.Via {
	return desk.Via{Channel: desk.ChannelSharing, Agreement: a.ID, Partner: a.Name}
}

// errStranger is the one answer to a wrong key and to an unknown agreement (nhd §16 row 14).
func errStranger() error { return refuse(http.StatusForbidden, "The token is not valid.") }

// admit checks the token of every message but an invitation (nhd §4).
func (s *Service) admit(ctx context.Context, in request) (session, error) {
	header := in.http.Header.Get(wire.HeaderToken)
	if header == "" {
		return session{}, &refusal{answer{code: http.StatusUnauthorized, words: "The header " + wire.HeaderToken + " is missing.",
			header: map[string]string{"WWW-Authenticate": wire.Challenge}}}
	}
	token, ok := wire.ParseToken(header)
	if !ok {
		return session{}, errStranger()
	}
	out := session{request: in}
	err := s.store.Account(in.account).Read(ctx, func(tx *store.Tx) (err error) {
		out.agreement, out.key, err = s.withKey(ctx, tx, token.Agreement)
		return err
	})
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return session{}, err
	}
	// An unknown agreement has the empty key: the comparison takes the same time and fails.
	if subtle.ConstantTimeCompare([]byte(out.key), []byte(token.Key)) != 1 || err != nil {
		return session{}, errStranger()
	}
	return out, s.throttle(out)
}

func (s *Service) withKey(ctx context.Context, tx *store.Tx, uuid string) (desk.Agreement, string, error) {
	a, err := tx.AgreementByUUID(ctx, uuid)
	if err != nil {
		return a, "", err
	}
	key, err := s.keyOf(ctx, tx, a.ID)
	return a, key, err
}

func (s *Service) keyOf(ctx context.Context, tx *store.Tx, a desk.AgreementID) (string, error) {
	sealed, err := tx.AgreementKey(ctx, a)
	if err != nil {
		return "", err
	}
	return s.options.Secrets.Open(sealed)
}

// throttle bounds what one partner may cost us (nhd §16 row 12). Accounts of this installation are bounded by it already.
func (s *Service) throttle(in session) error {
	if in.agreement.RemoteSubdomain != "" || s.partner.allow(strconv.FormatInt(int64(in.agreement.ID), 10), in.at) {
		return nil
	}
	return &refusal{busy("Too many messages; come back in a moment.", "1")}
}

// admitTicket admits a message about a ticket: the agreement must be in force.
func (s *Service) admitTicket(ctx context.Context, in request) (session, error) {
	out, err := s.admit(ctx, in)
	if err != nil {
		return out, err
	}
	if !out.agreement.Usable() {
		return out, refuse(http.StatusForbidden, "The agreement is "+string(out.agreement.Status)+".")
	}
	return out, nil
}
