package portal_test

import (
	"net/http"
	"net/url"
	"testing"

	"interdesk/api/apitest"
	"interdesk/web/webtest"
)

func TestRatingInThePortal(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		eve := webtest.Open(t, d, d.EndUser.User)
		path := "/requests/" + request(t, eve, "Stripes", "They are grey")
		d.Admin.Put("account/settings", map[string]any{"settings": map[string]any{"satisfaction": map[string]any{"enabled": true}}}, 200)
		eve.Get(path, http.StatusOK).Lacks(t, "How would you rate")
		eve.Post(path+"/rating", url.Values{"score": {"good"}}, http.StatusUnprocessableEntity)
		d.Agent.Put("tickets/1", map[string]any{"ticket": map[string]any{"status": "solved", "assignee_id": d.Agent.User.ID}}, 200)
		eve.Get(path, http.StatusOK).Has(t, "How would you rate the help you received?")
		eve.Post(path+"/rating", url.Values{"comment": {"so so"}}, http.StatusUnprocessableEntity).Has(t, "Choose good or bad", "so so")
		eve.Post(path+"/rating", url.Values{"score": {"bad"}, "comment": {hostile}}, http.StatusOK).Has(t, "Your rating is stored", "What is the main reason?").Escaped(t)
		eve.Post(path+"/rating", url.Values{"score": {"bad"}, "comment": {hostile}, "reason": {"6"}}, http.StatusOK)
		ben := webtest.Open(t, d, d.Agent.User)
		ben.Get("/agent/tickets/1?events=1", http.StatusOK).Has(t, "Satisfaction Bad The issue was not resolved", "Rated bad").Escaped(t)
		ben.Get("/reports", http.StatusOK).Has(t, "Satisfaction 0 % 0 of 1 good", "Satisfaction by assignee", "Ben Agent 0 % 1")
		ben.Get("/reports/satisfaction-agents.csv?days=7", http.StatusOK).Has(t, "Ben Agent,1,0")
		uma := webtest.Open(t, d, d.Person(t, "Uma", "end-user").User)
		uma.Post(path+"/rating", url.Values{"score": {"good"}}, http.StatusNotFound)
	})
}
