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
	query, args, err := q.keyset(`select `+userColumns+` from users t where `+c.where(), c.args,
		[]sortKey{{column: "t.user_id", desc: !q.Search.Asked || q.Search.Desc}})
	if err != nil {
		return Listed[desk.User]{}, err
	}
	found, err := list(ctx, tx, scanUser, query, args...)
	if err != nil {
		return Listed[desk.User]{}, err
	}
	return listed(q.Page, found, func(u *desk.User) []any { return []any{int64(u.ID)} }), nil
}

// CountSearchedUsers counts what SearchUsers finds.
func (tx *Tx) CountSearchedUsers(ctx context.Context, q SearchQuery) (Count, error) {
	c, err := tx.userSearch(q)
	if err != nil {
		return Count{}, err
	}
	var n int
	limit := c.fill("?", CountCap+1)
	err = tx.QueryRow(ctx, `
		select count(*) from (select 1 from users t where `+c.where()+` limit `+limit+`) counted`, c.args...).Scan(&n)
	return Count{N: min(n, CountCap), Capped: n > CountCap}, err
}

func (tx *Tx) userSearch(q SearchQuery) (*clause, error) {
	if !q.Viewer.Staff() {
		return nil, desk.Errorf(desk.Forbidden, "Only agents search for people")
	}
	if !q.Search.Users() {
		return nil, badSearch("it cannot be asked of users")
	}
	c := &clause{}
	c.and(`t.account_id = ? and t.active`, tx.account)
	f := tx.newFilter(c, q.Config, condition.View, q.Viewer, q.At)
	groups := map[string][]string{}
	var order []string
	for _, t := range q.Search.Terms {
		text, err := f.userTerm(t)
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
		return f.fill("coalesce(t.external_id, '') = ?", t.Value), nil
	case "id":
		id, ok := wholeNumber(t.Value)
		if !ok || t.Op != ":" {
			return "", badSearch("%q is not the id of a user", t.Value)
		}
		return f.fill("t.user_id = ?", id), nil
	}
	return f.userDetail(t, none)
}

func (f *filter) userDetail(t SearchTerm, none bool) (string, error) {
	switch t.Key {
	case "tags":
		if none {
			return "t.tags = ''", nil
		}
		var either []string
		for _, tag := range desk.ParseTags(t.Value) {
			either = append(either, f.contains("' ' || t.tags || ' '", []string{" " + tag + " "}))
		}
		return "(" + strings.Join(append(either, never), " or ") + ")", nil
	case "phone", "notes", "details":
		return f.contains("t."+t.Key, []string{condition.Fold(strings.Trim(t.Value, "*"))}), nil
	case "is_suspended", "is_verified":
		s := ticketSearcher{filter: f}
		return s.truth(t, "t."+strings.TrimPrefix(t.Key, "is_"))
	}
	return "", badSearch("%s cannot be asked of users", t.Key)
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
		return f.fill(`coalesce(t.email, '') like ? escape '\'`, escapeLike(prefix)+"%")
	}
	return f.fill("coalesce(t.email, '') = ?", value)
}

func (f *filter) role(value string) (string, error) {
	role := desk.Role(strings.ReplaceAll(strings.ToLower(value), "_", "-"))
	if role == "enduser" {
		role = desk.EndUser
	}
	if !role.Valid() {
		return "", badSearch("role is end-user, agent or admin, not %q", value)
	}
	return f.fill("t.role = ?", string(role)), nil
}

func (f *filter) organization(value string, none bool) string {
	if none {
		return "t.organization_id = 0"
	}
	if n, ok := wholeNumber(value); ok {
		return f.fill("t.organization_id = ?", n)
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
	return list(ctx, tx, scanID, `
		select t.user_id from users t where `+c.where()+` order by t.user_id limit `+c.fill("?", limit), c.args...)
}
