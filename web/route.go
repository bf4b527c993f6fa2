package web

import (
	"slices"

	"interdesk/web/admin"
	"interdesk/web/customers"
	"interdesk/web/letters"
	"interdesk/web/mail"
	"interdesk/web/merge"
	"interdesk/web/newticket"
	"interdesk/web/portal"
	"interdesk/web/reports"
	"interdesk/web/rules"
	"interdesk/web/search"
	"interdesk/web/sending"
	"interdesk/web/sharing"
	"interdesk/web/suspended"
	"interdesk/web/ticket"
	"interdesk/web/trash"
	"interdesk/web/ui"
	"interdesk/web/views"
	"interdesk/web/webhooks"
)

// routes are all pages and actions of the web.
func (s *Site) routes() []ui.Route {
	return slices.Concat([]ui.Route{
		{Pattern: "GET /signin", Serve: s.showSignIn},
		{Pattern: "POST /signin", Serve: s.signIn},
		{Pattern: "POST /signout", Serve: s.signOut},
		{Pattern: "GET /profile", Who: ui.SignedIn, Serve: s.showProfile},
		{Pattern: "POST /profile/password", Who: ui.SignedIn, Serve: s.changePassword},
		{Pattern: "POST /profile/sessions/{id}/end", Who: ui.SignedIn, Serve: s.endSession},
		{Pattern: "POST /profile/sessions/end", Who: ui.SignedIn, Serve: s.endOtherSessions},
		{Pattern: "GET /session", Serve: showSession},
		{Pattern: "GET /tickets/{id}", Serve: forwardTicket},
		{Pattern: "GET /agent/keys", Who: ui.Staff, Serve: showKeys},
	}, s.live.Routes(),
		sharing.Routes(),
		ticket.Routes(),
		admin.Routes(),
		views.Routes(),
		portal.Routes(),
		search.Routes(),
		newticket.Routes(),
		customers.Routes(),
		mail.Routes(),
		suspended.Routes(),
		merge.Routes(),
		trash.Routes(),
		reports.Routes(),
		rules.Routes(),
		letters.Routes(s),
		sending.Routes(),
		webhooks.Routes(),
	)
}

// Patterns are what the web answers, as net/http knows them, so that tests can tell that they have seen every page.
func Patterns() []string {
	var out []string
	for _, r := range new(Site).routes() {
		out = append(out, r.Pattern)
	}
	return out
}
