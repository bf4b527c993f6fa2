package sharetest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"interdesk/sharing/wire"
)

// ServeHTTP answers as the partner's style would, or as the script of failures says.
func (p *Partner) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<20))
	if err != nil {
		return // the product hung up in the middle of its message
	}
	record := &Request{Method: r.Method, Path: r.RequestURI, Host: r.Host, Header: r.Header.Clone(), Body: body}
	isFile := strings.HasPrefix(r.URL.Path, "/att/")
	handle := func(w http.ResponseWriter, _ *http.Request) {
		if isFile {
			p.serveFile(w, r)
			return
		}
		p.answer(*record).write(w)
	}
	failure := p.failureFor(*record, isFile)
	if failure == nil {
		failure = &Failure{}
	}
	p.remember(record)
	status := failure.play(w, r, handle)
	p.mu.Lock()
	defer p.mu.Unlock()
	record.Status = status
	p.note()
}

func (p *Partner) remember(record *Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = append(p.requests, record)
}

// reply is an answer.
type reply struct {
	status      int
	contentType string
	body        string
	header      [2]string // one more header
}

func (r reply) write(w http.ResponseWriter) {
	if r.contentType == "" {
		r.contentType = "text/plain; charset=utf-8"
	}
	w.Header().Set("Content-Type", r.contentType)
	if r.header[0] != "" {
		w.Header().Set(r.header[0], r.header[1])
	}
	w.WriteHeader(r.status)
	_, _ = io.WriteString(w, r.body)
}

func says(status int, text string) reply { return reply{status: status, body: text} }

var noToken = reply{status: http.StatusUnauthorized, header: [2]string{"WWW-Authenticate", wire.Challenge}}

// message is a request that has found its way to a resource.
type message struct {
	Request
	resource, uuid string
}

// answer takes a message.
func (p *Partner) answer(r Request) reply {
	p.mu.Lock()
	defer p.mu.Unlock()
	path, _, _ := strings.Cut(r.Path, "?")
	parts := strings.Split(strings.TrimPrefix(path, p.base()+"/"), "/")
	if !strings.HasPrefix(path, p.base()+"/") || len(parts) != 2 || parts[0] != "agreements" && parts[0] != "tickets" {
		return reply{status: http.StatusNotFound, contentType: "text/html", body: "<html><body>Not found</body></html>"}
	}
	m := message{Request: r, resource: parts[0], uuid: parts[1]}
	if p.options.Style == RT {
		return p.answerAsRT(m)
	}
	if !wire.AcceptsVersion(r.Header.Values(wire.HeaderVersion)) {
		return says(http.StatusPreconditionFailed, "Unsupported version")
	}
	if p.options.RefuseUnknown && !knownMembers(m) {
		return says(http.StatusUnprocessableEntity, "Unknown member")
	}
	if m.resource == "agreements" {
		return p.answerAgreement(m)
	}
	return p.answerTicket(m)
}

// authorise finds the agreement that a token names.
func (p *Partner) authorise(m message) (*Agreement, *reply) {
	value := m.Header.Get(wire.HeaderToken)
	if value == "" {
		return nil, &noToken
	}
	token, ok := wire.ParseToken(value)
	deal := p.deals[token.Agreement]
	if !ok || deal == nil || deal.AccessKey.Value != token.Key {
		refusal := says(http.StatusForbidden, "No agreement for this access key")
		return nil, &refusal
	}
	return deal, nil
}

func (p *Partner) answerAgreement(m message) reply {
	if m.Method == http.MethodPost {
		return p.invited(m)
	}
	deal, refusal := p.authorise(m)
	switch {
	case refusal != nil:
		return *refusal
	case deal.UUID.Value != m.uuid:
		return says(http.StatusForbidden, "Another agreement's access key")
	case m.Method == http.MethodGet && p.reads():
		shown := deal.Agreement
		shown.AccessKey = wire.Opt[string]{}
		return jsonReply(wire.EncodeAgreement(shown))
	case m.Method != http.MethodPut:
		return reply{status: http.StatusMethodNotAllowed, header: [2]string{"Allow", "POST, PUT"}}
	}
	change, err := wire.DecodeAgreement(m.Body)
	if err != nil {
		return says(http.StatusUnprocessableEntity, err.Error())
	}
	deal.merge(change)
	return says(http.StatusOK, "")
}

