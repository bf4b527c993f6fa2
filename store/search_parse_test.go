package store_test

import (
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/store"
)

func TestParseSearch(t *testing.T) {
	t.Parallel()
	word := func(v string) store.SearchTerm { return store.SearchTerm{Value: v} }
	key := func(k, op, v string) store.SearchTerm { return store.SearchTerm{Key: k, Op: op, Value: v} }
	cases := []struct {
		query string
		want  store.Search
	}{
		{"", store.Search{}},
		{"  foggy   lens ", store.Search{Terms: []store.SearchTerm{word("foggy"), word("lens")}}},
		{`"foggy lens" -"old one" -new`, store.Search{Terms: []store.SearchTerm{{Value: "foggy lens", Phrase: true},
			{Value: "old one", Phrase: true, Not: true}, {Value: "new", Not: true}}}},
		{"type:ticket status:open", store.Search{Type: "ticket", Terms: []store.SearchTerm{key("status", ":", "open")}}},
		{"status< pending priority>=normal", store.Search{Terms: []store.SearchTerm{key("status", "<", "pending"), key("priority", ">=", "normal")}}},
		{"Status<:solved", store.Search{Terms: []store.SearchTerm{key("status", "<", "solved")}}},
		{"created>2026-01-01 updated<=4hours", store.Search{Terms: []store.SearchTerm{key("created", ">", "2026-01-01"), key("updated", "<=", "4hours")}}},
		{`requester:"Ana Silva" -tags:vip`, store.Search{Terms: []store.SearchTerm{
			{Key: "requester", Op: ":", Value: "Ana Silva", Phrase: true}, {Key: "tags", Op: ":", Value: "vip", Not: true}}}},
		{"custom_field_123:lens", store.Search{Terms: []store.SearchTerm{{Key: "custom_field", Field: 123, Op: ":", Value: "lens"}}}},
		{"type:incident", store.Search{Terms: []store.SearchTerm{key("ticket_type", ":", "incident")}}},
		{"http://example.com/a:b 10:30", store.Search{Terms: []store.SearchTerm{word("http://example.com/a:b"), word("x")}}},
		{"order_by:created_at sort:asc", store.Search{Sort: store.SortCreated, Asked: true}},
		{"sort_by:priority", store.Search{Sort: store.SortPriority, Desc: true, Asked: true}},
		{"email:ana@example.com", store.Search{Terms: []store.SearchTerm{key("email", ":", "ana@example.com")}}},
		{"role:end-user", store.Search{Terms: []store.SearchTerm{key("role", ":", "end-user")}}},
		{`say "it`, store.Search{Terms: []store.SearchTerm{word("say"), {Value: "it", Phrase: true}}}},
		{"-", store.Search{}},
		{`""`, store.Search{}},
		{"a:", store.Search{}},
	}
	for _, c := range cases {
		got, err := store.ParseSearch(c.query)
		switch c.query {
		case "http://example.com/a:b 10:30", "a:":
			wantKind(t, err, desk.Invalid) // 10 and a are no keywords
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", c.query, err)
			continue
		}
		wantSame(t, c.query, got, c.want)
	}
}

func TestSearchesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for query, says := range map[string]string{
		"asignee:me":                 `no keyword "asignee"`,
		"status:":                    "status needs a value",
		"tags>vip":                   "cannot be compared by >",
		"type:car":                   "ticket, user, organization or group",
		"type:ticket type:user":      "two types at once",
		"-type:user":                 "type:ticket, type:user",
		"type:user status:open":      "status cannot be asked of a user",
		"type:ticket role:agent":     "role cannot be asked of a ticket",
		"status:open role:agent":     "belong to different types",
		"order_by:colour":            `sorted by "colour"`,
		"sort:up":                    "asc or desc",
		"custom_field_x:1":           "not the id of a field",
		strings.Repeat("a ", 70):     "more than 64",
		strings.Repeat("long", 1000): "too long",
	} {
		_, err := store.ParseSearch(query)
		if desk.KindOf(err) != desk.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: %v, want %q", query, err, says)
		}
	}
}

// FuzzParseSearch: a query is understood or refused in words; what is understood has a place to be asked.
func FuzzParseSearch(f *testing.F) {
	for _, q := range searchSeeds() {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		s, err := store.ParseSearch(query)
		if err != nil {
			if desk.KindOf(err) != desk.Invalid {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		if !s.Tickets() && !s.Users() {
			t.Fatalf("%q can be asked of nothing: %+v", query, s)
		}
		for _, term := range s.Terms {
			if term.Value == "" || (term.Key == "") != (term.Op == "") {
				t.Fatalf("%q: term %+v", query, term)
			}
		}
	})
}

func searchSeeds() []string {
	return []string{"", "foggy lens", `"foggy lens"`, "fog*", "-dusty", "type:ticket status<solved", "priority>=high priority<urgent", "priority:none",
		"assignee:me", "assignee:none", "requester:ana", "requester:ana@example.com", "submitter:21", "cc:me", "cc:none", "group:Supp*", "group:none",
		"organization:acme", "tags:lens tags:glass", "tags:le*", "tags:none", "-tags:lens", "subject:foggy", `subject:"lens is"`, "description:foggy",
		"comment:secret", "via:mail", "via:31", "brand:none", "form:1", "created>2026-01-01", "created:today", "updated<4hours", "updated:2days",
		"solved:none", "due_date<3days", "due_date:tomorrow", "custom_field_101:one*", "custom_field_103>4", "custom_field_105>=2026-01-01",
		"custom_field_107:none", "custom_field_107:*", "fieldvalue:lens", "external_id:ext", "id:1", "#1", "1", "has_attachment:true",
		"type:user ana", "type:user email:ana@example.com", "role:agent", "role:end_user", "name:an*", "type:user created>1weeks", "phone:555",
		"type:user tags:vip", "is_suspended:false", "type:user organization:none", "type:user external_id:x", "email:none", "notes:x", "%", "_", `\`, `it's`,
		`'); drop table tickets; --`, `" OR 1=1`, "* ^ NEAR(", "AND OR NOT", "ünder", "!!!", "created>999999years", "created<9999-12-31T23:59:59Z",
		"order_by:created_at sort:asc foggy", "$1 ?", `tags:"a b"`, "id>5", "ticket_type:problem", "-status:open", "-subject:foggy", "{title}:foggy", "'#1'"}
}
