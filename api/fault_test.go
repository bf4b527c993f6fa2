package api_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/httpkit"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// Whoever operates the desk reads from the log what failed and on what; whoever uses it reads none of that.
func TestTheLogTellsWhereTheDatabaseFailed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		damage       string
		method, body string
		told         []string // %d is the account
	}{
		"a statement that fails": {"alter table audits rename to elsewhere", "PUT", `{"ticket":{"priority":"high"}}`,
			[]string{"ticketing.Service.ApplyIn: store.Tx.InsertAudit: insert into audits (account_id %d, ", "ticket_id 1"}},
		"a stored value that cannot be read": {"update tickets set field_values = '{'", "GET", "",
			[]string{`cause="store.Account.Look: select `, "(account_id %d, ticket_id 1): stored field values: unexpected end of JSON input"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
				var log bytes.Buffer
				n := &neighbours{Desk: apitest.Start(t, db).Desk(t, "acme")}
				n.handler = httpkit.Front(n.API.Handler(), httpkit.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
				n.Agent.In(t).Post("/api/v2/tickets.json", apitest.Object{"ticket": apitest.Object{"subject": "S", "comment": apitest.Object{"body": "Words"}}}, 201)
				if _, err := db.Pool().ExecContext(t.Context(), tt.damage); err != nil {
					t.Fatal(err)
				}
				answer := n.ask(n.Agent.Token, tt.method, "/api/v2/tickets/1.json", tt.body)
				if answer.Code != http.StatusInternalServerError {
					t.Fatalf("got %d, want 500: %s", answer.Code, answer.Body)
				}
				for _, words := range tt.told {
					if strings.Contains(words, "%d") {
						words = fmt.Sprintf(words, n.Account.ID)
					}
					if !strings.Contains(log.String(), words) {
						t.Errorf("the log lacks %q:\n%s", words, &log)
					}
				}
				for _, words := range []string{"store", "audits", "select", "JSON", "sql"} {
					if strings.Contains(answer.Body.String(), words) {
						t.Errorf("the client reads %q:\n%s", words, answer.Body)
					}
				}
			})
		})
	}
}
