package store

import (
	"context"
	"fmt"
	"time"

	"interdesk/desk"
)

// DeletedTicket is a ticket in the trash.
type DeletedTicket struct {
	ID        desk.TicketID
	Subject   string
	Status    desk.Status // when it was deleted
	DeletedAt time.Time
	DeletedBy desk.UserID // 0: the desk itself
}

// TrashSort is what the trash is sorted by; equal ones by id.
type TrashSort string

// The sorts of the trash.
const (
	TrashByTime    TrashSort = "deleted_at"
	TrashByID      TrashSort = "ticket_id"
	TrashBySubject TrashSort = "subject"
)

// DeleteTicket takes a ticket out of sight: out of every list and view, too. Its row, comments and audits stay.
func (tx *Tx) DeleteTicket(ctx context.Context, id desk.TicketID, by desk.UserID, at time.Time) error {
	t, err := tx.LockTicket(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.removeTags(ctx, id, t.Tags); err != nil {
		return err
	}
	if err := tx.removeFields(ctx, id, sortedFields(t.Fields)); err != nil {
		return err
	}
	if err := tx.indexTicket(ctx, id, true); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update tickets set deleted_at = $1, deleted_by = $2, updated_at = $1, version = version + 1 where account_id = $3 and ticket_id = $4`,
		micros(at), by, tx.account, id)
	return err
}

// LockDeleted reads a ticket in the trash and keeps others from changing it. One that is not there, or was erased, is missing.
func (tx *Tx) LockDeleted(ctx context.Context, id desk.TicketID) (t desk.Ticket, err error) {
	var there bool
	err = notFound(tx.QueryRow(ctx, `
		select true from tickets where account_id = $1 and ticket_id = $2 and deleted_at <> 0 and erased_at = 0`+tx.ForUpdate(),
		tx.account, id).Scan(&there))
	if err != nil {
		return t, err
	}
	found, _, err := tx.TicketsWithDeleted(ctx, []desk.TicketID{id})
	if err != nil {
		return t, err
	}
	return found[0], nil
}

// RestoreTicket puts a ticket back out of the trash, as LockDeleted read it. Automations look at it soon.
func (tx *Tx) RestoreTicket(ctx context.Context, t *desk.Ticket, at time.Time) error {
	if err := tx.addTags(ctx, t.ID, t.Tags); err != nil {
		return err
	}
	if err := tx.addFields(ctx, t, sortedFields(t.Fields)); err != nil {
		return err
	}
	if err := tx.indexTicket(ctx, t.ID, false); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		update tickets set deleted_at = 0, deleted_by = 0, updated_at = $1, version = version + 1 where account_id = $2 and ticket_id = $3`,
		micros(at), tx.account, t.ID)
	if err != nil {
		return err
	}
	return tx.Wake(ctx, t.ID)
}

// DeletedTickets lists the trash.
func (tx *Tx) DeletedTickets(ctx context.Context, sort TrashSort, desc bool, p Page) (Listed[DeletedTicket], error) {
	keys := []sortKey{{column: "ticket_id", desc: desc}}
	if sort != TrashByID {
		keys = append([]sortKey{{column: string(sort), desc: desc}}, keys...)
	}
	query, args, err := p.keyset(`
		select ticket_id, subject, status_rank, deleted_at, deleted_by from tickets`+tx.IndexedBy("tickets_deleted")+`
		where account_id = $1 and deleted_at <> 0 and erased_at = 0`, []any{tx.account}, keys)
	if err != nil {
		return Listed[DeletedTicket]{}, err
	}
	found, err := queryAll(ctx, tx, func(row scanner) (d DeletedTicket, err error) {
		var rank int
		var at int64
		err = row.Scan(&d.ID, &d.Subject, &rank, &at, &d.DeletedBy)
		d.Status, d.DeletedAt = desk.Statuses[rank], fromMicros(at)
		return d, err
	}, query, args...)
	if err != nil {
		return Listed[DeletedTicket]{}, err
	}
	return listed(p, found, func(d *DeletedTicket) []any {
		switch sort {
		case TrashByID:
			return []any{int64(d.ID)}
		case TrashBySubject:
			return []any{d.Subject, int64(d.ID)}
		}
		return []any{micros(d.DeletedAt), int64(d.ID)}
	}), nil
}

