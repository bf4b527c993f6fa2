package wordindex

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"interdesk/search"
	"interdesk/store/sqldb"
)

// Reader reads the index of one account.
type Reader struct {
	Tx      *sqldb.Tx
	Account int64
}

// Word names a set: those tickets of a block that have a word in a place.
type Word struct {
	Block int64
	Text  string
	Place search.Place
}

// Blocks are the blocks in which words are, in any place.
func (r Reader) Blocks(ctx context.Context, words []string) (map[string][]int64, error) {
	out := map[string][]int64{}
	for some := range slices.Chunk(words, rowsAtOnce) {
		args, in := r.args(some)
		rows, err := r.Tx.Query(ctx, `
			select word, region, blocks from search_words
			where account_id = $1 and place in (`+placeList()+`) and word in (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
		err = eachSet(rows, func(word string, region int64, set *search.Set) {
			for slot := range set.All(false) {
				out[word] = append(out[word], region*search.BlockSize+int64(slot))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	for w := range out {
		slices.Sort(out[w])
		out[w] = slices.Compact(out[w])
	}
	return out, nil
}

func placeList() string {
	var out []string
	for _, p := range search.Places() {
		out = append(out, strconv.Itoa(int(p)))
	}
	return strings.Join(out, ", ")
}

func (r Reader) args(words []string) (args []any, in string) {
	args = []any{r.Account}
	for _, w := range words {
		args = append(args, w)
	}
	return args, sqldb.Placeholders(2, len(words))
}

func eachSet(rows *sql.Rows, fn func(word string, number int64, set *search.Set)) error {
	defer rows.Close()
	for rows.Next() {
		var word string
		var number int64
		var p posting
		if err := rows.Scan(&word, &number, &p.raw); err != nil {
			return err
		}
		if err := p.decode(); err != nil {
			return err
		}
		fn(word, number, p.set)
	}
	return rows.Err()
}

// AllBlocks are all blocks in which there is a word. It jumps from block to block.
func (r Reader) AllBlocks(ctx context.Context) (blocks []int64, err error) {
	rows, err := r.Tx.Query(ctx, `
		with recursive walk (block) as (
			select max(block) from search_postings where account_id = $1
			union all
			select (select max(p.block) from search_postings p where p.account_id = $1 and p.block < walk.block) from walk where walk.block is not null
		)
		select block from walk where block is not null order by block`, r.Account)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var block int64
		if err := rows.Scan(&block); err != nil {
			return nil, err
		}
		blocks = append(blocks, block)
	}
	return blocks, rows.Err()
}

// MostBegun is how many rows of a block are read for the beginning of a word.
const MostBegun = 2_000

// Found are the sets that were read, from how many rows. Cut: of the words that begin so, not all were looked at.
type Found struct {
	Sets map[Word]*search.Set
	Rows int
	Cut  bool
}

// Sets reads the sets of words, and of all words that begin so, in some blocks. Those of a beginning are one set for each
// place, under the beginning and a star.
func (r Reader) Sets(ctx context.Context, blocks []int64, words, prefixes []string) (out Found, err error) {
	out.Sets = map[Word]*search.Set{}
	args := []any{r.Account}
	next := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	var list []string
	for _, b := range blocks {
		list = append(list, next(b))
	}
	where := ` from search_postings where account_id = $1 and block in (` + strings.Join(list, ", ") + `) and `
	fixed := len(args)
	for some := range slices.Chunk(words, rowsAtOnce) {
		args = args[:fixed]
		var in []string
		for _, w := range some {
			in = append(in, next(w))
		}
		n, err := r.sets(ctx, `select block, word, place, tickets`+where+`word in (`+strings.Join(in, ", ")+`)`, args, "", out.Sets)
		if out.Rows += n; err != nil {
			return out, err
		}
	}
	for _, p := range prefixes {
		for _, block := range blocks {
			n, err := r.sets(ctx, `
				select block, word, place, tickets from search_postings
				where account_id = $1 and block = $2 and word >= $3 and word < $4
				order by word, place limit `+strconv.Itoa(MostBegun), []any{r.Account, block, p, endOf(p)}, p+"*", out.Sets)
			if out.Rows += n; err != nil {
				return out, err
			}
			out.Cut = out.Cut || n == MostBegun
		}
	}
	return out, nil
}

// endOf is behind all words that begin so.
func endOf(prefix string) string { return prefix + "\U0010ffff" }

func (r Reader) sets(ctx context.Context, query string, args []any, name string, out map[Word]*search.Set) (n int, err error) {
	rows, err := r.Tx.Query(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		var w Word
		var p posting
		if err := rows.Scan(&w.Block, &w.Text, &w.Place, &p.raw); err != nil {
			return n, err
		}
		if err := p.decode(); err != nil {
			return n, err
		}
		if name != "" {
			w.Text = name
		}
		if out[w] == nil {
			out[w] = p.set
		} else {
			out[w].Or(p.set)
		}
	}
	return n, rows.Err()
}

// LongWords are long words that have a part, up to one more than most.
func (r Reader) LongWords(ctx context.Context, part string, most int) (words []string, err error) {
	rows, err := r.Tx.Query(ctx, `
		select distinct word from (
			select word from search_parts where account_id = $1 and part >= $2 and part < $3 limit $4) long`, r.Account, part, endOf(part), most+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var w string
		if err := rows.Scan(&w); err != nil {
			return nil, err
		}
		words = append(words, w)
	}
	return words, rows.Err()
}

// Progress tells below which number an account's older tickets are still to be indexed; ok is false when that has not begun,
// 0 means that all are.
func Progress(ctx context.Context, tx *sqldb.Tx, account int64) (next int64, ok bool, err error) {
	var found int
	err = tx.QueryRow(ctx, `
		select count(*), coalesce(max(next_ticket), 0) from search_progress where account_id = $1`, account).Scan(&found, &next)
	return next, found > 0, err
}

// SetProgress notes how far an account's tickets are indexed.
func SetProgress(ctx context.Context, tx *sqldb.Tx, account, next int64) error {
	_, err := tx.Exec(ctx, `
		insert into search_progress (account_id, next_ticket) values ($1, $2)
		on conflict (account_id) do update set next_ticket = excluded.next_ticket`, account, next)
	return err
}
