package wordindex

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"interdesk/search"
	"interdesk/store/sqldb"
)

// errDamaged is a row that this program cannot have written.
var errDamaged = errors.New("the index of words is damaged")

// Batch gathers changes of many tickets, so that a row is written once for all of them.
type Batch struct {
	changes map[postingKey]*change
}

type postingKey struct {
	account, block int64
	word           string
	place          search.Place
}

type change struct{ add, remove []int }

// Add says that a ticket has words in a place.
func (b *Batch) Add(account, ticket int64, place search.Place, words []string) {
	for _, w := range words {
		c := b.change(account, ticket, place, w)
		c.add = append(c.add, search.Slot(ticket))
	}
}

// Remove says that a ticket has words no longer. Within a batch, what is added stays.
func (b *Batch) Remove(account, ticket int64, place search.Place, words []string) {
	for _, w := range words {
		c := b.change(account, ticket, place, w)
		c.remove = append(c.remove, search.Slot(ticket))
	}
}

func (b *Batch) change(account, ticket int64, place search.Place, word string) *change {
	if b.changes == nil {
		b.changes = map[postingKey]*change{}
	}
	k := postingKey{account, search.Block(ticket), word, place}
	c := b.changes[k]
	if c == nil {
		c = &change{}
		b.changes[k] = c
	}
	return c
}

// posting is a row of the index: a set of tickets, or of the blocks that have a word.
type posting struct {
	postingKey
	raw    []byte // as it is stored; nil where there is none
	set    *search.Set
	before search.Set
}

// rowsAtOnce is how many rows are read or written at a time.
const rowsAtOnce = 2000

// Apply writes the changes.
func (b *Batch) Apply(ctx context.Context, tx *sqldb.Tx) error {
	all := make([]*posting, 0, len(b.changes))
	for k := range b.changes {
		all = append(all, &posting{postingKey: k})
	}
	slices.SortFunc(all, comparePostings)
	for rows := range slices.Chunk(all, rowsAtOnce) {
		if err := b.applySome(ctx, tx, rows); err != nil {
			return err
		}
	}
	return nil
}

func comparePostings(a, b *posting) int {
	return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.block, b.block), cmp.Compare(a.word, b.word), cmp.Compare(a.place, b.place))
}

func (b *Batch) applySome(ctx context.Context, tx *sqldb.Tx, rows []*posting) error {
	if err := readRows(ctx, tx, postingTable, rows); err != nil {
		return err
	}
	words := map[postingKey]*posting{}
	for _, p := range rows {
		c := b.changes[p.postingKey]
		for _, slot := range c.remove {
			p.set.Remove(slot)
		}
		for _, slot := range c.add {
			p.set.Add(slot)
		}
		if p.raw == nil && !p.set.Empty() {
			addBlock(words, p)
		}
	}
	if err := writeRows(ctx, tx, postingTable, rows); err != nil {
		return err
	}
	return addWords(ctx, tx, words)
}

// addBlock notes that a word is in a block. A set of blocks is like one of tickets; its block is called region.
func addBlock(words map[postingKey]*posting, p *posting) {
	k := postingKey{p.account, search.Block(p.block), p.word, p.place}
	if words[k] == nil {
		words[k] = &posting{postingKey: k, set: &search.Set{}}
	}
	words[k].set.Add(search.Slot(p.block))
}

// addWords brings the table of words up to date, and for long words that are new, the table of their parts.
func addWords(ctx context.Context, tx *sqldb.Tx, words map[postingKey]*posting) error {
	rows := make([]*posting, 0, len(words))
	for k := range words {
		rows = append(rows, &posting{postingKey: k})
	}
	slices.SortFunc(rows, comparePostings)
	if err := readRows(ctx, tx, wordTable, rows); err != nil {
		return err
	}
	var parts []*posting
	for _, p := range rows {
		p.set.Or(words[p.postingKey].set)
		if p.raw == nil {
			for _, part := range search.LongParts(p.word) {
				parts = append(parts, &posting{postingKey: postingKey{account: p.account, word: p.word}, raw: []byte(part)})
			}
		}
	}
	if err := writeRows(ctx, tx, wordTable, rows); err != nil {
		return err
	}
	return addParts(ctx, tx, parts)
}

// table is where sets are kept.
type table struct{ name, block, set string }

var (
	postingTable = table{"search_postings", "block", "tickets"}
	wordTable    = table{"search_words", "region", "blocks"}
)

