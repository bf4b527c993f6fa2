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
//
// # What becomes of a message
//
// A job takes each message in. First it is read and its files are stored (prepare.go); then one transaction decides and does all
// (admit.go), together with the end of the job, so that a process that dies at any moment neither loses a message nor takes it
// in twice:
//
//	it came before                      discarded: the same id and the same content
//	it cannot be read                   suspended with its source, and not tried again
//	a server says what did not arrive   the mail, its address and its ticket are told    bounce.go
//	a share has brought its words       discarded: two desks that share name each comment        correspond.go
//	it may not come in                  suspended with a cause and a sentence            admit.go, sender.go
//	it answers a ticket                 a comment, or a follow-up of a closed one        thread.go, standing.go, take.go
//	anything else                       a new ticket                                     take.go
//
// The messages of one conversation are one lane of jobs: an answer waits for what it answers.
//
// # Who speaks
//
// From is easily forged. So nobody acts as staff whose mail is not proven to come from their domain; what doubtful senders say
// is kept in private, with flags that tell staff why (standing.go). Other help desks are heard like people, and answered by
// people only: a correspondence that looks like two machines answering each other is paused (correspond.go).
package inbound
