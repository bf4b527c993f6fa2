// Package live tells open pages what happens at their desk: which tickets change, and who of the staff looks at them or
// writes.
//
// A browser keeps one stream of server-sent events for all its tabs (a shared worker holds it, since browsers allow few
// connections to one host). Every event concerns the whole account; a page picks what it shows. Events say only that a
// ticket has a new version: pages ask for what they need, and are admitted as for any other request.
//
// A Hub watches an account only while somebody listens. It asks the database for what changed, every half second, which
// is one look at an index, so that any number of processes on one database tell the same; there is nothing to lose when a
// process ends. Who is present lies in the database for the same reason.
package live
