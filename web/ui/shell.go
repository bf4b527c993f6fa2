package ui

import (
	"context"

	"github.com/a-h/templ"

	"interdesk/desk"
	"interdesk/web/text"
)

// Shell is what stands around a page.
type Shell uint8

// The shells. Workspace has the rail of the staff; Admin has the admin centre's navigation beside it; Portal is what
// customers see; Plain is a single card, as for signing in.
const (
	Workspace Shell = iota
	Admin
	Portal
	Plain
)

// place is an entry of a navigation.
type place struct {
	key, path, icon, label string
	who                    Audience
	hand                   string // g and this key go there
}

// rail is the staff's navigation; labels are keys of the catalogue.
func rail() []place {
	return []place{
		{key: "views", path: "/agent", icon: "inbox", label: "nav.views", who: Staff, hand: "v"},
		{key: "search", path: "/agent/search", icon: "search", label: "nav.search", who: Staff, hand: "s"},
		{key: "customers", path: "/agent/customers", icon: "users", label: "nav.customers", who: Staff, hand: "c"},
		{key: "reports", path: "/reports", icon: "chart-bar", label: "nav.reports", who: Staff, hand: "r"},
		{key: "admin", path: "/admin", icon: "settings", label: "nav.admin", who: Admins, hand: "a"},
	}
}

// title is what hovering shows: the name, and the keys that go there.
func (p place) title(ctx context.Context) string { return text.T(ctx, p.label) + " (g " + p.hand + ")" }

// attributes: / searches from anywhere; a page with a search of its own comes first.
func (p place) attributes() templ.Attributes {
	if p.key == "search" {
		return templ.Attributes{"data-hotkey": "/"}
	}
	return nil
}

// group is a heading of the admin centre's navigation with its entries.
type group struct {
	label  string
	places []place
}

// centre is the admin centre's navigation.
func centre() []group {
	return []group{
		{"admin.people", []place{
			{key: "users", path: "/admin/users", icon: "user", label: "admin.users", who: Admins},
			{key: "groups", path: "/admin/groups", icon: "users-group", label: "admin.groups", who: Admins},
			{key: "organizations", path: "/admin/organizations", icon: "building", label: "admin.organizations", who: Admins},
		}},
		{"admin.tickets", []place{
			{key: "fields", path: "/admin/fields", icon: "forms", label: "admin.fields", who: Admins},
			{key: "forms", path: "/admin/forms", icon: "clipboard-text", label: "admin.forms", who: Admins},
		}},
		{"admin.rules", []place{
			{key: "triggers", path: "/admin/triggers", icon: "bolt", label: "admin.triggers", who: Admins},
			{key: "macros", path: "/admin/macros", icon: "wand", label: "admin.macros", who: Admins},
			{key: "views-admin", path: "/admin/views", icon: "layout-list", label: "admin.views", who: Admins},
		}},
		{"admin.sharing", []place{
			{key: "partners", path: "/admin/sharing", icon: "arrows-exchange", label: "admin.partners", who: Admins},
		}},
		{"admin.api", []place{
			{key: "tokens", path: "/admin/tokens", icon: "key", label: "admin.tokens", who: Admins},
		}},
		{"admin.account", []place{
			{key: "account", path: "/admin/account", icon: "adjustments", label: "admin.settings", who: Admins},
		}},
	}
}

// Place is where a navigation leads.
type Place struct{ Label, Path, Icon string } // Label is a key of the catalogue

// Places are all that the navigations of the staff lead somebody to.
func Places(u desk.User) []Place {
	var out []Place
	add := func(all []place) {
		for _, p := range shown(all, u) {
			out = append(out, Place{Label: p.label, Path: p.path, Icon: p.icon})
		}
	}
	add(rail())
	for _, g := range centre() {
		add(g.places)
	}
	return out
}

func shown(all []place, u desk.User) []place {
	var out []place
	for _, p := range all {
		if p.who.Admits(u) {
			out = append(out, p)
		}
	}
	return out
}
