package store

import (
	"context"
	"slices"

	"interdesk/desk"
)

// Latest is a ticket's last update: its record, and what was said in it.
type Latest struct {
	Audit   desk.Audit
	Comment *desk.Comment // without its files; nil when nothing was said
	Files   bool          // the comment has some
}

// LatestUpdates reads the last update of each of up to a page of tickets.
func (tx *Tx) LatestUpdates(ctx context.Context, ids []desk.TicketID) (map[desk.TicketID]Latest, error) {
	out := make(map[desk.TicketID]Latest, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	args, places := tx.ticketPlaceholders(ids)
	c := newRowReader(auditColumns)
	audits, err := queryAll(ctx, tx, func(row scanner) (desk.Audit, error) {
		if err := c.read(row); err != nil {
			return desk.Audit{}, err
		}
		return readAudit(c)
	}, `
		select `+auditColumns+`
		from (
			select ticket_id as of_ticket, max(audit_id) as newest from audits
			where account_id = $1 and ticket_id in (`+places+`) group by ticket_id) latest
		join audits on account_id = $1 and ticket_id = of_ticket and audit_id = newest`, args...)
	if err != nil {
		return nil, err
	}
	var said []desk.TicketID
	for _, a := range audits {
		out[a.Ticket] = Latest{Audit: a}
		if slices.ContainsFunc(a.Events, func(e desk.Event) bool { return e.Type == desk.EventComment }) {
			said = append(said, a.Ticket)
		}
	}
	return out, tx.latestComments(ctx, said, out)
}

// latestComments puts the comments of some tickets' last updates beside them.
func (tx *Tx) latestComments(ctx context.Context, said []desk.TicketID, into map[desk.TicketID]Latest) error {
	if len(said) == 0 {
		return nil
	}
	args, places := tx.ticketPlaceholders(said)
	c := newRowReader(commentColumns)
	_, err := queryAll(ctx, tx, func(row scanner) (out desk.Comment, err error) {
		if err = c.read(row); err != nil {
			return out, err
		}
		found, files, err := readComment(c)
		if at := into[found.Ticket]; err == nil && at.Audit.ID == found.Audit {
			at.Comment, at.Files = &found, files
			into[found.Ticket] = at
		}
		return found, err
	}, `
		select `+commentColumns+`
		from (
			select ticket_id as of_ticket, max(comment_id) as newest from comments
			where account_id = $1 and ticket_id in (`+places+`) group by ticket_id) latest
		join comments on account_id = $1 and ticket_id = of_ticket and comment_id = newest`, args...)
	return err
}
