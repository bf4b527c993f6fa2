package sharetest

import (
	"maps"
	"slices"

	"interdesk/sharing/wire"
)

// Agreement is what the partner knows of an agreement.
type Agreement struct {
	wire.Agreement
	Side wire.Side // the partner's role
	Peer string    // the product's sharing URL
}

// Token is what authorises messages under the agreement.
func (a Agreement) Token() wire.Token {
	return wire.Token{Agreement: a.UUID.Value, Key: a.AccessKey.Value}
}

// Ticket is what the partner knows of a shared ticket.
type Ticket struct {
	wire.Ticket          // merged from all messages; Comments holds each comment once, in order of arrival
	Agreement   string   // uuid
	Outbound    bool     // shared by the partner
	Unshared    bool     // by either side
	Received    []string // bodies of the comments that the product sent, each once, in order of arrival
	Repeats     int      // comments that came again
	Messages    int      // POSTs and PUTs of the product that were applied
	Statuses    []string // every status that the product stated
}

// Agreement returns the partner's copy of an agreement.
func (p *Partner) Agreement(uuid string) (Agreement, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	deal, ok := p.deals[uuid]
	if !ok {
		return Agreement{}, false
	}
	return *deal, true
}

// Agreements returns the partner's copies of all agreements, by uuid.
func (p *Partner) Agreements() []Agreement {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Agreement
	for _, uuid := range slices.Sorted(maps.Keys(p.deals)) {
		all = append(all, *p.deals[uuid])
	}
	return all
}

// Ticket returns the partner's copy of a ticket.
func (p *Partner) Ticket(uuid string) (Ticket, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ticket, ok := p.tickets[uuid]
	if !ok {
		return Ticket{}, false
	}
	return ticket.clone(), true
}

// Tickets returns the partner's copies of all tickets, in the order in which they were shared.
func (p *Partner) Tickets() []Ticket {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Ticket
	for _, uuid := range p.order {
		all = append(all, p.tickets[uuid].clone())
	}
	return all
}

func (t *Ticket) clone() Ticket {
	ticket := *t
	ticket.Comments.Value = slices.Clone(t.Comments.Value)
	ticket.Received = slices.Clone(t.Received)
	ticket.Statuses = slices.Clone(t.Statuses)
	return ticket
}

// merge takes what a message states: null and absent change nothing (nhd §5), a comment counts once.
func (t *Ticket) merge(message wire.Ticket, received bool) {
	take(&t.UUID, message.UUID)
	take(&t.Subject, message.Subject)
	take(&t.RequestedAt, message.RequestedAt)
	take(&t.Status, message.Status)
	take(&t.Requester, message.Requester)
	take(&t.CurrentActor, message.CurrentActor)
	take(&t.Tags, message.Tags)
	take(&t.OriginalID, message.OriginalID)
	take(&t.CustomFields, message.CustomFields)
	take(&t.CustomStatus, message.CustomStatus)
	for _, comment := range message.Comments.Value {
		t.add(comment, received)
	}
	if received {
		t.Messages++
		if status, stated := message.Status.Get(); stated {
			t.Statuses = append(t.Statuses, status)
		}
	}
}

func (t *Ticket) add(comment wire.Comment, received bool) {
	for _, have := range t.Comments.Value {
		if have.UUID == comment.UUID {
			t.Repeats++
			return
		}
	}
	t.Comments = wire.Some(append(t.Comments.Value, comment))
	if received {
		t.Received = append(t.Received, comment.Body)
	}
}

func take[T any](have *wire.Opt[T], stated wire.Opt[T]) {
	if stated.IsSet() {
		*have = stated
	}
}

// merge takes what a message about an agreement states.
func (a *Agreement) merge(message wire.Agreement) {
	take(&a.Status, message.Status)
	take(&a.DeactivatedBy, message.DeactivatedBy)
	take(&a.ReceiverURL, message.ReceiverURL)
	take(&a.SenderURL, message.SenderURL)
	take(&a.Name, message.Name)
	take(&a.CurrentActor, message.CurrentActor)
}
