// Package listing is the tables that tickets, people and organizations stand in where they were searched for (package
// search) or belong to somebody (package customers), and what each of their rows is read from.
//
// A list is read by pages: its last row, NextPage, brings the rest. What a list could show besides is offered by Tabs.
// The agents' views have columns of their own choosing and are in package views.
package listing

import "interdesk/store"

// How much of a list is read at once, and how far anything is counted: nobody needs to know how many more there are.
const (
	PageSize = 40
	CountCap = 1000
)

// Tab is one of several lists that stand side by side.
type Tab struct {
	Label   string
	Address string
	Count   store.Count
	Current bool
}
