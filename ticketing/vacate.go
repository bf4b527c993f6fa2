package ticketing

import (
	"context"
	"encoding/json"
	"time"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
)

// Vacancy is a place that nobody fills any more: unsolved tickets there lose their assignee (rules.md §8). It is an
// assignee who left a group or, without Group, all of them; without Assignee it is a group that is gone.
type Vacancy struct {
	Actor    desk.Actor // who made it
	Via      desk.Via
	Assignee desk.UserID
	Group    desk.GroupID
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
			page, err = tx.UnsolvedOf(ctx, v.Assignee, v.Group, after, vacatePage)
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

// vacateOne leaves a ticket alone that has found another place meanwhile, or whose assignee is back.
func (s *Service) vacateOne(ctx context.Context, tx *store.Tx, v *Vacancy, id desk.TicketID) error {
	config, err := tx.Config(ctx)
	if err != nil {
		return err
	}
	t, err := tx.LockTicket(ctx, id)
	if err != nil {
		return err
	}
	if !v.empty(config) || v.Assignee != 0 && t.Assignee != v.Assignee || v.Group != 0 && t.Group != v.Group {
		return nil
	}
	u := desk.Update{Account: tx.Account(), Ticket: id, Actor: v.Actor, Via: v.Via, Edits: desk.Edits{Assignee: new(desk.UserID)}}
	if v.Assignee == 0 {
		u.Edits.Group = new(desk.GroupID)
	}
	_, err = s.ApplyIn(ctx, tx, u)
	return err
}

func (v *Vacancy) empty(c *desk.Config) bool {
	if v.Assignee == 0 {
		_, there := c.Group(v.Group)
		return !there
	}
	_, staff := c.Staff[v.Assignee]
	return !staff || v.Group != 0 && !c.InGroup(v.Assignee, v.Group)
}
