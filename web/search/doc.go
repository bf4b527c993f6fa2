// Package search is how the staff find things: the search of tickets, people and organizations with its completion, and the
// command bar that goes to anything.
package search

import "interdesk/web/ui"

// Routes are the pages of this package.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /agent/search", Who: ui.Staff, Serve: showSearch},
		{Pattern: "GET /agent/search/complete", Who: ui.Staff, Serve: showCompletions},
		{Pattern: "GET /agent/command", Who: ui.Staff, Serve: showCommands},
	}
}
