// Package mail is where admins say at which addresses the desk receives mail and from which it answers, and whose mail is
// always let in or never.
//
// Its pages stand in the admin centre (/admin/mail/…), as the others do: a list leads to a page for each of its things, and
// what cannot be undone asks first.
package mail
