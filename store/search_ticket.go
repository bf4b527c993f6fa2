package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/search"
)

// SearchQuery asks a search.Query for a viewer. Agents search all tickets; end users those that they requested or are copied
// on, and there only what they may see.
type SearchQuery struct {
	Page
	Search search.Query
	Config *desk.Config
	Viewer desk.Actor
	At     time.Time
	Cap    int // how far tickets are counted; 0 is SearchCap
}

// SearchCap is the highest number that tickets which are searched for are counted to.
const SearchCap = 20_000

// SearchTickets finds tickets: by how well they have the words that are asked for, then the newest first, or in the order
// that is asked for. One call looks at so many tickets and no more: where that does not fill the page, the page is short, and
// the next one goes on behind what was looked at.
func (tx *Tx) SearchTickets(ctx context.Context, q SearchQuery) (Listed[desk.Ticket], error) {
	s, err := tx.ticketSearch(ctx, q)
	if err != nil {
		return Listed[desk.Ticket]{}, err
	}
	keys := searchKeys(q.Search)
	switch {
	case s.source == nil:
		return tx.readPage(ctx, q.Page, s.clause, keys)
	case s.byWords && !q.Search.Asked:
		return s.rankedPage(ctx, q.Page)
	}
	return s.sortedPage(ctx, q.Page, keys)
}

// CountSearchedTickets counts what SearchTickets finds.
func (tx *Tx) CountSearchedTickets(ctx context.Context, q SearchQuery) (Count, error) {
	s, err := tx.ticketSearch(ctx, q)
	if err != nil {
		return Count{}, err
	}
	most := q.Cap
	if most <= 0 {
		most = SearchCap
	}
	if s.source == nil {
		return tx.countUpTo(ctx, s.clause, most)
	}
	return s.count(ctx, most)
}

// searchKeys are what results are sorted by.
func searchKeys(q search.Query) []sortKey {
	sort := TicketQuery{Sort: SortUpdated, Desc: true}
	if q.Asked {
		sort.Sort, sort.Desc = TicketSort(q.Sort), q.Desc
	}
	id := sortKey{column: "t.ticket_id", desc: sort.Desc}
	switch q.Sort {
	case search.ByType:
		return []sortKey{{column: "t.type", text: true, desc: sort.Desc}, id}
	case search.ByCommented:
		sort.Sort = SortUpdated
	}
	return sort.keys()
}

// ticketSearcher is a search of tickets: conditions on their properties, and the tickets that have the words.
type ticketSearcher struct {
	*filter
	tx       *Tx
	staff    bool
	plain    int            // how many conditions there are when none is asked for
	found    *foundTickets  // by words; nil when none are asked for
	byWords  bool           // by how well they have the words
	source   proposalSource // of the tickets that come into question; nil for all
	texts    int            // that were read
	tiers    map[int64]int  // of the tickets whose texts were read
	narrowed bool
}

// proposalSource lists some tickets behind a place, or in front of it, as foundTickets.next does.
type proposalSource func(ctx context.Context, from proposed, down bool, most int) ([]proposed, error)

func (tx *Tx) ticketSearch(ctx context.Context, q SearchQuery) (*ticketSearcher, error) {
	c := &clause{}
	c.and(`t.account_id = ? and t.deleted_at = 0`, tx.account)
	s := &ticketSearcher{filter: tx.newFilter(c, q.Config, condition.View, q.Viewer, q.At), tx: tx, staff: q.Viewer.Staff(), plain: len(c.text), tiers: map[int64]int{}}
	if !q.Search.Tickets() {
		return nil, search.Bad("it cannot be asked of tickets")
	}
	if !s.staff {
		for _, t := range q.Search.Terms {
			if t.Key != "" && !search.EndUsersMayAsk(t.Key) {
				return nil, search.Bad("only agents can search by %s", t.Key)
			}
		}
	}
	if err := s.terms(ctx, q.Search.Terms); err != nil {
		return nil, err
	}
	if err := s.words(ctx, q.Search); err != nil {
		return nil, err
	}
	if s.staff {
		return s, nil
	}
	return s, s.keepToOwn(ctx)
}

