package admin

import (
	"context"
	"encoding/json"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
)

// Service lets people administer.
type Service struct {
	access        *access.Service
	tickets       *ticketing.Service
	fieldsChanged func(ctx context.Context, tx *store.Tx) error
}

// New makes the service. tickets carries out what follows for tickets, such as those of an agent who leaves; fieldsChanged hears
// in its transaction of each change of ticket fields and their options.
func New(a *access.Service, tickets *ticketing.Service, fieldsChanged func(ctx context.Context, tx *store.Tx) error) *Service {
	return &Service{access: a, tickets: tickets, fieldsChanged: fieldsChanged}
}

// Actor is one person at work on how their desk works, inside a transaction. It ends with it.
type Actor struct {
	Config *desk.Config // as it stood when the work began
	Me     desk.User    // without id: somebody who has not signed in

	service *Service
	tx      audited
}

// As begins somebody's work in tx.
func (s *Service) As(ctx context.Context, tx *store.Tx, me desk.User) (*Actor, error) {
	cfg, err := tx.Config(ctx)
	if err != nil {
		return nil, err
	}
	return &Actor{Config: cfg, Me: me, service: s, tx: audited{tx, me}}, nil
}

func (a *Actor) mustAdmin() error { return access.ForbidUnless(access.CanAdmin(a.Me.Role)) }

func (a *Actor) mustStaff() error { return access.ForbidUnless(a.Me.Role.Staff()) }

func (a *Actor) viewer() access.Viewer { return access.ViewerOf(a.Me, nil) }

// lock has other changes of how the desk works wait for this one: what a check reads still holds when the change is stored.
func (a *Actor) lock(ctx context.Context) error { return a.tx.BumpConfigVersion(ctx) }

// forgetCallers has every caller of the account looked up anew once this is committed.
func (a *Actor) forgetCallers() {
	account := a.tx.Account()
	a.tx.AfterCommit(func() { a.service.access.Forget(account) })
}

// unassign has unsolved tickets lose what somebody or something has left, once this is committed.
func (a *Actor) unassign(ctx context.Context, by desk.Channel, of store.TicketsOf) error {
	actor := access.ActorOf(a.Config, a.Me)
	return a.service.tickets.Unassign(ctx, a.tx.Tx, ticketing.Departure{Actor: actor, Via: desk.Via{Channel: by}, Of: of})
}

// meaning is a record's part that has a meaning, in a form that later changes of the record leave alone.
func meaning(parts ...any) string {
	raw, err := json.Marshal(parts)
	if err != nil {
		return err.Error() // a value that is not JSON: the check that follows says so
	}
	return string(raw)
}

// Reread has what is done from now on know what was done so far in the transaction: a rule may name a field that was made
// before it.
func (a *Actor) Reread(ctx context.Context) (err error) {
	a.Config, err = a.tx.Config(ctx)
	return err
}
