// Package peer speaks the protocol toward a partner's help desk: agreement and ticket messages (Send) and the fetching of
// attachments (Fetch). How a request finds its way over the network, and where it must not go, is package outbound's.
//
// A partner is half trusted at most: its sharing URL came in an invitation that anyone could post, its attachments'
// addresses come in messages (nhd §16 row 4). A message carries no credential but the agreement's token, and that never
// leaves for another host, whatever a redirect says (nhd §13.2, §16 row 5); an attachment is asked for without it.
//
// An answer comes back as a [Verdict]: what the sender has to do now, per kind of message, by the table of nhd §13.2.
// Dialects (nhd §15) are handled here, too: the first message to an unknown peer finds out which media type it reads, and a
// 2xx that carries a web page is doubted and verified by reading the state back.
package peer
