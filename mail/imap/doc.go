// Package imap reads mailboxes elsewhere: a message that comes to one is taken as if it had been sent to one of the account's
// support addresses, and is then marked as read there, or moved to another folder.
//
// A message is first stored here, durably, by Accept, then marked in the mailbox, and only then counted as read (its UID is
// kept). A crash between two of these makes it come once more, and whoever takes mail in discards what came before; none is
// lost. The first time a mailbox is read, only unread messages are taken, so that what is old stays where it is; a folder that
// one moves messages out of is taken wholly. A server that numbers its messages anew (UIDVALIDITY) is a first time again.
//
// One process reads a mailbox at a time: it holds a lease in the mailbox's row and renews it while it reads. New messages are
// heard of by IDLE; without it, or where a server forgets to tell, the mailbox is asked every few minutes. NOOP goes before
// every search: some servers search what they knew before.
//
// A mailbox that cannot be read is tried again, less and less often, and its row says why in words, which the admin reads.
// Hosts are named by tenants: connections and tokens' requests pass the guard of package outbound. Passwords and tokens are
// sealed in the database.
package imap
