// Package search is how the staff find things: the search of tickets, people and organizations with its completion, the
// command bar that goes to anything, the lists of customers and organizations with the page of each, and the form for a
// new ticket. The sheet of keyboard shortcuts is here too, because it belongs to no page.
//
// Everything is read with the queries of package store. A new ticket goes through ticketing.Apply, as all changes do.
package search

import "interdesk/web/ui"

// Routes are the pages of this package.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /agent/keys", Who: ui.Staff, Serve: showKeys},
		{Pattern: "GET /agent/search", Who: ui.Staff, Serve: showSearch},
		{Pattern: "GET /agent/tickets/new", Who: ui.Staff, Serve: showNew},
		{Pattern: "GET /agent/tickets/new/fields", Who: ui.Staff, Serve: showNewFields},
		{Pattern: "POST /agent/tickets/new", Who: ui.Staff, Serve: createNew},
		{Pattern: "GET /agent/search/complete", Who: ui.Staff, Serve: complete},
		{Pattern: "GET /agent/command", Who: ui.Staff, Serve: command},
		{Pattern: "GET /agent/customers", Who: ui.Staff, Serve: showCustomers},
		{Pattern: "GET /agent/users/{id}", Who: ui.Staff, Serve: showUser},
		{Pattern: "GET /agent/organizations", Who: ui.Staff, Serve: showOrganizations},
		{Pattern: "GET /agent/organizations/{id}", Who: ui.Staff, Serve: showOrganization},
	}
}
