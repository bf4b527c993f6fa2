// Package cluster starts throw-away PostgreSQL servers for tests.
//
// The programs come from an installed PostgreSQL, or else from npm, where a whole PostgreSQL exists as a package that
// needs neither root nor a compiler. A cluster lives in a temporary folder, listens on a Unix socket in that folder
// only, and belongs to the process that started it: a small shell supervises the server and holds a pipe to that
// process, so that however the process ends, the server stops and the folder goes.
package cluster