// decode reads the set of a row as it was.
func (p *posting) decode() (err error) {
	if p.set, err = search.DecodeSet(p.raw); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	p.before = *p.set
	return nil
}

func readRows(ctx context.Context, tx *sqldb.Tx, t table, rows []*posting) error {
	var err error
	if tx.Dialect() == sqldb.Postgres {
		err = readTogether(ctx, tx, t, rows)
	} else {
		err = readEach(ctx, tx, t, rows)
	}
	if err != nil {
		return err
	}
	for _, p := range rows {
		if err := p.decode(); err != nil {
			return err
		}
	}
	return nil
}

func readEach(ctx context.Context, tx *sqldb.Tx, t table, rows []*posting) error {
	for _, p := range rows {
		err := tx.QueryRow(ctx, `
			select `+t.set+` from `+t.name+`
			where account_id = $1 and `+t.block+` = $2 and word = $3 and place = $4`, p.account, p.block, p.word, int64(p.place)).Scan(&p.raw)
		if err != nil && !errors.Is(err, sqldb.ErrNoRows) {
			return err
		}
	}
	return nil
}

// readTogether saves PostgreSQL a round trip for each row.
func readTogether(ctx context.Context, tx *sqldb.Tx, t table, rows []*posting) error {
	at := map[postingKey]*posting{}
	for _, p := range rows {
		at[p.postingKey] = p
	}
	accounts, blocks, words, places := columnsOf(rows)
	found, err := tx.Query(ctx, `
		select t.account_id, t.`+t.block+`, t.word, t.place, t.`+t.set+`
		from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[]) k (account_id, block, word, place)
		cross join lateral (
			select * from `+t.name+` t
			where t.account_id = k.account_id and t.`+t.block+` = k.block and t.word = k.word collate "C" and t.place = k.place
			offset 0) t`, accounts, blocks, words, places)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		var k postingKey
		var raw []byte
		if err := found.Scan(&k.account, &k.block, &k.word, &k.place, &raw); err != nil {
			return err
		}
		at[k].raw = raw
	}
	return found.Err()
}

func columnsOf(rows []*posting) (accounts, blocks []int64, words []string, places []int64) {
	for _, p := range rows {
		accounts, blocks = append(accounts, p.account), append(blocks, p.block)
		words, places = append(words, p.word), append(places, int64(p.place))
	}
	return accounts, blocks, words, places
}

// writeRows stores what has changed. A set without members stays as an empty row: it is few bytes, and seldom.
func writeRows(ctx context.Context, tx *sqldb.Tx, t table, rows []*posting) error {
	changed := slices.DeleteFunc(slices.Clone(rows), func(p *posting) bool { return *p.set == p.before })
	if len(changed) == 0 {
		return nil
	}
	const conflict = ` on conflict (account_id, %[2]s, word, place) do update set %[1]s = excluded.%[1]s`
	update := fmt.Sprintf(conflict, t.set, t.block)
	into := `insert into ` + t.name + ` (account_id, ` + t.block + `, word, place, ` + t.set + `) `
	if tx.Dialect() == sqldb.Postgres {
		sets := make([][]byte, len(changed))
		for i, p := range changed {
			sets[i] = p.set.Encode()
		}
		accounts, blocks, words, places := columnsOf(changed)
		_, err := tx.Exec(ctx, into+`
			select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bytea[])`+update, accounts, blocks, words, places, sets)
		return err
	}
	for _, p := range changed {
		if _, err := tx.Exec(ctx, into+`values ($1, $2, $3, $4, $5)`+update, p.account, p.block, p.word, int64(p.place), p.set.Encode()); err != nil {
			return err
		}
	}
	return nil
}

// addParts stores the parts of long words.
func addParts(ctx context.Context, tx *sqldb.Tx, parts []*posting) error {
	const into = `insert into search_parts (account_id, part, word) `
	if tx.Dialect() == sqldb.Postgres && len(parts) > 0 {
		ends := make([]string, len(parts))
		for i, p := range parts {
			ends[i] = string(p.raw)
		}
		accounts, _, words, _ := columnsOf(parts)
		_, err := tx.Exec(ctx, into+`
			select * from unnest($1::bigint[], $2::text[], $3::text[]) on conflict do nothing`, accounts, ends, words)
		return err
	}
	for _, p := range parts {
		if _, err := tx.Exec(ctx, into+`values ($1, $2, $3) on conflict do nothing`, p.account, string(p.raw), p.word); err != nil {
			return err
		}
	}
	return nil
}
