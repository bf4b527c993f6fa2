package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"interdesk/desk"
)

// top is in front of all that is found, and bottom behind it.
var (
	top    = proposed{tier: 0, id: 1 << 62}
	bottom = proposed{tier: tiers - 1, id: -1}
)

// compare orders by tiers, then the newest first.
func (p proposed) compare(o proposed) int {
	return cmp.Or(cmp.Compare(p.tier, o.tier), cmp.Compare(o.id, p.id))
}

// look is how far one search has looked at what is proposed.
type look struct {
	s      *ticketSearcher
	from   proposed
	down   bool
	looked int
	ended  bool // there is no more
}

// spent tells that one search may look no further.
func (l *look) spent() bool { return l.looked >= mostLookedAt || l.s.texts >= mostTexts }

// next gives those of the next proposals that have the properties, too. need is how many are still wanted.
func (l *look) next(ctx context.Context, need int) ([]proposed, error) {
	if l.looked >= narrowAfter {
		if err := l.s.narrowSource(ctx); err != nil {
			return nil, err
		}
	}
	n := min(max(2*need, 4*l.looked), 1000, mostLookedAt-l.looked)
	if !l.s.exact() {
		n = min(n, mostTexts-l.s.texts)
	}
	some, err := l.s.source(ctx, l.from, l.down, n)
	if err != nil {
		return nil, err
	}
	if l.ended = len(some) < n; len(some) > 0 {
		l.from = some[len(some)-1]
	}
	l.looked += len(some)
	return l.s.filtered(ctx, some)
}

func (s *ticketSearcher) exact() bool { return s.found == nil || s.found.exact }

// After narrowAfter tickets it is worth while to see whether the properties lead to mostAlong or fewer.
const (
	narrowAfter = 200
	mostAlong   = 2_000
)

// narrowSource proposes only the tickets that some property leads to, when these are few.
func (s *ticketSearcher) narrowSource(ctx context.Context) error {
	paths := s.paths()
	if s.narrowed || len(paths) == 0 || s.found == nil {
		return nil
	}
	s.narrowed = true
	path, err := s.tx.shortest(ctx, paths, mostAlong)
	if err != nil || path == nil {
		return err
	}
	ids, err := s.tx.ticketsAlong(ctx, *path, mostAlong)
	if err != nil {
		return err
	}
	var few []proposed
	for _, id := range distinctIDs(ids) {
		in, err := s.found.tiersOf(ctx, id)
		if err != nil {
			return err
		}
		for _, tier := range in {
			few = append(few, proposed{tier, id})
		}
	}
	s.source = listedProposals(few)
	return nil
}

// filtered keeps the proposals that have the properties that are asked for and, where the index does not tell, the words.
func (s *ticketSearcher) filtered(ctx context.Context, some []proposed) ([]proposed, error) {
	if len(some) == 0 || len(s.text) == s.plain && s.exact() {
		return some, nil
	}
	if len(s.text) > s.plain {
		c := s.extended(func(*clause) {})
		query := `select t.ticket_id from (` + s.tx.eachNumber(c, some) + `) d` + s.tx.eachTicket(false) + ` and ` + c.where()
		ids, err := queryAll(ctx, s.tx, scanID, query, c.args...)
		if err != nil {
			return nil, err
		}
		slices.Sort(ids)
		some = slices.DeleteFunc(some, func(p proposed) bool {
			_, ok := slices.BinarySearch(ids, p.id)
			return !ok
		})
	}
	if s.exact() {
		return some, nil
	}
	return s.verified(ctx, some)
}

// anyTier is the tier of a proposal in a list whose order is another.
const anyTier = -1

// verified keeps the proposals whose texts have the words as their tier wants them.
func (s *ticketSearcher) verified(ctx context.Context, some []proposed) ([]proposed, error) {
	if err := s.readTiers(ctx, some); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(some, func(p proposed) bool {
		tier := s.tiers[p.id]
		return tier != p.tier && (tier == noTier || p.tier != anyTier)
	}), nil
}

// noTier is the tier of a ticket whose texts do not have the words.
const noTier = tiers

// readTiers finds the tiers of proposals by their texts, each once.
func (s *ticketSearcher) readTiers(ctx context.Context, some []proposed) error {
	var ids []int64
	for _, p := range some {
		if _, ok := s.tiers[p.id]; !ok {
			ids = append(ids, p.id)
			s.tiers[p.id] = noTier
		}
	}
	texts, err := s.found.texts(ctx, ids)
	s.texts += len(ids)
	for id, t := range texts {
		if tier, ok := s.found.tierOf(id, t); ok {
			s.tiers[id] = tier
		}
	}
	return err
}

// eachNumber lists the ids of proposals as rows of their own.
func (tx *Tx) eachNumber(c *clause, some []proposed) string {
	ids := make([]int64, len(some))
	for i, p := range some {
		ids[i] = p.id
	}
	return tx.idList(c, ids)
}

// rankedPage reads a page in the order of the tiers.
func (s *ticketSearcher) rankedPage(ctx context.Context, p Page) (Listed[desk.Ticket], error) {
	at, err := p.start([]sortKey{{column: "tier"}, {column: "id"}})
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	l := look{s: s, from: top, down: !p.backward()}
	if !l.down {
		l.from = bottom
	}
	if at != nil {
		l.from = proposed{int(at[0].(int64)), at[1].(int64)}
	}
	var found []proposed
	need := p.skipped() + p.size() + 1
	for len(found) < need && !l.ended && !l.spent() {
		some, err := l.next(ctx, need-len(found))
		if err != nil {
			return Listed[desk.Ticket]{}, err
		}
		found = append(found, some...)
	}
	return s.rankedTickets(ctx, p, found[:min(need, len(found))], l.from, !l.ended && len(found) < need)
}

