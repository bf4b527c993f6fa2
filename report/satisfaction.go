package report

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/store"
)

// Satisfaction is what customers said in the span.
type Satisfaction struct {
	Rated
	Days   []Rated // as many as the span has
	Agents []Rated // by who had the ticket when it was rated, the most rated first; Name is "" for nobody
	Groups []Rated
}

// Rated is how many ratings were given, and how many of them are good.
type Rated struct {
	Name string
	N    int
	Good int
}

// Percent is how many in a hundred are good.
func (r Rated) Percent() int {
	if r.N == 0 {
		return 0
	}
	return (100*r.Good + r.N/2) / r.N
}

func (r *Rated) add(n, good int) { r.N, r.Good = r.N+n, r.Good+good }

// countRatings counts the ratings that were given last in the span.
func (r *Report) countRatings(ctx context.Context, tx *store.Tx, cfg *desk.Config) error {
	r.Satisfaction.Days = make([]Rated, r.Span.Len())
	agents, groups := map[int64]*Rated{}, map[int64]*Rated{}
	from, until := r.Span.bounds()
	err := eachRow(ctx, tx, func(scan func(...any) error) error {
		var slot, assignee, group int64
		var n, good int
		if err := scan(&slot, &assignee, &group, &n, &good); err != nil {
			return err
		}
		day := calendar.Of(time.UnixMicro(slot * quarter.Microseconds()).In(r.Span.Zone))
		if r.Span.First <= day && day <= r.Span.Last {
			r.Satisfaction.Days[day-r.Span.First].add(n, good)
			r.Satisfaction.add(n, good)
			addRated(agents, assignee, n, good)
			addRated(groups, group, n, good)
		}
		return nil
	}, `
		select r.updated_at / $4, r.assignee_id, r.group_id, count(*), sum(case when r.satisfaction_rank >= $6 then 1 else 0 end)
		from satisfaction_ratings r`+tx.IndexedBy("satisfaction_ratings_updated")+`
		join tickets t on t.account_id = r.account_id and t.ticket_id = r.ticket_id and t.deleted_at = 0
		where r.account_id = $1 and r.updated_at >= $2 and r.updated_at < $3 and r.satisfaction_rank >= $5
		group by 1, 2, 3`, tx.Account(), from, until, quarter.Microseconds(), desk.Bad.Rank(), desk.Good.Rank())
	if err != nil {
		return err
	}
	names := map[int64]*string{}
	for id, a := range agents {
		names[id] = &a.Name
	}
	if err := nameAgents(ctx, tx, names); err != nil {
		return err
	}
	for id, g := range groups {
		if g.Name, err = groupName(ctx, tx, cfg, desk.GroupID(id)); err != nil {
			return err
		}
	}
	r.Satisfaction.Agents, r.Satisfaction.Groups = mostRated(agents), mostRated(groups)
	return nil
}

func addRated(into map[int64]*Rated, id int64, n, good int) {
	if into[id] == nil {
		into[id] = &Rated{}
	}
	into[id].add(n, good)
}

func mostRated(all map[int64]*Rated) []Rated {
	var out []Rated
	for _, one := range all {
		out = append(out, *one)
	}
	slices.SortFunc(out, func(a, b Rated) int { return cmp.Or(b.N-a.N, strings.Compare(a.Name, b.Name)) })
	return out
}