func (p *Partner) invited(m message) reply {
	invitation, err := wire.DecodeAgreement(m.Body)
	if err == nil {
		err = invitation.CheckInvitation(m.uuid)
	}
	if err != nil {
		return says(http.StatusUnprocessableEntity, err.Error())
	}
	if token := m.Header.Get(wire.HeaderToken); token != "" && token != m.uuid+":"+invitation.AccessKey.Value {
		return says(http.StatusForbidden, "The token is not the invitation's")
	}
	if p.deals[m.uuid] != nil {
		return p.repeated()
	}
	p.deals[m.uuid] = &Agreement{Agreement: invitation, Side: wire.Receiver, Peer: invitation.SenderURL.Value}
	return says(http.StatusCreated, "")
}

func (p *Partner) repeated() reply {
	if p.options.RefuseRepeats {
		return says(http.StatusUnprocessableEntity, "Already exists")
	}
	return says(http.StatusOK, "")
}

func (p *Partner) reads() bool { return p.options.Reads || p.options.Style == Node }

func (p *Partner) answerTicket(m message) reply {
	deal, refusal := p.authorise(m)
	if refusal != nil {
		return *refusal
	}
	if deal.Status.Value != wire.StatusAccepted {
		return says(http.StatusForbidden, "The agreement is not accepted")
	}
	ticket := p.tickets[m.uuid]
	switch {
	case m.Method == http.MethodPost:
		return p.shared(m, deal, ticket)
	case ticket == nil || ticket.Agreement != deal.UUID.Value:
		return says(http.StatusNotFound, "No such ticket")
	case m.Method == http.MethodDelete:
		ticket.Unshared = true
		return says(http.StatusOK, "")
	case ticket.Unshared:
		return says(http.StatusGone, "The ticket is no longer shared")
	case m.Method == http.MethodPut:
		return p.updated(m, ticket)
	case m.Method == http.MethodGet && p.reads():
		return jsonReply(wire.EncodeTicket(ticket.Ticket))
	default:
		return reply{status: http.StatusMethodNotAllowed, header: [2]string{"Allow", "POST, PUT, DELETE"}}
	}
}

func (p *Partner) shared(m message, deal *Agreement, have *Ticket) reply {
	ticket, err := wire.DecodeTicket(m.Body)
	if err == nil {
		err = ticket.CheckShare(m.uuid)
	}
	switch {
	case err != nil:
		return says(http.StatusUnprocessableEntity, err.Error())
	case deal.Side != wire.Receiver:
		return says(http.StatusForbidden, "Only the sender of an agreement shares under it")
	case have != nil && have.Agreement != deal.UUID.Value:
		return says(http.StatusUnprocessableEntity, "The ticket is shared under another agreement")
	case have != nil && !have.Unshared:
		if p.options.RefuseRepeats {
			return p.repeated()
		}
		return p.updated(m, have)
	case have == nil:
		have = &Ticket{Agreement: deal.UUID.Value}
		p.keep(m.uuid, have)
	}
	have.Unshared = false
	have.merge(ticket, true)
	return says(http.StatusCreated, "")
}

func (p *Partner) keep(uuid string, ticket *Ticket) {
	p.tickets[uuid] = ticket
	p.order = append(p.order, uuid)
}

func (p *Partner) updated(m message, ticket *Ticket) reply {
	change, err := wire.DecodeTicket(m.Body)
	if err != nil {
		return says(http.StatusUnprocessableEntity, err.Error())
	}
	ticket.merge(change, true)
	return says(http.StatusOK, "")
}

func jsonReply(body []byte, err error) reply {
	if err != nil {
		return says(http.StatusInternalServerError, err.Error())
	}
	return reply{status: http.StatusOK, contentType: "application/json; charset=utf-8", body: string(body)}
}

// knownMembers reports whether a body has only members of the protocol, at its top level.
func knownMembers(m message) bool {
	known := agreementMembers
	if m.resource == "tickets" {
		known = ticketMembers
	}
	members := map[string]json.RawMessage{}
	if json.NewDecoder(bytes.NewReader(m.Body)).Decode(&members) != nil {
		return true
	}
	for name := range members {
		if !slices.Contains(known, name) && name != "deactivated_by" {
			return false
		}
	}
	return true
}
