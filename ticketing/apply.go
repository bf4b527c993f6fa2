package ticketing

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// Apply carries out an update in a transaction of its own. When it returns without error the update is on disk.
func (s *Service) Apply(ctx context.Context, u desk.Update) (desk.Applied, error) {
	var applied desk.Applied
	err := s.store.Account(u.Account).Write(ctx, func(tx *store.Tx) (err error) {
		applied, err = s.ApplyIn(ctx, tx, u)
		return err
	})
	return applied, err
}

// ApplyIn carries out an update within the caller's transaction.
func (s *Service) ApplyIn(ctx context.Context, tx *store.Tx, u desk.Update) (desk.Applied, error) {
	steps := []func(*change, context.Context) error{
		(*change).load,
		(*change).authorise,
		(*change).complete,
		(*change).edit,
		(*change).runRules,
		(*change).promise,
		(*change).store,
		(*change).follow,
	}
	c := &change{Service: s, tx: tx, update: u}
	if u.Past != nil {
		steps = pastSteps()
	}
	for _, step := range steps {
		if err := step(c, ctx); err != nil {
			return desk.Applied{}, err
		}
		if c.over {
			break
		}
	}
	return c.applied, nil
}

// change is one update on its way through the steps of ApplyIn.
type change struct {
	*Service
	tx      *store.Tx
	update  desk.Update
	config  *desk.Config
	before  *desk.Ticket // nil: a new ticket
	draft   *desk.Draft
	trace   rule.Trace
	metrics []desk.MetricEvent // what happened to what is promised
	past    []desk.Comment     // of an imported ticket: the comments after the first
	applied desk.Applied
	over    bool // nothing changes: the rest of the steps have nothing to do
}

// load reads and locks the ticket and checks that it is still what the caller saw. The configuration is read behind the lock:
// whoever goes over all tickets after a change of it can tell that this update knows of the change.
func (c *change) load(ctx context.Context) (err error) {
	if c.update.Ticket == 0 {
		c.config, err = c.tx.Config(ctx)
		return err
	}
	t, err := c.tx.LockTicket(ctx, c.update.Ticket)
	if err != nil {
		return err
	}
	if c.config, err = c.tx.Config(ctx); err != nil {
		return err
	}
	stale := c.update.Base != 0 && c.update.Base != t.Version
	if !c.update.SeenAt.IsZero() && t.UpdatedAt.Truncate(time.Second).After(c.update.SeenAt) {
		stale = true
	}
	if stale {
		return desk.Errorf(desk.Conflict, "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.")
	}
	c.before = &t
	return nil
}

// edit does the people's part of the update: edits, comment, rules of life.
func (c *change) edit(ctx context.Context) error {
	if err := c.begin(ctx); err != nil {
		return err
	}
	d := c.draft
	if c.over = c.update.Automation != 0 && !c.rules.automations(c.config).Fire(d, c.update.Automation); c.over {
		c.applied.Ticket = *c.before // it does not hold any more
		return nil
	}
	if err := d.Edit(c.update.Edits, nil); err != nil {
		return err
	}
	if err := c.countIncidents(ctx); err != nil {
		return err
	}
	if err := c.addComment(ctx, c.tx, d, c.update); err != nil {
		return err
	}
	if err := d.ApplyLifecycle(c.update.Edits.Status != nil); err != nil {
		return err
	}
	if err := requireDescription(d); err != nil {
		return err
	}
	c.applied = desk.Applied{Account: c.tx.Account(), Config: c.config, Actor: d.Actor, Via: d.Via, Origin: c.update.Origin,
		Before: c.before, Comment: d.Comment, Human: !d.Actor.System && d.Actor.Foreign == 0}
	if c.over = !d.Changed(); c.over {
		c.applied.Ticket = *c.before // nothing is stored, not even a new time
	}
	return nil
}

// begin opens the draft.
func (c *change) begin(ctx context.Context) (err error) {
	var last time.Time
	if c.before != nil {
		last = c.before.UpdatedAt
	}
	at := c.updateTime(last)
	if c.update.Past != nil && !c.update.CreatedAt.IsZero() && c.update.CreatedAt.Before(at) {
		at = c.update.CreatedAt.UTC().Truncate(time.Microsecond)
	}
	c.draft = desk.NewDraft(c.config, c.update, c.before, at, func() int64 { return c.tx.NewIDAt(at) })
	if c.before == nil {
		c.draft.Now.ID, err = c.tx.NextTicket(ctx)
	}
	return err
}

