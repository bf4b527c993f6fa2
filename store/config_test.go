package store_test

import (
	"errors"
	"strconv"
	"sync"
	"testing"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func groupNames(c *desk.Config) []string {
	return titles(c.Groups, func(g desk.Group) string { return g.Name })
}

func TestConfigIsSharedUntilItChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		before := configOf(t, acme)
		if configOf(t, acme) != before {
			t.Error("it was read again though nothing changed")
		}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertGroup(ctx, &desk.Group{Name: "Repair"}); err != nil {
				return err
			}
			within, err := tx.Config(ctx)
			if err == nil {
				wantSame(t, "within the transaction", groupNames(within), []string{"Support", "Repair"})
			}
			return err
		})
		after := configOf(t, acme)
		wantSame(t, "in the next", groupNames(after), []string{"Support", "Repair"})
		wantSame(t, "of who had it", groupNames(before), []string{"Support"})
		if after.Version <= before.Version {
			t.Errorf("version %d after %d", after.Version, before.Version)
		}
	})
}

// What is taken back must not be remembered, not even under a version number that comes to be used again.
func TestConfigOfARolledBackTransactionIsForgotten(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		enough := errors.New("enough")
		insert := func(tx *store.Tx, name string) error {
			if err := tx.InsertGroup(ctx, &desk.Group{Name: name}); err != nil {
				return err
			}
			_, err := tx.Config(ctx)
			return err
		}
		err := acme.Write(ctx, func(tx *store.Tx) error { return errors.Join(insert(tx, "Never"), enough) })
		if !errors.Is(err, enough) {
			t.Fatal(err)
		}
		wantSame(t, "after a rollback", groupNames(configOf(t, acme)), []string{"Support"})
		write(t, acme, func(tx *store.Tx) error {
			err := tx.Savepoint(ctx, func() error { return errors.Join(insert(tx, "Neither"), enough) })
			if !errors.Is(err, enough) {
				return err
			}
			return insert(tx, "Repair")
		})
		wantSame(t, "after a part was taken back", groupNames(configOf(t, acme)), []string{"Support", "Repair"})
	})
}

// Another process sees a change in its next transaction.
func TestConfigOfAnotherProcess(t *testing.T) {
	t.Parallel()
	db := storetest.New(t, sqldb.Postgres)
	s, acme, _ := openDesk(t, db)
	other, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close(t.Context()) })
	there := other.Account(acme.ID())
	wantSame(t, "before", groupNames(configOf(t, there)), []string{"Support"})
	write(t, s.Account(acme.ID()), func(tx *store.Tx) error {
		return tx.InsertGroup(t.Context(), &desk.Group{Name: "Repair"})
	})
	wantSame(t, "after", groupNames(configOf(t, there)), []string{"Support", "Repair"})
}

// A ticket tells the version of the configuration that holds with it, wherever that was changed.
func TestConfigBesideATicket(t *testing.T) {
	t.Parallel()
	db := storetest.New(t, sqldb.Postgres)
	s, acme, _ := openDesk(t, db)
	insertTickets(t, acme, desk.Ticket{ID: 1, Status: desk.New})
	other, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close(t.Context()) })
	look := func(want ...string) {
		t.Helper()
		err := other.Account(acme.ID()).Look(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Ticket(t.Context(), 1); err != nil {
				return err
			}
			cfg, err := tx.Config(t.Context())
			if err == nil {
				wantSame(t, "groups", groupNames(cfg), want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	look("Support")
	write(t, s.Account(acme.ID()), func(tx *store.Tx) error {
		return tx.InsertGroup(t.Context(), &desk.Group{Name: "Repair"})
	})
	look("Support", "Repair")
}

// However writers and readers meet, a version shows exactly the changes that made it.
func TestConfigVersionsAreWhole(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		base := configOf(t, acme).Version
		var work sync.WaitGroup
		for w := range 2 {
			work.Go(func() {
				for i := range 10 {
					name := strconv.Itoa(w) + "-" + strconv.Itoa(i)
					err := acme.Write(ctx, func(tx *store.Tx) error { return tx.InsertGroup(ctx, &desk.Group{Name: name}) })
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		look := func(tx *store.Tx) error {
			c, err := tx.Config(ctx)
			if err == nil && int64(len(c.Groups)) != 1+c.Version-base {
				t.Errorf("version %d has %d groups, want %d", c.Version, len(c.Groups), 1+c.Version-base)
			}
			return err
		}
		for range 2 {
			work.Go(func() {
				for range 30 {
					if err := errors.Join(acme.Read(ctx, look), acme.Write(ctx, look)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		work.Wait()
		if got := configOf(t, acme); len(got.Groups) != 21 {
			t.Errorf("%d groups in the end, want 21", len(got.Groups))
		}
	})
}

func TestConfigTellsOfAccountAndStaff(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, ada := openDesk(t, db)
		ctx := t.Context()
		a := configOf(t, acme).Account
		a.Name, a.TimeZone, a.Settings.DeclineInvitations = "Acme", "Europe/Oslo", true
		ada.Name = "Ada L."
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.UpdateAccount(ctx, &a); err != nil {
				return err
			}
			return tx.UpdateUser(ctx, &ada)
		})
		cfg := configOf(t, acme)
		wantSame(t, "account", cfg.Account, a)
		wantSame(t, "location", cfg.Location.String(), "Europe/Oslo")
		wantSame(t, "staff", cfg.Staff[ada.ID].Name, "Ada L.")
		before := cfg.Version
		write(t, acme, func(tx *store.Tx) error {
			return tx.InsertUser(ctx, &desk.User{Name: "Bo", Role: desk.EndUser})
		})
		if got := configOf(t, acme).Version; got != before {
			t.Errorf("an end user changed the configuration from version %d to %d", before, got)
		}
	})
}
