package sharetest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"interdesk/sharing/wire"
)

const rtMediaType = `text/x-json; charset="UTF-8"`

var fortyHex = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)

// answerAsRT answers as Request Tracker's extension was seen to (nhd-captures §3.8).
func (p *Partner) answerAsRT(m message) reply {
	switch {
	case m.Header.Get(wire.HeaderVersion) != wire.Version:
		return reply{status: http.StatusPreconditionFailed}
	case m.Header.Get(wire.HeaderToken) == "":
		return noToken
	case !fortyHex.MatchString(m.uuid):
		return says(http.StatusUnprocessableEntity, "Value in the URI isn't a UUID")
	}
	agreement, key, _ := strings.Cut(m.Header.Get(wire.HeaderToken), ":")
	if !fortyHex.MatchString(agreement) {
		return says(http.StatusUnprocessableEntity, "Value in the token isn't a UUID")
	}
	members, crash := rtBody(m)
	if crash {
		return reply{status: http.StatusOK, contentType: "text/html; charset=utf-8", body: crashPage}
	}
	if p.options.RefuseUnknown && !knownMembers(m) {
		return says(http.StatusUnprocessableEntity, "Unknown member")
	}
	if m.resource == "agreements" {
		return p.rtAgreement(m, members, key)
	}
	return p.rtTicket(m, members, p.deals[strings.ToLower(agreement)], key)
}

// rtBody reads the members of a body. Under a media type that is not its own, Request Tracker sees no body at all.
func rtBody(m message) (members map[string]any, crash bool) {
	media, _, _ := strings.Cut(m.Header.Get("Content-Type"), ";")
	if media != "text/x-json" && media != "" || m.Method == http.MethodGet {
		return nil, false
	}
	crash = json.Unmarshal(m.Body, &members) != nil
	return members, crash
}

func (p *Partner) rtAgreement(m message, members map[string]any, key string) reply {
	deal := p.deals[m.uuid]
	switch {
	case m.Method == http.MethodPost:
		return p.rtInvited(m, members, deal, key)
	case deal == nil:
		return says(http.StatusNotFound, "")
	case deal.AccessKey.Value != key:
		return says(http.StatusForbidden, "")
	case m.Method == http.MethodGet:
		return rtShows(wire.EncodeAgreement(deal.Agreement)) // with the access key, as it does
	case m.Method == http.MethodPut:
		return p.rtAgreementChange(m, members, deal)
	default:
		return says(http.StatusMethodNotAllowed, "")
	}
}

func (p *Partner) rtInvited(m message, members map[string]any, deal *Agreement, key string) reply {
	if members["uuid"] != m.uuid {
		return says(http.StatusUnprocessableEntity, "UUIDs in the URI and body don't match")
	}
	if deal != nil {
		return says(http.StatusUnprocessableEntity, "Couldn't create an agreement: record already exists")
	}
	invitation, err := wire.DecodeAgreement(m.Body)
	if err == nil {
		err = invitation.CheckInvitation(m.uuid)
	}
	if err != nil || invitation.AccessKey.Value != key {
		return says(http.StatusUnprocessableEntity, "Couldn't create an agreement")
	}
	p.deals[m.uuid] = &Agreement{Agreement: invitation, Side: wire.Receiver, Peer: invitation.SenderURL.Value}
	return reply{status: http.StatusCreated, contentType: "text/html"}
}

// rtAgreementChange enforces who may change what. It lets a sender accept its own invitation: the hole is part of the fake.
func (p *Partner) rtAgreementChange(m message, members map[string]any, deal *Agreement) reply {
	if members == nil {
		return says(http.StatusOK, "")
	}
	change, err := wire.DecodeAgreement(m.Body)
	if err != nil {
		return says(http.StatusUnprocessableEntity, "Wrong value")
	}
	product := deal.Side.Other()
	ownName := !change.Name.IsSet() || change.Name == deal.Name || product == wire.Sender
	ownURL := !change.ReceiverURL.IsSet() || change.ReceiverURL == deal.ReceiverURL || product == wire.Receiver
	ownEnd := !change.DeactivatedBy.IsSet() || change.DeactivatedBy.Value == string(product)
	if !ownName || !ownURL || !ownEnd {
		return says(http.StatusUnprocessableEntity, "Not allowed to change this value")
	}
	deal.merge(change)
	return reply{status: http.StatusOK, contentType: "text/html"}
}

func (p *Partner) rtTicket(m message, members map[string]any, deal *Agreement, key string) reply {
	switch {
	case deal == nil:
		return says(http.StatusForbidden, "No agreement with this UUID")
	case deal.AccessKey.Value != key:
		return says(http.StatusForbidden, "Access key mismatch")
	case deal.Status.Value != wire.StatusAccepted:
		return says(http.StatusForbidden, "Agreement is inactive")
	}
	ticket := p.tickets[m.uuid]
	switch {
	case m.Method == http.MethodPost:
		return p.rtShared(m, members, deal, ticket)
	case m.Method == http.MethodDelete:
		return says(http.StatusMethodNotAllowed, "")
	case ticket == nil:
		return says(http.StatusNotFound, "")
	case m.Method == http.MethodGet:
		shown := ticket.Ticket
		return rtShows(wire.EncodeTicket(wire.Ticket{
			Subject: shown.Subject, Status: shown.Status, UUID: shown.UUID, RequestedAt: shown.RequestedAt, Requester: shown.Requester,
		}))
	default:
		return p.rtChange(m, members, ticket)
	}
}

func (p *Partner) rtShared(m message, members map[string]any, deal *Agreement, have *Ticket) reply {
	if members["uuid"] != m.uuid {
		return says(http.StatusUnprocessableEntity, "UUIDs in the URI and body don't match")
	}
	if have != nil {
		return says(http.StatusUnprocessableEntity, "Couldn't create an agreement: record already exists")
	}
	ticket := &Ticket{Agreement: deal.UUID.Value}
	if answer := p.rtChange(m, members, ticket); answer.status != http.StatusOK {
		return answer
	}
	p.keep(m.uuid, ticket)
	return reply{status: http.StatusCreated, contentType: "text/html"}
}

// rtChange reads comments and throws them away, and takes a null subject for "0".
func (p *Partner) rtChange(m message, members map[string]any, ticket *Ticket) reply {
	if members == nil {
		return says(http.StatusOK, "")
	}
	change, err := wire.DecodeTicket(m.Body)
	if err != nil {
		return says(http.StatusUnprocessableEntity, "Wrong value")
	}
	status, stated := change.Status.Get()
	solved := status == "solved" && p.options.SolvedKnown
	if stated && status != "new" && status != "open" && status != "pending" && !solved {
		return says(http.StatusUnprocessableEntity, "Wrong status")
	}
	if change.Subject.IsNull() {
		change.Subject = wire.Some("0")
	}
	change.Comments = wire.Opt[[]wire.Comment]{}
	ticket.merge(change, true)
	return reply{status: http.StatusOK, contentType: "text/html"}
}

func rtShows(body []byte, err error) reply {
	answer := jsonReply(body, err)
	answer.contentType = "text/x-json; charset=UTF-8"
	return answer
}