// countIncidents tells the rules how many incidents an old problem has.
func (c *change) countIncidents(ctx context.Context) (err error) {
	if d := c.draft; d.Now.Type == desk.Problem && !d.Created {
		d.Incidents, err = c.tx.Incidents(ctx, d.Now.ID)
	}
	return err
}

// requireDescription: a new ticket says what it is about. Partners and the desk itself may leave that out.
func requireDescription(d *desk.Draft) error {
	if d.Created && d.Comment == nil && d.Actor.Foreign == 0 && !d.Actor.System {
		return desk.InvalidField("base", "BlankValue", "Description: cannot be blank")
	}
	return nil
}

// updateTime is the time that an update of a ticket bears, its audit and its comment too, after the last one. Clients see
// whole seconds and hand them back for safe_update: so each update of a ticket has a second of its own, later than that
// of the last one, also when they come faster than that or the clock has gone back.
func (s *Service) updateTime(last time.Time) time.Time {
	now := s.clock().UTC().Truncate(time.Microsecond)
	if next := last.Truncate(time.Second).Add(time.Second); !last.IsZero() && now.Before(next) {
		return next
	}
	return now
}

// runRules has the triggers look at the draft until they are quiet.
func (c *change) runRules(context.Context) error {
	if c.update.Quiet {
		return nil
	}
	c.trace = c.rules.compiledFor(c.config).Run(c.draft)
	return nil
}

// store writes ticket, comment and audit.
func (c *change) store(ctx context.Context) error {
	d := c.draft
	d.Now.Version = d.Before.Version + 1
	d.NameRecipients()
	d.Now.AutomationAt = c.rules.automations(c.config).Next(&d.Now, c.presentOf(d))
	audit := desk.Audit{ID: desk.AuditID(d.NewID()), Ticket: d.Now.ID, Author: d.Actor.ID, Via: c.update.Via, CreatedAt: d.At,
		Events: d.Events, Metadata: c.update.Metadata, Client: c.update.Client, RuleSet: c.config.RuleSet, Trace: c.trace.Pack()}
	if err := c.storeTicket(ctx); err != nil {
		return err
	}
	if d.Comment != nil {
		d.Comment.Ticket, d.Comment.Audit = d.Now.ID, audit.ID
		if err := c.tx.InsertComment(ctx, d.Comment); err != nil {
			return err
		}
	}
	if err := c.tx.InsertAudit(ctx, &audit); err != nil {
		return err
	}
	if err := c.tx.InsertMetricEvents(ctx, c.metrics); err != nil {
		return err
	}
	c.applied.Ticket, c.applied.Audit, c.applied.Sharing, c.applied.ByRules = d.Now, audit, d.Sharing, d.ByRules
	c.logLater(ctx)
	return c.tx.CountFirings(ctx, d.Now.ID, d.At, firingsOf(d, c.trace))
}

// presentOf is the time that automations go by: an imported ticket begins to wait for them now.
func (c *change) presentOf(d *desk.Draft) time.Time {
	if c.update.Past != nil {
		return c.updateTime(time.Time{})
	}
	return d.At
}

func (c *change) storeTicket(ctx context.Context) error {
	if c.before == nil {
		return c.tx.InsertTicket(ctx, &c.draft.Now)
	}
	if err := c.tx.UpdateTicket(ctx, c.before, &c.draft.Now); err != nil || !c.draft.Actor.Staff() {
		return err
	}
	return c.tx.KeepSeen(ctx, c.draft.Actor.ID, c.before, c.draft.Now.Version)
}

// follow lets the followers enqueue what must leave the desk, and solves the incidents of a solved problem.
func (c *change) follow(ctx context.Context) error {
	if err := c.tellFollowers(ctx, c.tx, c.applied); err != nil {
		return err
	}
	return c.solveIncidents(ctx)
}

func (s *Service) tellFollowers(ctx context.Context, tx *store.Tx, applied desk.Applied) error {
	for _, f := range s.followers {
		if err := f.Follow(ctx, tx, applied); err != nil {
			return err
		}
	}
	return nil
}
