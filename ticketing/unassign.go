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
func (s *Service) Unassign(ctx context.Context, tx *store.Tx, d Departure) error {
	payload, err := json.Marshal(d)
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: unassignKind, Lane: unassignKind, Payload: payload})
	return err
}

// runUnassign passes over the tickets once. What a ticket itself refuses stays as it is.
func (s *Service) runUnassign(ctx context.Context, j job.Job) job.Outcome {
	var d Departure
	if err := json.Unmarshal(j.Payload, &d); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	account := s.store.Account(desk.AccountID(j.Account))
	for after := desk.TicketID(0); ; {
		var page []desk.TicketID
		err := account.Read(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.Unsolved(ctx, d.Of, after, unassignPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return job.Outcome{Err: err}
		}
		for _, id := range page {
			err := account.Write(ctx, func(tx *store.Tx) error { return s.unassignOne(ctx, tx, &d, id) })
			if k := desk.KindOf(err); err != nil && (k == desk.Internal || k == desk.Unavailable) {
				return job.Outcome{Err: err}
			}
		}
		after = page[len(page)-1]
	}
}

// unassignOne leaves a ticket alone that has found another place meanwhile, or whose person is back.
func (s *Service) unassignOne(ctx context.Context, tx *store.Tx, d *Departure, id desk.TicketID) error {
	t, err := tx.LockTicket(ctx, id)
	if err != nil {
		return err
	}
	empty, err := d.persists(ctx, tx)
	if err != nil || !empty || !d.appliesTo(&t) {
		return err
	}
	u := desk.Update{Account: tx.Account(), Ticket: id, Actor: d.Actor, Via: d.Via}
	switch {
	case d.Of.Organization != 0:
		u.Edits.Organization = new(desk.OrganizationID)
	case d.Of.Assignee == 0:
		u.Edits.Group, u.Edits.Assignee = new(desk.GroupID), new(desk.UserID)
	default:
		u.Edits.Assignee = new(desk.UserID)
	}
	_, err = s.ApplyIn(ctx, tx, u)
	return err
}

// appliesTo tells whether the ticket is still in the place.
func (d *Departure) appliesTo(t *desk.Ticket) bool {
	return (d.Of.Assignee == 0 || t.Assignee == d.Of.Assignee) && (d.Of.Group == 0 || t.Group == d.Of.Group) &&
		(d.Of.Requester == 0 || t.Requester == d.Of.Requester) && (d.Of.Organization == 0 || t.Organization == d.Of.Organization)
}

// persists tells whether the place is still left.
func (d *Departure) persists(ctx context.Context, tx *store.Tx) (bool, error) {
	if d.Of.Organization != 0 {
		u, err := tx.User(ctx, d.Of.Requester)
		return u.Organization != d.Of.Organization, err
	}
	config, err := tx.Config(ctx)
	if err != nil {
		return false, err
	}
	if d.Of.Assignee == 0 {
		_, there := config.Group(d.Of.Group)
		return !there, nil
	}
	_, staff := config.Staff[d.Of.Assignee]
	return !staff || d.Of.Group != 0 && !config.InGroup(d.Of.Assignee, d.Of.Group), nil
}
