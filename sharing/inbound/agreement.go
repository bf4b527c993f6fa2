package inbound

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"interdesk/ratelimit"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/wire"
)

// agreementMessage serves E1 to E3 and E8 (nhd §2).
func (s *Service) agreementMessage(ctx context.Context, in request) (answer, error) {
	if in.http.Method == http.MethodPost {
		return s.invited(ctx, in)
	}
	who, err := s.authenticate(ctx, in)
	if err != nil {
		return answer{}, err
	}
	if who.agreement.UUID != in.uuid {
		return answer{}, errStranger()
	}
	switch in.http.Method {
	case http.MethodGet:
		body, err := wire.EncodeAgreement(agreement.Describe(who.agreement))
		return answer{code: http.StatusOK, body: body}, err
	case http.MethodDelete:
		// Nobody's protocol has it, but what it means is plain: the partner ends the agreement (nhd §2 E8).
		m := wire.Agreement{Status: wire.Some(wire.StatusInactive)}
		return answer{code: http.StatusOK}, s.agreements.TakeChange(ctx, who.agreement.ID, in.agreementMessage(m))
	}
	m, err := in.readAgreement()
	if err != nil {
		return answer{}, err
	}
	if id, stated := m.UUID.Get(); stated && id != in.uuid {
		return answer{}, sharing.Refuse(http.StatusUnprocessableEntity, "uuid is not the uuid in the path.")
	}
	return answer{code: http.StatusOK}, s.agreements.TakeChange(ctx, who.agreement.ID, in.agreementMessage(m))
}

func (in *request) readAgreement() (m wire.Agreement, err error) {
	if err := in.read(wire.MaxAgreement); err != nil {
		return m, err
	}
	return wire.DecodeAgreement(in.body)
}

func (in *request) agreementMessage(m wire.Agreement) agreement.Message {
	return agreement.Message{Account: in.account, Method: in.http.Method, UUID: in.uuid, Body: m, Dialect: in.dialect(), At: in.at}
}

// invited takes an invitation from anybody, at a bounded rate.
func (s *Service) invited(ctx context.Context, in request) (answer, error) {
	m, err := in.readAgreement()
	if err != nil {
		return answer{}, err
	}
	if wait, ok := s.strangers.Take(ratelimit.Invitation, int64(in.account), sourceOf(in.http.Context(), m), in.at); !ok {
		return answer{}, sharing.Busy("Too many invitations; come back later.", strconv.Itoa(int(wait.Seconds())+1))
	}
	if err := m.CheckInvitation(in.uuid); err != nil {
		return answer{}, err
	}
	// nhd §4: a token is not needed here, but a wrong one gives the sender away.
	if header := in.http.Header.Get(wire.HeaderToken); header != "" {
		token, ok := wire.ParseToken(header)
		if !ok || !sharing.SameKey(token.Key, m.AccessKey.Value) || token.Agreement != in.uuid {
			return answer{}, sharing.Refuse(http.StatusForbidden, "The token is not that of the invitation.")
		}
	}
	code, err := s.agreements.TakeInvitation(ctx, in.agreementMessage(m))
	return answer{code: code}, err
}

// sourceOf is whose invitations count together: a network, or an account of this installation.
func sourceOf(ctx context.Context, m wire.Agreement) string {
	if client, ok := ctx.Value(clientKey{}).(netip.Addr); ok {
		return ratelimit.NetworkOf(client).String()
	}
	return strings.ToLower(m.SenderURL.Value)
}
