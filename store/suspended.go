package store

import (
	"context"
	"strconv"
	"time"

	"interdesk/desk"
)

const suspendedColumns = `suspended_id, mail_id, cause, reason, author_name, author_email, recipient, subject, content, ticket_id,
	created_at, updated_at`

func scanSuspended(row scanner) (s desk.SuspendedTicket, err error) {
	var created, updated int64
	err = row.Scan(&s.ID, &s.Mail, &s.Cause, &s.Reason, &s.AuthorName, &s.AuthorEmail, &s.Recipient, &s.Subject, &s.Content,
		&s.Ticket, &created, &updated)
	s.CreatedAt, s.UpdatedAt = fromMicros(created), fromMicros(updated)
	return s, err
}

// InsertSuspended stores mail that was not let in. It gets an id and times where it has none.
func (tx *Tx) InsertSuspended(ctx context.Context, s *desk.SuspendedTicket) error {
	stamp(tx, &s.ID, &s.CreatedAt, &s.UpdatedAt)
	_, err := tx.Exec(ctx, `
		insert into suspended_tickets (account_id, `+suspendedColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		tx.account, s.ID, s.Mail, s.Cause, s.Reason, s.AuthorName, s.AuthorEmail, s.Recipient, s.Subject, s.Content, s.Ticket,
		micros(s.CreatedAt), micros(s.UpdatedAt))
	return err
}

// Suspended reads one.
func (tx *Tx) Suspended(ctx context.Context, id desk.SuspendedID) (desk.SuspendedTicket, error) {
	return queryOne(ctx, tx, scanSuspended, `
		select `+suspendedColumns+` from suspended_tickets where account_id = $1 and suspended_id = $2`, tx.account, id)
}

// LockSuspended reads one and keeps others from recovering or deleting it until the transaction ends.
func (tx *Tx) LockSuspended(ctx context.Context, id desk.SuspendedID) (desk.SuspendedTicket, error) {
	return queryOne(ctx, tx, scanSuspended, `
		select `+suspendedColumns+` from suspended_tickets
		where account_id = $1 and suspended_id = $2`+tx.ForUpdate(), tx.account, id)
}

// SuspendedFilter chooses suspended tickets; what is empty leaves all.
type SuspendedFilter struct {
	Author string // an address
	Text   string // in the author's name or address, subject or text, whatever the case
}

func (f SuspendedFilter) where(tx *Tx) (string, []any) {
	where, args := " where account_id = $1", []any{tx.account}
	if f.Author != "" {
		args = append(args, f.Author)
		where += ` and author_email = $` + strconv.Itoa(len(args))
	}
	if f.Text != "" {
		args = append(args, "%"+escapeLike(f.Text)+"%")
		n := strconv.Itoa(len(args))
		for i, column := range [...]string{"author_name", "author_email", "subject", "content"} {
			where += [...]string{" and (", " or "}[min(i, 1)] + column + " " + tx.ILike() + " $" + n + ` escape '\'`
		}
		where += ")"
	}
	return where, args
}

// SuspendedOrder is by what a list of suspended tickets is sorted, and then by their ids.
type SuspendedOrder string

// The orders there are; their values are columns.
const (
	SuspendedByID      SuspendedOrder = ""
	SuspendedByAuthor  SuspendedOrder = "author_email"
	SuspendedByCause   SuspendedOrder = "cause"
	SuspendedBySubject SuspendedOrder = "subject"
	SuspendedByTime    SuspendedOrder = "created_at"
)

func (o SuspendedOrder) keys(desc bool) []sortKey {
	id := sortKey{column: "suspended_id", desc: desc}
	if o == SuspendedByID {
		return []sortKey{id}
	}
	return []sortKey{{column: string(o), desc: desc, text: o == SuspendedByAuthor || o == SuspendedBySubject}, id}
}

// place is where a suspended ticket stands in a list.
func (o SuspendedOrder) place(s *desk.SuspendedTicket) []any {
	id := int64(s.ID)
	switch o {
	case SuspendedByAuthor:
		return []any{s.AuthorEmail, id}
	case SuspendedByCause:
		return []any{int64(s.Cause), id}
	case SuspendedBySubject:
		return []any{s.Subject, id}
	case SuspendedByTime:
		return []any{micros(s.CreatedAt), id}
	}
	return []any{id}
}

// SuspendedTickets reads a page of them in an order, forwards or backwards.
func (tx *Tx) SuspendedTickets(ctx context.Context, f SuspendedFilter, o SuspendedOrder, desc bool, p Page) (Listed[desk.SuspendedTicket], error) {
	where, args := f.where(tx)
	query, args, err := p.keyset(`select `+suspendedColumns+` from suspended_tickets`+where, args, o.keys(desc))
	if err != nil {
		return Listed[desk.SuspendedTicket]{}, err
	}
	found, err := queryAll(ctx, tx, scanSuspended, query, args...)
	if err != nil {
		return Listed[desk.SuspendedTicket]{}, err
	}
	return listed(p, found, o.place), nil
}

// CountSuspended tells how many wait, up to a limit.
func (tx *Tx) CountSuspended(ctx context.Context, f SuspendedFilter, limit int) (n int, err error) {
	where, args := f.where(tx)
	err = tx.QueryRow(ctx, `
		select count(*) from (select 1 from suspended_tickets`+where+` limit $`+strconv.Itoa(len(args)+1)+`) as waiting`,
		append(args, limit)...).Scan(&n)
	return n, err
}

// DeleteSuspended takes one away; its mail stays until it expires.
func (tx *Tx) DeleteSuspended(ctx context.Context, id desk.SuspendedID) error {
	return requireRow(tx.Exec(ctx, `
		delete from suspended_tickets where account_id = $1 and suspended_id = $2`, tx.account, id))
}

// SuspendedSince lists up to limit of those that were suspended since a time, newest first.
func (tx *Tx) SuspendedSince(ctx context.Context, since time.Time, limit int) ([]desk.SuspendedTicket, error) {
	return queryAll(ctx, tx, scanSuspended, `
		select `+suspendedColumns+` from suspended_tickets
		where account_id = $1 and created_at >= $2 order by suspended_id desc limit $3`, tx.account, micros(since), limit)
}

// SuspendedBefore lists up to limit of those that were suspended before a time, oldest first.
func (tx *Tx) SuspendedBefore(ctx context.Context, before time.Time, limit int) ([]desk.SuspendedTicket, error) {
	return queryAll(ctx, tx, scanSuspended, `
		select `+suspendedColumns+` from suspended_tickets
		where account_id = $1 and created_at < $2 order by suspended_id limit $3`, tx.account, micros(before), limit)
}
