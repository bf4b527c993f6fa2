package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func TestAuditLogPage(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		b := webtest.Open(t, d, d.Admin.User)
		b.Get("/admin/audit?kind=group", http.StatusOK).Has(t, "No entries")
		b.Post("/admin/groups", url.Values{"name": {hostile}}, http.StatusOK)
		b.Get("/admin/audit?kind=group", http.StatusOK).Has(t, d.Admin.User.Name, "made", "Before and after").Escaped(t)
		b.Get("/admin/audit?kind=group&day="+time.Now().AddDate(0, 0, -3).Format(time.DateOnly), http.StatusOK).Has(t, "No entries")
		b.Get("/admin/audit?kind=group&who=5", http.StatusOK).Has(t, "No entries")
		b.Get("/admin/audit?day=never", http.StatusOK).Has(t, "made")
		for i := range 60 {
			d.Admin.Post("groups", map[string]any{"group": map[string]any{"name": fmt.Sprintf("Group %d", i)}}, http.StatusCreated)
		}
		b.Get("/admin/audit?kind=group", http.StatusOK).HasMarkup(t, "after=")
		webtest.Open(t, d, d.Agent.User).Get("/admin/audit", http.StatusForbidden)
	})
}
