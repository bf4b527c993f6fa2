package setup_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// open opens the store and the account acme of the admin Ada.
func open(t *testing.T, db *sqldb.DB) (*store.Store, desk.Account, desk.User) {
	t.Helper()
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	a, ada, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost",
		desk.User{Name: "Ada", Email: "Ada@example.com"}, "hash of ada")
	if err != nil {
		t.Fatal(err)
	}
	return s, a, ada
}

func TestANewAccountIsComplete(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, a, ada := open(t, db)
		ctx := t.Context()
		if id, err := s.AccountByHost(ctx, "ACME.localhost:8080"); err != nil || id != a.ID {
			t.Errorf("by host: %v, %v; want %v", id, err, a.ID)
		}
		if all, err := s.Accounts(ctx); err != nil || cmp.Diff(all, []desk.Account{a}) != "" {
			t.Errorf("accounts %+v, error %v; want %+v", all, err, a)
		}
		err := s.Account(a.ID).Read(ctx, func(tx *store.Tx) error {
			cfg, err := tx.Config(ctx)
			if err != nil {
				return err
			}
			if cfg.Brand.Name != "Acme" || cfg.DefaultForm() == 0 || cfg.RuleSet == 0 {
				t.Errorf("brand %+v, form %d, rules %d", cfg.Brand, cfg.DefaultForm(), cfg.RuleSet)
			}
			var types []string
			for _, f := range cfg.Fields {
				types = append(types, string(f.Type))
			}
			same(t, "fields", types, []string{"subject", "description", "status", "tickettype", "priority", "group", "assignee"})
			support := cfg.Groups[0].ID
			same(t, "staff", cfg.Staff, map[desk.UserID]desk.StaffMember{ada.ID: {ID: ada.ID, Name: "Ada", Email: "ada@example.com",
				Role: desk.Admin, DefaultGroup: support, Groups: []desk.GroupID{support}}})
			hash, err := tx.PasswordHash(ctx, ada.ID)
			same(t, "password hash", hash, "hash of ada")
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Every rule and view of the description is one that an admin could have made.
func TestTheStandardRulesAreSound(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, a, _ := open(t, db)
		ctx := t.Context()
		err := s.Account(a.ID).Read(ctx, func(tx *store.Tx) error {
			cfg, errC := tx.Config(ctx)
			triggers, errT := tx.Triggers(ctx)
			views, errV := tx.Views(ctx, store.RuleFilter{})
			if err := errors.Join(errC, errT, errV); err != nil {
				return err
			}
			same(t, "how many triggers and views", []int{len(triggers), len(views)}, []int{9, 8})
			for _, r := range triggers {
				if err := rule.CheckTrigger(cfg, r); err != nil {
					t.Errorf("%s: %v", r.Title, err)
				}
			}
			for _, v := range views {
				if err := rule.CheckView(cfg, v); err != nil {
					t.Errorf("%s: %v", v.Title, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestAnAccountIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, _, _ := open(t, db)
		for name, c := range map[string]struct {
			account     desk.Account
			host        string
			admin       desk.User
			field, code string
		}{
			"subdomain taken": {desk.Account{Subdomain: "acme", Name: "Again"}, "acme.example.com", desk.User{Name: "Bo"}, "subdomain", "DuplicateValue"},
			"host taken":      {desk.Account{Subdomain: "acme2", Name: "Again"}, "acme.localhost", desk.User{Name: "Bo"}, "subdomain", "DuplicateValue"},
			"no subdomain":    {desk.Account{Subdomain: "Acme!", Name: "X"}, "x.localhost", desk.User{Name: "Bo"}, "subdomain", "InvalidValue"},
			"no name":         {desk.Account{Subdomain: "x", Name: " "}, "x.localhost", desk.User{Name: "Bo"}, "name", "BlankValue"},
			"no time zone":    {desk.Account{Subdomain: "x", Name: "X", TimeZone: "Mars/Olympus"}, "x.localhost", desk.User{Name: "Bo"}, "time_zone", "InvalidValue"},
			"no address":      {desk.Account{Subdomain: "x", Name: "X"}, "x.localhost", desk.User{Name: "Bo", Email: "nowhere"}, "email", "InvalidValue"},
		} {
			t.Run(name, func(t *testing.T) {
				_, _, err := setup.CreateAccount(t.Context(), s, c.account, c.host, c.admin, "")
				var fault *desk.Error
				if !errors.As(err, &fault) || len(fault.Details[c.field]) == 0 || fault.Details[c.field][0].Code != c.code {
					t.Errorf("error %v, want the fault %s of %s", err, c.code, c.field)
				}
			})
		}
	})
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
