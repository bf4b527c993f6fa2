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

// SuspendedTickets reads a page of them, by id.
func (tx *Tx) SuspendedTickets(ctx context.Context, f SuspendedFilter, p Page) (Listed[desk.SuspendedTicket], error) {
	query, args := `
		select `+suspendedColumns+` from suspended_tickets where account_id = $1`, []any{tx.account}
	if f.Author != "" {
		args = append(args, f.Author)
		query += ` and author_email = $` + strconv.Itoa(len(args))
	}
	if f.Text != "" {
		args = append(args, "%"+escapeLike(f.Text)+"%")
		n := strconv.Itoa(len(args))
		for i, column := range [...]string{"author_name", "author_email", "subject", "content"} {
			query += [...]string{" and (", " or "}[min(i, 1)] + column + " " + tx.ILike() + " $" + n + ` escape '\'`
		}
		query += ")"
	}
	return queryByID(ctx, tx, p, "suspended_id", scanSuspended, func(s *desk.SuspendedTicket) int64 { return int64(s.ID) }, query, args)
}

// CountSuspended tells how many wait, up to a limit.
func (tx *Tx) CountSuspended(ctx context.Context, limit int) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from (select 1 from suspended_tickets where account_id = $1 limit $2) as waiting`,
		tx.account, limit).Scan(&n)
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
