package admin_test

import (
	"net/http"
	"net/url"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func TestSatisfactionSettings(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		ada := webtest.Open(t, d, d.Admin.User)
		ada.Get("/admin/trigger-recipes/ask_satisfied", http.StatusOK).Has(t, "Nobody is asked yet")
		ada.Get("/admin/satisfaction", http.StatusOK).Has(t, "Ask customers whether they are satisfied", "The issue took too long to resolve")
		form := url.Values{"on": {"", "true"}, "subject": {"Well, {{ticket.requester.first_name}}?"}, "body": {"no link " + hostile}, "reasons": {"Slow\r\nRude\r\n"}}
		ada.Post("/admin/satisfaction", form, http.StatusUnprocessableEntity).Has(t, "nobody can answer", "Slow").Escaped(t)
		form.Set("body", "{{satisfaction.rating_section}} "+hostile)
		ada.Post("/admin/satisfaction", form, http.StatusOK).Has(t, "Saved.", "No rule asks yet", "Slow Rude").Escaped(t)
		ada.Get("/admin/trigger-recipes/ask_satisfied", http.StatusOK).Has(t, "Ask a day after solved whether the requester is satisfied")
		ada.Post("/admin/trigger-recipes/ask_satisfied", url.Values{"active": {"", "true"}}, http.StatusOK).Has(t, "1 rule is made and on")
		ada.Get("/admin/satisfaction", http.StatusOK).Has(t, "1 rule asks")
		ben := webtest.Open(t, d, d.Agent.User)
		ben.Get("/admin/satisfaction", http.StatusForbidden)
		ben.Post("/admin/satisfaction", form, http.StatusForbidden)
	})
}
