package admin_test

import (
	"context"
	"testing"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

// Whoever gets a new password, is suspended or deleted is signed out everywhere.
func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, f *firm) {
		password, err := f.service.Password(t.Context(), f.ada, "a long password")
		if err != nil {
			t.Fatal(err)
		}
		renew := func(ctx context.Context, actor *admin.Actor) error { return actor.SetPassword(ctx, f.eve.ID, password) }
		change := func(p admin.Password, edit func(*desk.User)) func(context.Context, *admin.Actor) error {
			return func(ctx context.Context, actor *admin.Actor) error {
				return ignore(actor.ChangeUser(ctx, f.eve.ID, p, func(u *desk.User) error { edit(u); return nil }))
			}
		}
		for _, c := range []struct {
			name string
			work func(context.Context, *admin.Actor) error
			left int
		}{
			{"a new phone", change(admin.Password{}, func(u *desk.User) { u.Phone = "1" }), 1},
			{"a new password", renew, 0},
			{"a new password among other things", change(password, func(u *desk.User) { u.Phone = "2" }), 0},
			{"suspended", change(admin.Password{}, func(u *desk.User) { u.Suspended = true }), 0},
			{"signed out", func(ctx context.Context, actor *admin.Actor) error { return actor.SignOut(ctx, f.eve.ID) }, 0},
			{"deleted", func(ctx context.Context, actor *admin.Actor) error { return ignore(actor.DeleteUser(ctx, f.eve.ID)) }, 0},
		} {
			f.write(func(ctx context.Context, tx *store.Tx) error {
				if err := tx.DeleteSessions(ctx, f.eve.ID, 0); err != nil {
					return err
				}
				return tx.InsertSession(ctx, &store.Session{User: f.eve.ID}, c.name)
			})
			f.must(f.ada, c.work)
			f.write(func(ctx context.Context, tx *store.Tx) error {
				all, err := tx.Sessions(ctx, f.eve.ID)
				if len(all) != c.left {
					t.Errorf("%s: %d sessions, want %d", c.name, len(all), c.left)
				}
				return err
			})
		}
	})
}

func TestAccount(t *testing.T) {
	each(t, func(t *testing.T, f *firm) {
		rename := func(name, zone string) func(ctx context.Context, actor *admin.Actor) error {
			return func(ctx context.Context, actor *admin.Actor) error {
				return ignore(actor.ChangeAccount(ctx, func(a *desk.Account) error {
					a.Name, a.TimeZone, a.Subdomain, a.Settings.DeclineInvitations = name, zone, "stolen", true
					return nil
				}))
			}
		}
		if err := f.as(f.ben, rename("B", "UTC")); desk.KindOf(err) != desk.Forbidden {
			t.Errorf("an agent renames the desk: %v", err)
		}
		if err := f.as(f.ada, rename("", "Mars")); desk.KindOf(err) != desk.Invalid {
			t.Errorf("no name, no zone: %v", err)
		}
		f.must(f.ada, rename("Acme Ltd", "Europe/Berlin"))
		f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error {
			a := actor.Config.Account
			if a.Name != "Acme Ltd" || a.TimeZone != "Europe/Berlin" || a.Subdomain != "acme" || !a.Settings.DeclineInvitations {
				t.Errorf("the account is %+v", a)
			}
			hosts, err := actor.Hosts(ctx)
			if len(hosts) != 1 || hosts[0] != "acme.localhost" {
				t.Errorf("hosts %v", hosts)
			}
			return err
		})
	})
}
