package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/search"
	"interdesk/store/sqldb"
)

// Ticket reads a ticket. A deleted one is missing.
func (tx *Tx) Ticket(ctx context.Context, id desk.TicketID) (t desk.Ticket, err error) {
	c := newRowReaderOf(wholeTicketWidth)
	err = c.read(tx.QueryRow(ctx, `
		select `+wholeTicket+` from tickets t
		where t.account_id = $1 and t.ticket_id = $2 and t.deleted_at = 0`, tx.account, id))
	if err != nil {
		return t, notFound(err)
	}
	err = tx.readTicket(c, &t)
	return t, err
}

// LockTicket reads a ticket and keeps others from changing it until the transaction ends. It reads behind the lock: the
// statement that waits for a lock sees other tables as they were before.
func (tx *Tx) LockTicket(ctx context.Context, id desk.TicketID) (desk.Ticket, error) {
	if lock := tx.ForUpdate(); lock != "" {
		if err := tx.requireTicket(ctx, id, lock); err != nil {
			return desk.Ticket{}, err
		}
	}
	return tx.Ticket(ctx, id)
}

// RequireTicket tells by a NotFound error that there is no such ticket, at a fraction of what reading it costs.
func (tx *Tx) RequireTicket(ctx context.Context, id desk.TicketID) error {
	return tx.requireTicket(ctx, id, "")
}

func (tx *Tx) requireTicket(ctx context.Context, id desk.TicketID, lock string) error {
	var there bool
	return notFound(tx.QueryRow(ctx, `
		select true from tickets where account_id = $1 and ticket_id = $2 and deleted_at = 0`+lock, tx.account, id).Scan(&there))
}

// Tickets reads tickets in the order of the ids; deleted and unknown ones are left out.
func (tx *Tx) Tickets(ctx context.Context, ids []desk.TicketID) ([]desk.Ticket, error) {
	found := make(map[desk.TicketID]desk.Ticket, len(ids))
	for part := range slices.Chunk(ids, idsAtOnce) {
		args, places := tx.ticketPlaceholders(part)
		tickets, err := tx.ticketRows(ctx, newRowReaderOf(wholeTicketWidth), `
			select `+wholeTicket+` from tickets t
			where t.account_id = $1 and t.ticket_id in (`+places+`) and t.deleted_at = 0`, args, nil)
		if err != nil {
			return nil, err
		}
		for _, t := range tickets {
			found[t.ID] = t
		}
	}
	out := make([]desk.Ticket, 0, len(found))
	for _, id := range ids {
		if t, ok := found[id]; ok {
			out = append(out, t)
		}
	}
	return out, nil
}

// idsAtOnce is how many ids one statement names.
const idsAtOnce = 128

// ticketPlaceholders are the arguments of a statement about some tickets and its in-list. The last id is repeated up to a power of
// two, so that few texts serve all counts and stay prepared.
func (tx *Tx) ticketPlaceholders(ids []desk.TicketID) (args []any, places string) {
	return idPlaceholders(tx.account, ids)
}

func idPlaceholders[I ~int64](account desk.AccountID, ids []I) (args []any, places string) {
	n := 1
	for n < len(ids) {
		n *= 2
	}
	args = make([]any, 1, n+1)
	args[0] = account
	for i := range n {
		args = append(args, int64(ids[min(i, len(ids)-1)]))
	}
	return args, sqldb.Placeholders(2, n)
}

