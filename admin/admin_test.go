package admin_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
)

// firm is an account with one person of each role, two agents and a second group.
type firm struct {
	t       *testing.T
	service *admin.Service
	access  *access.Service
	tickets *ticketing.Service
	db      *sqldb.DB
	account store.Account

	ada, ben, bea, eve desk.User // admin, agents, end user
	camera             desk.Group
}

func each(t *testing.T, test func(t *testing.T, f *firm)) {
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) { test(t, open(t, db)) })
}

func open(t *testing.T, db *sqldb.DB) *firm {
	t.Helper()
	ctx := t.Context()
	st, err := store.Open(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close(context.Background()) })
	a, ada, err := setup.CreateAccount(ctx, st, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost",
		desk.User{Name: "Ada", Email: "ada@acme.example"}, "")
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	f := &firm{t: t, db: db, account: st.Account(a.ID), ada: ada}
	f.access = access.New(st, access.Options{Logger: quiet, Argon: access.Argon{MemoryKiB: 64, Passes: 1, Threads: 1, SaltBytes: 16, KeyBytes: 32}})
	f.tickets = ticketing.New(st, ticketing.Options{Logger: quiet})
	f.service = admin.New(f.access, f.tickets, func(context.Context, *store.Tx) error { return nil })
	f.ben = desk.User{Name: "Ben", Email: "ben@acme.example", Role: desk.Agent}
	f.bea = desk.User{Name: "Bea", Email: "bea@acme.example", Role: desk.Agent}
	f.eve = desk.User{Name: "Eve", Email: "eve@example.com", Role: desk.EndUser}
	f.camera = desk.Group{Name: "Camera"}
	f.must(f.ada, func(ctx context.Context, actor *admin.Actor) error {
		return errors.Join(actor.CreateUser(ctx, &f.ben, admin.Password{}), actor.CreateUser(ctx, &f.bea, admin.Password{}),
			actor.CreateUser(ctx, &f.eve, admin.Password{}), actor.CreateGroup(ctx, &f.camera))
	})
	return f
}

// as does work as somebody.
func (f *firm) as(who desk.User, work func(ctx context.Context, actor *admin.Actor) error) error {
	f.t.Helper()
	ctx := f.t.Context()
	return f.account.Write(ctx, func(tx *store.Tx) error {
		actor, err := f.service.As(ctx, tx, who)
		if err != nil {
			return err
		}
		return work(ctx, actor)
	})
}

func (f *firm) must(who desk.User, work func(ctx context.Context, actor *admin.Actor) error) {
	f.t.Helper()
	if err := f.as(who, work); err != nil {
		f.t.Fatal(err)
	}
}

func (f *firm) write(work func(ctx context.Context, tx *store.Tx) error) {
	f.t.Helper()
	ctx := f.t.Context()
	if err := f.account.Write(ctx, func(tx *store.Tx) error { return work(ctx, tx) }); err != nil {
		f.t.Fatal(err)
	}
}

func ignore[T any](_ T, err error) error { return err }

func is(all ...condition.Condition) condition.Tree { return condition.Tree{All: all} }

func when(field, operator, value string) condition.Condition {
	return condition.Condition{Field: field, Operator: condition.Operator(operator), Value: condition.ValueOf(value)}
}

func set(field, value string) desk.Action {
	return desk.Action{Field: field, Value: json.RawMessage(`"` + value + `"`)}
}
