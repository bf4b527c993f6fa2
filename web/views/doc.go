// Package views is the agent's lists: the views at the left, the tickets of one of them, and what can be done with many
// tickets at once.
//
// A list is read in one snapshot: the page of tickets, the newest public words of each, which versions the reader has
// seen, and the names that its columns speak of, one query each whatever the page's length. Lists are walked by keyset;
// nobody is shown page numbers. The same rows are served alone, below /rows, to be appended or brought up to date in
// place when tickets change.
//
// How many tickets each view has is counted up to a small cap and remembered for some seconds, so that the column of
// views costs next to nothing however large the desk is (see counter).
//
// Work on many tickets is a job of package ticketing; its page, below /agent/bulk, tells how far it is and what each
// ticket said that could not be changed.
package views

import (
	"interdesk/web/ui"
)

// pages serves the lists of every account.
type pages struct {
	counter *counter
}

// Routes are the pages and actions of the lists.
func Routes() []ui.Route {
	p := &pages{counter: newCounter()}
	return []ui.Route{
		{Pattern: "GET /agent", Who: ui.Staff, Serve: p.showFirstView},
		{Pattern: "GET /agent/views/counts", Who: ui.Staff, Serve: p.showCounts},
		{Pattern: "GET /agent/views/{id}", Who: ui.Staff, Serve: p.showView},
		{Pattern: "GET /agent/views/{id}/rows", Who: ui.Staff, Serve: p.showRows},
		{Pattern: "GET /agent/peek/{id}", Who: ui.Staff, Serve: p.showPeek},
		{Pattern: "POST /agent/bulk", Who: ui.Staff, Serve: p.startBulk},
		{Pattern: "GET /agent/bulk/{id}", Who: ui.Staff, Serve: p.showBulk},
	}
}
