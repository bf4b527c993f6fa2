package store

import (
	"context"
	"strings"
	"unicode"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/search"
)

// SearchUsers finds users that are not deleted, newest first unless the query asks otherwise. Only agents may.
func (tx *Tx) SearchUsers(ctx context.Context, q SearchQuery) (Listed[desk.User], error) {
	c, err := tx.userSearch(ctx, q)
	if err != nil {
		return Listed[desk.User]{}, err
	}
	return searched(ctx, tx, q, c, "users", "user_id", userColumns, scanUser, func(u *desk.User) int64 { return int64(u.ID) })
}

// CountSearchedUsers counts what SearchUsers finds.
func (tx *Tx) CountSearchedUsers(ctx context.Context, q SearchQuery) (Count, error) {
	c, err := tx.userSearch(ctx, q)
	if err != nil {
		return Count{}, err
	}
	return tx.countSearched(ctx, c, "users")
}

func (tx *Tx) userSearch(ctx context.Context, q SearchQuery) (*clause, error) {
	return tx.staffSearch(ctx, q, search.User, `t.account_id = ? and t.active`, (*peopleFilter).userTerm)
}

// peopleFilter makes conditions on people, organizations and groups.
type peopleFilter struct {
	*filter
	tx *Tx
}

// staffSearch builds the condition of a search that only agents make. Of several values of one keyword any will do.
func (tx *Tx) staffSearch(ctx context.Context, q SearchQuery, kind, of string, term func(*peopleFilter, context.Context, search.Term) (string, error)) (*clause, error) {
	if !q.Viewer.Staff() {
		return nil, desk.Errorf(desk.Forbidden, "Only agents search for people and organizations")
	}
	if !q.Search.Finds(kind) {
		return nil, search.Bad("it cannot be asked of %s", search.OneOf(kind))
	}
	c := &clause{}
	c.and(of, tx.account)
	f := &peopleFilter{tx.newFilter(c, q.Config, condition.View, q.Viewer, q.At), tx}
	groups := map[string][]string{}
	var order []string
	for _, t := range q.Search.Terms {
		text, err := term(f, ctx, t)
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

func (f *peopleFilter) userTerm(ctx context.Context, t search.Term) (string, error) {
	none := strings.EqualFold(t.Value, "none")
	switch t.Key {
	case "":
		return f.has(ctx, "t.user_id", search.PersonKinds(), t.Value)
	case "name":
		return f.has(ctx, "t.user_id", []search.NameKind{search.PersonName}, t.Value)
	case "email":
		return f.email(ctx, t.Value, none)
	case "role":
		return f.role(t.Value)
	case "organization":
		return f.organization(ctx, t.Value, none)
	case "created", "updated":
		text, _, err := f.timed(t, "t."+t.Key+"_at", false)
		return text, err
	case "external_id":
		return f.bind("(t.external_id is not null and t.external_id = ?)", t.Value), nil
	case "id":
		id, ok := search.WholeNumber(t.Value)
		if !ok || t.Op != ":" {
			return "", search.Bad("%q is not the id of a user", t.Value)
		}
		return f.bind("t.user_id = ?", id), nil
	}
	return f.userDetail(ctx, t, none)
}

func (f *peopleFilter) userDetail(ctx context.Context, t search.Term, none bool) (string, error) {
	switch t.Key {
	case "tags":
		return f.tagged(ctx, "t.user_id", search.PersonTag, t.Value)
	case "phone":
		digits := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, t.Value)
		return f.has(ctx, "t.user_id", []search.NameKind{search.PersonPhone}, digits)
	case "notes", "details":
		return f.containsSQL("t."+t.Key, []string{condition.Fold(strings.Trim(t.Value, "*"))}), nil
	case "is_suspended", "is_verified":
		return f.truth(t, "t."+strings.TrimPrefix(t.Key, "is_"))
	}
	return "", search.Bad("%s cannot be asked of users", t.Key)
}

// has is the condition that somebody has the words of a name.
func (f *peopleFilter) has(ctx context.Context, column string, kinds []search.NameKind, value string) (string, error) {
	return f.tx.nameSQL(ctx, f.clause, column, kinds, search.NameParts(value))
}

// tagged looks for any of some tags.
func (f *peopleFilter) tagged(ctx context.Context, column string, kind search.NameKind, value string) (string, error) {
	if strings.EqualFold(value, "none") {
		return "t.tags = ''", nil
	}
	either := []string{never}
	for _, tag := range desk.ParseTags(value) {
		text, err := f.tx.nameSQL(ctx, f.clause, column, []search.NameKind{kind}, []search.NamePart{{Text: tag}})
		if err != nil {
			return "", err
		}
		either = append(either, text)
	}
	return "(" + strings.Join(either, " or ") + ")", nil
}

func (f *peopleFilter) email(ctx context.Context, value string, none bool) (string, error) {
	if none {
		return "t.email is null", nil
	}
	if strings.Contains(value, "@") && !strings.Contains(value, "*") {
		return f.bind("(t.email is not null and t.email = ?)", strings.ToLower(value)), nil
	}
	return f.has(ctx, "t.user_id", []search.NameKind{search.PersonAddress}, value)
}

func (f *peopleFilter) role(value string) (string, error) {
	role := desk.Role(strings.ReplaceAll(strings.ToLower(value), "_", "-"))
	if role == "enduser" {
		role = desk.EndUser
	}
	if !role.Valid() {
		return "", search.Bad("role is end-user, agent or admin, not %q", value)
	}
	return f.bind("t.role = ?", string(role)), nil
}

func (f *peopleFilter) organization(ctx context.Context, value string, none bool) (string, error) {
	if none {
		return "t.organization_id = 0", nil
	}
	if n, ok := search.WholeNumber(value); ok {
		return f.bind("t.organization_id = ?", n), nil
	}
	named, err := f.has(ctx, "n.organization_id", search.OrganizationKinds(), value)
	return "t.organization_id in (select n.organization_id from organizations n where n.account_id = $1 and " + named + ")", err
}
