package outbound

import (
	"context"
	"net/http"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
)

// Carrier speaks to one kind of partner. What a message says, when it goes out, in which order, and what follows from the answer
// is the same for all; only the wire differs.
type Carrier interface {
	// Carry brings a message to the partner. What went wrong is in the answer, in the codes of the protocol, whatever the
	// partner's own are; an error means that the message could not be made.
	Carry(ctx context.Context, m sharing.Message) (peer.Answer, error)
	// Refuses asks whether the partner refuses the agreement itself, and not one ticket.
	Refuses(ctx context.Context, m sharing.Message) bool
}

// carrier is who speaks to the partner of an agreement.
func (s *Service) carrier(a *desk.Agreement) Carrier {
	if a.IsTracker() {
		return s.options.Trackers
	}
	return desks{s.peer}
}

// desks carries messages to other help desks, by the protocol itself.
type desks struct{ peer *peer.Client }

// Carry sends the message as it is.
func (d desks) Carry(ctx context.Context, m sharing.Message) (peer.Answer, error) {
	p := messageTo(&m, peer.Tickets, m.Method, m.Share.UUID)
	p.Position = wire.Position{Seq: m.Delivery.Seq, Seen: m.Delivery.Seen}
	if m.Method != http.MethodDelete {
		body, err := wire.EncodeTicket(m.Ticket)
		if err != nil {
			return peer.Answer{}, err
		}
		p.Body = body
	}
	return d.peer.Send(ctx, p), nil
}

// Refuses asks for the agreement. Only a refusal by the help desk counts, not one by whatever stands before it; that the agreement
// cannot be read says nothing.
func (d desks) Refuses(ctx context.Context, m sharing.Message) bool {
	a := d.peer.Send(ctx, messageTo(&m, peer.Agreements, http.MethodGet, m.Agreement.UUID))
	return (a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden) && a.Own
}

func messageTo(m *sharing.Message, resource peer.Resource, method, uuid string) peer.Message {
	return peer.Message{Base: m.Agreement.RemoteURL, Token: wire.Token{Agreement: m.Agreement.UUID, Key: m.Key}, Method: method,
		Resource: resource, UUID: uuid, Dialect: peer.Dialect(m.Agreement.Dialect)}
}
