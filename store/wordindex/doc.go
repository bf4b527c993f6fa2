// Package wordindex keeps for each word of an account's tickets which of them have it, and proposes by that which tickets a
// search looks at.
//
// The tickets of an account lie in blocks of search.BlockSize numbers. For a block, a word and a place (title, text, tags)
// one row holds the set of tickets; so what is new is written at one end of the table, what is asked for is read from
// there, newest first, and sets are combined without looking at a single ticket. A second table tells in which blocks a
// word is, so that a rare word costs the same however many blocks there are; a third finds long words by their parts.
//
// On PostgreSQL the tables lie beside all others, and the index changes in the transaction that reads what has changed. On
// SQLite they are a file of their own beside the database, with a writer of its own, so that writing words holds up no
// ticket. That file holds nothing that cannot be made again: one that is missing, damaged or does not belong to the state
// of the database is begun anew.
package wordindex
