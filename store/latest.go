package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

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
	args, _ := tx.ticketPlaceholders(ids)
	c := newRowReader(auditColumns)
	audits, err := queryAll(ctx, tx, func(row scanner) (desk.Audit, error) {
		if err := c.read(row); err != nil {
			return desk.Audit{}, err
		}
		return readAudit(c)
	}, `
		select `+auditColumns+`
		from audits where account_id = $1 and (ticket_id, audit_id) in (`+newestOf("audits", "audit_id", len(args)-1)+`)`, args...)
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
	args, _ := tx.ticketPlaceholders(said)
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
		from comments where account_id = $1 and (ticket_id, comment_id) in (`+newestOf("comments", "comment_id", len(args)-1)+`)`, args...)
	return err
}

// newestOf gives the keys of the newest rows of the tickets whose ids are the arguments from $2, each by a step of its own along
// the key: neither engine finds that way for a group of all.
func newestOf(table, id string, tickets int) string {
	var b strings.Builder
	for n := range tickets {
		ticket := "$" + strconv.Itoa(n+2)
		if n > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(cast(" + ticket + " as bigint), (select max(" + id + ") from " + table + " where account_id = $1 and ticket_id = " + ticket + "))")
	}
	return "values " + b.String()
}
