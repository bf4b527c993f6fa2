package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
)

// groupsRead is how many groups a list may have that is read group by group, groupsCounted how many of them are counted at
// a time and at most: at first one, which often fills the page, and then twice as many each time.
const (
	groupsRead    = 512
	groupsCounted = 16
)

// ticketGroup are those values of a column that have one sort key.
type ticketGroup struct {
	key    any
	values []any
}

func (o ticketGroup) compare(key any) int {
	if text, ok := o.key.(string); ok {
		return cmp.Compare(text, key.(string))
	}
	return cmp.Compare(o.key.(int64), key.(int64))
}

// readGroups reads on by going through the groups that the first key makes. It does nothing where there are too many.
func (g *pageReader) readGroups(ctx context.Context, part listPart) (done bool, err error) {
	groups, err := g.tx.ticketGroups(ctx, part)
	if err != nil || groups == nil {
		return false, err
	}
	for n := 1; len(groups) > 0; n = min(2*n, groupsCounted) {
		n = min(n, len(groups))
		if err := g.readSome(ctx, part, groups[:n]); err != nil || g.missing() == 0 {
			return true, err
		}
		groups = groups[n:]
	}
	return true, nil
}

// readSome reads some groups: neighbours with few tickets at once, each other one by itself.
func (g *pageReader) readSome(ctx context.Context, part listPart, groups []ticketGroup) error {
	few := firstPages * g.missing()
	counts, err := g.countGroups(ctx, part, groups, few)
	if err != nil {
		return err
	}
	var together []any
	sum := 0
	for i, group := range groups {
		if sum+counts[i] > few {
			if err := g.readTogether(ctx, part, together, sum); err != nil || g.missing() == 0 {
				return err
			}
			together, sum = nil, 0
		}
		if counts[i] > few {
			if err := g.readGroup(ctx, part, group); err != nil || g.missing() == 0 {
				return err
			}
		} else if counts[i] > 0 {
			together, sum = append(together, group.values...), sum+counts[i]
		}
	}
	return g.readTogether(ctx, part, together, sum)
}

func (g *pageReader) countGroups(ctx context.Context, part listPart, groups []ticketGroup, most int) ([]int, error) {
	paths := make([]accessPath, len(groups))
	for i, group := range groups {
		paths[i] = part.groupPath(group.values)
	}
	return g.tx.countEntries(ctx, paths, most)
}

// groupPath leads to the tickets of some groups.
func (part listPart) groupPath(values []any) accessPath {
	return part.narrowed(pathBy(part.keys[0].decides, values))
}

// readTogether reads on among the tickets of neighbouring groups.
func (g *pageReader) readTogether(ctx context.Context, part listPart, values []any, most int) error {
	if len(values) == 0 {
		return nil
	}
	path := part.groupPath(values)
	return g.readPath(ctx, part, &path, most)
}

// readGroup reads on in one group.
func (g *pageReader) readGroup(ctx context.Context, part listPart, group ticketGroup) error {
	own := listPart{keys: part.keys[1:], front: append(slices.Clone(part.front), group.key)}
	own.clause = part.extended(func(c *clause) { c.equals(part.keys[0].decides, group.values...) })
	if part.at != nil && group.compare(part.at[0]) == 0 {
		own.at = part.at[1:]
	}
	return g.read(ctx, own)
}

// ticketGroups are the groups of a list that are not behind, in the order of the first key; none where there are too many.
func (tx *Tx) ticketGroups(ctx context.Context, part listPart) ([]ticketGroup, error) {
	key := part.keys[0]
	groups, err := tx.groupsOf(ctx, part)
	if err != nil || len(groups) > groupsRead {
		return nil, err
	}
	slices.SortStableFunc(groups, func(a, b ticketGroup) int { return key.inDirection(a.compare(b.key)) })
	groups = mergeNamesakes(groups)
	if part.at != nil {
		groups = slices.DeleteFunc(groups, func(o ticketGroup) bool { return key.inDirection(o.compare(part.at[0])) < 0 })
	}
	return groups, nil
}

func (k sortKey) inDirection(order int) int {
	if k.desc {
		return -order
	}
	return order
}

// groupsOf lists the values that the column of the first key can have in a list, each with what it sorts by: those that the
// conditions leave, or up to one more than groupsRead of those that there are, by stepping from value to value over the
// index of the column.
func (tx *Tx) groupsOf(ctx context.Context, part listPart) ([]ticketGroup, error) {
	column, c := part.keys[0].decides, &clause{args: []any{tx.account}}
	values, known := part.equal[column]
	if known && part.keys[0].names == "" {
		return plainGroups(values), nil
	}
	path := pathBy(column, nil)
	from := `(select t.` + column + ` from tickets t` + tx.IndexedBy(path.index) + tx.Many() + ` where t.account_id = $1` + path.guard
	order := ` order by t.` + column + ` limit 1)`
	steps := `
			select ` + from + order + `
			union all
			select ` + from + ` and t.` + column + ` > step.value` + order + ` from step where step.value is not null`
	if known {
		steps = `values ` + c.bind(`(cast(? as bigint))`+strings.Repeat(`, (cast(? as bigint))`, len(values)-1), values...)
	}
	return queryAll(ctx, tx, scanGroupOf(part.keys[0]), `
		with recursive step (value) as (`+steps+`)
		select value, `+part.keys[0].ofValue()+` from step where value is not null limit `+strconv.Itoa(groupsRead+1), c.args...)
}

func plainGroups(values []any) (out []ticketGroup) {
	for _, v := range values {
		out = append(out, ticketGroup{key: v, values: []any{v}})
	}
	return out
}

func scanGroupOf(key sortKey) func(row scanner) (ticketGroup, error) {
	return func(row scanner) (ticketGroup, error) {
		var value, number int64
		var name string
		if !key.text {
			err := row.Scan(&value, &number)
			return ticketGroup{key: number, values: []any{value}}, err
		}
		err := row.Scan(&value, &name)
		return ticketGroup{key: name, values: []any{value}}, err
	}
}

// mergeNamesakes makes one of neighbours with the same key.
func mergeNamesakes(groups []ticketGroup) []ticketGroup {
	var out []ticketGroup
	for _, one := range groups {
		if n := len(out); n > 0 && out[n-1].key == one.key {
			out[n-1].values = append(out[n-1].values, one.values...)
		} else {
			out = append(out, one)
		}
	}
	return out
}
