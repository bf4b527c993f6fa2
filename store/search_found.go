package store

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"interdesk/search"
	"interdesk/store/sqldb"
	"interdesk/store/wordindex"
)

// The tickets that have the words of a query, as the index proposes them, in tiers: those with all words in the title come
// first, then those with all of them anywhere, then those with beginnings and parts of words, where these are asked for,
// and at last those of people who are called so. Within a tier the newest comes first.
const (
	inTitle = iota
	anywhere
	loosely
	byName
	tiers
)

// Bounds of one search. Beyond them it says that there is more.
const (
	mostRows     = 8_000 // rows of the index that are read to count
	mostLong     = 100   // long words that are found by a part
	mostNoted    = 50    // changed tickets that are looked at themselves
	firstBlocks  = 1     // that are read at first, then twice as many each time
	mostBlocks   = 64
	mostLookedAt = 5_000 // tickets that are asked for what the index does not know
	mostTexts    = 500   // tickets whose texts are read
)

// wanted is one term of words as it is looked up.
type wanted struct {
	search.Needle
	loose  *search.Needle // in its place, when the word is still being typed
	places []search.Place // of its own
	parts  []string       // long words that have it inside
	fixed  bool           // it narrows what is found, and does not rank it
	first  bool           // in the description only
}

// wantedOf is a term of words, and whether it is one.
func wantedOf(t search.Term) (w wanted, ok bool) {
	switch t.Key {
	case "":
	case "subject":
		w.places, w.fixed = []search.Place{search.InTitle}, true
	case "comment":
		w.places, w.fixed = []search.Place{search.InText}, true
	case "description":
		w.places, w.fixed, w.first = []search.Place{search.InText}, true, true
	default:
		return w, false
	}
	return w, true
}

// foundTickets are the tickets that have the words, read block by block as far as anybody asks.
type foundTickets struct {
	tx      *Tx
	words   []wanted
	not     []wanted // as the index tells
	refused []wanted // as the texts tell
	exact   bool     // what the index proposes needs no look at the texts
	public  bool     // only what end users may see counts

	noted map[int64]bool // changed tickets, which the index may be wrong about and does not propose
	extra map[int64]int  // those of them that are found, with their tiers
	named map[int64]int  // tickets that are found by their numbers or their requesters' names, with their tiers

	lookup []string // words that are read,
	begins []string // and beginnings
	blocks []int64  // those in which the tickets can be, downwards
	read   map[int64]*[tiers]search.Set
	step   int // how many blocks are read next
	rows   int
	cut    bool // not all words were looked at
}

func (f *foundTickets) with(w wanted, n search.Needle) {
	w.Needle = n
	if w.fixed {
		w.Needle = n.Whole()
	}
	f.exact = f.exact && n.Exact() && !w.first
	f.words = append(f.words, w)
}

func (f *foundTickets) without(w wanted, n search.Needle) {
	w.Needle, w.fixed = n.Whole(), true
	if n.Exact() && !w.first && !f.public {
		f.not = append(f.not, w)
		return
	}
	f.refused, f.exact = append(f.refused, w), false
}

// in tells whether a text has the term as a tier wants it.
func (w *wanted) in(t *ticketText, tier int) bool {
	places, doc, loose := w.places, &t.Doc, tier == loosely || w.fixed
	switch {
	case w.Parts[0].Text == search.AllTickets:
		return true
	case w.first:
		doc = &t.first
	case places == nil && tier == inTitle:
		places = []search.Place{search.InTitle}
	case places == nil:
		places = search.Places()
	}
	return doc.Has(&w.Needle, loose, places...) || loose && w.loose != nil && doc.Has(w.loose, true, places...)
}

// tierOf is the first tier of a ticket whose texts have the words.
func (f *foundTickets) tierOf(id int64, t *ticketText) (tier int, ok bool) {
	if t.deleted || !f.allowed(t) {
		return 0, false
	}
	for tier = inTitle; tier <= loosely && len(f.words) > 0; tier++ {
		if !slices.ContainsFunc(f.words, func(w wanted) bool { return !w.in(t, tier) }) {
			if named, ok := f.named[id]; ok {
				tier = min(tier, named)
			}
			return tier, true
		}
	}
	tier, ok = f.named[id]
	return tier, ok
}

