package ticketing

import (
	"context"
	"slices"

	"interdesk/desk"
	"interdesk/store"
)

// incidentsPerJob is how many incidents one job solves; a problem with more has several jobs.
const incidentsPerJob = 1000

// solveIncidents: solving a problem solves its incidents, with the same public reply (rules.md §8). Jobs do so, whose progress
// is that of any bulk job, so that solving a problem takes no longer for having many.
func (c *change) solveIncidents(ctx context.Context) error {
	a := &c.applied
	if a.Ticket.Type != desk.Problem || a.Before == nil || a.Before.Status.Finished() || !a.Ticket.Status.Finished() {
		return nil
	}
	incidents, err := c.tx.OpenIncidents(ctx, a.Ticket.ID)
	if err != nil {
		return err
	}
	var answer *desk.NewComment
	if a.Comment != nil && a.Comment.Public {
		answer = &desk.NewComment{Author: a.Comment.Author, Body: a.Comment.Body, HTML: a.Comment.HTML}
	}
	for some := range slices.Chunk(incidents, incidentsPerJob) {
		b := Bulk{ID: NewBulkID(), Solve: some, Answer: answer, Via: desk.Via{Channel: desk.ChannelProblem, Source: a.Ticket.ID},
			Actor: desk.Actor{ID: a.Actor.ID, Name: a.Actor.Name, Role: a.Actor.Role, System: true}}
		if _, err := c.Enqueue(ctx, c.tx, b); err != nil {
			return err
		}
	}
	a.Incidents = len(incidents)
	return nil
}

// solveIncident leaves an incident alone that was solved or became another's meanwhile.
func (s *Service) solveIncident(ctx context.Context, tx *store.Tx, b *Bulk, id desk.TicketID) error {
	t, err := tx.LockTicket(ctx, id)
	if err != nil || t.Problem != b.Via.Source || t.Status.Finished() {
		return err
	}
	problem, err := tx.Ticket(ctx, b.Via.Source)
	if err != nil {
		return err
	}
	solved := desk.Solved
	u := desk.Update{Account: tx.Account(), Ticket: id, Actor: b.Actor, Via: b.Via, Edits: desk.Edits{Status: &solved}, Comment: b.Answer}
	if problem.Assignee != 0 {
		u.Edits.Assignee = &problem.Assignee
	}
	_, err = s.ApplyIn(ctx, tx, u)
	return err
}
