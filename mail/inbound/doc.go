// Package inbound takes mail in: by SMTP and LMTP, from a pipe, and from whatever else hands Accept a message.
//
// # Accepted is stored
//
// A door asks Route for each recipient, then gives Accept the envelope and the bytes. Accept streams the bytes into the
// attachment store, then commits a row and a job for each recipient (accept.go); only then does the door say 250. What goes wrong
// before that is answered with a code that has the sender try again, or with a sentence that a person understands
// (answer.go). A message that is sent again because the 250 got lost is recognised by the job.
//
// # The doors
//
// Door is a listener (door.go, session.go). It has limits: connections in all and from one network, messages a minute from
// one network, recipients, size, time. All but size and recipients are answered with "try again later", so that no limit loses mail.
// LMTP is spoken by the operator's own mail server: its messages are not counted against a network.
package inbound
