package sharetest

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"

	"interdesk/sharing/wire"
)

// Response is what the product answered.
type Response struct {
	Status int
	Header http.Header
	Body   string
}

// Terms are what an invitation proposes.
type Terms struct {
	SyncTags, SyncCustomFields, AllowsPublicComments bool
}

// Invite invites the product that publishes the sharing URL to, and returns the agreement's uuid.
func (p *Partner) Invite(to string, terms Terms) (agreement string, got Response) {
	p.t.Helper()
	uuid := p.mint(wire.KindAgreement)
	deal := &Agreement{Side: wire.Sender, Peer: to, Agreement: wire.Agreement{
		UUID: wire.Some(uuid), AccessKey: wire.Some(newKey()), Name: wire.Some(p.options.Name), Status: wire.Some(wire.StatusPending),
		ReceiverURL: wire.Some(to), SenderURL: wire.Some(p.URL()),
	}}
	if p.options.Style != RT {
		deal.CurrentActor = wire.Some(p.Agent)
		deal.SyncTags, deal.SyncCustomFields = wire.Some(terms.SyncTags), wire.Some(terms.SyncCustomFields)
		deal.AllowsPublicComments = wire.Some(terms.AllowsPublicComments)
	}
	p.mu.Lock()
	p.deals[uuid] = deal
	p.mu.Unlock()
	token := deal.Token()
	if p.options.Style != RT {
		token = wire.Token{} // nhd §4: neither Zendesk's client nor Node's sends one
	}
	return uuid, p.post(http.MethodPost, to+"/agreements/"+uuid, token, p.encodeAgreement(deal.Agreement, deal.Agreement))
}

// Accept accepts an invitation of the product.
func (p *Partner) Accept(agreement string) Response {
	p.t.Helper()
	return p.ChangeAgreement(agreement, wire.Agreement{Status: wire.Some(wire.StatusAccepted)})
}

// Decline declines an invitation of the product.
func (p *Partner) Decline(agreement string) Response {
	p.t.Helper()
	return p.ChangeAgreement(agreement, wire.Agreement{Status: wire.Some(wire.StatusDeclined)})
}

// Deactivate ends an agreement. Zendesk names nobody as the one who did it (nhd §5.1).
func (p *Partner) Deactivate(agreement string) Response {
	p.t.Helper()
	change := wire.Agreement{Status: wire.Some(wire.StatusInactive)}
	if deal, ok := p.Agreement(agreement); ok && p.options.Style != Zendesk {
		change.DeactivatedBy = wire.Some(string(deal.Side))
	}
	return p.ChangeAgreement(agreement, change)
}

// ChangeAgreement sends a change of an agreement, and keeps it when the product takes it: Request Tracker rolls back otherwise
// (nhd-captures §3.7).
func (p *Partner) ChangeAgreement(agreement string, change wire.Agreement) Response {
	p.t.Helper()
	deal, ok := p.Agreement(agreement)
	if !ok {
		p.t.Fatalf("%s knows no agreement %s", p.options.Name, agreement)
	}
	whole := deal
	whole.merge(change)
	if p.options.Style != RT {
		whole.Name, whole.CurrentActor = wire.Some(p.options.Name), wire.Some(p.Agent)
	}
	got := p.post(http.MethodPut, deal.Peer+"/agreements/"+agreement, deal.Token(), p.encodeAgreement(whole.Agreement, change))
	if got.Status/100 == 2 {
		p.mu.Lock()
		p.deals[agreement].merge(change)
		p.note()
		p.mu.Unlock()
	}
	return got
}

// GetAgreement reads an agreement at the product.
func (p *Partner) GetAgreement(agreement string) Response {
	p.t.Helper()
	deal, _ := p.Agreement(agreement)
	return p.post(http.MethodGet, deal.Peer+"/agreements/"+agreement, deal.Token(), nil)
}

