// Package authentication tells whether a mail really comes from the domain that its From names. A desk gives powers by
// address: whoever writes as an agent may close a ticket by mail. Anybody can write any address into a mail, so the address
// counts only where the domain vouches for it.
//
// Four things can vouch, and each only for its own domain, which must be that of From or of the same organization
// (RFC 7489 §3.1):
//
//	DKIM   the domain signed the message (RFC 6376). Survives forwarding.
//	SPF    the domain allows the client's address to send for it (RFC 7208). Only the server that the client connected to can
//	       ask; a mail that comes through the operator's own server has no client any more.
//	Authentication-Results  what the operator's own server found (RFC 8601). Believed only under the name that the operator
//	       says is its own, and only the topmost one: that server adds one to every mail and takes away what others wrote there.
//
//	ARC    what a forwarder found before it changed the mail, in fields that it seals (RFC 8617). Worth as much as one trusts
//	       the forwarder, so only those that the operator names count, and all seals must be theirs and hold.
//
// DMARC (RFC 7489) is the domain's word on what it means when nothing vouches: with a policy it is a failure, without one
// nothing is known.
//
// What is asked of DNS goes through a Resolver that is passed in. Nothing here refuses a mail: the caller decides.
package authentication
