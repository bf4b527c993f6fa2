package outbound

import (
	"context"
	"net/http"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
)

// exchanged is a message that was sent, and what the partner answered to it.
type exchanged struct {
	outgoing
	answer  peer.Answer
	verdict verdict
	barred  bool           // the partner refuses the agreement itself
	taken   []*composition // what it has now: the whole message, or the parts of it that it took
	refused []*composition // parts that it will not take
	rest    *desk.Snapshot // what is still to be said once that is stored; nil: nothing
	parted  bool           // it went out in parts
}

// exchange sends a message, with the second tries that the protocol asks for (share-life §2, nhd §14).
func (s *Service) exchange(ctx context.Context, o outgoing) (exchanged, error) {
	x, err := s.send(ctx, o)
	if err != nil {
		return x, err
	}
	switch {
	case x.verdict == denied:
		x.barred = s.carrier(&o.agreement).Refuses(ctx, o.message())
	case x.verdict == unfit && o.method == http.MethodPost:
		return s.postOtherwise(ctx, x)
	case x.verdict == unfit && o.method == http.MethodPut:
		return s.inParts(ctx, x)
	}
	return x, nil
}

func (s *Service) send(ctx context.Context, o outgoing) (exchanged, error) {
	answer, err := s.carrier(&o.agreement).Carry(ctx, o.message())
	if err != nil {
		return exchanged{}, err
	}
	x := exchanged{outgoing: o, answer: answer}
	x.verdict = verdictFor(o.method, &x.answer)
	if o.composed != nil {
		x.rest = o.composed.rest
		if x.verdict == taken {
			x.taken = []*composition{o.composed}
		}
	}
	return x, nil
}

func (o *outgoing) message() sharing.Message {
	m := sharing.Message{Agreement: o.agreement, Share: o.share, Key: o.key, Method: o.method, Delivery: o.delivery}
	if o.composed != nil {
		m.Ticket = o.composed.message
	}
	return m
}

// postOtherwise tries a POST that was refused in other ways. It may have arrived before its answer was lost: the same as a PUT
// heals that. And some peers make no ticket but an open one: the true status follows.
func (s *Service) postOtherwise(ctx context.Context, first exchanged) (exchanged, error) {
	ways := [...]func(context.Context, exchanged) (exchanged, error){s.postOpen, s.putInstead}
	if first.delivery.Attempts > 0 || first.delivery.Said.Reached {
		ways[0], ways[1] = ways[1], ways[0]
	}
	for _, way := range ways {
		x, err := way(ctx, first)
		if err != nil {
			return x, err
		}
		if x.verdict == taken || x.verdict == again || x.verdict == over {
			return x, nil
		}
	}
	return first, nil
}

func (s *Service) postOpen(ctx context.Context, first exchanged) (exchanged, error) {
	if first.composed.message.Status.Value == wire.Open {
		return first, nil
	}
	o, opened := first.outgoing, *first.composed
	opened.message.Status, opened.own.Status = wire.Some(wire.Open), wire.Some(wire.Open)
	opened.rest = nil
	if first.composed.rest != nil {
		opened.follow(*first.composed.rest)
	}
	opened.follow(desk.Snapshot{Status: opened.said.Status})
	o.composed = &opened
	return s.send(ctx, o)
}

func (s *Service) putInstead(ctx context.Context, first exchanged) (exchanged, error) {
	put := first.outgoing
	put.method = http.MethodPut
	x, err := s.send(ctx, put)
	if err == nil && x.verdict == absent && first.delivery.Attempts > 0 {
		return s.send(ctx, first.outgoing)
	}
	return x, err
}

// inParts finds out what of a message the partner will not take: the status, as most often; else each item and comment goes
// by itself.
func (s *Service) inParts(ctx context.Context, first exchanged) (exchanged, error) {
	parts := first.composed.split()
	if len(parts) > 1 && first.composed.message.Status.IsSet() {
		rest, status := first.composed.withoutStatus()
		x, err := s.sendPart(ctx, &first, rest)
		if err != nil || x.verdict != unfit {
			x.refused, x.rest = []*composition{status}, first.composed.rest
			return x, err
		}
	}
	if len(parts) == 1 {
		first.refused = parts
		return first, nil
	}
	return s.sendParts(ctx, first, parts)
}

func (s *Service) sendPart(ctx context.Context, first *exchanged, part *composition) (exchanged, error) {
	o := first.outgoing
	o.composed = part
	return s.send(ctx, o)
}

// sendParts sends parts one by one, until the partner does not answer as it should: those that are left are tried again later.
func (s *Service) sendParts(ctx context.Context, first exchanged, parts []*composition) (exchanged, error) {
	all := first
	all.parted = true
	for n, part := range parts {
		x, err := s.sendPart(ctx, &first, part)
		switch {
		case err != nil:
			return all, err
		case x.verdict == taken:
			all.taken = append(all.taken, part)
		case x.verdict == unfit:
			all.refused = append(all.refused, part)
		default:
			all.answer, all.verdict, all.rest = x.answer, x.verdict, together(parts[n:], first.composed.rest)
			return all, nil
		}
		if x.verdict == taken {
			all.answer = x.answer
		}
	}
	if len(all.taken) > 0 {
		all.verdict = taken
	}
	return all, nil
}
