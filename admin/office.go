package admin

import (
	"context"
	"encoding/json"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
)

// Service opens offices.
type Service struct {
	access  *access.Service
	tickets *ticketing.Service
}

// New makes the service. tickets carries out what follows for tickets, such as those of an agent who leaves.
func New(a *access.Service, tickets *ticketing.Service) *Service {
	return &Service{access: a, tickets: tickets}
}

// Office is one person at work on how their desk works, inside a transaction. It ends with it.
type Office struct {
	Config *desk.Config // as it stood when the office opened
	Me     desk.User    // without id: somebody who has not signed in

	service *Service
	tx      *store.Tx
}

// Open begins somebody's work in tx.
func (s *Service) Open(ctx context.Context, tx *store.Tx, me desk.User) (*Office, error) {
	cfg, err := tx.Config(ctx)
	if err != nil {
		return nil, err
	}
	return &Office{Config: cfg, Me: me, service: s, tx: tx}, nil
}

func (o *Office) mustAdmin() error { return access.Refuse(access.CanAdmin(o.Me.Role)) }

func (o *Office) mustStaff() error { return access.Refuse(o.Me.Role.Staff()) }

func (o *Office) viewer() access.Viewer { return access.ViewerOf(o.Me, nil) }

// forget has every caller of the account looked up anew once this is committed.
func (o *Office) forget() {
	account := o.tx.Account()
	o.tx.AfterCommit(func() { o.service.access.Forget(account) })
}

// vacate has unsolved tickets lose a place that is left, once this is committed.
func (o *Office) vacate(ctx context.Context, by desk.Channel, of store.TicketsOf) error {
	return o.service.tickets.Vacate(ctx, o.tx, ticketing.Vacancy{Actor: access.ActorOf(o.Config, o.Me), Via: desk.Via{Channel: by}, Of: of})
}

// seen reads for whoever may; err refuses.
func seen[T any](err error, read func() (T, error)) (none T, _ error) {
	if err != nil {
		return none, err
	}
	return read()
}

// meaning is a record's part that has a meaning, in a form that later changes of the record leave alone.
func meaning(parts ...any) string {
	raw, err := json.Marshal(parts)
	if err != nil {
		return err.Error() // a value that is not JSON: the check that follows says so
	}
	return string(raw)
}
