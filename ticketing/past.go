package ticketing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"interdesk/desk"
)

// pastSteps are those of a ticket that lived elsewhere before: it is stored as it was. No rule runs, nothing is promised, and no
// follower hears of it, so nothing is mailed, shared or called.
func pastSteps() []func(*change, context.Context) error {
	return []func(*change, context.Context) error{(*change).load, (*change).authorise, (*change).complete, (*change).editPast, (*change).store, (*change).storePast}
}

// editPast makes the ticket of what is told of it.
func (c *change) editPast(ctx context.Context) error {
	if err := c.begin(ctx); err != nil {
		return err
	}
	d, p := c.draft, c.update.Past
	if err := checkPast(&c.update, c.clock()); err != nil {
		return err
	}
	if err := d.Edit(c.update.Edits, nil); err != nil {
		return err
	}
	if err := c.addComment(ctx, c.tx, d, c.update); err != nil {
		return err
	}
	if err := requireDescription(d); err != nil {
		return err
	}
	if err := d.ApplyLifecycle(c.update.Edits.Status != nil); err != nil {
		return err
	}
	for i := range p.Comments {
		if err := c.addPast(ctx, &p.Comments[i]); err != nil {
			return err
		}
	}
	setPastTimes(d, p, c.past)
	c.applied = desk.Applied{Account: c.tx.Account(), Config: c.config, Actor: d.Actor, Via: d.Via, Comment: d.Comment}
	return nil
}

// checkPast: nothing that is told lies in the future or before there were clocks, what was solved was there, and the conversation is not longer than one may be.
func checkPast(u *desk.Update, now time.Time) error {
	faults, p := desk.Faults{}, u.Past
	for field, at := range map[string]time.Time{"created_at": u.CreatedAt, "updated_at": p.UpdatedAt, "solved_at": p.SolvedAt} {
		if at.After(now.Add(time.Minute)) {
			faults.Add(field, "InvalidValue", "Times of an imported ticket cannot lie in the future")
		}
		if !at.IsZero() && at.Unix() < 0 {
			faults.Add(field, "InvalidValue", "Times of an imported ticket cannot lie before 1970")
		}
	}
	if !p.SolvedAt.IsZero() && p.SolvedAt.Before(u.CreatedAt) {
		faults.Add("solved_at", "InvalidValue", "Solved at: lies before the ticket was made")
	}
	for i := range p.Comments {
		if p.Comments[i].AuthoredAt.After(now.Add(time.Minute)) {
			faults.Add("comments", "InvalidValue", "Times of imported comments cannot lie in the future")
		}
	}
	if len(p.Comments) >= desk.MaxComments {
		faults.Add("comments", "TooManyValues", fmt.Sprintf("Comments: a ticket holds %d at most", desk.MaxComments))
	}
	return faults.Err()
}

// addPast puts one more comment on a ticket that is imported.
func (c *change) addPast(ctx context.Context, in *desk.NewComment) error {
	d := c.draft
	u := c.update
	u.Comment = in
	m, err := c.newComment(ctx, c.tx, d, u)
	if err != nil {
		return err
	}
	m.CreatedAt = cmp.Or(in.AuthoredAt, d.At)
	n := &d.Now
	n.CommentCount++
	n.Public = n.Public || m.Public
	n.HasAttachments = n.HasAttachments || len(m.Attachments) > 0
	if _, staff := c.config.Staff[m.Author]; staff && m.Public {
		n.Replies++
	}
	c.past = append(c.past, m)
	return nil
}

// setPastTimes has the ticket bear the times that are told of it, or else those of its comments.
func setPastTimes(d *desk.Draft, p *desk.Past, comments []desk.Comment) {
	n := &d.Now
	last := n.CreatedAt
	for i := range comments {
		at := comments[i].CreatedAt
		if at.After(last) {
			last = at
		}
		if comments[i].Author == n.Requester && at.After(n.RequesterAt) {
			n.RequesterAt = at
		}
		if comments[i].Author == n.Assignee && at.After(n.AssigneeAt) {
			n.AssigneeAt = at
		}
	}
	n.UpdatedAt = last
	if p.UpdatedAt.After(n.CreatedAt) {
		n.UpdatedAt = p.UpdatedAt
	}
	if !p.SolvedAt.IsZero() {
		n.SolvedAt = p.SolvedAt
	} else if n.Status.Finished() {
		n.SolvedAt = n.UpdatedAt
	}
	if n.Status.Finished() {
		n.StatusAt = n.SolvedAt
	}
}

// storePast stores the comments after the first, each with an audit of its own.
func (c *change) storePast(ctx context.Context) error {
	slices.SortStableFunc(c.past, func(a, b desk.Comment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	for i := range c.past {
		m := &c.past[i]
		m.ID = desk.CommentID(c.draft.NewID())
		audit := desk.Audit{ID: desk.AuditID(c.draft.NewID()), Ticket: m.Ticket, Author: m.Author, Via: m.Via, CreatedAt: m.CreatedAt, Client: c.update.Client,
			Events: []desk.Event{{ID: desk.EventID(m.ID), Type: desk.EventComment, Comment: m.ID}}}
		m.Audit = audit.ID
		if err := c.tx.InsertComment(ctx, m); err != nil {
			return err
		}
		if err := c.tx.InsertAudit(ctx, &audit); err != nil {
			return err
		}
	}
	return nil
}
