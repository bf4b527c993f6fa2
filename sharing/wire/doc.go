// Package wire speaks the messages of Networked Help Desk 1.0: JSON on one side, Go values on the other. It is pure: no
// clock, no randomness, no network, and nothing of the rest of Interdesk.
//
// Two kinds of message exist. An [Agreement] is the contract between two help desks, a [Ticket] is one shared ticket with
// its [Comment] values, their [Attachment] values and the people ([Actor]). Every member is an [Opt], because peers differ in
// what they leave out: Zendesk's client repeats all members and writes null for those it does not mean, Request Tracker
// sends only what changed, the Node client sends the whole object each time. Absent and null both mean "not stated,
// unchanged" (nhd §5), with the one exception of a comment's public flag (nhd §5.3), which is why the two stay apart here.
//
// Reading is tolerant where a real peer needs it and strict where a mistake would harm: limits on size and depth (nhd §16
// row 12), a strict grammar for uuids before they reach a URL, a log or a query (nhd §16 row 16), no member twice. What is
// refused comes back as an [*Error], whose sentence is safe to show to the peer with a 422. Writing omits what is not
// set and never writes null, since Request Tracker turns a null subject into "0".
//
// Beside the messages stand the protocol's small rules as pure functions: dates, uuids, tokens, media types and dialects,
// the tables of statuses, the three-way merges of tags and custom fields, who may see a comment, and safe file names.
package wire
