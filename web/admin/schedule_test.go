package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func TestSchedules(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		b := webtest.Open(t, d, d.Admin.User)
		b.Get("/admin/schedules", http.StatusOK).Has(t, "No schedules yet")
		b.Get("/admin/schedules/new", http.StatusOK).HasMarkup(t, "09:00–17:00")
		form := url.Values{"name": {hostile}, "time_zone": {"Europe/Berlin"}, "day.1": {"9-12, 13:00 – 17:30"}, "day.0": {"0-24"}}
		b.Post("/admin/schedules", form, http.StatusOK).HasMarkup(t, "09:00–12:00, 13:00–17:30", "00:00–24:00")
		path := fmt.Sprintf("/admin/schedules/%d", d.Agent.Get("business_hours/schedules", 200).ID("schedules.0.id"))
		b.Get("/admin/schedules", http.StatusOK).Has(t, "31.5 hours a week", "Europe/Berlin", "default").Escaped(t)
		form.Set("day.2", "12–9")
		b.Post(path, form, http.StatusUnprocessableEntity).Has(t, "Tuesday: write intervals").HasMarkup(t, "12–9")
		form.Set("day.2", "9-12, 11-13")
		b.Post(path, form, http.StatusUnprocessableEntity).Has(t, "overlaps").Escaped(t)
		b.Post(path+"/holidays", url.Values{"holiday": {"New Year"}, "first": {"2026-12-31"}, "last": {"2027-01-01"}}, http.StatusOK).Has(t, "2026-12-31 – 2027-01-01")
		b.Post(path+"/holidays", url.Values{"holiday": {"Never"}, "first": {"2026-12-31"}, "last": {"2026-01-01"}}, http.StatusUnprocessableEntity).Has(t, "comes before").Escaped(t)
		b.Get(path+"/delete", http.StatusOK).Has(t, "Its holidays go with it")
		b.Post(path+"/delete", nil, http.StatusOK).Has(t, "No schedules yet")
	})
}
