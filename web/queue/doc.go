// Package queue is the agent's lists: the views at the left, the tickets of one of them, and what can be done with many
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
package queue

import (
	"interdesk/web/page"
)

// pages serves the lists of every account.
type pages struct {
	counter *counter
}

// Routes are the pages and actions of the lists.
func Routes() []page.Route {
	p := &pages{counter: newCounter()}
	return []page.Route{
		{Pattern: "GET /agent", Who: page.Staff, Serve: p.first},
		{Pattern: "GET /agent/views/counts", Who: page.Staff, Serve: p.counts},
		{Pattern: "GET /agent/views/{id}", Who: page.Staff, Serve: p.show},
		{Pattern: "GET /agent/views/{id}/rows", Who: page.Staff, Serve: p.rows},
		{Pattern: "GET /agent/peek/{id}", Who: page.Staff, Serve: p.peek},
		{Pattern: "POST /agent/bulk", Who: page.Staff, Serve: p.startBulk},
		{Pattern: "GET /agent/bulk/{id}", Who: page.Staff, Serve: p.showBulk},
	}
}
