package store

import (
	"context"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/search"
)

// SearchOrganizations finds organizations, newest first unless the query asks otherwise. Only agents may.
func (tx *Tx) SearchOrganizations(ctx context.Context, q SearchQuery) (Listed[desk.Organization], error) {
	c, err := tx.organizationSearch(ctx, q)
	if err != nil {
		return Listed[desk.Organization]{}, err
	}
	return searched(ctx, tx, q, c, "organizations", "organization_id", organizationColumns, scanOrganization,
		func(o *desk.Organization) int64 { return int64(o.ID) })
}

// CountSearchedOrganizations counts what SearchOrganizations finds.
func (tx *Tx) CountSearchedOrganizations(ctx context.Context, q SearchQuery) (Count, error) {
	c, err := tx.organizationSearch(ctx, q)
	if err != nil {
		return Count{}, err
	}
	return tx.countSearched(ctx, c, "organizations")
}

func (tx *Tx) organizationSearch(ctx context.Context, q SearchQuery) (*clause, error) {
	return tx.staffSearch(ctx, q, search.Organization, `t.account_id = ?`, (*peopleFilter).organizationTerm)
}

// SearchGroups finds groups that are not deleted, newest first unless the query asks otherwise. Only agents may.
func (tx *Tx) SearchGroups(ctx context.Context, q SearchQuery) (Listed[desk.Group], error) {
	c, err := tx.groupSearch(ctx, q)
	if err != nil {
		return Listed[desk.Group]{}, err
	}
	return searched(ctx, tx, q, c, "groups", "group_id", groupColumns, scanGroup, func(g *desk.Group) int64 { return int64(g.ID) })
}

// CountSearchedGroups counts what SearchGroups finds.
func (tx *Tx) CountSearchedGroups(ctx context.Context, q SearchQuery) (Count, error) {
	c, err := tx.groupSearch(ctx, q)
	if err != nil {
		return Count{}, err
	}
	return tx.countSearched(ctx, c, "groups")
}

func (tx *Tx) groupSearch(ctx context.Context, q SearchQuery) (*clause, error) {
	return tx.staffSearch(ctx, q, search.Group, `t.account_id = ? and not t.deleted`, (*peopleFilter).groupTerm)
}

func (f *peopleFilter) organizationTerm(ctx context.Context, t search.Term) (string, error) {
	const column = "t.organization_id"
	switch t.Key {
	case "":
		return f.has(ctx, column, search.OrganizationKinds(), t.Value)
	case "name":
		return f.has(ctx, column, []search.NameKind{search.OrganizationName}, t.Value)
	case "tags":
		return f.tagged(ctx, column, search.OrganizationTag, t.Value)
	case "external_id":
		return f.bind("(t.external_id is not null and t.external_id = ?)", t.Value), nil
	case "notes", "details":
		return f.containsSQL("t."+t.Key, []string{condition.Fold(strings.Trim(t.Value, "*"))}), nil
	}
	return f.teamTerm(t, column)
}

// groupTerm: of groups there are few, so that the names of all are looked at.
func (f *peopleFilter) groupTerm(ctx context.Context, t search.Term) (string, error) {
	if t.Key != "" && t.Key != "name" {
		return f.teamTerm(t, "t.group_id")
	}
	groups, err := f.tx.Groups(ctx)
	var ids []int64
	for _, g := range groups {
		if search.NameBegins(g.Name, t.Value) {
			ids = append(ids, int64(g.ID))
		}
	}
	return inList(f.clause, "t.group_id", ids), err
}

// teamTerm is a term that is the same for organizations and groups. Which keywords each knows, the query's check has seen to.
func (f *peopleFilter) teamTerm(t search.Term, column string) (string, error) {
	if t.Key == "created" || t.Key == "updated" {
		text, _, err := f.timed(t, "t."+t.Key+"_at", false)
		return text, err
	}
	id, ok := search.WholeNumber(t.Value)
	if !ok || t.Op != ":" {
		return "", search.Bad("%q is not an id", t.Value)
	}
	return f.bind(column+" = ?", id), nil
}

// idsNamed are the groups, brands or forms whose names, or words in them, begin so.
func idsNamed(cfg *desk.Config, kind, value string) (ids []int64) {
	add := func(id int64, name string) {
		if search.NameBegins(name, value) {
			ids = append(ids, id)
		}
	}
	switch kind {
	case "group":
		for i := range cfg.Groups {
			add(int64(cfg.Groups[i].ID), cfg.Groups[i].Name)
		}
	case "form":
		for i := range cfg.Forms {
			add(int64(cfg.Forms[i].ID), cfg.Forms[i].Name)
		}
	case "brand":
		add(int64(cfg.Brand.ID), cfg.Brand.Name)
	}
	return ids
}