// allowed tells that a text has what narrows the search, and nothing that is refused.
func (f *foundTickets) allowed(t *ticketText) bool {
	return !slices.ContainsFunc(f.words, func(w wanted) bool { return w.fixed && !w.in(t, loosely) }) &&
		!slices.ContainsFunc(slices.Concat(f.not, f.refused), func(w wanted) bool { return w.in(t, loosely) })
}

// texts reads what is asked of some tickets.
func (f *foundTickets) texts(ctx context.Context, ids []int64) (map[int64]*ticketText, error) {
	first := func(w wanted) bool { return w.first }
	return f.tx.ticketTexts(ctx, ids, textRange{whole: ids, public: f.public,
		first: slices.ContainsFunc(f.words, first) || slices.ContainsFunc(f.refused, first)})
}

// lookAtNoted looks at the changed tickets that are not indexed yet. Of many, only those that are no longer as the index
// has them.
func (f *foundTickets) lookAtNoted(ctx context.Context) error {
	due, err := queryAll(ctx, f.tx, scanDue, `
		select `+dueColumns+` from search_due where account_id = $1
		order by altered desc, ticket_id desc, due_id desc limit $2`, f.tx.account, mostNoted+1)
	if err != nil {
		return err
	}
	var ids []int64
	for _, d := range due {
		if (d.altered || len(due) <= mostNoted) && !f.noted[d.ticket] {
			f.noted[d.ticket] = true
			ids = append(ids, d.ticket)
		}
	}
	if f.public {
		return nil // their own are looked at anyway
	}
	texts, err := f.texts(ctx, ids)
	for id, t := range texts {
		if tier, ok := f.tierOf(id, t); ok {
			f.extra[id] = tier
		}
	}
	return err
}

// open finds out in which blocks the tickets can be.
func (f *foundTickets) open(ctx context.Context) error {
	f.read, f.step = map[int64]*[tiers]search.Set{}, firstBlocks
	err := f.index(ctx, func(r wordindex.Reader) error {
		if err := f.findLong(ctx, r); err != nil {
			return err
		}
		f.collect()
		return f.findBlocks(ctx, r)
	})
	for _, found := range []map[int64]int{f.extra, f.named} {
		for id := range found {
			f.blocks = append(f.blocks, search.Block(id))
		}
	}
	slices.Sort(f.blocks)
	f.blocks = slices.Compact(f.blocks)
	slices.Reverse(f.blocks)
	return err
}

// index reads the index; while there is none, nothing is found in it.
func (f *foundTickets) index(ctx context.Context, fn func(r wordindex.Reader) error) error {
	err := f.tx.store.words.Read(ctx, f.tx.Tx, func(index *sqldb.Tx) error {
		return fn(wordindex.Reader{Tx: index, Account: int64(f.tx.account)})
	})
	if errors.Is(err, wordindex.ErrClosed) {
		return nil
	}
	return err
}

func (f *foundTickets) findLong(ctx context.Context, r wordindex.Reader) (err error) {
	for i := range f.words {
		w := &f.words[i]
		if w.Inner() == "" || w.fixed {
			continue
		}
		if w.parts, err = r.LongWords(ctx, w.Inner(), mostLong); err != nil {
			return err
		}
		if len(w.parts) > mostLong {
			w.parts, f.cut = w.parts[:mostLong], true
		}
	}
	return nil
}

// collect lists what is to be read.
func (f *foundTickets) collect() {
	for _, w := range slices.Concat(f.words, f.not) {
		for _, n := range w.needles() {
			for i, p := range n.Parts {
				if n.Prefix && i == len(n.Parts)-1 {
					f.begins = append(f.begins, p.Text)
				}
				f.lookup = append(f.lookup, p.Text)
			}
			if n.Joined != "" {
				f.lookup = append(f.lookup, n.Joined)
				if n.Prefix {
					f.begins = append(f.begins, n.Joined)
				}
			}
		}
		f.lookup = append(f.lookup, w.parts...)
	}
	slices.Sort(f.lookup)
	f.lookup = slices.Compact(f.lookup)
	slices.Sort(f.begins)
	f.begins = slices.Compact(f.begins)
}

func (w *wanted) needles() []*search.Needle {
	if w.loose != nil {
		return []*search.Needle{&w.Needle, w.loose}
	}
	return []*search.Needle{&w.Needle}
}

