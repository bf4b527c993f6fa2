package admin_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

const hostile = `<script>alert("é")</script>`

// things are what a desk has besides what every desk begins with.
type things struct {
	group        desk.Group
	organization desk.Organization
	field        desk.TicketField
	form         desk.TicketForm
	system       desk.FieldID
	token        desk.TokenID
}

// filledDesk is a desk with one of everything; all names are hostile.
func filledDesk(t *testing.T, d *apitest.Desk) (all things) {
	t.Helper()
	err := d.Write(t, func(ctx context.Context, tx *store.Tx) error {
		all = things{group: desk.Group{Name: hostile + "group"}, organization: desk.Organization{Name: hostile + "org", Details: hostile, Tags: []string{"a"}},
			field: desk.TicketField{Type: desk.FieldTagger, Title: hostile + "field", Description: hostile, Active: true, VisibleInPortal: true, EditableInPortal: true,
				Options: []desk.FieldOption{{Name: hostile + "Lens", Value: "lens"}, {Name: "Body", Value: "body"}}}}
		if err := tx.InsertGroup(ctx, &all.group); err != nil {
			return err
		}
		if err := tx.InsertOrganization(ctx, &all.organization); err != nil {
			return err
		}
		if err := tx.InsertField(ctx, &all.field); err != nil {
			return err
		}
		fields, err := tx.Fields(ctx)
		if err != nil {
			return err
		}
		all.system = fields[0].ID
		all.form = desk.TicketForm{Name: hostile + "form", Active: true, EndUserVisible: true, Fields: []desk.FieldID{fields[0].ID, all.field.ID}}
		if err := tx.InsertForm(ctx, &all.form); err != nil {
			return err
		}
		tokens, err := tx.Tokens(ctx, d.Agent.User.ID)
		all.token = tokens[0].ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// pages are the addresses that only admins open.
func pages(all things) []string {
	return []string{"/admin", "/admin/account", "/admin/satisfaction", "/admin/tokens", "/admin/users", "/admin/users/new", "/admin/groups", "/admin/groups/new",
		"/admin/organizations", "/admin/organizations/new", "/admin/fields", "/admin/fields/new", "/admin/fields/new?type=tagger", "/admin/forms", "/admin/forms/new",
		fmt.Sprintf("/admin/fields/%d", all.system), "/admin/users?q=" + url.QueryEscape(hostile), "/admin/fields?q=" + url.QueryEscape(hostile)}
}

// records are the things of a desk by the address where they are shown and, with /delete, deleted.
func records(d *apitest.Desk, all things) []string {
	return []string{fmt.Sprintf("/admin/users/%d", d.Agent.User.ID), fmt.Sprintf("/admin/groups/%d", all.group.ID), fmt.Sprintf("/admin/organizations/%d", all.organization.ID),
		fmt.Sprintf("/admin/fields/%d", all.field.ID), fmt.Sprintf("/admin/forms/%d", all.form.ID)}
}

// Admins see every page, hostile texts come out escaped, others are turned away, and nothing of another desk is there.
func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		acme, other := s.Desk(t, "acme"), s.Desk(t, "other")
		all, theirs := filledDesk(t, acme), filledDesk(t, other)
		ada, ben := webtest.Open(t, acme, acme.Admin.User), webtest.Open(t, acme, acme.Agent.User)
		eve, nobody := webtest.Open(t, acme, acme.EndUser.User), webtest.Open(t, acme, desk.User{})
		open := pages(all)
		for _, path := range records(acme, all) {
			open = append(open, path, path+"/delete")
		}
		open = append(open, fmt.Sprintf("/admin/tokens/%d/delete", all.token))
		for _, path := range open {
			ada.Get(path, http.StatusOK).Escaped(t)
			ben.Get(path, http.StatusForbidden)
			eve.Get(path, http.StatusForbidden)
			nobody.Get(path, http.StatusOK).ArrivedAt(t, "/signin")
		}
		ada.Get("/admin/fields", http.StatusOK).Has(t, hostile+"field", "Default form")
		for _, path := range append(records(other, theirs), fmt.Sprintf("/admin/tokens/%d", theirs.token)) {
			if !strings.Contains(path, "tokens") {
				ada.Get(path, http.StatusNotFound)
				ada.Post(path, url.Values{"name": {"N"}, "title": {"N"}, "groups": {""}, "members": {""}}, http.StatusNotFound)
			}
			ada.Get(path+"/delete", http.StatusNotFound)
			ada.Post(path+"/delete", nil, http.StatusNotFound)
		}
		user := fmt.Sprintf("/admin/users/%d", other.Agent.User.ID)
		ada.Post(user+"/password", url.Values{"do": {"generate"}}, http.StatusNotFound)
		ada.Post(user+"/signout", nil, http.StatusNotFound)
		ada.Post(fmt.Sprintf("/admin/fields/%d/active", theirs.field.ID), nil, http.StatusNotFound)
		ada.Post(fmt.Sprintf("/admin/fields/%d/move", theirs.field.ID), url.Values{"do": {"up"}}, http.StatusNotFound)
		ada.Post(fmt.Sprintf("/admin/forms/%d/clone", theirs.form.ID), nil, http.StatusNotFound)
		ben.Post("/admin/users", url.Values{"name": {"N"}}, http.StatusForbidden)
		ben.Post("/admin/account", url.Values{"name": {"N"}}, http.StatusForbidden)
	})
}

