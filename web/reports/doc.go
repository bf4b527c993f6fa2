// Package reports shows reports: charts that the server draws, with the same numbers in tables, and as CSV.
//
// A bar chart over days is an SVG without words that stretches to any width; its words are HTML around it, so that they
// stay readable on a phone. Where things are compared, each row of the table has its own bar: the table is the chart.
// Colours come from classes, so both themes have theirs, and all of it stands there without script.
package reports

import (
	"sync"

	"interdesk/report"
	"interdesk/web/ui"
)

// reportPages serves the pages.
type reportPages struct {
	once sync.Once
	made *report.Reporter
}

// reporter begins with the first page, as only then it is known what the pages stand on.
func (a *reportPages) reporter(c *ui.Call) *report.Reporter {
	a.once.Do(func() { a.made = report.NewReporter(c.Store, c.Clock) })
	return a.made
}

// Routes are the pages of reports.
func Routes() []ui.Route {
	a := &reportPages{}
	return []ui.Route{
		{Pattern: "GET /reports", Who: ui.Staff, Serve: a.showReport},
		{Pattern: "GET /reports/{file}", Who: ui.Staff, Serve: a.downloadCSV},
	}
}
