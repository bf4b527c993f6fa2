package automation

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/sla"
	"interdesk/store"
)

// run is one run of an account's automations.
type run struct {
	*Service
	account store.Account
	record  store.AutomationRun
	looked  int
	left    map[desk.TicketID]bool // due still, for the next run
	fired   map[desk.AutomationID]int
	begun   time.Time
}

// Run does what is due in an account now. A ticket of which nothing can be done does not keep the others from it.
func (s *Service) Run(ctx context.Context, id desk.AccountID) error {
	r := &run{Service: s, account: s.store.Account(id), fired: map[desk.AutomationID]int{}, left: map[desk.TicketID]bool{}, begun: s.clock()}
	if err := r.walk(ctx); err != nil {
		return err
	}
	for r.looked < most {
		due, err := r.due(ctx)
		if err == nil && len(due) > 0 && r.record.ID == 0 {
			err = r.begin(ctx)
		}
		if err != nil || len(due) == 0 {
			return err
		}
		for _, id := range due {
			if err := r.take(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// walk goes on over all tickets that are not closed, where that is to be done, for as long as those that are due can wait.
func (r *run) walk(ctx context.Context) error {
	for r.clock().Sub(r.begun) < walkTime {
		found := 0
		err := r.account.Write(ctx, func(tx *store.Tx) error {
			tickets, err := tx.WalkTickets(ctx, walk)
			if err != nil {
				return err
			}
			found = len(tickets)
			set, c, err := r.automations(ctx, tx)
			for i := range tickets {
				if err == nil {
					err = r.reckon(ctx, tx, c, &tickets[i])
				}
				if err == nil {
					err = tx.SetDue(ctx, tickets[i].ID, set.Next(&tickets[i], r.clock()))
				}
			}
			return err
		})
		if err != nil || found == 0 {
			return err
		}
	}
	return nil
}

func (r *run) automations(ctx context.Context, tx *store.Tx) (*rule.Automations, *desk.Config, error) {
	c, err := tx.Config(ctx)
	if err != nil {
		return nil, nil, err
	}
	return r.tickets.Automations(c), c, nil
}

// reckon reads the clocks of a ticket anew, as the business hours may be others.
func (r *run) reckon(ctx context.Context, tx *store.Tx, c *desk.Config, t *desk.Ticket) error {
	if t.Level == nil {
		return nil
	}
	level, events := sla.Reckon(t.ID, t.Level, c.HoursOf(t), r.clock())
	t.Level = level
	if err := tx.SetLevel(ctx, t.ID, level); err != nil {
		return err
	}
	return tx.InsertMetricEvents(ctx, events)
}

// notice notes which promises are broken by now, before automations ask for that.
func (r *run) notice(ctx context.Context, tx *store.Tx, t *desk.Ticket) error {
	level, events := sla.Notice(t.ID, t.Level, r.clock())
	if len(events) == 0 {
		return nil
	}
	t.Level = level
	if err := tx.SetLevel(ctx, t.ID, level); err != nil {
		return err
	}
	return tx.InsertMetricEvents(ctx, events)
}

func (r *run) due(ctx context.Context) (ids []desk.TicketID, err error) {
	err = r.account.Read(ctx, func(tx *store.Tx) error {
		ids, err = tx.DueTickets(ctx, r.clock(), r.left, batch)
		return err
	})
	return ids, err
}

// take does what is due of one ticket, in one transaction.
func (r *run) take(ctx context.Context, id desk.TicketID) error {
	r.looked++
	var fired []desk.AutomationID
	err := r.account.Write(ctx, func(tx *store.Tx) (err error) {
		fired, err = r.act(ctx, tx, id)
		return err
	})
	if err != nil && ctx.Err() == nil {
		r.log.Warn("automations of a ticket", "account", int64(r.account.ID()), "ticket", int64(id), "cause", err)
		return r.account.Write(ctx, func(tx *store.Tx) error { return r.postpone(ctx, tx, id) })
	}
	for _, a := range fired {
		r.fired[a]++
	}
	return err
}

// begin begins the record of the run.
func (r *run) begin(ctx context.Context) error {
	return r.account.Write(ctx, func(tx *store.Tx) error {
		first, err := tx.NextDue(ctx)
		if err != nil {
			return err
		}
		r.record = store.AutomationRun{StartedAt: r.begun}
		if !first.IsZero() && first.Before(r.begun) {
			r.record.Late = r.begun.Sub(first)
		}
		return tx.InsertRun(ctx, &r.record)
	})
}

// act has the automations of a ticket act in their order, each on what those before it left.
func (r *run) act(ctx context.Context, tx *store.Tx, id desk.TicketID) (fired []desk.AutomationID, err error) {
	if err := tx.Woken(ctx, id); err != nil {
		return nil, err
	}
	t, err := tx.LockTicket(ctx, id)
	if desk.KindOf(err) == desk.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	set, _, err := r.automations(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := r.notice(ctx, tx, &t); err != nil {
		return nil, err
	}
	var capped, idle []desk.AutomationID
	for _, a := range set.Order() {
		if !set.IsDue(a, &t, r.clock()) {
			continue
		}
		if r.fired[a] >= desk.MaxAutomationRun {
			capped = append(capped, a)
			continue
		}
		applied, err := r.tickets.ApplyIn(ctx, tx, update(tx.Account(), id, a, set.Via(a)))
		if err != nil {
			return nil, err
		}
		if t = applied.Ticket; applied.Audit.ID != 0 {
			fired = append(fired, a)
		} else {
			idle = append(idle, a)
		}
	}
	for _, a := range idle { // what changes nothing leaves no trace, and need not be asked again at once
		t.Remember(a, r.clock())
	}
	next := set.Next(&t, r.clock())
	if len(capped) == 0 && !next.IsZero() && !next.After(r.clock()) {
		next = r.clock().Add(every) // what those after it brought about, an automation answers in the next run
	}
	if len(capped) > 0 {
		next, r.left[id] = t.AutomationAt, true
	}
	if err := tx.SetDue(ctx, id, next); err != nil {
		return nil, err
	}
	return fired, tx.CountRun(ctx, &r.record, r.clock().Sub(r.begun), 0, fired, capped)
}

// postpone leaves a ticket of which nothing could be done for later.
func (r *run) postpone(ctx context.Context, tx *store.Tx, id desk.TicketID) error {
	if err := tx.Woken(ctx, id); err != nil {
		return err
	}
	if err := tx.SetDue(ctx, id, r.clock().Add(later)); err != nil {
		return err
	}
	return tx.CountRun(ctx, &r.record, r.clock().Sub(r.begun), 1, nil, nil)
}

// update is what an automation, or the desk itself, asks of the write path.
func update(account desk.AccountID, ticket desk.TicketID, a desk.AutomationID, via desk.Via) desk.Update {
	u := desk.Update{Account: account, Ticket: ticket, Actor: desk.Actor{System: true}, Via: via}
	if a == rule.System {
		closed := desk.Closed
		u.Edits.Status, u.Quiet = &closed, true
	} else {
		u.Automation = a
	}
	return u
}
