package ui

import (
	"context"
	"strconv"

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

// navigationEntry is an entry of a navigation.
type navigationEntry struct {
	key, path, icon, label string
	who                    Audience
	goKey                  string // g and this key go there
	waiting                bool   // has the count of suspended mail
}

// staffNavigation is the staff's navigation; labels are keys of the catalogue.
func staffNavigation() []navigationEntry {
	return []navigationEntry{
		{key: "views", path: "/agent", icon: "inbox", label: "nav.views", who: Staff, goKey: "v"},
		{key: "search", path: "/agent/search", icon: "search", label: "nav.search", who: Staff, goKey: "s"},
		{key: "customers", path: "/agent/customers", icon: "users", label: "nav.customers", who: Staff, goKey: "c"},
		{key: "suspended", path: "/agent/suspended", icon: "mail-exclamation", label: "nav.suspended", who: Staff, goKey: "m", waiting: true},
		{key: "reports", path: "/reports", icon: "chart-bar", label: "nav.reports", who: Staff, goKey: "r"},
		{key: "admin", path: "/admin", icon: "settings", label: "nav.admin", who: Admins, goKey: "a"},
	}
}

// title is what hovering shows: the name, and the keys that go there.
func (p navigationEntry) title(ctx context.Context) string {
	return text.T(ctx, p.label) + " (g " + p.goKey + ")"
}

// count is how many wait there, "" for none.
func (p navigationEntry) count(ctx context.Context) string {
	n := FrameOf(ctx).Waiting
	switch {
	case !p.waiting || n == 0:
		return ""
	case n >= MostWaiting:
		return strconv.Itoa(MostWaiting-1) + "+"
	}
	return strconv.Itoa(n)
}

// attributes: / searches from anywhere; a page with a search of its own comes first.
func (p navigationEntry) attributes() templ.Attributes {
	if p.key == "search" {
		return templ.Attributes{"data-hotkey": "/"}
	}
	return nil
}

// navigationGroup is a heading of the admin centre's navigation with its entries.
type navigationGroup struct {
	label  string
	places []navigationEntry
}

// adminNavigation is the admin centre's navigation.
func adminNavigation() []navigationGroup {
	return []navigationGroup{
		{"admin.people", []navigationEntry{
			{key: "users", path: "/admin/users", icon: "user", label: "admin.users", who: Admins},
			{key: "groups", path: "/admin/groups", icon: "users-group", label: "admin.groups", who: Admins},
			{key: "organizations", path: "/admin/organizations", icon: "building", label: "admin.organizations", who: Admins},
			{key: "person-fields", path: "/admin/person-fields", icon: "forms", label: "admin.personfields", who: Admins},
		}},
		{"admin.tickets", []navigationEntry{
			{key: "fields", path: "/admin/fields", icon: "forms", label: "admin.fields", who: Admins},
			{key: "forms", path: "/admin/forms", icon: "clipboard-text", label: "admin.forms", who: Admins},
			{key: "schedules", path: "/admin/schedules", icon: "calendar-event", label: "admin.schedules", who: Admins},
		}},
		{"admin.rules", []navigationEntry{
			{key: "triggers", path: "/admin/triggers", icon: "bolt", label: "admin.triggers", who: Admins},
			{key: "automations", path: "/admin/automations", icon: "clock", label: "admin.automations", who: Admins},
			{key: "slas", path: "/admin/slas", icon: "hourglass", label: "rules.policies", who: Admins},
			{key: "macros", path: "/admin/macros", icon: "wand", label: "admin.macros", who: Admins},
			{key: "views-admin", path: "/admin/views", icon: "layout-list", label: "admin.views", who: Admins},
			{key: "satisfaction", path: "/admin/satisfaction", icon: "mood-smile", label: "satisfaction.nav", who: Admins},
		}},
		{"admin.sharing", []navigationEntry{
			{key: "partners", path: "/admin/sharing", icon: "arrows-exchange", label: "admin.partners", who: Admins},
		}},
		{"admin.mail", []navigationEntry{
			{key: "mail-addresses", path: "/admin/mail/addresses", icon: "mail", label: "admin.mail.addresses", who: Admins},
			{key: "mail-senders", path: "/admin/mail/senders", icon: "user-shield", label: "admin.mail.senders", who: Admins},
			{key: "mail-sending", path: "/admin/mail/sending", icon: "send", label: "sending.nav", who: Admins},
		}},
		{"admin.api", []navigationEntry{
			{key: "tokens", path: "/admin/tokens", icon: "key", label: "admin.tokens", who: Admins},
			{key: "webhooks", path: "/admin/webhooks", icon: "webhook", label: "webhooks.title", who: Admins},
		}},
		{"admin.account", []navigationEntry{
			{key: "account", path: "/admin/account", icon: "adjustments", label: "admin.settings", who: Admins},
			{key: "audit", path: "/admin/audit", icon: "history", label: "audit.title", who: Admins},
		}},
	}
}

// Place is where a navigation leads.
type Place struct{ Label, Path, Icon string } // Label is a key of the catalogue

// Places are all that the navigations of the staff lead somebody to.
func Places(u desk.User) []Place {
	var out []Place
	add := func(all []navigationEntry) {
		for _, p := range visibleEntries(all, u) {
			out = append(out, Place{Label: p.label, Path: p.path, Icon: p.icon})
		}
	}
	add(staffNavigation())
	for _, g := range adminNavigation() {
		add(g.places)
	}
	return out
}

func visibleEntries(all []navigationEntry, u desk.User) []navigationEntry {
	var out []navigationEntry
	for _, p := range all {
		if p.who.Admits(u) {
			out = append(out, p)
		}
	}
	return out
}
