package reports_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

// The day whose midnight the clocks skip is there once.
func TestReportOfADayWithoutMidnight(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		d.Admin.Put("account/settings", map[string]any{"settings": map[string]any{"localization": map[string]any{"time_zone": "Atlantic/Azores"}}}, 200)
		ben := webtest.Open(t, d, d.Agent.User)
		a := ben.Get("/reports/tickets.csv?from=2026-03-27&to=2026-03-30", http.StatusOK)
		if want := "\ufeffDay,Created,Solved\r\n2026-03-27,0,0\r\n2026-03-28,0,0\r\n2026-03-29,0,0\r\n2026-03-30,0,0\r\n"; a.Body != want {
			t.Errorf("%q, want %q", a.Body, want)
		}
		ben.Get("/reports?from=2026-03-29&to=2026-03-29", http.StatusOK).Has(t, "Nothing happened in these days")
		ben.Get("/reports?from=0001-01-01&to=9999-12-31", http.StatusUnprocessableEntity).Has(t, "a report covers 400 days at most")
	})
}

func TestReports(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		server := webtest.Start(t, db)
		d := server.Desk(t, "acme")
		empty := server.Desk(t, "other")
		webtest.Open(t, empty, empty.Agent.User).Get("/reports?days=90", http.StatusOK).Has(t, "Nothing happened in these days", "No tags in these days", "No partners yet")

		d.Admin.Post("groups", map[string]any{"group": map[string]any{"name": `=HYPERLINK("x") <b>,`}}, 201)
		group := d.Admin.Get("groups", 200).ID("groups.1.id")
		for range 3 {
			d.Agent.Post("tickets", map[string]any{"ticket": map[string]any{"subject": "s", "comment": map[string]any{"body": "b"}, "tags": []any{"lens", "-formula"}, "group_id": group}}, 201)
		}
		d.Agent.Put("tickets/1", map[string]any{"ticket": map[string]any{"status": "solved"}}, 200)
		ben := webtest.Open(t, d, d.Agent.User)
		shown := ben.Get("/reports", http.StatusOK)
		shown.Has(t, "Created 3", "Solved 1", "lens 3", `=HYPERLINK("x") <b>,`, "3 created", "Ben Agent")
		if strings.Contains(shown.Body, "<b>") || strings.Contains(shown.Body, "style=") {
			t.Error("markup or style stands in the page, want text alone")
		}
		for name, want := range map[string][]string{"tags": {"'-formula", "3"}, "status": {"New", "2"}, "tickets": nil, "agents": nil, "partners": nil, "satisfaction": nil, "satisfaction-groups": nil} {
			a := ben.Get("/reports/"+name+".csv?days=7", http.StatusOK)
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\uFEFF"))).ReadAll()
			if err != nil || len(rows) < 1 || !strings.HasPrefix(a.Body, "\uFEFF") || want != nil && strings.Join(rows[1], "|") != strings.Join(want, "|") {
				t.Errorf("%s: got %q (%v), want first %v", name, a.Body, err, want)
			}
			if !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment; filename="+name+"-") || !strings.Contains(a.Body, "\r\n") {
				t.Errorf("%s: got %v, want a file of that name with lines that end in CR LF", name, a.Header)
			}
		}
		ben.Get("/reports/groups.csv", http.StatusOK).HasMarkup(t, `"'=HYPERLINK(""x"") <b>,"`)
		for _, query := range []string{"from=x&to=2026-01-01", "from=2026-01-02&to=2026-01-01", "from=2024-01-01&to=2026-01-01", "from=2026-01-01"} {
			ben.Get("/reports?"+query, http.StatusUnprocessableEntity).Has(t, "Please look")
			ben.Get("/reports/tags.csv?"+query, http.StatusBadRequest)
		}
		ben.Get("/reports?from=2025-01-01&to=2025-12-31", http.StatusOK)
		ben.Get("/reports?days=-1", http.StatusOK)
		ben.Get("/reports/secrets.csv", http.StatusNotFound)
		ben.Get("/reports/tags", http.StatusNotFound)
		webtest.Open(t, d, d.EndUser.User).Get("/reports", http.StatusForbidden)
		webtest.Open(t, d, desk.User{}).Get("/reports/tags.csv", http.StatusOK).ArrivedAt(t, "/signin")
	})
}

// The page names the most used tags and says so; the file has them all.
func TestAllTagsAreInTheFile(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		tags := make([]any, 30)
		for i := range tags {
			tags[i] = fmt.Sprintf("tag%02d", i)
		}
		webtest.NewTicket(t, d, "s", "b", map[string]any{"tags": tags})
		ben := webtest.Open(t, d, d.Agent.User)
		ben.Get("/reports", http.StatusOK).Has(t, "The top 20 of 30 tags", "tag19").Lacks(t, "tag20")
		ben.Get("/reports/tags.csv", http.StatusOK).Has(t, "tag00", "tag29")
	})
}
