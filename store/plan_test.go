package store_test

import (
	"strings"
	"testing"

	"interdesk/store"
	"interdesk/store/sqldb"
)

// explained asks the engine how it would run a statement.
func explained(t *testing.T, tx *store.Tx, query string, args ...any) string {
	t.Helper()
	explain, columns := "explain query plan ", 4
	if tx.Dialect() == sqldb.Postgres {
		explain, columns = "explain ", 1
	}
	rows, err := tx.Query(t.Context(), explain+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		cells := make([]any, columns)
		into := make([]any, columns)
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line, _ := cells[columns-1].(string)
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// A ticket is read whole over indexes, whatever else is read of it.
func TestATicketIsReadOverIndexes(t *testing.T) {
	t.Parallel()
	for _, dialect := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			a := shapeDesk(t, dialect, shapes()["98 in 100 closed"], "real", nil)
			err := a.Read(t.Context(), func(tx *store.Tx) error {
				plan := explained(t, tx, `select `+store.WholeTicket+` from tickets t where t.account_id = $1 and t.ticket_id = $2`, tx.Account(), 7)
				if !strings.Contains(plan, "tickets_followup") || strings.Contains(plan, "Seq Scan on tickets") || strings.Contains(plan, "SCAN t") {
					t.Errorf("a whole ticket:\n%s", plan)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
