package store

import (
	"context"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
)

// SearchUsers finds users that are not deleted, newest first unless the query asks otherwise. Only agents may.
func (tx *Tx) SearchUsers(ctx context.Context, q SearchQuery) (Listed[desk.User], error) {
	c, err := tx.userSearch(q)
	if err != nil {
		return Listed[desk.User]{}, err
	}
	return searched(ctx, tx, q, c, "users", "user_id", userColumns, scanUser, func(u *desk.User) int64 { return int64(u.ID) })
}

// CountSearchedUsers counts what SearchUsers finds.
func (tx *Tx) CountSearchedUsers(ctx context.Context, q SearchQuery) (Count, error) {
	c, err := tx.userSearch(q)
	if err != nil {
		return Count{}, err
	}
	return tx.countSearched(ctx, c, "users")
}

func (tx *Tx) userSearch(q SearchQuery) (*clause, error) {
	return tx.staffSearch(q, "user", `t.account_id = ? and t.active`, (*filter).userTerm)
}

// staffSearch builds the condition of a search that only agents make. Of several values of one keyword any will do.
func (tx *Tx) staffSearch(q SearchQuery, kind, of string, term func(*filter, SearchTerm) (string, error)) (*clause, error) {
	if !q.Viewer.Staff() {
		return nil, desk.Errorf(desk.Forbidden, "Only agents search for people and organizations")
	}
	if !q.Search.Finds(kind) {
		return nil, badSearch("it cannot be asked of %s", oneOf(kind))
	}
	c := &clause{}
	c.and(of, tx.account)
	f := tx.newFilter(c, q.Config, condition.View, q.Viewer, q.At)
	groups := map[string][]string{}
	var order []string
	for _, t := range q.Search.Terms {
		text, err := term(f, t)
		if err != nil {
			return nil, err
		}
		switch {
		case t.Not:
			c.text = append(c.text, "not ("+text+")")
		case t.Key == "" || t.Op != ":":
			c.text = append(c.text, text)
		default:
			if groups[t.Key] == nil {
				order = append(order, t.Key)
			}
			groups[t.Key] = append(groups[t.Key], text)
		}
	}
	for _, k := range order {
		c.text = append(c.text, "("+strings.Join(groups[k], " or ")+")")
	}
	return c, nil
}

// searched reads a page of what staffSearch finds, newest first unless the query asks otherwise.
func searched[T any](ctx context.Context, tx *Tx, q SearchQuery, c *clause, table, key, columns string, scan func(scanner) (T, error), id func(*T) int64) (Listed[T], error) {
	query, args, err := q.keyset(`select `+columns+` from `+table+` t where `+c.where(), c.args,
		[]sortKey{{column: "t." + key, desc: !q.Search.Asked || q.Search.Desc}})
	if err != nil {
		return Listed[T]{}, err
	}
	found, err := queryAll(ctx, tx, scan, query, args...)
	if err != nil {
		return Listed[T]{}, err
	}
	return listed(q.Page, found, func(one *T) []any { return []any{id(one)} }), nil
}

func (tx *Tx) countSearched(ctx context.Context, c *clause, table string) (Count, error) {
	var n int
	limit := c.bind("?", CountCap+1)
	err := tx.QueryRow(ctx, `
		select count(*) from (select 1 from `+table+` t where `+c.where()+` limit `+limit+`) counted`, c.args...).Scan(&n)
	return Count{N: min(n, CountCap), Capped: n > CountCap}, err
}

func (f *filter) userTerm(t SearchTerm) (string, error) {
	none := strings.EqualFold(t.Value, "none")
	switch t.Key {
	case "":
		return f.userNamed(t.Value), nil
	case "name":
		return f.nameBegins("t.name", t.Value), nil
	case "email":
		return f.email(t.Value, none), nil
	case "role":
		return f.role(t.Value)
	case "organization":
		return f.organization(t.Value, none), nil
	case "created", "updated":
		return f.timed(t, "t."+t.Key+"_at", false)
	case "external_id":
		return f.bind("coalesce(t.external_id, '') = ?", t.Value), nil
	case "id":
		id, ok := wholeNumber(t.Value)
		if !ok || t.Op != ":" {
			return "", badSearch("%q is not the id of a user", t.Value)
		}
		return f.bind("t.user_id = ?", id), nil
	}
	return f.userDetail(t, none)
}

func (f *filter) userDetail(t SearchTerm, none bool) (string, error) {
	switch t.Key {
	case "tags":
		return f.taggedRow(t.Value, none), nil
	case "phone", "notes", "details":
		return f.containsSQL("t."+t.Key, []string{condition.Fold(strings.Trim(t.Value, "*"))}), nil
	case "is_suspended", "is_verified":
		s := ticketSearcher{filter: f}
		return s.truth(t, "t."+strings.TrimPrefix(t.Key, "is_"))
	}
	return "", badSearch("%s cannot be asked of users", t.Key)
}

// taggedRow looks for tags where a row itself lists them.
func (f *filter) taggedRow(value string, none bool) string {
	if none {
		return "t.tags = ''"
	}
	var either []string
	for _, tag := range desk.ParseTags(value) {
		either = append(either, f.containsSQL("' ' || t.tags || ' '", []string{" " + tag + " "}))
	}
	return "(" + strings.Join(append(either, never), " or ") + ")"
}

// userNamed: the name, a word of it, or the address begins so.
func (f *filter) userNamed(value string) string {
	return "(" + f.nameBegins("t.name", value) + " or " + f.email(strings.TrimSuffix(value, "*")+"*", false) + ")"
}

func (f *filter) email(value string, none bool) string {
	value = strings.ToLower(value)
	if none {
		return "t.email is null"
	}
	if prefix, ok := strings.CutSuffix(value, "*"); ok || !strings.Contains(value, "@") {
		return f.bind(`coalesce(t.email, '') like ? escape '\'`, escapeLike(prefix)+"%")
	}
	return f.bind("coalesce(t.email, '') = ?", value)
}

func (f *filter) role(value string) (string, error) {
	role := desk.Role(strings.ReplaceAll(strings.ToLower(value), "_", "-"))
	if role == "enduser" {
		role = desk.EndUser
	}
	if !role.Valid() {
		return "", badSearch("role is end-user, agent or admin, not %q", value)
	}
	return f.bind("t.role = ?", string(role)), nil
}

func (f *filter) organization(value string, none bool) string {
	if none {
		return "t.organization_id = 0"
	}
	if n, ok := wholeNumber(value); ok {
		return f.bind("t.organization_id = ?", n)
	}
	return "t.organization_id in (select n.organization_id from organizations n where n.account_id = $1 and " +
		f.nameBegins("n.name", value) + ")"
}

// usersNamed finds people whose name or address has the beginnings of all the words.
func (tx *Tx) usersNamed(ctx context.Context, terms []SearchTerm, limit int) ([]int64, error) {
	c := &clause{}
	c.and(`t.account_id = ? and t.active`, tx.account)
	f := &filter{clause: c, dialect: tx.Dialect()}
	for _, t := range terms {
		c.text = append(c.text, f.userNamed(t.Value))
	}
	return queryAll(ctx, tx, scanID, `
		select t.user_id from users t where `+c.where()+` order by t.user_id limit `+c.bind("?", limit), c.args...)
}
