// Package sharing shares tickets with partners' desks by the Networked Help Desk protocol, as the reference nhd describes
// it. It is both sides of it: the handler that partners call, and the lanes through which our messages leave.
//
// # Who may do what
//
// An agreement is one-way: its sender invites and shares tickets, its receiver accepts and gets them; updates of a shared
// ticket go both ways. Both sides hold the same key, so a request's token tells the agreement and no more. Who is speaking
// follows from our own role (nhd §7). Agreement, key, role, state and link are checked in one place, gate.go.
//
// # What comes in
//
// A message becomes desk.Updates, one for each new comment, and goes through ticketing in one transaction with the share's
// row, the placeholder people and the record of what came: triggers run on it as on anything else. A comment's uuid
// makes repeats harmless. Subject, status, tags and custom fields are merged three ways against the baseline: what both
// sides had last. So a partner that repeats all it knows changes only what it has changed.
//
// # What goes out
//
// Service follows ticketing: in the transaction of a change it puts a Delivery and a job into the lane of every live share
// that the change concerns. The message itself is made when it is sent: fields as they are then, where they differ from
// the baseline, and the comments that the partner has not acknowledged yet. So waiting changes merge, no comment is lost
// or overtaken, and what a partner told us is not told back to it: it equals the baseline.
//
// A share's lane is held up by a failing partner and no other lane is. What a partner's answer means, nhd §13.2 says; what
// people have to know of it stands on the delivery, the share and the agreement, in words.
package sharing
