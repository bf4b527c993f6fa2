// Package outbound sends what happens to shared tickets to the partners that have them.
//
// # In the transaction of a change
//
// Service follows ticketing (follow.go): it begins and ends shares (begin.go, end.go) in the order of the update, and puts a
// Delivery and a job into the lane of every share that a change concerns. A Delivery keeps what its message says as the values
// stood then (snapshot.go), and the message's number. Automatic updates that come too thick are held back (throttle.go).
//
// # When it is sent
//
// The message is made when its job runs (deliver.go, compose.go): the values of its snapshot, where the partner does not have
// them, and the comments as they are now, so that what was redacted or hidden meanwhile does not leave. What does not fit
// follows at once. A share's lane is held up by a failing partner and no other lane is.
//
// # What the answer means
//
// exchange.go sends it, with the second tries that the protocol asks for; verdict.go is the table of share-life §2. outcome.go,
// acknowledge.go and refuse.go store what follows: what both sides have, the state of the share, a pause. What became of
// handing a ticket over is told to the ticket by a job of its own (result.go).
//
// # What people do
//
// control.go retries, skips, ends and withdraws. A message whose time is up keeps its place in the lane (queue.go) until then.
//
// An answer belongs to the episode in which its message was written: what becomes of one from before the share was begun anew
// changes nothing of the present one.
package outbound
