package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/search"
	"interdesk/store/sqldb"
)

// The words by which people and organizations are found lie in name_words, written with the people themselves.

// personWords are those of a user and of the names that they have beside the address of the user itself.
func personWords(u *desk.User, names ...desk.Identity) []search.NameWord {
	out := search.PersonWords([]string{u.Name, u.Alias}, u.Email, u.Phone, u.Tags)
	for _, i := range names {
		var more []search.NameWord
		switch {
		case i.Kind == desk.IdentityEmail && i.Value != u.Email:
			more = search.PersonWords(nil, i.Value, "", nil)
		case i.Kind == desk.IdentityPhone:
			more = search.PersonWords(nil, "", i.Value, nil)
		}
		for _, w := range more {
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}

func organizationWords(o *desk.Organization) []search.NameWord {
	return search.OrganizationWords(o.Name, o.Tags)
}

// setNameWords puts the words of a person or an organization in place of those that were there.
func (tx *Tx) setNameWords(ctx context.Context, kinds []search.NameKind, id int64, before, now []search.NameWord) error {
	if slices.Equal(before, now) {
		return nil
	}
	c := &clause{args: []any{tx.account}}
	if len(before) > 0 {
		if _, err := tx.Exec(ctx, `delete from name_words where account_id = $1 and `+inList(c, "kind", kinds)+c.bind(` and id = ?`, id), c.args...); err != nil {
			return err
		}
	}
	if len(now) == 0 {
		return nil
	}
	c = &clause{args: []any{tx.account}}
	var rows []string
	for _, w := range now {
		rows = append(rows, c.bind(`($1, ?, ?, ?)`, int64(w.Kind), id, w.Word))
	}
	_, err := tx.Exec(ctx, `
		insert into name_words (account_id, kind, id, word) values `+strings.Join(rows, ", ")+` on conflict do nothing`, c.args...)
	return err
}

// mostNames is how many people or organizations a name is resolved to; more than that are found by going along a list.
const mostNames = 5_000

// nameSQL is the condition that the person or organization whose id stands in a column has all parts of a name.
func (tx *Tx) nameSQL(ctx context.Context, c *clause, column string, kinds []search.NameKind, parts []search.NamePart) (string, error) {
	if len(parts) == 0 {
		return never, nil
	}
	ids, all, err := tx.namedIDs(ctx, kinds, parts)
	if err != nil {
		return "", err
	}
	if all {
		return column + " in (" + tx.idList(c, ids) + ")", nil
	}
	var text []string
	for _, p := range parts {
		text = append(text, hasPart(c, column, kinds, p))
	}
	return "(" + strings.Join(text, " and ") + ")", nil
}

func hasPart(c *clause, column string, kinds []search.NameKind, p search.NamePart) string {
	return `exists (select 1 from name_words x where x.account_id = $1 and ` + inList(c, "x.kind", kinds) + ` and x.id = ` + column + ` and ` + partSQL(c, "x", p) + `)`
}

func partSQL(c *clause, table string, p search.NamePart) string {
	if p.Prefix {
		return c.bind(table+`.word >= ? and `+table+`.word < ?`, p.Text, p.Text+"\U0010ffff")
	}
	return c.bind(table+`.word = ?`, p.Text)
}

// namedIDs are those who have all parts of a name, unless all is false: there are too many.
func (tx *Tx) namedIDs(ctx context.Context, kinds []search.NameKind, parts []search.NamePart) (ids []int64, all bool, err error) {
	rarest, least := 0, mostNames+1
	for i, p := range parts {
		n := 0
		c := &clause{args: []any{tx.account}}
		err := tx.QueryRow(ctx, `
			select count(*) from (
				select 1 from name_words w where w.account_id = $1 and `+inList(c, "w.kind", kinds)+` and `+partSQL(c, "w", p)+`
				limit `+strconv.Itoa(mostNames+1)+`) counted`, c.args...).Scan(&n)
		if err != nil {
			return nil, false, err
		}
		if n < least {
			rarest, least = i, n
		}
	}
	if least > mostNames {
		return nil, false, nil
	}
	c := &clause{args: []any{tx.account}}
	query := `select distinct w.id from name_words w where w.account_id = $1 and ` + inList(c, "w.kind", kinds) + ` and ` + partSQL(c, "w", parts[rarest])
	for i, p := range parts {
		if i != rarest {
			query += ` and ` + hasPart(c, "w.id", kinds, p)
		}
	}
	ids, err = queryAll(ctx, tx, scanID, query, c.args...)
	return ids, true, err
}

// idList is a query of ids.
func (tx *Tx) idList(c *clause, ids []int64) string {
	list, _ := json.Marshal(ids) // numbers always can be
	if ids == nil {
		list = []byte("[]")
	}
	if tx.Dialect() == sqldb.SQLite {
		return c.bind(`select value as entry from json_each(?)`, string(list))
	}
	return c.bind(`select cast(value as bigint) as entry from json_array_elements_text(cast(? as json))`, string(list))
}

// usersNamed finds people who have the beginnings of all words in their names, addresses, phone numbers or tags.
func (tx *Tx) usersNamed(ctx context.Context, terms []search.Term, limit int) ([]int64, error) {
	var parts []search.NamePart
	for _, t := range terms {
		p := search.NameParts(t.Value)
		if len(p) == 0 {
			return nil, nil
		}
		parts = append(parts, p...)
	}
	ids, _, err := tx.namedIDs(ctx, search.PersonKinds(), parts)
	slices.Sort(ids)
	return ids[:min(limit, len(ids))], err
}
