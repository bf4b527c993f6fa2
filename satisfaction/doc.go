// Package satisfaction takes what customers say of how they were helped.
//
// A rule asks the requester of a ticket (the action satisfaction_score: offered), and the letter about it has two links that
// need no sign-in: each proves one ticket and its requester, for 28 days. What a link opens is a page that has the choice made
// already and votes only by its button, so that programs which open the links of mail cast no votes. Who is signed in rates in
// the portal or by the API. Whichever way, a rating is an update of the ticket in the requester's own name, with its audit; they
// may change it until the ticket is closed.
//
// A ticket that came from a partner is never rated here: the customer is the partner's, and so is asking them.
package satisfaction
