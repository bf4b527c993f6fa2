// Package sla reckons service levels: which policy a ticket is under (Policies.Choose), what has been promised for it, how
// the clocks of those promises stand, and when they are broken (Advance). It is pure.
//
// # From a ticket's life
//
// A ticket that is under a policy remembers its desk.Life: since when it was in which status, whether a partner had the ball, who
// waits for whose word. Every clock is reckoned from that anew with each update, and nothing is added up. So a change of the
// policy, the priority or the business hours counts from the same starting points, with the time that has been used already; and
// a ticket that comes under its first policy late gets the life that its updates tell (Live).
//
// # The clocks
//
//	metric                 starts                                      runs in                ends
//	first_reply_time       the customer's first public word            new open pending hold  our first public word
//	next_reply_time        their oldest word that is not answered      new open pending hold  our next public word
//	periodic_update_time   our last public word, first the creation    new open pending hold  our next one; solved
//	pausable_update_time   as periodic                                 new open hold          as periodic
//	requester_wait_time    creation                                    new open hold          solved
//	agent_work_time        creation                                    new open               solved
//	total_resolution_time  creation                                    new open pending hold  solved
//
// Where we speak first there is no first reply to wait for. Solved tickets break no promise: their clocks rest, and go on with
// the time used before when the ticket opens again. A partner's public word on a ticket that we shared with it is ours to the
// customer, if the policy says so; and the clocks of a policy may rest while the partner has the ball: while the ticket is on
// hold, or shared and the last word ours.
//
// # Broken promises
//
// When a promise is broken is known beforehand, as long as the ticket stays as it is; the ticket says when (desk.Promise). Whoever
// looks then has it noticed (Notice).
package sla
