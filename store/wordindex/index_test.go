package wordindex_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"slices"
	"testing"

	"interdesk/search"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/store/wordindex"
)

func open(t *testing.T, db *sqldb.DB) *wordindex.Index {
	t.Helper()
	x, err := wordindex.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

// add says that a ticket of account 1 has words, and that all its tickets are indexed.
func add(t *testing.T, x *wordindex.Index, ticket int64, words ...string) {
	t.Helper()
	err := x.Update(t.Context(), func(_, index *sqldb.Tx) error {
		var b wordindex.Batch
		b.Add(1, ticket, search.InText, words)
		if err := b.Apply(t.Context(), index); err != nil {
			return err
		}
		return wordindex.SetProgress(t.Context(), index, 1, 0)
	}, func(*sqldb.Tx) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// blocks are those that have a word, and whether the index says that it is whole.
func blocks(t *testing.T, db *sqldb.DB, x *wordindex.Index, word string) (found []int64, whole bool) {
	t.Helper()
	err := db.Read(t.Context(), func(main *sqldb.Tx) error {
		return x.Read(t.Context(), main, func(tx *sqldb.Tx) error {
			at, err := wordindex.Reader{Tx: tx, Account: 1}.Blocks(t.Context(), []string{word})
			if err != nil {
				return err
			}
			found = at[word]
			_, whole, err = wordindex.Progress(t.Context(), tx, 1)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, whole
}

func TestBlocksOfWords(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		x := open(t, db)
		for _, ticket := range []int64{1, 2, search.BlockSize, 3 * search.BlockSize, 1 << 40} {
			add(t, x, ticket, "lens")
		}
		add(t, x, 5, "linsenfehler")
		got, whole := blocks(t, db, x, "lens")
		if want := []int64{0, 1, 3, (1 << 40) / search.BlockSize}; !slices.Equal(got, want) || !whole {
			t.Errorf("%v, %v; want %v", got, whole, want)
		}
		err := db.Read(t.Context(), func(main *sqldb.Tx) error {
			return x.Read(t.Context(), main, func(tx *sqldb.Tx) error {
				r := wordindex.Reader{Tx: tx, Account: 1}
				long, err := r.LongWords(t.Context(), "fehl", 10)
				if err != nil || !slices.Equal(long, []string{"linsenfehler"}) {
					t.Errorf("%v, %v", long, err)
				}
				all, err := r.AllBlocks(t.Context())
				if err != nil || len(all) != 4 {
					t.Errorf("%v, %v", all, err)
				}
				found, err := r.Sets(t.Context(), []int64{0}, []string{"lens"}, []string{"le", "lins"})
				in := func(word string) int {
					return found.Sets[wordindex.Word{Block: 0, Text: word, Place: search.InText}].Count()
				}
				if err != nil || in("lens") != 2 || in("le*") != 2 || in("lins*") != 1 {
					t.Errorf("%+v, %v", found, err)
				}
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// What is wrong with a file when it is opened, and whether its words may be trusted then.
func TestFilesThatAreFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		harm func(t *testing.T, db *sqldb.DB, path string)
		kept bool
	}{
		"as it was": {func(*testing.T, *sqldb.DB, string) {}, true},
		"missing":   {func(t *testing.T, _ *sqldb.DB, path string) { check(t, os.Remove(path)) }, false},
		"no database": {func(t *testing.T, _ *sqldb.DB, path string) {
			check(t, os.WriteFile(path, []byte("nothing of the sort, and long enough to be one"), 0o600))
		}, false},
		"cut":          {func(t *testing.T, _ *sqldb.DB, path string) { check(t, os.Truncate(path, 5000)) }, false},
		"of a restore": {func(t *testing.T, db *sqldb.DB, _ string) { setMark(t, db, "another") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.New(t, sqldb.SQLite)
			x := open(t, db)
			add(t, x, 1, "lens")
			check(t, x.Close())
			c.harm(t, db, wordindex.Path(db.Path()))
			found, whole := blocks(t, db, open(t, db), "lens")
			if (len(found) == 1) != c.kept || whole != c.kept {
				t.Errorf("found %v, whole %v; want %v", found, whole, c.kept)
			}
		})
	}
}

// A crash between the change of the index and that of the database leaves the file one change ahead.
func TestCrashBetweenTheFiles(t *testing.T) {
	t.Parallel()
	db := storetest.New(t, sqldb.SQLite)
	x := open(t, db)
	add(t, x, 1, "lens")
	var mark string
	check(t, db.Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), `select value from installation where name = 'search_mark'`).Scan(&mark)
	}))
	add(t, x, 2, "lenses")
	setMark(t, db, mark)
	check(t, x.Close())
	if found, whole := blocks(t, db, open(t, db), "lenses"); len(found) != 1 || !whole {
		t.Errorf("found %v, whole %v", found, whole)
	}
}

func TestAFileThatIsTakenAway(t *testing.T) {
	t.Parallel()
	db := storetest.New(t, sqldb.SQLite)
	x, log := open(t, db), slog.New(slog.DiscardHandler)
	add(t, x, 1, "lens")
	if mended, err := x.Mend(t.Context(), nil, log); mended || err != nil {
		t.Fatalf("mended %v, %v though nothing was wrong", mended, err)
	}
	check(t, os.Remove(wordindex.Path(db.Path())))
	mended, err := x.Mend(t.Context(), nil, log)
	found, whole := blocks(t, db, x, "lens")
	if !mended || err != nil || len(found) != 0 || whole {
		t.Errorf("mended %v, %v; found %v, whole %v", mended, err, found, whole)
	}
	add(t, x, 1, "lens")
	if found, _ := blocks(t, db, x, "lens"); len(found) != 1 {
		t.Errorf("found %v afterwards", found)
	}
}

// A reader that finds damage goes without the index, which is then made anew.
func TestDamageThatAReaderFinds(t *testing.T) {
	t.Parallel()
	db := storetest.New(t, sqldb.SQLite)
	x := open(t, db)
	add(t, x, 1, "lens")
	beside, err := sql.Open("sqlite", wordindex.Path(db.Path()))
	check(t, err)
	_, err = beside.ExecContext(t.Context(), `update search_postings set tickets = x'01'`)
	check(t, errors.Join(err, beside.Close()))
	err = db.Read(t.Context(), func(main *sqldb.Tx) error {
		return x.Read(t.Context(), main, func(tx *sqldb.Tx) error {
			_, err := wordindex.Reader{Tx: tx, Account: 1}.Sets(t.Context(), []int64{0}, []string{"lens"}, nil)
			return err
		})
	})
	if !errors.Is(err, wordindex.ErrClosed) {
		t.Errorf("got %v, want that there is no index", err)
	}
	if mended, err := x.Mend(t.Context(), nil, slog.New(slog.DiscardHandler)); !mended || err != nil {
		t.Errorf("mended %v, %v", mended, err)
	}
}

func setMark(t *testing.T, db *sqldb.DB, mark string) {
	t.Helper()
	check(t, db.Write(context.Background(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(context.Background(), `update installation set value = $1 where name = 'search_mark'`, mark)
		return err
	}))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
