package web

import (
	"slices"

	"interdesk/web/chart"
	"interdesk/web/page"
	"interdesk/web/partner"
	"interdesk/web/people"
	"interdesk/web/portal"
	"interdesk/web/queue"
	"interdesk/web/rules"
	"interdesk/web/search"
	"interdesk/web/ticket"
)

// routes are all pages and actions of the web.
func (s *Site) routes() []page.Route {
	return slices.Concat([]page.Route{
		{Pattern: "GET /signin", Serve: s.showSignIn},
		{Pattern: "POST /signin", Serve: s.signIn},
		{Pattern: "POST /signout", Serve: s.signOut},
		{Pattern: "GET /profile", Who: page.SignedIn, Serve: s.showProfile},
		{Pattern: "POST /profile/password", Who: page.SignedIn, Serve: s.changePassword},
		{Pattern: "POST /profile/sessions/{id}/end", Who: page.SignedIn, Serve: s.endSession},
		{Pattern: "POST /profile/sessions/end", Who: page.SignedIn, Serve: s.endOtherSessions},
	}, s.live.Routes(),
		partner.Routes(),
		ticket.Routes(),
		people.Routes(),
		queue.Routes(),
		portal.Routes(),
		search.Routes(),
		chart.Routes(),
		rules.Routes(),
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
