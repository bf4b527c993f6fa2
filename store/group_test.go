package store_test

import (
	"testing"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		support := configOf(t, acme).Groups[0]
		repair := desk.Group{Name: "Repair", Description: "d", Public: true}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertGroup(ctx, &repair) })
		wantFault(t, acme.Write(ctx, func(tx *store.Tx) error { return tx.InsertGroup(ctx, &desk.Group{Name: "REPAIR"}) }),
			"name", "DuplicateValue")

		repair.Name, repair.Default = "Repairs", true
		write(t, acme, func(tx *store.Tx) error { return tx.UpdateGroup(ctx, &repair) })
		support.Default = false
		wantSame(t, "groups", configOf(t, acme).Groups, []desk.Group{support, repair})

		write(t, acme, func(tx *store.Tx) error { return tx.DeleteGroup(ctx, support.ID) })
		wantSame(t, "groups after delete", configOf(t, acme).Groups, []desk.Group{repair})
		read(t, acme, func(tx *store.Tx) error {
			g, err := tx.Group(ctx, support.ID)
			wantSame(t, "deleted", g.Deleted, true)
			return err
		})
		write(t, acme, func(tx *store.Tx) error { return tx.InsertGroup(ctx, &desk.Group{Name: "Support"}) })
	})
}

// Whoever is in any group has exactly one default group, and the user's row names the same.
func TestDefaultMembership(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		support := configOf(t, acme).Groups[0].ID
		one, two := desk.Group{Name: "One"}, desk.Group{Name: "Two"}
		bo := desk.User{Name: "Bo", Role: desk.Agent}
		write(t, acme, func(tx *store.Tx) error {
			for _, err := range []error{tx.InsertGroup(ctx, &one), tx.InsertGroup(ctx, &two), tx.InsertUser(ctx, &bo)} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		check := func(what string, want desk.GroupID, groups ...desk.GroupID) {
			t.Helper()
			wantSame(t, what, configOf(t, acme).Staff[bo.ID],
				desk.StaffMember{ID: bo.ID, Name: "Bo", Role: desk.Agent, DefaultGroup: want, Groups: groups})
			read(t, acme, func(tx *store.Tx) error {
				all, err := tx.Memberships(ctx, store.MembershipFilter{User: bo.ID}, store.Page{})
				for _, m := range all.Items {
					if m.Default != (m.Group == want) {
						t.Errorf("%s: %+v, want the default to be %d", what, m, want)
					}
				}
				return err
			})
		}
		join := func(g desk.GroupID, def bool) (m desk.Membership) {
			t.Helper()
			m = desk.Membership{User: bo.ID, Group: g, Default: def}
			write(t, acme, func(tx *store.Tx) error { return tx.InsertMembership(ctx, &m) })
			return m
		}
		check("in none", 0)
		inSupport := join(support, false)
		check("in the first", support, support)
		inOne := join(one.ID, false)
		check("in a second", support, support, one.ID)
		join(two.ID, true)
		check("in a third, as default", two.ID, support, one.ID, two.ID)
		write(t, acme, func(tx *store.Tx) error { return tx.MakeDefaultMembership(ctx, inOne.ID) })
		check("made default", one.ID, support, one.ID, two.ID)
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteMembership(ctx, inOne.ID) })
		check("default left", support, support, two.ID)
		bo.DefaultGroup = two.ID
		write(t, acme, func(tx *store.Tx) error { return tx.UpdateUser(ctx, &bo) })
		check("default by user", two.ID, support, two.ID)
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteGroup(ctx, two.ID) })
		check("default deleted", support, support)
		wantFault(t, acme.Write(ctx, func(tx *store.Tx) error {
			return tx.InsertMembership(ctx, &desk.Membership{User: bo.ID, Group: support})
		}), "user_id", "DuplicateValue")

		bo.DefaultGroup, bo.Role = support, desk.EndUser
		write(t, acme, func(tx *store.Tx) error { return tx.UpdateUser(ctx, &bo) })
		read(t, acme, func(tx *store.Tx) error {
			_, err := tx.Membership(ctx, inSupport.ID)
			wantKind(t, err, desk.NotFound)
			u, err := tx.User(ctx, bo.ID)
			wantSame(t, "default group of an end user", u.DefaultGroup, desk.GroupID(0))
			return err
		})
	})
}

func TestOrganizations(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		lens, shop := desk.Organization{Name: "Lens makers", ExternalID: "L"}, desk.Organization{Name: "Shop", ExternalID: "S"}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertOrganization(ctx, &lens); err != nil {
				return err
			}
			return tx.InsertOrganization(ctx, &shop)
		})
		wantFault(t, acme.Write(ctx, func(tx *store.Tx) error {
			return tx.InsertOrganization(ctx, &desk.Organization{Name: "Shop"})
		}), "name", "DuplicateValue")
		twin := shop
		twin.ExternalID = "L"
		wantFault(t, acme.Write(ctx, func(tx *store.Tx) error { return tx.UpdateOrganization(ctx, &twin) }), "external_id", "DuplicateValue")
		read(t, acme, func(tx *store.Tx) error {
			all, err := tx.Organizations(ctx, "", store.Page{Limit: 1})
			wantSame(t, "first page", all.Items, []desk.Organization{lens})
			wantSame(t, "more", all.More, true)
			begins, err2 := tx.Organizations(ctx, "sh", store.Page{})
			wantSame(t, "by name", begins.Items, []desk.Organization{shop})
			byID, err3 := tx.OrganizationsByID(ctx, []desk.OrganizationID{shop.ID, 99, lens.ID})
			wantSame(t, "by id", byID, []desk.Organization{lens, shop})
			o, err4 := tx.OrganizationByExternalID(ctx, "S")
			wantSame(t, "by external id", o, shop)
			n, err5 := tx.CountOrganizations(ctx, "")
			wantSame(t, "count", n, 2)
			for _, e := range []error{err, err2, err3, err4, err5} {
				if e != nil {
					return e
				}
			}
			return nil
		})
	})
}
