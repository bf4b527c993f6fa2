// Package schedule reckons in working time. An Hours is when somebody works: a week of intervals as the clocks of one time
// zone show them, and holidays on which none of it counts. It answers three questions: is it open at an instant (Open), how
// much working time lies between two instants (Elapsed), and which instant is so much working time away (Add). Next says
// when it opens or closes.
//
// An instant is open when the clock on the wall says so then. A day on which clocks change is therefore 23 or 25 hours long,
// and an interval over the change loses the hour that is skipped or counts twice the one that is shown twice.
//
// Between two changes of the clocks, local time runs as evenly as any other. So a span is cut at the changes, and in each
// stretch working time is counted by whole weeks, less holidays: years cost no more than days. Weeks and holidays are made
// ready once, by New; an Hours never changes, and any number of goroutines may ask it.
package schedule