// findBlocks keeps the blocks that each term has some words in.
func (f *foundTickets) findBlocks(ctx context.Context, r wordindex.Reader) error {
	if len(f.words) == 0 {
		return nil
	}
	at, err := r.Blocks(ctx, f.lookup)
	if err != nil {
		return err
	}
	some := false
	for i := range f.words {
		blocks, all := f.words[i].blocks(at)
		switch {
		case all:
		case some:
			f.blocks = common(f.blocks, blocks)
		default:
			f.blocks, some = blocks, true
		}
	}
	if !some {
		f.blocks, err = r.AllBlocks(ctx)
	}
	return err
}

// blocks are those that one term has words in; all: nobody knows.
func (w *wanted) blocks(at map[string][]int64) (out []int64, all bool) {
	for _, n := range w.needles() {
		if n.Prefix {
			return nil, true
		}
		var both []int64
		for i, p := range n.Parts {
			if i == 0 {
				both = at[p.Text]
			} else {
				both = common(both, at[p.Text])
			}
		}
		out = append(append(out, both...), at[n.Joined]...)
	}
	for _, word := range w.parts {
		out = append(out, at[word]...)
	}
	slices.Sort(out)
	return slices.Compact(out), false
}

// common are the numbers that two sorted lists share.
func common(a, b []int64) (out []int64) {
	for _, n := range a {
		if _, ok := slices.BinarySearch(b, n); ok {
			out = append(out, n)
		}
	}
	return out
}

// block gives the sets of a block, and reads some blocks from there on when it is not read yet.
func (f *foundTickets) block(ctx context.Context, at int, down bool) (*[tiers]search.Set, error) {
	if s := f.read[f.blocks[at]]; s != nil {
		return s, nil
	}
	var some []int64
	for i := at; i >= 0 && i < len(f.blocks) && len(some) < f.step; {
		if f.read[f.blocks[i]] == nil {
			some = append(some, f.blocks[i])
		}
		if down {
			i++
		} else {
			i--
		}
	}
	f.step = min(2*f.step, mostBlocks)
	if err := f.readBlocks(ctx, some); err != nil {
		return nil, err
	}
	return f.read[f.blocks[at]], nil
}

func (f *foundTickets) readBlocks(ctx context.Context, blocks []int64) error {
	var found wordindex.Found
	err := f.index(ctx, func(r wordindex.Reader) (err error) {
		found, err = r.Sets(ctx, blocks, f.lookup, f.begins)
		return err
	})
	if err != nil {
		return err
	}
	f.rows += found.Rows
	f.cut = f.cut || found.Cut
	for _, b := range blocks {
		f.read[b] = f.evaluate(b, found.Sets)
	}
	return nil
}

// evaluate combines the sets of the words of one block into those of the tiers.
func (f *foundTickets) evaluate(block int64, sets map[wordindex.Word]*search.Set) *[tiers]search.Set {
	out := &[tiers]search.Set{}
	at := func(word string, place search.Place) *search.Set {
		return sets[wordindex.Word{Block: block, Text: word, Place: place}]
	}
	for id, tier := range f.named {
		if search.Block(id) == block {
			out[tier].Add(search.Slot(id))
		}
	}
	for tier, places := range [][]search.Place{inTitle: {search.InTitle}, anywhere: search.Places(), loosely: search.Places()} {
		if len(f.words) > 0 {
			found := allOf(f.words, at, places, tier == loosely, false)
			out[tier].Or(&found)
		}
	}
	f.narrow(at, out)
	f.correct(block, out)
	return out
}

// allOf is the tickets that have all terms, or all those that narrow the search.
func allOf(words []wanted, at setOf, places []search.Place, loose, fixed bool) (out search.Set) {
	first := true
	for i := range words {
		if fixed && !words[i].fixed {
			continue
		}
		s := words[i].set(at, places, loose)
		if first {
			out, first = s, false
		} else {
			out.And(&s)
		}
	}
	return out
}

// narrow takes out what has been found by other things than words and lacks those that it must have, and all that has those
// it must not.
func (f *foundTickets) narrow(at setOf, out *[tiers]search.Set) {
	if slices.ContainsFunc(f.words, func(w wanted) bool { return w.fixed }) {
		must := allOf(f.words, at, nil, true, true)
		for tier := range out {
			out[tier].And(&must)
		}
	}
	for i := range f.not {
		none := f.not[i].set(at, search.Places(), true)
		for tier := range out {
			out[tier].AndNot(&none)
		}
	}
}

