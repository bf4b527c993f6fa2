package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"interdesk/api/apitest"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// BenchmarkShowTicket is one ticket by token, from the request to the last byte of the answer, without the network.
func BenchmarkShowTicket(b *testing.B) {
	for _, engine := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		b.Run(engine.String(), func(b *testing.B) {
			d := apitest.Start(b, storetest.New(b, engine)).Desk(b, "acme")
			path := fmt.Sprintf("/api/v2/tickets/%d", ticket(d.Agent, object{"tags": array{"a", "b"}}))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := httptest.NewRequest(http.MethodGet, path, nil)
					r.Host = d.Host("acme")
					r.SetBasicAuth(d.Agent.User.Email+"/token", d.Agent.Token)
					w := httptest.NewRecorder()
					d.API.Handler().ServeHTTP(w, r)
					if w.Code != http.StatusOK {
						b.Fatal(w.Body)
					}
				}
			})
		})
	}
}
