// Package outbound sends what happens to shared tickets to the partners that have them.
//
// # In the transaction of a change
//
// Service follows ticketing (follow.go): it begins and ends shares and puts a Delivery and a job into the lane of every
// live share that a change concerns (news.go). Automatic updates that come too thick are held back (throttle.go).
//
// # When it is sent
//
// The message itself is made when its job runs (deliver.go, compose.go): fields as they are then, where they differ from
// the baseline, and the comments that the partner has not acknowledged yet. So waiting changes merge, no comment is lost or
// overtaken, and what a partner told us is not told back to it: it equals the baseline. A share's lane is held up by a
// failing partner and no other lane is.
//
// # What the answer means
//
// exchange.go sends it, with the second tries that the protocol asks for, by the Carrier of this kind of partner (carrier.go): the
// protocol itself for help desks, package tracker for bug trackers. outcome.go stores what the answer means by the table of
// nhd §13.2: the new baseline, a pause, the end of the share, a note for the people on the ticket. What people have to know of it
// stands on the delivery, the share and the agreement, in words.
//
// Three values follow a message: a deliveryJob becomes prepared (send, skip or wait), an outgoing message is exchanged for
// an answer, and a composition says what to remember of it.
package outbound