// NewTicket returns a ticket with one public comment, complete enough to be shared.
func (p *Partner) NewTicket(subject, description string) wire.Ticket {
	requester := wire.Actor{UUID: p.mint(wire.KindUser), Name: "Joe User", Role: wire.Some("user")}
	opened := wire.On(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	return wire.Ticket{
		UUID: wire.Some(p.mint(wire.KindTicket)), Subject: wire.Some(subject), RequestedAt: wire.Some(opened), Status: wire.Some(wire.Open),
		Requester: wire.Some(requester), OriginalID: wire.Some("12"), CurrentActor: wire.Some(p.Agent),
		Comments: wire.Some([]wire.Comment{{
			UUID: p.mint(wire.KindComment), Author: requester, Body: description, AuthoredAt: opened, Public: wire.Some(true),
		}}),
	}
}

// ShareTicket shares a ticket with the product under an agreement that the partner sent, and returns its uuid.
func (p *Partner) ShareTicket(agreement string, ticket wire.Ticket) (uuid string, got Response) {
	p.t.Helper()
	deal, ok := p.Agreement(agreement)
	if !ok {
		p.t.Fatalf("%s knows no agreement %s", p.options.Name, agreement)
	}
	uuid = ticket.UUID.Value
	shared := &Ticket{Agreement: agreement, Outbound: true}
	shared.merge(ticket, false)
	p.mu.Lock()
	if p.tickets[uuid] == nil {
		p.keep(uuid, shared)
	}
	p.tickets[uuid].Unshared = false
	p.mu.Unlock()
	return uuid, p.post(http.MethodPost, deal.Peer+"/tickets/"+uuid, deal.Token(), p.encodeTicket(ticket, ticket))
}

// Reply adds a comment by the partner's agent to a ticket, and sends it.
func (p *Partner) Reply(uuid, text string, public bool) Response {
	p.t.Helper()
	return p.Update(uuid, wire.Ticket{CurrentActor: wire.Some(p.Agent), Comments: wire.Some([]wire.Comment{p.NewComment(text, public)})})
}

// NewComment returns a comment by the partner's agent.
func (p *Partner) NewComment(text string, public bool) wire.Comment {
	return wire.Comment{
		UUID: p.mint(wire.KindComment), Author: p.Agent, Body: text, AuthoredAt: wire.On(time.Now()), Public: wire.Some(public),
	}
}

// SetStatus sends a status.
func (p *Partner) SetStatus(uuid, status string) Response {
	p.t.Helper()
	return p.Update(uuid, wire.Ticket{Status: wire.Some(status)})
}

// Update sends a change of a ticket.
func (p *Partner) Update(uuid string, change wire.Ticket) Response {
	p.t.Helper()
	deal := p.dealOf(uuid)
	if p.options.Style == Zendesk {
		change.UUID = wire.Some(uuid)
	}
	p.mu.Lock()
	p.tickets[uuid].merge(change, false)
	whole := p.tickets[uuid].clone()
	p.mu.Unlock()
	return p.post(http.MethodPut, deal.Peer+"/tickets/"+uuid, deal.Token(), p.encodeTicket(whole.Ticket, change))
}

// Unshare ends the sharing of a ticket, and sends it.
func (p *Partner) Unshare(uuid string) Response {
	p.t.Helper()
	deal := p.dealOf(uuid)
	p.mu.Lock()
	p.tickets[uuid].Unshared = true
	p.mu.Unlock()
	return p.post(http.MethodDelete, deal.Peer+"/tickets/"+uuid, deal.Token(), nil)
}

// GetTicket reads a ticket at the product.
func (p *Partner) GetTicket(uuid string) Response {
	p.t.Helper()
	deal := p.dealOf(uuid)
	return p.post(http.MethodGet, deal.Peer+"/tickets/"+uuid, deal.Token(), nil)
}

func (p *Partner) dealOf(uuid string) Agreement {
	p.t.Helper()
	ticket, ok := p.Ticket(uuid)
	deal, known := p.Agreement(ticket.Agreement)
	if !ok || !known {
		p.t.Fatalf("%s knows no ticket %s", p.options.Name, uuid)
	}
	return deal
}

// post sends a message with the headers of the partner's style.
func (p *Partner) post(method, url string, token wire.Token, body []byte) Response {
	p.t.Helper()
	header := http.Header{}
	switch p.options.Style {
	case RT:
		header.Set("User-Agent", "libwww-perl/6.68")
		header.Set("Content-Type", rtMediaType)
		header.Set(wire.HeaderVersion, wire.Version)
	case Node:
		header.Set("User-Agent", "Needle/3.5.0 (Node.js v20.20.2; linux x64)")
		header.Set("Accept", "application/json")
		header.Set("Content-Type", "application/json; charset=utf-8")
		header.Set(wire.HeaderVersion, wire.Version)
	default:
		header.Set("User-Agent", "Faraday v1.1.0")
		header.Set("Accept", "application/json")
		header.Set("Content-Type", "application/json")
		header.Set("Accept-Encoding", "gzip;q=1.0,deflate;q=0.6,identity;q=0.3")
	}
	if token.Key != "" {
		header.Set(wire.HeaderToken, token.String())
	}
	return p.Raw(method, url, header, body)
}

// Raw sends a request as it is given.
func (p *Partner) Raw(method, url string, header http.Header, body []byte) Response {
	p.t.Helper()
	got, err := p.TryRaw(method, url, header, body)
	if err != nil {
		p.t.Fatalf("%s: %s %s: %v", p.options.Name, method, url, err)
	}
	return got
}

// TryRaw is Raw for a product that may be down.
func (p *Partner) TryRaw(method, url string, header http.Header, body []byte) (Response, error) {
	request, err := http.NewRequest(method, strings.TrimSpace(url), bytes.NewReader(body))
	if err != nil {
		return Response{}, err
	}
	if header != nil {
		request.Header = header
	}
	response, err := p.client.Do(request)
	if err != nil {
		return Response{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return Response{Status: response.StatusCode, Header: response.Header, Body: string(text)}, err
}

func newKey() string {
	key := make([]byte, 20)
	_, _ = rand.Read(key) // never fails
	return hex.EncodeToString(key)
}
