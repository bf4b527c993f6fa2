package sqldb

import "testing"

func TestOperation(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ function, want string }{
		"a method":                    {"interdesk/store.(*Tx).UpdateTicket", "store.Tx.UpdateTicket"},
		"a closure in it":             {"interdesk/store.(*Tx).UpdateTicket.func1.2", "store.Tx.UpdateTicket"},
		"a method of a value":         {"interdesk/store.Account.Write", "store.Account.Write"},
		"a function of a deeper room": {"interdesk/sharing/wire.Decode", "wire.Decode"},
		"an unexported method":        {"interdesk/ticketing.(*Service).bulkStep", ""},
		"a method of something local": {"interdesk/ticketing.(*change).Store", ""},
		"a generic helper":            {"interdesk/store.list[...]", ""},
		"this package":                {"interdesk/store/sqldb.(*Tx).Exec", ""},
		"the runtime":                 {"runtime.goexit", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := operation(tt.function); got != tt.want {
				t.Errorf("%s became %q, want %q", tt.function, got, tt.want)
			}
		})
	}
}

func TestStatementsAndIDs(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		query          string
		args           []any
		statement, ids string
	}{
		"compared": {"update tickets set subject = $1, group_id = $2 where account_id = $3 and ticket_id = $4",
			[]any{"a secret", int64(9), int64(1), int64(7)}, "update tickets", "group_id 9, account_id 1, ticket_id 7"},
		"with a table's short name": {"select t.x from tickets t where t.account_id = $1 and t.ticket_id = $2",
			[]any{int64(1), int64(7)}, "select from tickets", "account_id 1, ticket_id 7"},
		"inserted":    {"\n\tinsert into tags (account_id, name) values ($1, $2)", []any{int64(1), "vip"}, "insert into tags", "account_id 1"},
		"computed":    {"insert into tags (account_id, n) values ($1, coalesce($2, 0))", []any{int64(1), int64(2)}, "insert into tags", ""},
		"texts as id": {"delete from sessions where token_id = $1", []any{"secret"}, "delete from sessions", ""},
		"null":        {"delete from jobs where id = $1", []any{nil}, "delete from jobs", ""},
		"too few":     {"delete from jobs where id = $3", []any{int64(1)}, "delete from jobs", ""},
		"no table":    {"select 1", nil, "select", ""},
		"nothing":     {"", nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := statement(tt.query); got != tt.statement {
				t.Errorf("the statement is %q, want %q", got, tt.statement)
			}
			if got := idsOf(tt.query, tt.args); got != tt.ids {
				t.Errorf("the ids are %q, want %q", got, tt.ids)
			}
		})
	}
}
