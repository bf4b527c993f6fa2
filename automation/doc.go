// Package automation runs an account's automations: rules that act on tickets when time has passed. What they ask and do is
// package rule's; that a ticket is due, the write path notes with each update of it. So a run costs what is due, however many
// tickets and automations there are, and a ticket waits no longer than until the next look, a third of a minute away.
//
// # A run
//
// Every tick one process of the installation asks which accounts have something due, and enqueues a job for each: one at a
// time, whoever takes it. The job takes the tickets that are due, those that have been longest first. For each ticket there is
// one transaction: it locks the ticket, has its automations act in their order, each by an update of its own with the triggers
// that follow, counts that in the record of the run, and notes when the ticket is due next. A process that is killed leaves
// tickets that are done and tickets that are not; whoever comes next takes those.
//
// # Late
//
// What was due while no process ran is due still. A condition that holds for one hour ("hours since pending is 24") counts as
// met if its hour fell between when the ticket was due and now.
//
// # Broken promises
//
// A ticket is due, too, when something is broken that its service level promises (package sla). That is noted in the transaction
// of the look, before automations ask for it.
//
// # Never for ever
//
// An automation acts on a ticket once in an hour that comes once, and else again after desk.AutomationRest at the soonest;
// all automations together desk.MaxAutomationRounds times on one ticket; and one on desk.MaxAutomationRun tickets in a run.
// What is over that in a run stays due for the next.
//
// # Walks and wakes
//
// When automations, schedules or the account's time zone change, all tickets that are not closed are gone over, some in each
// transaction, and get their new time. A ticket beside which something changed that conditions ask for (a share came to a new
// state) is looked at without being due.
package automation
