package search

import "net/url"

// example is a query that shows what the search can do.
type example struct{ query, name string }

func (e example) href() string { return "/agent/search?" + url.Values{"q": {e.query}}.Encode() }

func examples() []example {
	return []example{
		{"foggy lens", "words"},
		{`"foggy lens"`, "phrase"},
		{"fog*", "begin"},
		{"-printer", "not"},
		{"status<solved assignee:me", "mine"},
		{"assignee:none group:support", "group"},
		{"priority>=high", "priority"},
		{"tags:vip", "tags"},
		{"requester:ana", "requester"},
		{"organization:none", "organization"},
		{"created>7days", "created"},
		{"updated<2026-01-31", "updated"},
		{"has_attachment:true", "files"},
		{"via:ticket_sharing", "shared"},
		{"commenter:me", "commenter"},
		{"type:user role:agent", "people"},
	}
}