// words takes the terms of words. By what has no letters, nothing is found.
func (s *ticketSearcher) words(ctx context.Context, q search.Query) error {
	f := &foundTickets{tx: s.tx, exact: true, public: !s.staff, noted: map[int64]bool{}, extra: map[int64]int{}, named: map[int64]int{}}
	var bare []search.Term
	asked := false
	for _, t := range q.Terms {
		w, words := wantedOf(t)
		if !words {
			continue
		}
		n, ok := search.NeedleOf(t)
		asked = asked || !t.Not
		switch {
		case ok && t.Not:
			f.without(w, n)
		case ok:
			f.with(w, n)
			if t.Key == "" {
				bare = append(bare, t)
			}
		}
	}
	s.byWords = asked
	if !asked && len(f.not)+len(f.refused) == 0 {
		return nil
	}
	if n, ok := q.Unfinished(); ok && len(f.words) > 0 {
		f.words[len(f.words)-1].loose = &n
	}
	if !asked { // all but some
		f.with(wanted{}, search.Needle{Parts: []search.Part{{Text: search.AllTickets}}})
	}
	s.found, s.source = f, f.next
	if err := s.findNamed(ctx, bare); err != nil {
		return err
	}
	if err := f.lookAtNoted(ctx); err != nil {
		return err
	}
	return f.open(ctx)
}

// The bounds of what is found by names: so many people, and of their tickets so many.
const (
	mostPeople = 50
	mostNamed  = 1_000
)

// findNamed finds the ticket whose number is asked for and, for agents, those of people who are called so.
func (s *ticketSearcher) findNamed(ctx context.Context, bare []search.Term) error {
	if len(bare) == 1 && !bare[0].Phrase {
		if id, ok := search.WholeNumber(strings.TrimPrefix(bare[0].Value, "#")); ok {
			if there, err := s.tx.Tickets(ctx, []desk.TicketID{desk.TicketID(id)}); err != nil || len(there) > 0 {
				s.found.named[id] = inTitle
				return err
			}
		}
	}
	if !s.staff || len(bare) == 0 {
		return nil
	}
	people, err := s.tx.usersNamed(ctx, bare, mostPeople)
	if err != nil || len(people) == 0 {
		return err
	}
	ids, err := s.tx.ticketsAlong(ctx, pathBy("requester_id", anys(people)), mostNamed)
	for _, id := range ids {
		s.found.named[id] = byName
	}
	return err
}

// ticketsAlong are the tickets of a path, those at its high end first.
func (tx *Tx) ticketsAlong(ctx context.Context, path accessPath, most int) ([]int64, error) {
	c := &clause{args: []any{tx.account}}
	query := `select t.ticket_id from (` + path.entries(tx, c, most) + `) d` + tx.eachTicket(path.byRow(tx)) + ` and t.deleted_at = 0`
	return queryAll(ctx, tx, scanID, query, c.args...)
}

// mostOwn is how many of their newest tickets end users search.
const mostOwn = 1_000

// keepToOwn keeps end users to their own tickets, and there to what they may see: neither what is found nor its order hangs
// on anything else.
func (s *ticketSearcher) keepToOwn(ctx context.Context) error {
	s.and(`t.is_public`)
	mine := []any{int64(s.viewer.ID)}
	ids, err := s.tx.ticketsAlong(ctx, pathBy("requester_id", mine), mostOwn)
	if err != nil {
		return err
	}
	copied, err := queryAll(ctx, s.tx, scanID, `
		select ticket_id from ticket_people where account_id = $1 and user_id = $2 and kind = 'cc' order by user_id desc, ticket_id desc limit $3`,
		s.tx.account, int64(s.viewer.ID), mostOwn)
	if err != nil {
		return err
	}
	ids = distinctIDs(append(ids, copied...))
	own := make([]proposed, 0, len(ids))
	for _, id := range ids {
		own = append(own, proposed{id: id})
	}
	if s.found != nil {
		if own, err = s.found.judge(ctx, ids); err != nil {
			return err
		}
	}
	s.source = listedProposals(own)
	return nil
}

// distinctIDs are ids, each once, downwards.
func distinctIDs(ids []int64) []int64 {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	slices.Reverse(ids)
	return ids
}

// judge keeps those of some tickets whose texts have the words. The index only says which need no look.
func (f *foundTickets) judge(ctx context.Context, ids []int64) (out []proposed, err error) {
	var look []int64
	for _, id := range ids {
		in, err := f.tiersOf(ctx, id)
		if err != nil {
			return nil, err
		}
		if (len(in) > 0 || f.noted[id]) && len(look) < mostTexts {
			look = append(look, id)
		}
	}
	texts, err := f.texts(ctx, look)
	for _, id := range look {
		if texts[id] == nil {
			continue
		}
		if tier, ok := f.tierOf(id, texts[id]); ok {
			out = append(out, proposed{tier, id})
		}
	}
	f.exact = true
	return out, err
}

// listedProposals goes through a list.
func listedProposals(all []proposed) proposalSource {
	slices.SortFunc(all, proposed.compare)
	return func(_ context.Context, from proposed, down bool, most int) (out []proposed, _ error) {
		n := len(all)
		for i := range all {
			if !down {
				i = n - 1 - i
			}
			if c := all[i].compare(from); down && c > 0 || !down && c < 0 {
				if out = append(out, all[i]); len(out) == most {
					break
				}
			}
		}
		return out, nil
	}
}
