package ticketing

import (
	"context"

	"interdesk/desk"
)

// maxIncidents is how many incidents one solved problem solves along with itself.
const maxIncidents = 500

// solveIncidents: solving a problem solves its incidents, with the same public reply (rules.md §8).
func (c *change) solveIncidents(ctx context.Context) error {
	a := &c.applied
	if a.Ticket.Type != desk.Problem || a.Ticket.Status != desk.Solved || a.Before == nil || a.Before.Status == desk.Solved {
		return nil
	}
	incidents, err := c.tx.OpenIncidents(ctx, a.Ticket.ID, maxIncidents)
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
		if _, err := c.ApplyIn(ctx, c.tx, u); err != nil {
			return err
		}
	}
	return nil
}
