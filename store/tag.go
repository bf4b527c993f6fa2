package store

import (
	"context"
	"strconv"
	"unicode/utf8"

	"interdesk/desk"
)

// TagCount is a tag and how many tickets have it, counted up to TagCountCap.
type TagCount struct {
	Tag   string
	Count int
}

// TagCountCap is the highest number a tag is counted to.
const TagCountCap = 10_000

// Tags lists the tags in use, by name. It jumps from tag to tag over the index, so it costs what it lists, however many
// tickets there are.
func (tx *Tx) Tags(ctx context.Context, p Page) (Listed[TagCount], error) {
	found, err := tagsFrom(ctx, tx, "", p, `, (select count(*) from (
			select 1 from ticket_tags g where g.account_id = $1 and g.tag = walk.tag limit `+strconv.Itoa(TagCountCap)+`) counted)`, scanTagCount)
	if err != nil {
		return Listed[TagCount]{}, err
	}
	return listed(p, found, func(t *TagCount) []any { return []any{t.Tag} }), nil
}

// TagsLike lists tags that begin so, by name.
func (tx *Tx) TagsLike(ctx context.Context, prefix string, limit int) ([]string, error) {
	tags := desk.NormalizeTags([]string{prefix})
	if len(tags) == 0 {
		return nil, nil
	}
	found, err := tagsFrom(ctx, tx, tags[0], Page{Limit: limit}, "", func(row scanner) (tag string, err error) {
		err = row.Scan(&tag)
		return tag, err
	})
	return found[:min(len(found), limit)], err
}

// tagsFrom walks the tags that begin with a prefix; columns are those that follow the tag.
func tagsFrom[T any](ctx context.Context, tx *Tx, prefix string, p Page, columns string, scan func(scanner) (T, error)) ([]T, error) {
	at, err := p.cursor(1)
	if err != nil {
		return nil, err
	}
	start, next, compare := "", "min", ">"
	if at != nil {
		var ok bool
		if start, ok = at[0].(string); !ok {
			return nil, badCursor()
		}
	}
	if p.backward() {
		next, compare = "max", "<"
	}
	return queryAll(ctx, tx, scan, `
		with recursive walk (tag) as (
			select `+next+`(g.tag) from ticket_tags g
			where g.account_id = $1 and g.tag `+compare+` $2 and g.tag >= $3 and substr(g.tag, 1, $4) = $3
			union all
			select (select `+next+`(g.tag) from ticket_tags g
				where g.account_id = $1 and g.tag `+compare+` walk.tag and g.tag >= $3 and substr(g.tag, 1, $4) = $3)
			from walk where walk.tag is not null
		)
		select tag`+columns+` from walk where tag is not null limit $5 offset $6`,
		tx.account, start, prefix, utf8.RuneCountInString(prefix), p.size()+1, max(p.Offset, 0))
}

func scanTagCount(row scanner) (t TagCount, err error) {
	err = row.Scan(&t.Tag, &t.Count)
	return t, err
}
