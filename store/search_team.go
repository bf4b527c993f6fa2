package store

import (
	"context"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
)

// SearchOrganizations finds organizations, newest first unless the query asks otherwise. Only agents may.
func (tx *Tx) SearchOrganizations(ctx context.Context, q SearchQuery) (Listed[desk.Organization], error) {
	c, err := tx.organizationSearch(q)
	if err != nil {
		return Listed[desk.Organization]{}, err
	}
	return searched(ctx, tx, q, c, "organizations", "organization_id", organizationColumns, scanOrganization,
		func(o *desk.Organization) int64 { return int64(o.ID) })
}

// CountSearchedOrganizations counts what SearchOrganizations finds.
func (tx *Tx) CountSearchedOrganizations(ctx context.Context, q SearchQuery) (Count, error) {
	c, err := tx.organizationSearch(q)
	if err != nil {
		return Count{}, err
	}
	return tx.countSearched(ctx, c, "organizations")
}

func (tx *Tx) organizationSearch(q SearchQuery) (*clause, error) {
	return tx.staffSearch(q, "organization", `t.account_id = ?`, func(f *filter, t SearchTerm) (string, error) {
		return f.teamTerm(t, "organization_id")
	})
}

// SearchGroups finds groups that are not deleted, newest first unless the query asks otherwise. Only agents may.
func (tx *Tx) SearchGroups(ctx context.Context, q SearchQuery) (Listed[desk.Group], error) {
	c, err := tx.groupSearch(q)
	if err != nil {
		return Listed[desk.Group]{}, err
	}
	return searched(ctx, tx, q, c, "groups", "group_id", groupColumns, scanGroup, func(g *desk.Group) int64 { return int64(g.ID) })
}

// CountSearchedGroups counts what SearchGroups finds.
func (tx *Tx) CountSearchedGroups(ctx context.Context, q SearchQuery) (Count, error) {
	c, err := tx.groupSearch(q)
	if err != nil {
		return Count{}, err
	}
	return tx.countSearched(ctx, c, "groups")
}

func (tx *Tx) groupSearch(q SearchQuery) (*clause, error) {
	return tx.staffSearch(q, "group", `t.account_id = ? and not t.deleted`, func(f *filter, t SearchTerm) (string, error) {
		return f.teamTerm(t, "group_id")
	})
}

// teamTerm is a term about an organization or group. Which keywords each knows, the query's check has seen to.
func (f *filter) teamTerm(t SearchTerm, key string) (string, error) {
	switch t.Key {
	case "", "name":
		return f.nameBegins("t.name", t.Value), nil
	case "created", "updated":
		return f.timed(t, "t."+t.Key+"_at", false)
	case "tags":
		return f.taggedRow(t.Value, strings.EqualFold(t.Value, "none")), nil
	case "external_id":
		return f.bind("coalesce(t.external_id, '') = ?", t.Value), nil
	case "notes", "details":
		return f.containsSQL("t."+t.Key, []string{condition.Fold(strings.Trim(t.Value, "*"))}), nil
	}
	id, ok := wholeNumber(t.Value)
	if !ok || t.Op != ":" {
		return "", badSearch("%q is not an id", t.Value)
	}
	return f.bind("t."+key+" = ?", id), nil
}
