package ticketing

import (
	"context"
	"slices"
	"time"

	"interdesk/desk"
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
	config, err := tx.Config(ctx)
	if err != nil {
		return desk.Applied{}, err
	}
	before, err := loadTicket(ctx, tx, u)
	if err != nil {
		return desk.Applied{}, err
	}
	if err := authorise(config, u, before); err != nil {
		return desk.Applied{}, err
	}
	u, err = s.complete(ctx, tx, u, before)
	if err != nil {
		return desk.Applied{}, err
	}
	d, err := s.newDraft(ctx, tx, config, u, before)
	if err != nil {
		return desk.Applied{}, err
	}
	return s.runRulesAndStore(ctx, tx, d, u, before)
}

// loadTicket reads and locks the ticket and checks that it is still what the caller saw.
func loadTicket(ctx context.Context, tx *store.Tx, u desk.Update) (*desk.Ticket, error) {
	if u.Ticket == 0 {
		return nil, nil
	}
	t, err := tx.LockTicket(ctx, u.Ticket)
	if err != nil {
		return nil, err
	}
	stale := u.Base != 0 && u.Base != t.Version
	if !u.SeenAt.IsZero() && t.UpdatedAt.Truncate(time.Second).After(u.SeenAt) {
		stale = true
	}
	if stale {
		return nil, desk.Errorf(desk.Conflict, "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.")
	}
	return &t, nil
}

// newDraft does the people's part of the update: edits, comment, rules of life.
func (s *Service) newDraft(ctx context.Context, tx *store.Tx, config *desk.Config, u desk.Update, before *desk.Ticket) (*desk.Draft, error) {
	d := desk.NewDraft(config, u, before, s.clock().UTC().Truncate(time.Microsecond), tx.NewID)
	d.Now.UpdatedAt = updateTime(d.At, d.Before.UpdatedAt)
	if before == nil {
		id, err := tx.NextTicket(ctx)
		if err != nil {
			return nil, err
		}
		d.Now.ID = id
	}
	if err := d.Edit(u.Edits, nil); err != nil {
		return nil, err
	}
	if d.Now.Type == desk.Problem && !d.Created {
		n, err := tx.Incidents(ctx, d.Now.ID)
		if err != nil {
			return nil, err
		}
		d.Incidents = n
	}
	if err := s.addComment(ctx, tx, d, u); err != nil {
		return nil, err
	}
	if err := d.ApplyLifecycle(u.Edits.Status != nil); err != nil {
		return nil, err
	}
	return d, requireDescription(d)
}

// requireDescription: a new ticket says what it is about. Partners and the desk itself may leave that out.
func requireDescription(d *desk.Draft) error {
	if d.Created && d.Comment == nil && d.Actor.Foreign == 0 && !d.Actor.System {
		return desk.InvalidField("base", "BlankValue", "Description: cannot be blank")
	}
	return nil
}

// updateTime is the time an update bears. Clients see whole seconds and hand them back for safe_update, so a second change
// within one second is dated to the next, but never more than two seconds ahead of the clock.
func updateTime(now, last time.Time) time.Time {
	next := last.Truncate(time.Second).Add(time.Second)
	if last.IsZero() || now.After(next) || next.After(now.Add(2*time.Second)) {
		return now
	}
	return next
}

// runRulesAndStore runs the triggers and stores what came of it all.
func (s *Service) runRulesAndStore(ctx context.Context, tx *store.Tx, d *desk.Draft, u desk.Update, before *desk.Ticket) (desk.Applied, error) {
	applied := desk.Applied{Account: tx.Account(), Config: d.Config, Actor: d.Actor, Via: d.Via, Before: before,
		Ticket: d.Now, Comment: d.Comment, Human: !d.Actor.System && d.Actor.Foreign == 0}
	if !d.Changed() {
		applied.Ticket = *before // nothing is stored, not even a new time
		return applied, nil
	}
	trace := s.rules.compiledFor(d.Config).Run(d)
	d.Now.Version = d.Before.Version + 1
	applied.Ticket, applied.Sharing, applied.ByRules = d.Now, d.Sharing, d.ByRules
	applied.Audit = desk.Audit{ID: desk.AuditID(tx.NewID()), Ticket: d.Now.ID, Author: d.Actor.ID, Via: u.Via, CreatedAt: d.At,
		Events: d.Events, Metadata: u.Metadata, Client: u.Client, RuleSet: d.Config.RuleSet, Trace: trace.Pack()}
	if d.Comment != nil {
		d.Comment.Ticket, d.Comment.Audit = d.Now.ID, applied.Audit.ID
	}
	if err := s.storeUpdate(ctx, tx, d, before, &applied.Audit); err != nil {
		return desk.Applied{}, err
	}
	if err := tx.CountFirings(ctx, d.Now.ID, d.At, firingsOf(d, trace)); err != nil {
		return desk.Applied{}, err
	}
	for _, f := range s.followers {
		if err := f.Follow(ctx, tx, applied); err != nil {
			return desk.Applied{}, err
		}
	}
	return applied, s.solveIncidents(ctx, tx, applied)
}

