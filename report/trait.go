package report

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

// countTraits counts what the tickets of the span were about and who had them, in one pass over them.
func (r *Report) countTraits(ctx context.Context, tx *store.Tx, cfg *desk.Config) error {
	tags := map[string]int{}
	groups, agents := map[int64]*Worked{}, map[int64]*Worked{}
	from, until := r.Span.bounds()
	err := eachRow(ctx, tx, func(scan func(...any) error) error {
		var group, assignee int64
		var words string
		var n, solved int
		if err := scan(&group, &assignee, &words, &n, &solved); err != nil {
			return err
		}
		addCounts(groups, group, n, solved)
		addCounts(agents, assignee, n, solved)
		for _, tag := range strings.Fields(words) {
			tags[tag] += n
		}
		return nil
	}, `
		select group_id, assignee_id, tags, count(*), sum(case when status_rank >= $4 then 1 else 0 end) from tickets
		where account_id = $1 and created_at >= $2 and created_at < $3 and deleted_at = 0
		group by group_id, assignee_id, tags`, tx.Account(), from, until, desk.Solved.Rank())
	if err != nil {
		return err
	}
	for tag, n := range tags {
		r.Tags = append(r.Tags, Counted{tag, n})
	}
	slices.SortFunc(r.Tags, func(a, b Counted) int { return cmp.Or(b.N-a.N, strings.Compare(a.Name, b.Name)) })
	return r.resolveNames(ctx, tx, cfg, groups, agents)
}

func addCounts(into map[int64]*Worked, id int64, n, solved int) {
	w := into[id]
	if w == nil {
		w = &Worked{}
		into[id] = w
	}
	w.Created += n
	w.Solved += solved
}

// resolveNames puts names to ids. Groups that are deleted, and people who have left, have them too.
func (r *Report) resolveNames(ctx context.Context, tx *store.Tx, cfg *desk.Config, groups, agents map[int64]*Worked) error {
	for id, w := range groups {
		name, err := groupName(ctx, tx, cfg, desk.GroupID(id))
		if err != nil {
			return err
		}
		w.Name = name
	}
	names := map[int64]*string{}
	for id, w := range agents {
		names[id] = &w.Name
	}
	err := nameAgents(ctx, tx, names)
	r.Groups, r.Agents = sortBusiest(groups), sortBusiest(agents)
	return err
}

// groupName is the name of a group, also of one that is deleted; "" of none.
func groupName(ctx context.Context, tx *store.Tx, cfg *desk.Config, id desk.GroupID) (string, error) {
	if g, ok := cfg.Group(id); ok {
		return g.Name, nil
	}
	g, err := tx.Group(ctx, id)
	if desk.KindOf(err) == desk.NotFound {
		err = nil
	}
	return g.Name, err
}

// nameAgents fills in the names of people, also of those who have left.
func nameAgents(ctx context.Context, tx *store.Tx, names map[int64]*string) error {
	var ids []desk.UserID
	for id := range names {
		if id != 0 {
			ids = append(ids, desk.UserID(id))
		}
	}
	users, err := tx.UsersByID(ctx, ids)
	for _, u := range users {
		*names[int64(u.ID)] = u.Name
	}
	return err
}

func sortBusiest(all map[int64]*Worked) []Worked {
	var out []Worked
	for _, w := range all {
		out = append(out, *w)
	}
	slices.SortFunc(out, func(a, b Worked) int { return cmp.Or(b.Created-a.Created, strings.Compare(a.Name, b.Name)) })
	return out
}