// rankedTickets reads the tickets of a page. cut: what was looked at ended there before the list did.
func (s *ticketSearcher) rankedTickets(ctx context.Context, p Page, found []proposed, from proposed, cut bool) (Listed[desk.Ticket], error) {
	found = found[min(p.skipped(), len(found)):]
	tiersOf, ids := map[desk.TicketID]int{}, make([]desk.TicketID, len(found))
	for i, f := range found {
		ids[i] = desk.TicketID(f.id)
		tiersOf[ids[i]] = f.tier
	}
	tickets, err := s.tx.Tickets(ctx, ids)
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	out := listed(p, tickets, func(t *desk.Ticket) []any { return []any{tiersOf[t.ID], int64(t.ID)} })
	if cut {
		out.More = true
		if p.backward() {
			out.Before = cursorOf(from.tier, from.id)
		} else {
			out.After = cursorOf(from.tier, from.id)
		}
	}
	return out, nil
}

// sortedPage reads a page in another order. Few tickets are sorted; of many, those that come first in the order are looked
// at until the page is full.
func (s *ticketSearcher) sortedPage(ctx context.Context, p Page, keys []sortKey) (Listed[desk.Ticket], error) {
	at, err := p.start(keys)
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	g := pageReader{tx: s.tx, need: p.skipped() + p.size() + 1, at: map[desk.TicketID][]any{}}
	part := listPart{clause: s.clause, keys: p.directed(keys), at: at}
	l := look{s: s, from: top, down: true}
	var found []proposed
	for !l.ended && !l.spent() {
		some, err := l.next(ctx, 250)
		if err != nil {
			return Listed[desk.Ticket]{}, err
		}
		found = append(found, some...)
	}
	order := part.inOrderOf(part.keys)
	if l.ended || order == nil {
		c := s.extended(func(*clause) {})
		err = g.readFound(ctx, part, c, `(`+s.tx.eachNumber(c, found)+`) d`+s.tx.eachTicket(false)+` and `)
		return g.listed(p), err
	}
	cut, err := s.alongOrder(ctx, &g, part, order)
	out := g.listed(p)
	if cut != nil && err == nil {
		out.More = true
		if p.backward() {
			out.Before = cursorOf(cut...)
		} else {
			out.After = cursorOf(cut...)
		}
	}
	return out, err
}

// alongOrder fills the page with those of the next tickets in an order that are found. It tells where it stopped when it has
// looked at too many.
func (s *ticketSearcher) alongOrder(ctx context.Context, g *pageReader, part listPart, order *accessPath) (cut []any, err error) {
	s.texts = 0
	free := order.columns[len(order.fixed()):]
	for looked := 0; g.missing() > 0; {
		if looked >= 4*mostLookedAt || s.texts >= mostTexts {
			return part.at, nil
		}
		c := &clause{args: []any{s.tx.account}}
		n := min(max(4*g.missing(), looked), 2000)
		rows, err := s.placesAlong(ctx, `select `+columnsOf(free)+order.behind(s.tx, c, part.keys[0].desc, part.at)+
			order.order(part.keys[0].desc)+` limit `+strconv.Itoa(roundUp(n)), c.args, len(free))
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		looked += len(rows)
		if err := s.addAlong(ctx, g, rows); err != nil {
			return nil, err
		}
		part.at = rows[len(rows)-1]
		if len(rows) < roundUp(n) {
			return nil, nil
		}
	}
	return nil, nil
}

func columnsOf(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += "t." + n
	}
	return out
}

// placesAlong reads the places of some tickets in an order; the last column is the id.
func (s *ticketSearcher) placesAlong(ctx context.Context, query string, args []any, width int) ([][]any, error) {
	return queryAll(ctx, s.tx, func(row scanner) ([]any, error) {
		at, into := make([]int64, width), make([]any, width)
		for i := range at {
			into[i] = &at[i]
		}
		err := row.Scan(into...)
		return anys(at), err
	}, query, args...)
}

// addAlong adds those tickets of some places that are found.
func (s *ticketSearcher) addAlong(ctx context.Context, g *pageReader, rows [][]any) error {
	var some []proposed
	at := map[int64][]any{}
	for _, row := range rows {
		id := row[len(row)-1].(int64)
		in, err := s.found.tiersOf(ctx, id)
		if err != nil {
			return err
		}
		if len(in) > 0 {
			some = append(some, proposed{anyTier, id})
			at[id] = row
		}
	}
	some, err := s.filtered(ctx, some)
	if err != nil {
		return err
	}
	var ids []desk.TicketID
	for _, p := range some[:min(len(some), g.missing())] {
		ids = append(ids, desk.TicketID(p.id))
	}
	tickets, err := s.tx.Tickets(ctx, ids)
	for _, t := range tickets {
		g.at[t.ID] = at[int64(t.ID)]
	}
	g.tickets = append(g.tickets, tickets...)
	return err
}

// count counts what is found, up to a bound and as far as one search may look.
func (s *ticketSearcher) count(ctx context.Context, most int) (Count, error) {
	if s.staff && s.exact() && len(s.text) == s.plain {
		n, whole, err := s.found.count(ctx, most)
		return Count{N: min(n, most), Capped: n > most || !whole}, err
	}
	n, l := 0, look{s: s, from: top, down: true}
	for !l.ended && !l.spent() && n <= most {
		some, err := l.next(ctx, 250)
		if err != nil {
			return Count{}, err
		}
		n += len(some)
	}
	return Count{N: min(n, most), Capped: n > most || !l.ended}, nil
}
