package ticketing

import (
	"context"
	"encoding/json"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
)

// Departure is a place that somebody left: unsolved tickets there are without it from then on (rules.md §8). It is an assignee
// who left a group or, without Group, all of them; a group that is gone; or a requester who left an organization.
type Departure struct {
	Actor desk.Actor // who made it
	Via   desk.Via
	Of    store.TicketsOf
}

const (
	unassignKind    = "ticket.vacate"
	unassignTimeout = 10 * time.Minute
	unassignPage    = 100
)

// Unassign has the tickets of a departure updated once tx is committed, one after another, each in a transaction of its own.
// Their state is the progress: work that breaks off goes on with those that are left.
func (s *Service) Unassign(ctx context.Context, tx *store.Tx, v Departure) error {
	payload, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: unassignKind, Lane: unassignKind, Payload: payload})
	return err
}

// runUnassign passes over the tickets once. What a ticket itself refuses stays as it is.
func (s *Service) runUnassign(ctx context.Context, j job.Job) job.Outcome {
	var v Departure
	if err := json.Unmarshal(j.Payload, &v); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	account := s.store.Account(desk.AccountID(j.Account))
	for after := desk.TicketID(0); ; {
		var page []desk.TicketID
		err := account.Read(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.Unsolved(ctx, v.Of, after, unassignPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return job.Outcome{Err: err}
		}
		for _, id := range page {
			err := account.Write(ctx, func(tx *store.Tx) error { return s.unassignOne(ctx, tx, &v, id) })
			if k := desk.KindOf(err); err != nil && (k == desk.Internal || k == desk.Unavailable) {
				return job.Outcome{Err: err}
			}
		}
		after = page[len(page)-1]
	}
}

// unassignOne leaves a ticket alone that has found another place meanwhile, or whose person is back.
func (s *Service) unassignOne(ctx context.Context, tx *store.Tx, v *Departure, id desk.TicketID) error {
	t, err := tx.LockTicket(ctx, id)
	if err != nil {
		return err
	}
	empty, err := v.persists(ctx, tx)
	if err != nil || !empty || !v.appliesTo(&t) {
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

// appliesTo tells whether the ticket is still in the place.
func (v *Departure) appliesTo(t *desk.Ticket) bool {
	return (v.Of.Assignee == 0 || t.Assignee == v.Of.Assignee) && (v.Of.Group == 0 || t.Group == v.Of.Group) &&
		(v.Of.Requester == 0 || t.Requester == v.Of.Requester) && (v.Of.Organization == 0 || t.Organization == v.Of.Organization)
}

// persists tells whether the place is still left.
func (v *Departure) persists(ctx context.Context, tx *store.Tx) (bool, error) {
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
