package agreement

import (
	"context"
	"encoding/json"
	"net/http"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// Verify asks the partner's host whether it knows of the agreement (nhd §16 row 3). False without an error means that the
// partner cannot be asked, as some software does not answer.
func (s *Service) Verify(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) (bool, error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return false, err
	}
	a, key, err := s.readWithKey(ctx, account, id)
	if err != nil {
		return false, err
	}
	if a.PausedBy.Cold() {
		return false, errCold()
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
	return s.peer.Send(ctx, peer.Message{Base: a.RemoteURL, Token: wire.Token{Agreement: a.UUID, Key: key}, Method: http.MethodGet,
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
