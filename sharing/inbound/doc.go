// Package inbound takes in what partners send by the Networked Help Desk protocol, as the reference nhd describes it.
//
// # Who may do what
//
// Both sides of an agreement hold the same key, so a request's token tells the agreement and no more. Who is speaking
// follows from our own role (nhd §7). Agreement, key, state and rate are checked in one place, authenticate.go; messages
// about an agreement itself are handed to package agreement.
//
// # What comes of a message
//
// A message about a ticket becomes desk.Updates, one for each new comment, and goes through ticketing in one transaction
// with the share's row, the placeholder people and the record of what came (intake.go): triggers run on it as on anything
// else. A comment's uuid makes repeats harmless (comment.go). Subject, status, tags and custom fields are merged three ways
// against the baseline: what both sides had last (edits.go). So a partner that repeats all it knows changes only what it
// has changed.
//
// A ticket about which two Interdesks have mailed each other is not made twice: its share joins the two (join.go).
//
// A partner's files are fetched by jobs, once the message is stored (fetch.go). Ours are served to whoever holds a
// capability link (file.go).
//
// Every row of the protocol's security table is a test here.
package inbound
