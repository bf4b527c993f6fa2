// Package report counts what happened at a desk.
//
// A Report is about a Span of days in the account's time zone: how many tickets were made and solved on each, what they
// were about, who worked on them, how soon they were answered, and what went to and came from partners. Beside it stands
// how things are now: tickets by status, and shared ones on which the desk waits for a partner.
//
// Everything is read from the tables that the desk lives by, over their indexes, in one snapshot; nothing is counted
// twice or kept beside. A Reporter makes one report at a time, so that they never take more than one connection from
// those who work, and tells a report again for a short while. What would cost too much to read in full, first answers, is
// read of the latest tickets of the span; Answers.Of says how many those are.
package report
