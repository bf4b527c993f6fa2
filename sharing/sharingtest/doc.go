// Package sharingtest is a world for the tests of sharing's rooms: one installation with accounts, all rooms wired, a real
// server and a running queue, on the real database of either engine. Partners elsewhere come from package sharetest.
package sharingtest