// Agents look after customers at their own door, and after nobody else.
func TestAgentsAndCustomers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		ben := webtest.Open(t, acme, acme.Agent.User)
		eve := fmt.Sprintf("/agent/users/%d", acme.EndUser.User.ID)
		ben.Get("/agent/users/new?name=Zoe", http.StatusOK).Lacks(t, "Groups", "New password")
		ben.Get(eve+"/edit", http.StatusOK).Has(t, "Eve User")
		ben.Post(eve+"/edit", url.Values{"name": {""}, "notes": {"kept"}}, http.StatusUnprocessableEntity).Has(t, "Name: cannot be blank", "kept")
		ben.Post(eve+"/edit", url.Values{"name": {"Eva"}, "role": {"admin"}}, http.StatusForbidden)
		ben.Get(fmt.Sprintf("/agent/users/%d/edit", acme.Admin.User.ID), http.StatusForbidden)
		ben.Post(fmt.Sprintf("/agent/users/%d/edit", acme.Admin.User.ID), url.Values{"name": {"Ada"}}, http.StatusForbidden)
		ben.Post("/agent/users", url.Values{"name": {"Zoe"}, "role": {"agent"}}, http.StatusForbidden)
		ben.Post(fmt.Sprintf("/admin/users/%d/password", acme.EndUser.User.ID), url.Values{"do": {"generate"}}, http.StatusForbidden)
		webtest.Open(t, acme, acme.EndUser.User).Get(eve+"/edit", http.StatusForbidden)
		must(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertOrganization(ctx, &desk.Organization{Name: "Factory"})
		}))
		ben.Get("/agent/find/organizations?q=fac", http.StatusOK).HasMarkup(t, `"text":"Factory"`)
	})
}

var secret = regexp.MustCompile(`readonly value="([^"]+)"`)

