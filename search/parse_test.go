package search_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"interdesk/desk"
	"interdesk/search"
)

func TestParseSearch(t *testing.T) {
	t.Parallel()
	word := func(v string) search.Term { return search.Term{Value: v} }
	key := func(k, op, v string) search.Term { return search.Term{Key: k, Op: op, Value: v} }
	cases := []struct {
		query string
		want  search.Query
	}{
		{"", search.Query{}},
		{"  foggy   lens ", search.Query{Terms: []search.Term{word("foggy"), word("lens")}}},
		{`"foggy lens" -"old one" -new`, search.Query{Terms: []search.Term{{Value: "foggy lens", Phrase: true},
			{Value: "old one", Phrase: true, Not: true}, {Value: "new", Not: true}}}},
		{"type:ticket status:open", search.Query{Type: "ticket", Terms: []search.Term{key("status", ":", "open")}}},
		{"status< pending priority>=normal", search.Query{Terms: []search.Term{key("status", "<", "pending"), key("priority", ">=", "normal")}}},
		{"Status<:solved", search.Query{Terms: []search.Term{key("status", "<", "solved")}}},
		{"created>2026-01-01 updated<=4hours", search.Query{Terms: []search.Term{key("created", ">", "2026-01-01"), key("updated", "<=", "4hours")}}},
		{`requester:"Ana Silva" -tags:vip`, search.Query{Terms: []search.Term{
			{Key: "requester", Op: ":", Value: "Ana Silva", Phrase: true}, {Key: "tags", Op: ":", Value: "vip", Not: true}}}},
		{"custom_field_123:lens", search.Query{Terms: []search.Term{{Key: "custom_field", Field: 123, Op: ":", Value: "lens"}}}},
		{"type:incident", search.Query{Terms: []search.Term{key("ticket_type", ":", "incident")}}},
		{"http://example.com/a:b 10:30", search.Query{Terms: []search.Term{word("http://example.com/a:b"), word("10:30")}}},
		{`RE: camera c:\temp Error:NullPointer RMA:4711`, search.Query{Terms: []search.Term{word("RE:"), word("camera"), word(`c:\temp`),
			word("Error:NullPointer"), word("RMA:4711")}}},
		{"asignee:me a<b", search.Query{Terms: []search.Term{word("asignee:me"), word("a<b")}}},
		{"order_by:created sort:asc", search.Query{Sort: search.ByCreated, Asked: true}},
		{"sort_by:commented_at", search.Query{Sort: search.ByCommented, Desc: true, Asked: true}},
		{"order_by:ticket_type", search.Query{Sort: search.ByType, Desc: true, Asked: true}},
		{"order_by:created_at sort:asc", search.Query{Sort: search.ByCreated, Asked: true}},
		{"sort_by:priority", search.Query{Sort: search.ByPriority, Desc: true, Asked: true}},
		{"email:ana@example.com", search.Query{Terms: []search.Term{key("email", ":", "ana@example.com")}}},
		{"role:end-user", search.Query{Terms: []search.Term{key("role", ":", "end-user")}}},
		{`say "it`, search.Query{Terms: []search.Term{word("say"), {Value: "it", Phrase: true}}}},
		{"-", search.Query{}},
		{`""`, search.Query{}},
		{"a:", search.Query{Terms: []search.Term{word("a:")}}},
	}
	for _, c := range cases {
		got, err := search.Parse(c.query)
		if err != nil {
			t.Errorf("%q: %v", c.query, err)
			continue
		}
		if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.query, diff)
		}
	}
}

func TestSearchesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for query, says := range map[string]string{
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
		_, err := search.Parse(query)
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
		s, err := search.Parse(query)
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
	return []string{"", "foggy lens", `"foggy lens"`, "fog*", "-dusty", "type:ticket status<solved", "priority:none", "requester:ana@example.com",
		"-tags:lens", "created>2026-01-01", "custom_field_105>=2026-01-01", "#1", "type:user ana", "name:an*", `\`, "it's", `" OR 1=1`, "ünder", "!!!",
		"order_by:created_at sort:asc foggy", "RE: camera", "c:\\temp", "12:30", "sort:x", "type:", "custom_field_x:1"}
}
