package store

import (
	"context"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// planOf asks the engine how it would read a list.
func planOf(t *testing.T, tx *Tx, q TicketQuery) string {
	t.Helper()
	c := q.clause(tx.account)
	query, args, err := q.keyset(`select `+ticketColumns+` from tickets t where `+c.where(), c.args, q.keys())
	if err != nil {
		t.Fatal(err)
	}
	return explained(t, tx, query, args...)
}

func explained(t *testing.T, tx *Tx, query string, args ...any) string {
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

// fillTickets makes a desk of many tickets, so that PostgreSQL has something to plan for.
func fillTickets(ctx context.Context, tx *Tx) error {
	columns := map[string]string{"ticket_id": "n", "version": "1", "status_rank": "n % 6", "priority_rank": "n % 5", "requester_id": "n % 2000",
		"assignee_id": "n % 40", "group_id": "n % 20", "organization_id": "n % 200", "problem_id": "n % 1000", "created_at": "n", "updated_at": "n",
		"external_id": "'ext' || n"}
	texts, booleans := " type external_id recipient subject tags via field_values description ", " is_public has_attachments has_people has_shares "
	var values []string
	for _, name := range ticketNames() {
		switch {
		case columns[name] != "":
			values = append(values, columns[name])
		case strings.Contains(texts, " "+name+" "):
			values = append(values, "'text'")
		case strings.Contains(booleans, " "+name+" "):
			values = append(values, "false")
		default:
			values = append(values, "0")
		}
	}
	_, err := tx.Exec(ctx, `
		insert into tickets (account_id, deleted_at, `+ticketColumns+`)
		select 1, 0, `+strings.Join(values, ", ")+` from generate_series(1, 20000) as n`)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into ticket_people (account_id, ticket_id, user_id, kind)
		select 1, n, n % 500, 'cc' from generate_series(1, 20000) as n`)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `analyze`)
	return err
}

// Lists go over an index: their cost is that of the page, not of the desk.
func TestListsGoOverAnIndex(t *testing.T) {
	t.Parallel()
	page := Page{Limit: 30}
	cases := []struct {
		name, index string
		q           TicketQuery
		sorted      bool // the index gives the order, too
	}{
		{"newest", "pkey", TicketQuery{Page: page, Desc: true}, true},
		{"next page", "pkey", TicketQuery{Page: Page{Limit: 30, After: cursorOf(5000)}, Desc: true}, true},
		{"updated", "tickets_updated", TicketQuery{Page: page, Sort: SortUpdated, Desc: true}, true},
		{"updated, next page", "tickets_updated", TicketQuery{Page: Page{Limit: 30, After: cursorOf(5000, 5000)}, Sort: SortUpdated, Desc: true}, true},
		{"updated, page before", "tickets_updated", TicketQuery{Page: Page{Limit: 30, Before: cursorOf(5000, 5000)}, Sort: SortUpdated, Desc: true}, true},
		{"created", "tickets_created", TicketQuery{Page: page, Sort: SortCreated}, true},
		{"status", "tickets_status", TicketQuery{Page: page, Sort: SortStatus}, true},
		{"priority", "tickets_priority", TicketQuery{Page: page, Sort: SortPriority, Desc: true}, true},
		{"requester", "tickets_requester", TicketQuery{Page: page, Requester: 7}, true},
		{"requester by update", "tickets_requester", TicketQuery{Page: page, Requester: 7, Sort: SortUpdated, Desc: true}, false},
		{"organization", "tickets_organization", TicketQuery{Page: page, Organization: 7, Sort: SortUpdated}, false},
		{"external id", "tickets_external", TicketQuery{Page: page, ExternalID: "ext7"}, false},
		{"incidents", "tickets_problem", TicketQuery{Page: page, Problem: 7}, false},
		{"ids", "pkey", TicketQuery{Page: page, IDs: []desk.TicketID{1, 2, 3}}, false},
		{"copied", "ticket_people_user", TicketQuery{Page: page, CC: 7}, false},
	}
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, err := Open(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		a := s.Account(1)
		if db.Dialect() == sqldb.Postgres {
			if err := a.Write(t.Context(), func(tx *Tx) error { return fillTickets(t.Context(), tx) }); err != nil {
				t.Fatal(err)
			}
		}
		err = a.Read(t.Context(), func(tx *Tx) error {
			for _, c := range cases {
				plan, index := planOf(t, tx, c.q), c.index
				if index == "pkey" && db.Dialect() == sqldb.SQLite {
					index = "sqlite_autoindex_tickets_1"
				}
				sorts := strings.Contains(plan, "Sort") || strings.Contains(plan, "TEMP B-TREE FOR ORDER BY")
				if !strings.Contains(plan, index) || strings.Contains(plan, "Seq Scan on tickets") || c.sorted && sorts {
					t.Errorf("%s: want %s\n%s", c.name, index, plan)
				}
			}
			whole := explained(t, tx, `select `+wholeTicket+` from tickets t where t.account_id = $1 and t.ticket_id = $2`, tx.account, 7)
			if !strings.Contains(whole, "tickets_followup") || strings.Contains(whole, "Seq Scan on tickets") {
				t.Errorf("a whole ticket:\n%s", whole)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
