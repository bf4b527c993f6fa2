package store_test

import (
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestUserRoundTrip(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		org := desk.Organization{Name: "Lens makers", DomainNames: []string{"Lens.example"}, Tags: []string{"vip"}, ExternalID: "L1", SharedTickets: true}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertOrganization(ctx, &org) })
		u := desk.User{Name: "Bo Öst", Email: "bo@example.com", Role: desk.EndUser, Organization: org.ID, ExternalID: "e-1",
			Phone: "1", Alias: "b", Details: "d", Notes: "n", Signature: "s", TimeZone: "Europe/Oslo", Locale: "nb", Tags: []string{"eu", "new"}}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertUser(ctx, &u) })
		if u.ID == 0 || !u.Active || u.Email != "bo@example.com" || u.CreatedAt.IsZero() {
			t.Errorf("stored as %+v", u)
		}
		read(t, acme, func(tx *store.Tx) error {
			got, err := tx.User(ctx, u.ID)
			wantSame(t, "user", got, u)
			o, err2 := tx.OrganizationByName(ctx, "LENS makers")
			wantSame(t, "organization", o, org)
			if err == nil {
				err = err2
			}
			return err
		})
		u.Name, u.Email, u.ExternalID, u.Tags = "Bo", "", "", nil
		login := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.UpdateUser(ctx, &u); err != nil {
				return err
			}
			return tx.SetLastLogin(ctx, u.ID, login)
		})
		u.LastLoginAt = login
		read(t, acme, func(tx *store.Tx) error {
			got, err := tx.User(ctx, u.ID)
			wantSame(t, "updated user", got, u)
			return err
		})
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteOrganization(ctx, org.ID) })
		read(t, acme, func(tx *store.Tx) error {
			got, err := tx.User(ctx, u.ID)
			wantSame(t, "organization of user", got.Organization, desk.OrganizationID(0))
			return err
		})
	})
}

func TestUserFaults(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		bo := desk.User{Name: "Bo", Email: "bo@example.com", ExternalID: "e-1", Role: desk.EndUser}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertUser(ctx, &bo) })
		cases := map[string]struct {
			user        desk.User
			field, code string
		}{
			"address taken":     {desk.User{Name: "X", Email: "bo@example.com", Role: desk.EndUser}, "email", "DuplicateValue"},
			"external id taken": {desk.User{Name: "X", ExternalID: "e-1", Role: desk.EndUser}, "external_id", "DuplicateValue"},
		}
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				wantFault(t, acme.Write(ctx, func(tx *store.Tx) error { return tx.InsertUser(ctx, &c.user) }), c.field, c.code)
			})
		}
		cy := desk.User{Name: "Cy", Role: desk.EndUser}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertUser(ctx, &cy) })
		cy.Email = "bo@example.com"
		wantFault(t, acme.Write(ctx, func(tx *store.Tx) error { return tx.UpdateUser(ctx, &cy) }), "email", "DuplicateValue")
	})
}

// A deleted user is still there for old tickets, but its address is free and its ways in are closed.
func TestDeleteUser(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, ada := openDesk(t, db)
		ctx := t.Context()
		group := configOf(t, acme).Groups[0].ID
		bo := desk.User{Name: "Bo", Email: "bo@example.com", Role: desk.Agent, DefaultGroup: group}
		token := store.Token{Description: "script"}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertUser(ctx, &bo); err != nil {
				return err
			}
			token.User = bo.ID
			return tx.InsertToken(ctx, &token, "h")
		})
		if m := configOf(t, acme).Staff[bo.ID]; m.DefaultGroup != group || len(m.Groups) != 1 {
			t.Errorf("staff member %+v, want one of group %d", m, group)
		}
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteUser(ctx, bo.ID) })
		wantKind(t, acme.Write(ctx, func(tx *store.Tx) error { return tx.DeleteUser(ctx, bo.ID) }), desk.NotFound)
		if _, is := configOf(t, acme).Staff[bo.ID]; is {
			t.Error("a deleted agent is still staff")
		}
		read(t, acme, func(tx *store.Tx) error {
			_, err := tx.UserByAddress(ctx, "bo@example.com")
			wantKind(t, err, desk.NotFound)
			_, _, err = tx.TokenByHash(ctx, "h")
			wantKind(t, err, desk.NotFound)
			n, err := tx.CountUsers(ctx, store.UserFilter{})
			wantSame(t, "users", n, 1)
			u, err2 := tx.User(ctx, bo.ID)
			if err2 != nil || u.Active || u.Name != "Bo" || u.DefaultGroup != 0 {
				t.Errorf("deleted user %+v, %v", u, err2)
			}
			members, err3 := tx.Memberships(ctx, store.MembershipFilter{Group: group}, store.Page{})
			if err3 != nil || len(members.Items) != 1 || members.Items[0].User != ada.ID {
				t.Errorf("members %+v, %v; want the admin alone", members, err3)
			}
			return err
		})
		write(t, acme, func(tx *store.Tx) error {
			return tx.InsertUser(ctx, &desk.User{Name: "New Bo", Email: "bo@example.com", Role: desk.EndUser})
		})
	})
}

func TestUserLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		group := configOf(t, acme).Groups[0].ID
		org := desk.Organization{Name: "Lens makers"}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertOrganization(ctx, &org); err != nil {
				return err
			}
			for _, u := range []desk.User{
				{Name: "Bo Larsen", Email: "bo@example.com", Role: desk.EndUser, Organization: org.ID},
				{Name: "Cy 100%", Role: desk.EndUser},
				{Name: "Di", Email: "lars@example.com", Role: desk.Agent, DefaultGroup: group},
				{Name: "Lara", Role: desk.EndUser, Foreign: 5},
			} {
				if err := tx.InsertUser(ctx, &u); err != nil {
					return err
				}
			}
			return nil
		})
		cases := map[string]struct {
			filter store.UserFilter
			want   []string
		}{
			"everybody":          {store.UserFilter{}, []string{"Ada", "Bo Larsen", "Cy 100%", "Di", "Lara"}},
			"staff":              {store.UserFilter{Roles: []desk.Role{desk.Agent, desk.Admin}}, []string{"Ada", "Di"}},
			"of an organization": {store.UserFilter{Organization: org.ID}, []string{"Bo Larsen"}},
			"of a group":         {store.UserFilter{Group: group}, []string{"Ada", "Di"}},
			"begins of words":    {store.UserFilter{Match: "LAR"}, []string{"Bo Larsen", "Di", "Lara"}},
			"our own":            {store.UserFilter{Match: "lar", Local: true}, []string{"Bo Larsen", "Di"}},
			"sign as itself":     {store.UserFilter{Match: "100%"}, []string{"Cy 100%"}},
			"sign matches none":  {store.UserFilter{Match: "_"}, nil},
		}
		name := func(u desk.User) string { return u.Name }
		for what, c := range cases {
			read(t, acme, func(tx *store.Tx) error {
				got, err := tx.Users(ctx, c.filter, store.Page{})
				wantSame(t, what, titles(got.Items, name), c.want)
				n, err2 := tx.CountUsers(ctx, c.filter)
				if err2 != nil || n != len(c.want) {
					t.Errorf("%s: counted %d, %v", what, n, err2)
				}
				return err
			})
		}
		read(t, acme, func(tx *store.Tx) error {
			first, err := tx.Users(ctx, store.UserFilter{}, store.Page{Limit: 2})
			if err != nil {
				return err
			}
			second, err := tx.Users(ctx, store.UserFilter{}, store.Page{Limit: 3, After: first.After})
			if err != nil {
				return err
			}
			back, err := tx.Users(ctx, store.UserFilter{}, store.Page{Limit: 1, Before: second.Before})
			if err != nil {
				return err
			}
			skipped, err := tx.Users(ctx, store.UserFilter{}, store.Page{Limit: 2, Offset: 3})
			wantSame(t, "first page", titles(first.Items, name), []string{"Ada", "Bo Larsen"})
			wantSame(t, "second page", titles(second.Items, name), []string{"Cy 100%", "Di", "Lara"})
			wantSame(t, "page before", titles(back.Items, name), []string{"Bo Larsen"})
			wantSame(t, "by offset", titles(skipped.Items, name), []string{"Di", "Lara"})
			wantSame(t, "more", []bool{first.More, second.More, back.More, skipped.More}, []bool{true, false, true, false})
			_, bad := tx.Users(ctx, store.UserFilter{}, store.Page{Limit: 1, After: "x"})
			wantKind(t, bad, desk.Invalid)
			return err
		})
	})
}

// The people of partners are nobody here: no address or outside id leads to them (nhd §16 row 8).
func TestForeignUsersAreNotFoundByWhatTheyClaim(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, ada := openDesk(t, db)
		ctx := t.Context()
		write(t, acme, func(tx *store.Tx) error {
			return tx.InsertUser(ctx, &desk.User{Name: "Ada", Role: desk.EndUser, ExternalID: "7", Foreign: 5, ForeignAgent: true})
		})
		read(t, acme, func(tx *store.Tx) error {
			_, err := tx.UserByExternalID(ctx, "7")
			wantKind(t, err, desk.NotFound)
			u, err := tx.UserByAddress(ctx, "ADA@example.com ")
			wantSame(t, "by address", u.ID, ada.ID)
			return err
		})
	})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, acme, ada := openDesk(t, db)
		kongen, _ := addDesk(t, s, "kongen")
		ctx := t.Context()
		token := store.Token{User: ada.ID, Description: "script"}
		used := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertToken(ctx, &token, "h"); err != nil {
				return err
			}
			return tx.UseToken(ctx, token.ID, used)
		})
		token.LastUsedAt = used
		read(t, acme, func(tx *store.Tx) error {
			got, user, err := tx.TokenByHash(ctx, "h")
			wantSame(t, "token", got, token)
			wantSame(t, "user", user.ID, ada.ID)
			listed, err2 := tx.Tokens(ctx, 0)
			wantSame(t, "tokens", listed, []store.Token{token})
			if err == nil {
				err = err2
			}
			return err
		})
		read(t, kongen, func(tx *store.Tx) error {
			_, _, err := tx.TokenByHash(ctx, "h")
			wantKind(t, err, desk.NotFound)
			return nil
		})
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteToken(ctx, token.ID) })
		wantKind(t, acme.Write(ctx, func(tx *store.Tx) error { return tx.DeleteToken(ctx, token.ID) }), desk.NotFound)
	})
}
