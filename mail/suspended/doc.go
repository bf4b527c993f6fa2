// Package suspended deals with mail that was not let in: staff recover it, with or without letting its sender in from now on,
// delete it, or block its sender; what nobody looks at expires.
//
// Recovering takes the message in as package inbound takes in any other (Recover), in one transaction with the end of its
// suspension and the word about the sender, so that it is recovered once, whoever asks at the same time. The ticket's
// history says who did it and why the mail had been suspended. Mail from a support address of the desk itself is never
// recovered: it would answer itself.
//
// Deleting keeps the row of the message, which says who deleted it; its source goes within two hours. First its name leaves the
// row, then the bytes go: a crash in between leaves at most bytes that nothing shows (expire.go).
//
// Once a day admins hear by mail what came in since the day before and waits (summary.go).
package suspended