// ticketRows reads all tickets of a query that starts with wholeTicket; more reads the columns that follow.
func (tx *Tx) ticketRows(ctx context.Context, c *rowReader, query string, args []any, more func(c *rowReader)) ([]desk.Ticket, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []desk.Ticket
	for rows.Next() {
		if err := c.read(rows); err != nil {
			return nil, err
		}
		var t desk.Ticket
		if err := tx.readTicket(c, &t); err != nil {
			return nil, err
		}
		if more != nil {
			more(c)
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

// markShared notes on the ticket that it has shares, so that readers look for them.
func (tx *Tx) markShared(ctx context.Context, id desk.TicketID) error {
	_, err := tx.Exec(ctx, `
		update tickets set has_shares = true where account_id = $1 and ticket_id = $2 and not has_shares`, tx.account, id)
	return err
}

// OpenIncidents lists incidents of a problem that are not yet solved, oldest first.
func (tx *Tx) OpenIncidents(ctx context.Context, problem desk.TicketID) ([]desk.TicketID, error) {
	ids, err := queryAll(ctx, tx, scanID, `
		select ticket_id from tickets
		where account_id = $1 and problem_id = $2 and problem_id <> 0 and status_rank < $3 and deleted_at = 0
		order by ticket_id`, tx.account, problem, desk.Solved.Rank())
	out := make([]desk.TicketID, len(ids))
	for i, id := range ids {
		out[i] = desk.TicketID(id)
	}
	return out, err
}

// InsertTicket stores a new ticket under the id it has (see NextTicket).
func (tx *Tx) InsertTicket(ctx context.Context, t *desk.Ticket) error {
	t.Version = max(t.Version, 1)
	values, err := ticketValues(t)
	if err != nil {
		return err
	}
	args := make([]any, 0, ticketWidth+1)
	args = append(append(args, tx.account), values[:]...)
	_, err = tx.Exec(ctx, `
		insert into tickets (account_id, `+ticketColumns+`, deleted_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, 0)`, args...)
	if err != nil {
		return err
	}
	if err := tx.indexTicket(ctx, t.ID, false); err != nil {
		return err
	}
	if err := tx.addTags(ctx, t.ID, t.Tags); err != nil {
		return err
	}
	if err := tx.addFields(ctx, t, sortedFields(t.Fields)); err != nil {
		return err
	}
	if err := tx.updateRating(ctx, &desk.Ticket{}, t); err != nil {
		return err
	}
	return tx.updatePeople(ctx, &desk.Ticket{ID: t.ID}, t)
}

// UpdateTicket stores what differs between a ticket as it was read and as it shall be. When the stored ticket is no longer
// the one that was read, the whole transaction is asked to start again.
func (tx *Tx) UpdateTicket(ctx context.Context, before, after *desk.Ticket) error {
	after.Version = before.Version + 1
	set, args, err := tx.ticketChanges(before, after)
	if err != nil {
		return err
	}
	n := len(args)
	args = append(args, tx.account, int64(before.ID), before.Version)
	rows, err := tx.Exec(ctx, `
		update tickets set `+set+`
		where account_id = $`+strconv.Itoa(n+1)+` and ticket_id = $`+strconv.Itoa(n+2)+` and version = $`+strconv.Itoa(n+3)+`
			and deleted_at = 0`, args...)
	if err != nil {
		return err
	}
	if rows == 0 {
		return sqldb.ErrRetry
	}
	return tx.updateSearchRows(ctx, before, after)
}

// ticketChanges names only the columns that change: an index is left alone as long as none of its columns is named.
func (tx *Tx) ticketChanges(before, after *desk.Ticket) (set string, args []any, err error) {
	was, err := ticketValues(before)
	if err != nil {
		return "", nil, err
	}
	now, err := ticketValues(after)
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	for i, name := range ticketNames() {
		if was[i] == now[i] || name == "ticket_id" {
			continue
		}
		args = append(args, now[i])
		if len(args) > 1 {
			b.WriteString(", ")
		}
		b.WriteString(name + " = $" + strconv.Itoa(len(args)))
	}
	return b.String(), args, nil
}

// updateSearchRows brings the tables for searching in step.
func (tx *Tx) updateSearchRows(ctx context.Context, before, after *desk.Ticket) error {
	if !slices.Equal(before.Tags, after.Tags) {
		if err := tx.indexChange(ctx, after.ID, search.InTags, strings.Join(before.Tags, " ")); err != nil {
			return err
		}
		if err := tx.removeTags(ctx, after.ID, without(before.Tags, after.Tags)); err != nil {
			return err
		}
		if err := tx.addTags(ctx, after.ID, without(after.Tags, before.Tags)); err != nil {
			return err
		}
	}
	if changed := changedFields(before.Fields, after.Fields); len(changed) > 0 {
		if err := tx.removeFields(ctx, after.ID, changed); err != nil {
			return err
		}
		if err := tx.addFields(ctx, after, changed); err != nil {
			return err
		}
	}
	if err := tx.updateRating(ctx, before, after); err != nil {
		return err
	}
	if before.Subject != after.Subject {
		if err := tx.indexChange(ctx, after.ID, search.InTitle, before.Subject); err != nil {
			return err
		}
	}
	return tx.updatePeople(ctx, before, after)
}