func (s *Service) storeUpdate(ctx context.Context, tx *store.Tx, d *desk.Draft, before *desk.Ticket, audit *desk.Audit) error {
	var err error
	if before == nil {
		err = tx.InsertTicket(ctx, &d.Now)
	} else {
		err = tx.UpdateTicket(ctx, before, &d.Now)
	}
	if err != nil {
		return err
	}
	if d.Comment != nil {
		if err := tx.InsertComment(ctx, d.Comment); err != nil {
			return err
		}
	}
	return tx.InsertAudit(ctx, audit)
}

// maxIncidents is how many incidents one solved problem solves along with itself.
const maxIncidents = 500

// solveIncidents: solving a problem solves its incidents, with the same public reply (rules.md §8).
func (s *Service) solveIncidents(ctx context.Context, tx *store.Tx, a desk.Applied) error {
	if a.Ticket.Type != desk.Problem || a.Ticket.Status != desk.Solved || a.Before == nil || a.Before.Status == desk.Solved {
		return nil
	}
	incidents, err := tx.OpenIncidents(ctx, a.Ticket.ID, maxIncidents)
	if err != nil {
		return err
	}
	solved := desk.Solved
	for _, id := range incidents {
		u := desk.Update{Account: a.Account, Ticket: id, Actor: desk.Actor{ID: a.Actor.ID, Name: a.Actor.Name, Role: a.Actor.Role, System: true},
			Via: desk.Via{Channel: desk.ChannelProblem, Source: a.Ticket.ID}, Edits: desk.Edits{Status: &solved}}
		if a.Ticket.Assignee != 0 {
			u.Edits.Assignee = &a.Ticket.Assignee
		}
		if a.Comment != nil && a.Comment.Public {
			u.Comment = &desk.NewComment{Author: a.Comment.Author, Body: a.Comment.Body, HTML: a.Comment.HTML}
		}
		if _, err := s.ApplyIn(ctx, tx, u); err != nil {
			return err
		}
	}
	return nil
}

// complete fills in what people leave out: the requester's organization and tags, what a follow-up inherits.
func (s *Service) complete(ctx context.Context, tx *store.Tx, u desk.Update, before *desk.Ticket) (desk.Update, error) {
	if before == nil && u.Edits.FollowupOf != 0 {
		if err := inheritFromSource(ctx, tx, &u); err != nil {
			return u, err
		}
	}
	requester := u.Actor.ID
	if u.Edits.Requester != nil {
		requester = *u.Edits.Requester
	}
	if before != nil && (u.Edits.Requester == nil || requester == before.Requester) {
		return u, nil
	}
	person, err := tx.User(ctx, desk.UserID(requester))
	if desk.KindOf(err) == desk.NotFound || (err == nil && !person.Active) {
		return u, desk.InvalidField("requester", "InvalidValue", "Requester: no user has this id")
	}
	if err != nil {
		return u, err
	}
	if u.Edits.Organization == nil {
		u.Edits.Organization = &person.Organization
	}
	if before != nil {
		return u, nil
	}
	u.Edits.AddTags = append(slices.Clone(u.Edits.AddTags), person.Tags...)
	if *u.Edits.Organization != 0 {
		org, err := tx.Organization(ctx, *u.Edits.Organization)
		if desk.KindOf(err) == desk.NotFound {
			return u, desk.InvalidField("organization", "InvalidValue", "Organization: no organization has this id")
		}
		if err != nil {
			return u, err
		}
		u.Edits.AddTags = append(u.Edits.AddTags, org.Tags...)
	}
	return u, nil
}

// mayFollow: a follow-up shows its subject, tags and fields, so that end users follow up their own tickets only.
func mayFollow(a desk.Actor, source *desk.Ticket) bool {
	return a.Staff() || a.Foreign != 0 || source.Requester == a.ID
}

// inheritFromSource gives a follow-up the tags and fields of the closed ticket it follows (rules.md §8).
func inheritFromSource(ctx context.Context, tx *store.Tx, u *desk.Update) error {
	source, err := tx.Ticket(ctx, u.Edits.FollowupOf)
	if desk.KindOf(err) == desk.NotFound || (err == nil && (source.Status != desk.Closed || !mayFollow(u.Actor, &source))) {
		return desk.InvalidField("via_followup_source_id", "InvalidValue", "Via followup source: is not a closed ticket")
	}
	if err != nil {
		return err
	}
	u.Via = desk.Via{Channel: desk.ChannelClosed, Source: source.ID, Title: source.Subject, Agreement: u.Via.Agreement, Partner: u.Via.Partner}
	u.Edits.AddTags = append(slices.Clone(u.Edits.AddTags), source.Tags...)
	fields := map[desk.FieldID][]string{}
	for id, v := range source.Fields {
		fields[id] = v
	}
	for id, v := range u.Edits.Fields {
		fields[id] = v
	}
	u.Edits.Fields = fields
	if u.Edits.Requester == nil && u.Actor.Staff() {
		u.Edits.Requester = &source.Requester
	}
	return nil
}
