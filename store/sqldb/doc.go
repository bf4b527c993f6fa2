// Package sqldb is the one way to a database: SQLite in a file, or PostgreSQL, behind one small concrete type.
//
// A caller writes one SQL text with the placeholders $1, $2, …, the column types bigint, boolean, bytea, text and
// double precision, and times as bigint microseconds. It runs inside [DB.Read], a consistent snapshot, or inside
// [DB.Write], a transaction; what one query answers, and needs no snapshot, may go by [DB.Look]. What the engines spell
// differently is a named fragment in fragment.go.
//
// # Writing
//
// SQLite knows one writer at a time, and a durable commit costs a wait for the disk. So the writes that wait at the same
// moment share one transaction: each runs behind a savepoint of its own, then one commit makes all of them durable, and
// only then each caller is answered. A function that fails or panics takes back its own savepoint and nothing else.
// PostgreSQL runs each write in its own read-committed transaction and starts it again when the server reports a
// deadlock or a serialisation failure.
//
// Hence the rules for a function given to Write: it may run more than once, so it has no effects outside its
// transaction (use [Tx.AfterCommit] for a wake-up); it calls neither Write nor Read nor anything that waits for another
// connection, since all connections may be held by those who wait so ([Tx.RetryAfter] fetches what it lacks); and it does
// not wait for a network.
//
// An error carries its path (Fault): the exported functions at work, the statement and the ids it was about, worked out
// from the stack when somebody reads the error. So nothing above has to wrap, and the good path pays nothing.
//
// # One behaviour
//
// Where one engine is stricter, the other is made so, because a program is tested mostly on the lenient one: after a
// failed statement a transaction refuses all others until its end (PostgreSQL's rule; [Tx.Savepoint] is the way to try
// something); the rows of one query are closed before the next statement; text is valid UTF-8 without NUL; a time.Time
// is refused.
package sqldb