func TestUsers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		all := filledDesk(t, acme)
		ada := webtest.Open(t, acme, acme.Admin.User)
		form := url.Values{"name": {"Zoe " + hostile}, "email": {"Ben@acme.example"}, "role": {"agent"}, "tags": {"b a"}, "generate": {"", "true"}, "time_zone": {"Mars"},
			"groups": {"", fmt.Sprint(all.group.ID)}, "default_group_id": {fmt.Sprint(all.group.ID)}, "organization_name": {"no such"}}
		ada.Post("/admin/users", form, http.StatusUnprocessableEntity).Has(t, "there is none called no such")
		form.Set("organization_name", all.organization.Name)
		ada.Post("/admin/users", form, http.StatusUnprocessableEntity).Has(t, "Time zone: must be a name")
		form.Set("time_zone", "Europe/Berlin")
		ada.Post("/admin/users", form, http.StatusUnprocessableEntity).Has(t, "already being used")
		form.Set("email", "zoe@acme.example")
		made := ada.Post("/admin/users", form, http.StatusOK)
		made.Has(t, "The new password of Zoe")
		found := secret.FindStringSubmatch(made.Body)
		if made.Escaped(t); found == nil {
			t.Fatalf("got no password in %s", made.Body)
		}
		zoe := webtest.Open(t, acme, desk.User{})
		zoe.Post("/signin", url.Values{"email": {"zoe@acme.example"}, "password": {found[1]}, "next": {"/profile"}}, http.StatusOK).Has(t, "this browser")

		ada.Get("/admin/users?q=zoe&role=staff", http.StatusOK).Has(t, "Zoe", hostile+"group")
		ada.Htmx().Get("/admin/users?q=zoe&role=end-user", http.StatusOK).Has(t, "Nobody fits")
		var u desk.User
		must(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			u, err = tx.UserByAddress(ctx, "zoe@acme.example")
			return err
		}))
		if u.DefaultGroup != all.group.ID || u.Organization != all.organization.ID || strings.Join(u.Tags, " ") != "a b" {
			t.Errorf("got %+v, want the group, the organization and the tags a, b of the form", u)
		}
		path := fmt.Sprintf("/admin/users/%d", u.ID)
		ada.Post(path+"/password", url.Values{"do": {"set"}, "password": {"short"}}, http.StatusUnprocessableEntity).Has(t, "8 characters")
		ada.Post(path+"/password", url.Values{"do": {"set"}}, http.StatusUnprocessableEntity).Has(t, "write one")
		ada.Post(path+"/password", url.Values{"do": {"set"}, "password": {"a good new one"}}, http.StatusOK).Has(t, "The new password holds")
		zoe.Get("/profile", http.StatusOK).ArrivedAt(t, "/signin")
		ada.Post(path, url.Values{"name": {"Zoe"}, "role": {"agent"}, "groups": {""}, "suspended": {"", "true"}}, http.StatusOK).Has(t, "Zoe is saved")
		zoe.Post("/signin", url.Values{"email": {"zoe@acme.example"}, "password": {"a good new one"}}, http.StatusUnprocessableEntity)
		listed := ada.Get("/admin/users?q=zoe", http.StatusOK)
		listed.Has(t, "suspended")
		listed.Lacks(t, hostile+"group")
		ada.Get(path+"/delete", http.StatusOK).Has(t, "Delete Zoe?", "cannot sign in any more")
		ada.Post(path+"/delete", nil, http.StatusOK).Has(t, "Zoe is deleted")
		ada.Get(path, http.StatusNotFound)
		ada.Post(fmt.Sprintf("/admin/users/%d/delete", acme.Admin.User.ID), nil, http.StatusForbidden)
	})
}

// A long list is read in parts.
func TestUsersInParts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		must(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for i := range 60 {
				if err := tx.InsertUser(ctx, &desk.User{Name: fmt.Sprintf("Person %02d", i), Role: desk.EndUser}); err != nil {
					return err
				}
			}
			return nil
		}))
		ada := webtest.Open(t, acme, acme.Admin.User)
		first := ada.Get("/admin/users?q=person", http.StatusOK)
		first.Has(t, "Person 00", "Person 49", "Load more")
		first.Lacks(t, "Person 50")
		more := regexp.MustCompile(`href="(/admin/users\?after[^"]+)"`).FindStringSubmatch(first.Body)
		if more == nil {
			t.Fatal("no link to more")
		}
		rest := ada.Htmx().Get(strings.ReplaceAll(more[1], "&amp;", "&"), http.StatusOK)
		rest.Has(t, "Person 50", "Person 59")
		rest.Lacks(t, "Person 49", "Load more", "<html")
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
