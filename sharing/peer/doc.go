// Package peer is the hardened HTTP client toward a partner's help desk. Everything that leaves for a partner goes through
// it: agreement and ticket messages (Send) and the fetching of attachments (Fetch).
//
// A partner is half trusted at most: its sharing URL came in an invitation that anyone could post, its attachments' addresses
// come in messages, and its name server may answer what it likes. So an address is checked where it counts, at the moment of
// dialling: a name is resolved once, and the very address that passed the check is dialled (nhd §16 row 4). There is no proxy from the
// environment, no cookie, no credential but the agreement's token, and that never leaves for another host, whatever a redirect says (nhd
// §16 row 5). Requests for a host of this very installation are handed to its own handler in the process: two accounts on one server
// share by the same messages, with no hole in the guard for it.
//
// An answer comes back as a [Verdict]: what the sender has to do now, per kind of message, by the table of nhd §13.2. Dialects (nhd §15) are
// handled here, too: the first message to an unknown peer finds out which media type it reads, and a 2xx that carries a web page is
// doubted and verified by reading the state back.
package peer
