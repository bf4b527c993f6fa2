// Package portal is what customers see: they submit a request, find theirs again, read what was said publicly and answer.
//
// It is one column and works without script. The form asks for what the request form shows to customers; whoever has not
// signed in adds a name and an address, and may do no more than the API allows to nobody in particular: the request is
// made in the name of that address, without any right that its owner may have. How often one address on the network may
// do that is bounded, as are its files.
//
// A request is shown to whom access.CanSeeTicket lets see it, and only what is public on it. Status is told in customers'
// words. People at a partner's desk are shown as this desk's team: which desks work together is the desk's own affair.
package portal

import (
	"interdesk/desk"
	"interdesk/web/ui"
)

// Limits for those who have not signed in: files of one request.
const (
	strangersFiles = 10
	strangersTotal = desk.MaxUpload
)

// membersTotal bounds one form of somebody who has signed in.
const membersTotal = 5 * desk.MaxUpload

// portal serves the pages.
type portal struct{}

// Routes are the pages of the portal.
func Routes() []ui.Route {
	p := &portal{}
	return []ui.Route{
		{Pattern: "GET /{$}", Serve: p.showHome},
		{Pattern: "GET /requests", Who: ui.SignedIn, Serve: p.showList},
		{Pattern: "GET /requests/new", Serve: p.showForm},
		{Pattern: "POST /requests/new", Serve: p.sendRequest},
		{Pattern: "GET /requests/sent", Serve: p.showSent},
		{Pattern: "GET /requests/{id}", Who: ui.SignedIn, Serve: p.showRequest},
		{Pattern: "GET /requests/{id}/news", Who: ui.SignedIn, Serve: p.showNews},
		{Pattern: "GET /requests/{id}/comments/{comment}/body", Who: ui.SignedIn, Serve: p.showBody},
		{Pattern: "POST /requests/{id}", Who: ui.SignedIn, Serve: p.answerRequest},
		{Pattern: "POST /requests/{id}/rating", Who: ui.SignedIn, Serve: p.rateRequest},
	}
}
