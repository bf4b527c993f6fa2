package outbound

import (
	"context"
	"net/http"

	"interdesk/job"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
)

// exchanged is what was sent in the end, and what the partner answered to it.
type exchanged struct {
	outgoing
	answer        peer.Answer
	refusedStatus string // the status word that the partner would not take, and that was left out
}

// exchange sends a message, with the second tries that the protocol asks for (nhd §13.2, §14).
func (s *Service) exchange(ctx context.Context, j job.Job, d deliveryJob, o outgoing) (exchanged, error) {
	x, err := s.send(ctx, o)
	if err != nil {
		return x, err
	}
	switch {
	case o.method == http.MethodPost && x.answer.Verdict == peer.Permanent:
		return s.postAsPut(ctx, j, x)
	case o.method == http.MethodPut && x.answer.Verdict == peer.Permanent && o.composed.message.Status.IsSet():
		return s.withoutStatus(ctx, x)
	case o.method == http.MethodPut && x.answer.Verdict == peer.NotFound && !o.share.Inbound:
		return s.shareAnew(ctx, j, d, x)
	}
	return x, nil
}

func (s *Service) send(ctx context.Context, o outgoing) (exchanged, error) {
	m := peer.Message{Base: o.agreement.RemoteURL, Token: wire.Token{Agreement: o.agreement.UUID, Key: o.key}, Method: o.method,
		Resource: peer.Tickets, UUID: o.share.UUID, Dialect: peer.Dialect(o.agreement.Dialect)}
	if o.composed != nil {
		body, err := wire.EncodeTicket(o.composed.message)
		if err != nil {
			return exchanged{}, err
		}
		m.Body = body
	}
	return exchanged{outgoing: o, answer: s.peer.Send(ctx, m)}, nil
}

// postAsPut: a POST that is refused may have arrived before its answer was lost. The same as a PUT heals that; and where
// the ticket is unknown after all, the POST is tried once more (nhd §14).
func (s *Service) postAsPut(ctx context.Context, j job.Job, first exchanged) (exchanged, error) {
	put := first.outgoing
	put.method = http.MethodPut
	second, err := s.send(ctx, put)
	if err != nil {
		return second, err
	}
	switch second.answer.Verdict {
	case peer.Done, peer.Retry, peer.Gone:
		return second, nil
	case peer.NotFound:
		if j.Attempt > 1 {
			return s.send(ctx, first.outgoing)
		}
	}
	return first, nil
}

// withoutStatus: many partners refuse a status word and take all else (nhd §13.2).
func (s *Service) withoutStatus(ctx context.Context, first exchanged) (exchanged, error) {
	refused := first.composed.message.Status.Value
	rest := *first.composed
	rest.message.Status = wire.Opt[string]{}
	if isEmpty(rest.message) {
		first.refusedStatus = refused
		return first, nil
	}
	again := first.outgoing
	again.composed = &rest
	second, err := s.send(ctx, again)
	if err != nil || second.answer.Verdict != peer.Done {
		return first, err
	}
	second.refusedStatus = refused
	return second, nil
}

// shareAnew: the partner does not know the ticket, so it gets the whole of it once more.
func (s *Service) shareAnew(ctx context.Context, j job.Job, d deliveryJob, first exchanged) (exchanged, error) {
	again, err := s.prepare(ctx, j, d, true)
	if err != nil {
		return exchanged{}, err
	}
	if !again.ready() {
		first.answer = peer.Answer{Verdict: peer.Retry, Text: "The ticket is unknown to the partner and will be shared anew."}
		return first, nil
	}
	return s.send(ctx, again.outgoing)
}
