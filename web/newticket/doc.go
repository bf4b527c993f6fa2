// Package newticket is the page on which the staff make a ticket: who asks, what about and the first comment beside the
// properties, as on a ticket's own page, whose parts it is built of. A ticket is made through ticketing.Apply, as all changes are.
package newticket

import "interdesk/web/ui"

// Routes are the pages of this package.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /agent/tickets/new", Who: ui.Staff, Serve: showForm},
		{Pattern: "GET /agent/tickets/new/fields", Who: ui.Staff, Serve: showFields},
		{Pattern: "POST /agent/tickets/new", Who: ui.Staff, Serve: createTicket},
	}
}
