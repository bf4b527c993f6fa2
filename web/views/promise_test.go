package views_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

// A list shows how much time is left of what is promised, and is sorted by that; the page of the ticket names each promise.
func TestPromisesInLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		all := view(t, d, desk.View{Title: "By breach", Output: desk.Output{Columns: []string{"sla_next_breach_at"}, SortBy: "sla_next_breach_at", SortOrder: "asc"}})
		plain := view(t, d, desk.View{Title: "Plain"})
		ids := map[string]desk.TicketID{}
		for _, name := range []string{"without", "calm", "late", "soon", "rests"} {
			ids[name] = ticket(t, d, name, nil)
		}
		now := time.Now()
		promise := func(name string, left time.Duration, p desk.Promise) {
			p.Metric, p.Seconds, p.Instance = desk.FirstReplyTime, 8*3600, 1
			if p.Stage == desk.StageActive {
				p.BreachAt = now.Add(left).UnixMicro()
			}
			err := d.Write(t, func(ctx context.Context, tx *store.Tx) error {
				return tx.SetLevel(ctx, ids[name], &desk.ServiceLevel{Policy: 1, Promises: []desk.Promise{p}})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		promise("calm", 5*time.Hour+time.Minute, desk.Promise{Stage: desk.StageActive})
		promise("late", -3*time.Hour-time.Minute, desk.Promise{Stage: desk.StageActive, Breached: true})
		promise("soon", 12*time.Minute+30*time.Second, desk.Promise{Stage: desk.StageActive})
		promise("rests", 0, desk.Promise{Stage: desk.StagePaused, Left: (2 * time.Hour).Microseconds()})
		ada := webtest.Open(t, d, d.Admin.User)
		page := ada.Get(all, http.StatusOK)
		page.Has(t, "Next breach", "First reply -3h", "First reply 12m", "First reply 5h", "First reply 2h")
		page.HasMarkup(t, "sla sla-late", "sla sla-soon", "sla sla-calm", "sla sla-rests")
		rows := d.Agent.In(t).Get("/api/v2/views/"+strings.TrimPrefix(all, "/agent/views/")+"/execute", http.StatusOK)
		for i, name := range []string{"late", "soon", "calm"} {
			if got := rows.Text(fmt.Sprintf("rows.%d.ticket.subject", i)); got != name {
				t.Errorf("row %d is %q, want %q", i, got, name)
			}
		}
		ada.Get(plain, http.StatusOK).Has(t, "First reply -3h")
		ada.Get(fmt.Sprintf("/agent/tickets/%d", ids["late"]), http.StatusOK).Has(t, "First reply -3h").HasMarkup(t, "sla sla-late")
	})
}
