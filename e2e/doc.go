// Package e2e holds stories that run the built binary through its real doors: HTTP in, signals, two processes with a
// database each, SQLite and PostgreSQL. The stories in testdata/*.txtar read top to bottom; crash_test.go kills processes
// under load and counts what is left.
package e2e
