package wordindex

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"

	"interdesk/store/sqldb"
)

// Index is the index of one installation.
type Index struct {
	main *sqldb.DB

	// mu is held while a file of the index's own is used, and wholly while it is exchanged for another.
	mu   sync.RWMutex
	own  *sqldb.DB // nil on PostgreSQL
	file os.FileInfo

	suspect atomic.Bool // a reader found the file damaged
}

// form names how the rows look. An index of another form is made anew.
const form = "1"

// Path is where the index of an SQLite database lies.
func Path(database string) string { return database + "-words" }

// Open opens the index of a database, and makes one where there is none that can be used.
func Open(ctx context.Context, main *sqldb.DB) (*Index, error) {
	x := &Index{main: main}
	if main.Dialect() != sqldb.SQLite {
		return x, nil
	}
	err := x.openFile(ctx)
	if err != nil && !errors.Is(err, sqldb.ErrLocked) {
		err = x.begin(ctx)
	}
	return x, err
}

// Close gives the file back.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.closeFile()
}

func (x *Index) closeFile() error {
	if x.own == nil {
		return nil
	}
	err := x.own.Close()
	x.own = nil
	return err
}

// errForeign is an index that does not tell of this state of the database.
var errForeign = errors.New("the index of words belongs to another state of the database")

func (x *Index) openFile(ctx context.Context) error {
	path := Path(x.main.Path())
	own, err := sqldb.Open(ctx, "sqlite:"+path, sqldb.Options{})
	if err != nil {
		return err
	}
	x.own = own
	if err = own.Write(ctx, createTables); err == nil {
		err = x.check(ctx)
	}
	if err == nil {
		x.file, err = os.Stat(path)
	}
	if err != nil {
		return errors.Join(err, x.closeFile())
	}
	return nil
}

// begin makes a new file in place of the one that is there.
func (x *Index) begin(ctx context.Context) error {
	path := Path(x.main.Path())
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("take away the index of words: %w", err)
		}
	}
	return x.openFile(ctx)
}

// Rebuild begins the index anew. Words are found as they come in again.
func (x *Index) Rebuild(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.main.Dialect() == sqldb.SQLite {
		return errors.Join(x.closeFile(), x.begin(ctx))
	}
	return x.main.Write(ctx, func(tx *sqldb.Tx) error {
		for _, table := range []string{"search_progress", "search_postings", "search_words", "search_parts"} {
			if _, err := tx.Exec(ctx, `delete from `+table); err != nil {
				return err
			}
		}
		return nil
	})
}

// Mend begins the index anew when its file is gone, or when err says that it is damaged. It tells whether it did.
func (x *Index) Mend(ctx context.Context, err error, log *slog.Logger) (bool, error) {
	if x.main.Dialect() != sqldb.SQLite || !isDamage(err) && !x.suspect.Load() && !x.gone() {
		return false, nil
	}
	x.suspect.Store(false)
	log.WarnContext(ctx, "the index of words is missing or damaged and is made anew; searches find what is in it so far", "cause", err)
	return true, x.Rebuild(ctx)
}

func isDamage(err error) bool { return sqldb.Damaged(err) || errors.Is(err, errDamaged) }

// gone tells that there is no file, or another one, where the index was.
func (x *Index) gone() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	there, err := os.Stat(Path(x.main.Path()))
	return errors.Is(err, os.ErrNotExist) || err == nil && x.file != nil && !os.SameFile(there, x.file)
}

// ErrClosed is what readers get while there is no file.
var ErrClosed = errors.New("the index of words is being made anew")

