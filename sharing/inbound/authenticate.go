package inbound

import (
	"context"
	"net/http"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// session is a request whose sender has proved to be the other side of an agreement.
type session struct {
	request
	agreement desk.Agreement
	key       string
}

// errStranger is the one answer to a wrong key and to an unknown agreement (nhd §16 row 14).
func errStranger() error { return sharing.Refuse(http.StatusForbidden, "The token is not valid.") }

// authenticate checks the token of every message but an invitation (nhd §4).
func (s *Service) authenticate(ctx context.Context, in request) (session, error) {
	header := in.http.Header.Get(wire.HeaderToken)
	if header == "" {
		return session{}, &sharing.Refusal{Code: http.StatusUnauthorized, Words: "The header " + wire.HeaderToken + " is missing.",
			Header: map[string]string{"WWW-Authenticate": wire.Challenge}}
	}
	token, ok := wire.ParseToken(header)
	if !ok {
		return session{}, errStranger()
	}
	out := session{request: in}
	err := s.store.Account(in.account).Read(ctx, func(tx *store.Tx) (err error) {
		out.agreement, out.key, err = s.core.FindAgreement(ctx, tx, token.Agreement)
		return err
	})
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return session{}, err
	}
	// An unknown agreement has the empty key: the comparison takes the same time and fails. That of a tracker is no key of ours.
	if !sharing.SameKey(out.key, token.Key) || err != nil || out.agreement.IsTracker() {
		return session{}, errStranger()
	}
	return out, s.limitRate(out)
}

// limitRate bounds what one partner may cost us (nhd §16 row 12). Accounts of this installation are bounded by it already.
func (s *Service) limitRate(in session) error {
	if in.agreement.RemoteSubdomain != "" {
		return nil
	}
	if _, ok := s.messages.Take(in.agreement.ID, in.at); ok {
		return nil
	}
	return sharing.Busy("Too many messages; come back in a moment.", "1")
}

// authenticateTicket lets in a message about a ticket: the agreement must be in force.
func (s *Service) authenticateTicket(ctx context.Context, in request) (session, error) {
	out, err := s.authenticate(ctx, in)
	if err != nil {
		return out, err
	}
	switch {
	case out.agreement.InForce():
		return out, nil
	case out.agreement.Status == desk.AgreementInactive || out.agreement.Status == desk.AgreementDeclined:
		// nhd §4: a sender that goes on is told that nobody will hear it any more.
		return out, sharing.Refuse(http.StatusGone, "The sharing agreement is over: what is sent under it is not taken.")
	}
	return out, sharing.Refuse(http.StatusForbidden, "The agreement is "+string(out.agreement.Status)+".")
}