// correct puts right what is known better, and takes out of each tier what an earlier one has. Where only a look at the texts
// can tell, a ticket stays in all tiers that come into question, and is kept in the one to which its texts belong.
func (f *foundTickets) correct(block int64, out *[tiers]search.Set) {
	for id := range f.noted {
		if search.Block(id) == block {
			for tier := range out {
				out[tier].Remove(search.Slot(id))
			}
		}
	}
	for id, tier := range f.extra {
		if search.Block(id) == block {
			out[tier].Add(search.Slot(id))
		}
	}
	for tier := 1; tier < tiers && f.exact; tier++ {
		for before := range tier {
			out[tier].AndNot(&out[before])
		}
	}
}

// setOf gives the tickets of a block that have a word in a place.
type setOf func(word string, place search.Place) *search.Set

// set is the tickets that have a term in one of some places, or of its own.
func (w *wanted) set(at setOf, places []search.Place, loose bool) (out search.Set) {
	if w.places != nil {
		places = w.places
	}
	loose = loose || w.fixed
	for _, place := range places {
		one := partsSet(at, &w.Needle, place, loose)
		out.Or(&one)
		if !loose {
			continue
		}
		if w.loose != nil {
			one = partsSet(at, w.loose, place, true)
			out.Or(&one)
		}
		for _, word := range w.parts {
			out.Or(at(word, place))
		}
	}
	return out
}

func partsSet(at setOf, n *search.Needle, place search.Place, loose bool) (out search.Set) {
	get := func(word string, last bool) *search.Set {
		if n.Prefix && loose && last {
			word += "*"
		}
		return at(word, place)
	}
	for i, p := range n.Parts {
		s := get(p.Text, i == len(n.Parts)-1)
		if i == 0 {
			out.Or(s)
		} else {
			out.And(s)
		}
	}
	if n.Joined != "" {
		out.Or(get(n.Joined, true))
	}
	return out
}

// proposed is the place of a ticket among those that are found.
type proposed struct {
	tier int
	id   int64
}

// next lists some tickets behind a place, downwards through the tiers, or upwards in front of it.
func (f *foundTickets) next(ctx context.Context, from proposed, down bool, most int) (out []proposed, err error) {
	for tier := from.tier; tier >= 0 && tier < tiers; {
		for n := range f.blocks {
			i := n
			if !down {
				i = len(f.blocks) - 1 - n
			}
			if tier == from.tier && (down && f.blocks[i] > search.Block(from.id) || !down && f.blocks[i] < search.Block(from.id)) {
				continue
			}
			sets, err := f.block(ctx, i, down)
			if err != nil {
				return nil, err
			}
			for slot := range sets[tier].All(down) {
				id := f.blocks[i]*search.BlockSize + int64(slot)
				if tier == from.tier && (down && id >= from.id || !down && id <= from.id) {
					continue
				}
				if out = append(out, proposed{tier, id}); len(out) == most {
					return out, nil
				}
			}
		}
		if down {
			tier++
		} else {
			tier--
		}
	}
	return out, nil
}

// tiersOf are those in which the index proposes a ticket; none when it is not found at all.
func (f *foundTickets) tiersOf(ctx context.Context, id int64) (out []int, err error) {
	at, ok := slices.BinarySearchFunc(f.blocks, search.Block(id), func(b, want int64) int { return cmp.Compare(want, b) })
	if !ok {
		return nil, nil
	}
	sets, err := f.block(ctx, at, true)
	if err != nil {
		return nil, err
	}
	for tier := range sets {
		if sets[tier].Has(search.Slot(id)) {
			out = append(out, tier)
		}
	}
	return out, nil
}

// count counts up to one more than most, as far as the rows of the index are to be read. whole tells that it is no less.
func (f *foundTickets) count(ctx context.Context, most int) (n int, whole bool, err error) {
	for i := range f.blocks {
		if f.rows > mostRows {
			return n, false, nil
		}
		sets, err := f.block(ctx, i, true)
		if err != nil {
			return n, false, err
		}
		for tier := range sets {
			n += sets[tier].Count()
		}
		if n > most {
			return most + 1, true, nil
		}
	}
	return n, !f.cut, nil
}
