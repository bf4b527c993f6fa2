package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"interdesk/desk"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// openDesk makes a store on a fresh database with one account, acme, whose admin is ada.
func openDesk(t *testing.T, db *sqldb.DB) (*store.Store, store.Account, desk.User) {
	t.Helper()
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	account, admin := addDesk(t, s, "acme")
	return s, account, admin
}

// addDesk adds an account with the admin ada@example.com.
func addDesk(t *testing.T, s *store.Store, subdomain string) (store.Account, desk.User) {
	t.Helper()
	a, admin, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: subdomain, Name: "Desk of " + subdomain},
		subdomain+".localhost", desk.User{Name: "Ada", Email: "ada@example.com"}, "hash of ada")
	if err != nil {
		t.Fatal(err)
	}
	return s.Account(a.ID), admin
}

func write(t *testing.T, a store.Account, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := a.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, a store.Account, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := a.Read(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// wantFault checks that err finds fault with one field.
func wantFault(t *testing.T, err error, field, code string) {
	t.Helper()
	var e *desk.Error
	if !errors.As(err, &e) || e.Kind != desk.Invalid || len(e.Details[field]) == 0 || e.Details[field][0].Code != code {
		t.Errorf("got %v, want %s of field %s", err, code, field)
	}
}

func wantKind(t *testing.T, err error, kind desk.Kind) {
	t.Helper()
	if err == nil || desk.KindOf(err) != kind {
		t.Errorf("got error %v, want kind %v", err, kind)
	}
}

func wantSame(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func configOf(t *testing.T, a store.Account) (cfg *desk.Config) {
	t.Helper()
	read(t, a, func(tx *store.Tx) (err error) {
		cfg, err = tx.Config(t.Context())
		return err
	})
	return cfg
}

func titles[T any](rows []T, title func(T) string) []string {
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		out = append(out, title(r))
	}
	return out
}

func TestHosts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, acme, _ := openDesk(t, db)
		kongen, _ := addDesk(t, s, "kongen")
		ctx := t.Context()
		for range 2 {
			if err := s.AddHost(ctx, acme.ID(), "Help.Example.com."); err != nil {
				t.Fatal(err)
			}
		}
		wantFault(t, s.AddHost(ctx, kongen.ID(), "help.example.com"), "host", "DuplicateValue")
		wantKind(t, s.AddHost(ctx, 4711, "new.example.com"), desk.NotFound)
		read(t, acme, func(tx *store.Tx) error {
			hosts, err := tx.Hosts(ctx)
			wantSame(t, "hosts", hosts, []string{"acme.localhost", "help.example.com"})
			return err
		})
		if a, err := s.AccountBySubdomain(ctx, "Kongen"); err != nil || a.ID != kongen.ID() {
			t.Errorf("by subdomain: %+v, %v", a, err)
		}
	})
}

func TestInstallationValues(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, _, _ := openDesk(t, db)
		ctx := t.Context()
		_, err := s.InstallationValue(ctx, "check")
		wantKind(t, err, desk.NotFound)
		for _, made := range []string{"first", "second"} {
			if got, err := s.FirstInstallationValue(ctx, "check", made); err != nil || got != "first" {
				t.Errorf("got %q, %v; want first", got, err)
			}
		}
		if err := s.SetInstallationValue(ctx, "check", "third"); err != nil {
			t.Fatal(err)
		}
		if got, err := s.InstallationValue(ctx, "check"); err != nil || got != "third" {
			t.Errorf("got %q, %v; want third", got, err)
		}
	})
}

