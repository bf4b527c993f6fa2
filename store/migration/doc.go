// Package migration brings a database to the schema of this program.
//
// The schema is the numbered files in sql/, applied in order, each once, each in a transaction, and never changed after
// a release. One text serves both engines: 0001_tickets.sql. Where an engine needs its own, a pair stands in for it:
// 0003_search.sqlite.sql and 0003_search.postgres.sql. There is no way down: before an SQLite file is changed, a
// consistent copy of it is kept beside it, and PostgreSQL has its own backups. What SQL cannot express is a step in Go with
// a number of its own.
//
// Every file starts with the line "-- +goose Up". A statement that contains semicolons (a trigger, a function) stands
// between "-- +goose StatementBegin" and "-- +goose StatementEnd".
package migration
