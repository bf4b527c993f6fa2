// Package sharing is what the sharing of tickets with partners' desks has in common, whichever way a message goes. The
// protocol is Networked Help Desk, as the reference nhd describes it.
//
// # The rooms
//
// An agreement lets tickets be shared, a share is one ticket under it, a delivery is one message about either.
//
//	agreement   what two desks agree on: invitations, answers, settings; messages about agreements
//	outbound    follows ticketing and sends what happens to shared tickets
//	inbound     the endpoint: takes in what partners send, and fetches their files
//	peer, wire  how a message is sent, and how it is written
//	mapping     in which words things go to a partner, and what the partner's mean here
//	redaction   what must not leave, and words in its place
//	tracker     speaks to bug trackers in the place of both
//
// The three know this package and not one another, but for two arrows. inbound hands messages about agreements to
// agreement, since there is one endpoint. What agreement and inbound need of outbound they are given when the program is
// wired: agreement the function that catches up, inbound the interface Outbox. In the same way tracker is what outbound sends some messages
// by, and is given inbound for what it hears.
//
// # In maps
//
// A share keeps a baseline: what both sides had last. Fields travel by title (field.go), states by the agreement's words
// (status.go), people by name and uuid (people.go). Things of ours get uuids that are computed from their ids, access keys
// lie sealed (secret.go, vault.go).
//
// # In words
//
// ShareStatuses tells how a ticket's shares do, Service.Timeline which messages went to and fro. What people have to know of
// a failure stands on the delivery, the share and the agreement.
package sharing
