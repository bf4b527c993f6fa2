// Package storetest gives any test a fresh, migrated database of either engine: a real SQLite file, a real PostgreSQL.
//
// [Each] runs a test on both. The PostgreSQL server is the one named in INTERDESK_TEST_POSTGRES (a URL of a user who may
// create databases); the program in cmd/testpg starts one for a whole "go test ./..." and sets that variable. Without
// it, a test process starts its own, see package cluster; INTERDESK_TEST_POSTGRES_SOURCE (installed, npm) says which.
package storetest
