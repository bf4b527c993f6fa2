// Package customers is whom a desk works for: the lists of people and organizations, and the page of each with what is known
// of it and the tickets that belong to it. How people are changed is in package admin.
package customers

import "interdesk/web/ui"

// Routes are the pages of this package.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /agent/customers", Who: ui.Staff, Serve: showCustomers},
		{Pattern: "GET /agent/users/{id}", Who: ui.Staff, Serve: showUser},
		{Pattern: "GET /agent/organizations", Who: ui.Staff, Serve: showOrganizations},
		{Pattern: "GET /agent/organizations/{id}", Who: ui.Staff, Serve: showOrganization},
	}
}
