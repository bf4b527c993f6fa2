package ticketing

import (
	"context"
	"encoding/json"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
)

// Vacancy is a place that somebody left: unsolved tickets there are without it from then on (rules.md §8). It is an assignee
// who left a group or, without Group, all of them; a group that is gone; or a requester who left an organization.
type Vacancy struct {
	Actor desk.Actor // who made it
	Via   desk.Via
	Of    store.TicketsOf
}

const (
	vacateKind    = "ticket.vacate"
	vacateTimeout = 10 * time.Minute
	vacatePage    = 100
)

// Vacate has the tickets of a vacancy updated once tx is committed, one after another, each in a transaction of its own.
// Their state is the progress: work that breaks off goes on with those that are left.
func (s *Service) Vacate(ctx context.Context, tx *store.Tx, v Vacancy) error {
	payload, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: vacateKind, Lane: vacateKind, Payload: payload})
	return err
}

// runVacate passes over the tickets once. What a ticket itself refuses stays as it is.
func (s *Service) runVacate(ctx context.Context, j job.Job) job.Outcome {
	var v Vacancy
	if err := json.Unmarshal(j.Payload, &v); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	account := s.store.Account(desk.AccountID(j.Account))
	for after := desk.TicketID(0); ; {
		var page []desk.TicketID
		err := account.Read(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.Unsolved(ctx, v.Of, after, vacatePage)
			return err
		})
		if err != nil || len(page) == 0 {
			return job.Outcome{Err: err}
		}
		for _, id := range page {
			err := account.Write(ctx, func(tx *store.Tx) error { return s.vacateOne(ctx, tx, &v, id) })
			if k := desk.KindOf(err); err != nil && (k == desk.Internal || k == desk.Unavailable) {
				return job.Outcome{Err: err}
			}
		}
		after = page[len(page)-1]
	}
}

// vacateOne leaves a ticket alone that has found another place meanwhile, or whose person is back.
func (s *Service) vacateOne(ctx context.Context, tx *store.Tx, v *Vacancy, id desk.TicketID) error {
	t, err := tx.LockTicket(ctx, id)
	if err != nil {
		return err
	}
	empty, err := v.empty(ctx, tx)
	if err != nil || !empty || !v.holds(&t) {
		return err
	}
	u := desk.Update{Account: tx.Account(), Ticket: id, Actor: v.Actor, Via: v.Via}
	switch {
	case v.Of.Organization != 0:
		u.Edits.Organization = new(desk.OrganizationID)
	case v.Of.Assignee == 0:
		u.Edits.Group, u.Edits.Assignee = new(desk.GroupID), new(desk.UserID)
	default:
		u.Edits.Assignee = new(desk.UserID)
	}
	_, err = s.ApplyIn(ctx, tx, u)
	return err
}

// holds tells whether the ticket is still in the place.
func (v *Vacancy) holds(t *desk.Ticket) bool {
	return (v.Of.Assignee == 0 || t.Assignee == v.Of.Assignee) && (v.Of.Group == 0 || t.Group == v.Of.Group) &&
		(v.Of.Requester == 0 || t.Requester == v.Of.Requester) && (v.Of.Organization == 0 || t.Organization == v.Of.Organization)
}

// empty tells whether the place is still left.
func (v *Vacancy) empty(ctx context.Context, tx *store.Tx) (bool, error) {
	if v.Of.Organization != 0 {
		u, err := tx.User(ctx, v.Of.Requester)
		return u.Organization != v.Of.Organization, err
	}
	config, err := tx.Config(ctx)
	if err != nil {
		return false, err
	}
	if v.Of.Assignee == 0 {
		_, there := config.Group(v.Of.Group)
		return !there, nil
	}
	_, staff := config.Staff[v.Of.Assignee]
	return !staff || v.Of.Group != 0 && !config.InGroup(v.Of.Assignee, v.Of.Group), nil
}
