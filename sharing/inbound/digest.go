package inbound

import (
	"context"
	"encoding/json"
	"net/http"

	"interdesk/sharing/wire"
)

// digestMessage serves the comparison of two Interdesks: what both must have of their shares, and the wish for what is missing.
func (s *Service) digestMessage(ctx context.Context, in request) (answer, error) {
	who, err := s.authenticateTicket(ctx, in)
	if err != nil {
		return answer{}, err
	}
	switch in.http.Method {
	case http.MethodGet:
		found, err := s.agreements.NamedDigests(ctx, who.account, who.agreement.ID, who.uuid)
		if err != nil {
			return answer{}, err
		}
		body, err := json.Marshal(found)
		return answer{code: http.StatusOK, body: body}, err
	case http.MethodPut:
		if err := who.read(wire.MaxBody); err != nil {
			return answer{}, err
		}
		d, err := wire.DecodeDigest(who.body)
		if err != nil {
			return answer{}, err
		}
		return answer{code: http.StatusOK}, s.agreements.SendAgain(ctx, who.account, who.agreement.ID, who.uuid, d.Comments)
	}
	return answer{}, unsupported("GET, PUT")
}
