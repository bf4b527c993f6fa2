// Package trash is where deleted tickets wait to be erased (/agent/trash): who deleted each and how long it can still be
// restored, by any of the staff, one by one or several at once. Admins delete them for good before their time is over.
package trash