// Nothing of one account can be seen, changed or removed through another.
func TestAccountsAreApart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, acme, ada := openDesk(t, db)
		kongen, other := addDesk(t, s, "kongen")
		ctx := t.Context()
		if ada.ID == other.ID || ada.Email != other.Email {
			t.Fatalf("admins %+v and %+v", ada, other)
		}
		cfg := configOf(t, acme)
		trigger, view := cfg.Triggers[0], desk.View{Title: "Mine"}
		macro, org := desk.Macro{Title: "Mine"}, desk.Organization{Name: "Same name"}
		write(t, acme, func(tx *store.Tx) error {
			return errors.Join(tx.InsertView(ctx, &view), tx.InsertMacro(ctx, &macro), tx.InsertOrganization(ctx, &org))
		})
		write(t, kongen, func(tx *store.Tx) error {
			return tx.InsertOrganization(ctx, &desk.Organization{Name: "Same name"})
		})
		attempts := map[string]func(tx *store.Tx) error{
			"read user":           func(tx *store.Tx) error { _, err := tx.User(ctx, ada.ID); return err },
			"update user":         func(tx *store.Tx) error { u := ada; return tx.UpdateUser(ctx, &u) },
			"delete user":         func(tx *store.Tx) error { return tx.DeleteUser(ctx, ada.ID) },
			"set password":        func(tx *store.Tx) error { return tx.SetPasswordHash(ctx, ada.ID, "x") },
			"read group":          func(tx *store.Tx) error { _, err := tx.Group(ctx, cfg.Groups[0].ID); return err },
			"update group":        func(tx *store.Tx) error { g := cfg.Groups[0]; return tx.UpdateGroup(ctx, &g) },
			"delete group":        func(tx *store.Tx) error { return tx.DeleteGroup(ctx, cfg.Groups[0].ID) },
			"read organization":   func(tx *store.Tx) error { _, err := tx.Organization(ctx, org.ID); return err },
			"update organization": func(tx *store.Tx) error { o := org; o.Name = "Else"; return tx.UpdateOrganization(ctx, &o) },
			"delete organization": func(tx *store.Tx) error { return tx.DeleteOrganization(ctx, org.ID) },
			"read field":          func(tx *store.Tx) error { _, err := tx.Field(ctx, cfg.Fields[0].ID); return err },
			"update field":        func(tx *store.Tx) error { f := cfg.Fields[0]; return tx.UpdateField(ctx, &f) },
			"delete field":        func(tx *store.Tx) error { return tx.DeleteField(ctx, cfg.Fields[0].ID) },
			"read form":           func(tx *store.Tx) error { _, err := tx.Form(ctx, cfg.Forms[0].ID); return err },
			"delete form":         func(tx *store.Tx) error { return tx.DeleteForm(ctx, cfg.Forms[0].ID) },
			"read category":       func(tx *store.Tx) error { _, err := tx.Category(ctx, trigger.Category); return err },
			"delete category":     func(tx *store.Tx) error { return tx.DeleteCategory(ctx, trigger.Category) },
			"read trigger":        func(tx *store.Tx) error { _, err := tx.Trigger(ctx, trigger.ID); return err },
			"update trigger":      func(tx *store.Tx) error { g := trigger; return tx.UpdateTrigger(ctx, &g, 0) },
			"delete trigger":      func(tx *store.Tx) error { return tx.DeleteTrigger(ctx, trigger.ID) },
			"read revision":       func(tx *store.Tx) error { _, err := tx.TriggerRevision(ctx, trigger.ID, 1); return err },
			"read rule set":       func(tx *store.Tx) error { _, err := tx.RuleSet(ctx, cfg.RuleSet); return err },
			"read view":           func(tx *store.Tx) error { _, err := tx.View(ctx, view.ID); return err },
			"update view":         func(tx *store.Tx) error { v := view; return tx.UpdateView(ctx, &v) },
			"delete view":         func(tx *store.Tx) error { return tx.DeleteView(ctx, view.ID) },
			"read macro":          func(tx *store.Tx) error { _, err := tx.Macro(ctx, macro.ID); return err },
			"update macro":        func(tx *store.Tx) error { m := macro; return tx.UpdateMacro(ctx, &m) },
			"delete macro":        func(tx *store.Tx) error { return tx.DeleteMacro(ctx, macro.ID) },
		}
		for name, attempt := range attempts {
			t.Run(name, func(t *testing.T) {
				wantKind(t, kongen.Write(ctx, attempt), desk.NotFound)
			})
		}
		read(t, kongen, func(tx *store.Tx) error {
			users, err := tx.UsersByID(ctx, []desk.UserID{ada.ID, other.ID})
			wantSame(t, "users by id", titles(users, func(u desk.User) string { return u.Email }), []string{"ada@example.com"})
			if !slices.ContainsFunc(users, func(u desk.User) bool { return u.ID == other.ID }) {
				t.Errorf("found %+v, want the own admin", users)
			}
			return err
		})
	})
}