// Read runs fn on the index as it is; main is a transaction on the database.
func (x *Index) Read(ctx context.Context, main *sqldb.Tx, fn func(tx *sqldb.Tx) error) error {
	if x.main.Dialect() != sqldb.SQLite {
		return fn(main)
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.own == nil {
		return ErrClosed
	}
	err := x.own.Read(ctx, fn)
	if isDamage(err) {
		x.suspect.Store(true) // Mend makes it anew
		return fmt.Errorf("%w: %w", ErrClosed, err)
	}
	return err
}

// indexLock is the advisory lock of the process that changes the index on PostgreSQL.
const indexLock = 5210714

// Update changes the index: fn gets a transaction on the database, from which it reads what has changed, and one on the
// index. done then runs on the database, when the change is on disk: it takes away what told of it. On PostgreSQL all that
// is one transaction; on SQLite a crash in between means that the same change is made again.
func (x *Index) Update(ctx context.Context, fn func(main, index *sqldb.Tx) error, done func(main *sqldb.Tx) error) error {
	if x.main.Dialect() != sqldb.SQLite {
		return x.main.Write(ctx, func(tx *sqldb.Tx) error {
			if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, indexLock); err != nil {
				return err
			}
			if err := fn(tx, tx); err != nil {
				return err
			}
			return done(tx)
		})
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.own == nil {
		return ErrClosed
	}
	mark := rand.Text()
	err := x.own.Write(ctx, func(index *sqldb.Tx) error {
		if err := x.main.Read(ctx, func(main *sqldb.Tx) error { return fn(main, index) }); err != nil {
			return err
		}
		return setMark(ctx, index, mark)
	})
	if err != nil {
		return err
	}
	return x.main.Write(ctx, func(main *sqldb.Tx) error {
		if err := done(main); err != nil {
			return err
		}
		_, err := main.Exec(ctx, `
			insert into installation (name, value) values ('search_mark', $1)
			on conflict (name) do update set value = excluded.value`, mark)
		return err
	})
}

// The marks say to which state of the database a file belongs: the database keeps that of the last change, the file that
// and the one before, since a crash can come between the two.

func setMark(ctx context.Context, index *sqldb.Tx, mark string) error {
	_, err := index.Exec(ctx, `
		insert into search_state (name, value) values ('mark before', ''), ('form', $1), ('mark', $2)
		on conflict (name) do update set value = case search_state.name
			when 'mark before' then (select value from search_state where name = 'mark') else excluded.value end`, form, mark)
	return err
}

// check tells whether the file tells of this state of the database. One without any mark is new.
func (x *Index) check(ctx context.Context) error {
	var is, mark, before, want string
	err := x.own.Read(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `
			select coalesce(max(case name when 'form' then value end), ''), coalesce(max(case name when 'mark' then value end), ''),
				coalesce(max(case name when 'mark before' then value end), '')
			from search_state`).Scan(&is, &mark, &before)
	})
	if err != nil || is == "" {
		return err
	}
	err = x.main.Read(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `select coalesce(max(value), '') from installation where name = 'search_mark'`).Scan(&want)
	})
	if err == nil && (is != form || want != mark && want != before) {
		err = errForeign
	}
	return err
}

// createTables makes the tables of a file; on PostgreSQL a migration does.
func createTables(tx *sqldb.Tx) error {
	for _, text := range []string{`
		create table if not exists search_state (
			name  text not null primary key,
			value text not null
		) without rowid`, `
		create table if not exists search_progress (
			account_id bigint not null primary key,
			next_ticket bigint not null
		) without rowid`, `
		create table if not exists search_postings (
			account_id bigint not null,
			block      bigint not null,
			word       text not null,
			place      bigint not null,
			tickets    blob not null,
			primary key (account_id, block, word, place)
		) without rowid`, `
		create table if not exists search_words (
			account_id bigint not null,
			place      bigint not null,
			word       text not null,
			region     bigint not null,
			blocks     blob not null,
			primary key (account_id, place, word, region)
		) without rowid`, `
		create table if not exists search_parts (
			account_id bigint not null,
			part       text not null,
			word       text not null,
			primary key (account_id, part, word)
		) without rowid`} {
		if _, err := tx.Exec(context.Background(), text); err != nil {
			return err
		}
	}
	return nil
}
