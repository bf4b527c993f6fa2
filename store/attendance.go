package store

import (
	"context"
	"time"

	"interdesk/desk"
)

// Attendance is somebody of the staff at a ticket.
type Attendance struct {
	User         desk.UserID
	Ticket       desk.TicketID
	Version      int64 // of the ticket, that they saw last
	PresentUntil time.Time
	WritingUntil time.Time
}

// RecordAttendance notes that somebody looks at a ticket. A version once seen is not unseen.
func (tx *Tx) RecordAttendance(ctx context.Context, a Attendance) error {
	_, err := tx.Exec(ctx, `
		insert into attendances (account_id, user_id, ticket_id, version, present_until, writing_until)
		values ($1, $2, $3, $4, $5, $6)
		on conflict (account_id, user_id, ticket_id) do update set
			version = case when attendances.version > excluded.version then attendances.version else excluded.version end,
			present_until = excluded.present_until,
			writing_until = excluded.writing_until`,
		tx.account, a.User, a.Ticket, a.Version, micros(a.PresentUntil), micros(a.WritingUntil))
	return err
}

// Attendances lists who looks at any ticket at an instant, by ticket and user.
func (tx *Tx) Attendances(ctx context.Context, at time.Time) ([]Attendance, error) {
	return queryAll(ctx, tx, scanAttendance, `
		select user_id, ticket_id, version, present_until, writing_until from attendances
		where account_id = $1 and present_until > $2
		order by ticket_id, user_id`, tx.account, micros(at))
}

func scanAttendance(row scanner) (a Attendance, err error) {
	var present, writing int64
	err = row.Scan(&a.User, &a.Ticket, &a.Version, &present, &writing)
	a.PresentUntil, a.WritingUntil = fromMicros(present), fromMicros(writing)
	return a, err
}

// TicketChange is a version that a ticket got.
type TicketChange struct {
	Ticket  desk.TicketID
	Version int64
	At      time.Time
}

// ChangedSince lists the tickets that changed at an instant or after, the latest first, at most limit of them.
func (tx *Tx) ChangedSince(ctx context.Context, since time.Time, limit int) ([]TicketChange, error) {
	return queryAll(ctx, tx, func(row scanner) (c TicketChange, err error) {
		var at int64
		err = row.Scan(&c.Ticket, &c.Version, &at)
		c.At = fromMicros(at)
		return c, err
	}, `
		select ticket_id, version, updated_at from tickets
		where account_id = $1 and deleted_at = 0 and updated_at >= $2
		order by updated_at desc, ticket_id desc limit $3`, tx.account, micros(since), limit)
}