// CountDeleted counts the trash.
func (tx *Tx) CountDeleted(ctx context.Context) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from tickets`+tx.IndexedBy("tickets_deleted")+`
		where account_id = $1 and deleted_at <> 0 and erased_at = 0`, tx.account).Scan(&n)
	return n, err
}

// DeletedBefore lists tickets that have been in the trash since before a time, those first that have been there longest.
func (tx *Tx) DeletedBefore(ctx context.Context, before time.Time, limit int) ([]desk.TicketID, error) {
	return queryAll(ctx, tx, func(row scanner) (id desk.TicketID, err error) {
		err = row.Scan(&id)
		return id, err
	}, `
		select ticket_id from tickets`+tx.IndexedBy("tickets_deleted")+`
		where account_id = $1 and deleted_at <> 0 and deleted_at < $2 and erased_at = 0
		order by deleted_at, ticket_id limit $3`, tx.account, micros(before), limit)
}

// erasedText stands where a ticket's subject and description were.
const erasedText = "SCRUBBED"

// EraseTicket wipes a deleted ticket for good: its conversation, history, mail, files and what partners were told. The row stays, so
// that its number is never given again and exports tell that it is gone. Files become uploads that nobody claimed, which are cleared
// away with their bytes.
func (tx *Tx) EraseTicket(ctx context.Context, id desk.TicketID, at time.Time) error {
	if err := tx.discardFiles(ctx, id, at); err != nil {
		return err
	}
	for _, statement := range []string{
		`delete from deliveries where account_id = $1 and share_id in (select share_id from shares where account_id = $1 and ticket_id = $2)`,
		`delete from share_files where account_id = $1 and share_id in (select share_id from shares where account_id = $1 and ticket_id = $2)`,
		`delete from share_fetches where account_id = $1 and ticket_id = $2`,
		`delete from tracker_comments where account_id = $1 and share_id in (select share_id from shares where account_id = $1 and ticket_id = $2)`,
		`update shares set subject = '', tags = 'null', fields = 'null', foreign_fields = 'null', sync = '{}', reason = '' where account_id = $1 and ticket_id = $2`,
		`delete from mails where account_id = $1 and ticket_id = $2 and ticket_id <> 0`,
		`delete from correspondences where account_id = $1 and ticket_id = $2`,
		`delete from satisfaction_ratings where account_id = $1 and ticket_id = $2`,
		`delete from ticket_metric_events where account_id = $1 and ticket_id = $2`,
		`delete from ticket_people where account_id = $1 and ticket_id = $2`,
		`delete from comments where account_id = $1 and ticket_id = $2`,
		`delete from audits where account_id = $1 and ticket_id = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.account, id); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `
		update tickets set erased_at = $1, updated_at = $1, version = version + 1, subject = $4, description = $4, tags = '', field_values = '',
			external_id = '', recipient = '', via = '', automated = '', automation_at = 0, service_level = '', satisfaction_rank = 0, satisfaction_reason = 0, sla_at = 0, sla_next_at = 0, has_people = $5, has_attachments = $5, has_shares = $5,
			comment_count = 0
		where account_id = $2 and ticket_id = $3`, micros(at), tx.account, id, erasedText, false)
	return err
}

// discardFiles makes a ticket's files, and the sources of its mail, uploads whose time is over.
func (tx *Tx) discardFiles(ctx context.Context, id desk.TicketID, at time.Time) error {
	if err := tx.discard(ctx, `ticket_id = $4`, at, id); err != nil {
		return err
	}
	return tx.discardMail(ctx, id, "true", at)
}

// discardMail makes the sources of a ticket's mail uploads whose time is over. which names them; its parameters begin with $6.
func (tx *Tx) discardMail(ctx context.Context, id desk.TicketID, which string, at time.Time, args ...any) error {
	_, err := tx.Exec(ctx, `
		insert into attachments (account_id, attachment_id, ticket_id, comment_id, upload_token, user_id, file_name, content_type, size, blob,
			is_inline, token, created_at, expires_at)
		select account_id, mail_id, 0, 0, $3, 0, '', '', size, blob, $4, '`+discarded+`' || mail_id, created_at, $5 from mails
		where account_id = $1 and ticket_id = $2 and ticket_id <> 0 and blob <> '' and `+which,
		append([]any{tx.account, id, discarded, false, micros(at)}, args...)...)
	return err
}

// discarded stands before the token of a file that nobody may open any more.
const discarded = "discarded-"

// discard takes files away from whom and what they belong to. which names them; its parameters begin with $4.
func (tx *Tx) discard(ctx context.Context, which string, at time.Time, args ...any) error {
	_, err := tx.Exec(ctx, fmt.Sprintf(`
		update attachments set ticket_id = 0, comment_id = 0, user_id = 0, upload_token = $2, token = '%s' || attachment_id, file_name = '', expires_at = $3
		where account_id = $1 and %s`, discarded, which), append([]any{tx.account, discarded, micros(at)}, args...)...)
	return err
}
