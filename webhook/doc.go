// Package webhook tells programs elsewhere what happens at a desk: what rules send them, and the events that they subscribe to.
//
// # The way of a message
//
//	update ── Follow ── job webhook.compose ── invocation + job webhook.deliver ── attempt … ── done or failed
//	          (the update's own transaction)   (one transaction)                   (one transaction each)
//
// Follow looks at what an update did, in memory, and leaves one job where a webhook wants to hear of it, with the ticket as it
// then stood; no other cost falls on who made the update. The job fills the rule's template (package rule: a customer's words
// never become part of a body's own signs) or writes the event in Zendesk's envelope (event.go), and puts a message into the lane
// of its webhook and subject. So all that a webhook hears of one ticket comes in order, at least once, and survives any crash; the id of
// a message is the same in each attempt, for receivers to know repeats by.
//
// Users and organizations are small: FollowPeople writes their events at once.
//
// # What an answer means
//
// 2xx is taken. No answer within ten seconds, 408, 409, 425, 429 and 5xx are tried again, with growing pauses or when Retry-After
// says, for a day. Everything else is refused for good: another redirect than one on the same host, other 4xx, an address that the guard
// of package outbound does not open. Each attempt is on record for a week, with what was sent and what came back, without secrets.
//
// # The breaker
//
// A receiver that fails most attempts is left alone for a while, longer each time, and one that asks for time gets it: the
// webhook's jobs are paused, and cost nothing meanwhile. The first that is tried afterwards decides. Why and until when is stored, for
// people to see; they can have it tried at once. What was given up can be replayed, one message or all since a time.
//
// Deliveries have places of their own in the runner of jobs and a share of them each, so that receivers who are slow or down
// hold up neither the desk nor each other.
package webhook
