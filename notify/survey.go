package notify

import (
	"slices"
	"strings"

	"interdesk/desk"
)

// isOffer tells that the requester is asked whether they are satisfied.
func isOffer(e *desk.Event) bool {
	return e.Type == desk.EventChange && e.Field == "satisfaction_score" && e.Value == string(desk.Offered)
}

// asksForRating tells that a template has the links by which a ticket is rated.
func asksForRating(template string) bool {
	for _, name := range [...]string{"rating_section", "rating_url", "survey_section", "survey_url"} {
		if strings.Contains(template, "satisfaction.") && strings.Contains(template, name) {
			return true
		}
	}
	return false
}

// survey is the letter that asks the requester whether they are satisfied, unless they get words of a rule's own for it.
func (u *update) survey(others []notice) (n notice, wanted bool) {
	for i := range u.audit.Events {
		if isOffer(&u.audit.Events[i]) {
			how := &u.config.Account.Settings.Survey
			n = notice{target: "requester_id", subject: how.SubjectOrDefault(), body: how.BodyOrDefault(), place: i + 1, survey: true}
			wanted = true
		}
	}
	return n, wanted && !slices.ContainsFunc(others, u.asksRequester)
}

func (u *update) asksRequester(n notice) bool {
	return asksForRating(n.body) && slices.ContainsFunc(n.hearers, func(h hearer) bool { return h.user.ID == u.ticket.Requester && h.cause == "" })
}
