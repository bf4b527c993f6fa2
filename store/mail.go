package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const mailColumns = `mail_id, direction, state, kind, ticket_id, comment_id, audit_id, user_id, message_id, sender, recipient,
	subject, blob, size, cause, reason, created_at, done_at`

func scanMail(row scanner) (m desk.Mail, err error) {
	var created, done int64
	err = row.Scan(&m.ID, &m.Direction, &m.State, &m.Kind, &m.Ticket, &m.Comment, &m.Audit, &m.User, &m.MessageID, &m.Sender,
		&m.Recipient, &m.Subject, &m.Blob, &m.Size, &m.Cause, &m.Reason, &created, &done)
	m.CreatedAt, m.DoneAt = fromMicros(created), fromMicros(done)
	return m, err
}

// InsertMail stores a message. It gets an id and the time of its making where it has none.
func (tx *Tx) InsertMail(ctx context.Context, m *desk.Mail) error {
	stamp(tx, &m.ID, &m.CreatedAt, new(time.Time))
	_, err := tx.Exec(ctx, `
		insert into mails (account_id, `+mailColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		tx.account, m.ID, m.Direction, m.State, m.Kind, m.Ticket, m.Comment, m.Audit, m.User, m.MessageID, m.Sender,
		m.Recipient, m.Subject, m.Blob, m.Size, m.Cause, m.Reason, micros(m.CreatedAt), micros(m.DoneAt))
	return err
}

// Mail reads one message.
func (tx *Tx) Mail(ctx context.Context, id desk.MailID) (desk.Mail, error) {
	return queryOne(ctx, tx, scanMail, `
		select `+mailColumns+` from mails where account_id = $1 and mail_id = $2`, tx.account, id)
}

// MailsByID reads several messages by their ids; those that are gone are not among them.
func (tx *Tx) MailsByID(ctx context.Context, ids []desk.MailID) (map[desk.MailID]desk.Mail, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := queryAll(ctx, tx, scanMail, `
		select `+mailColumns+` from mails where account_id = $1 and mail_id in (`+sqldb.Placeholders(2, len(ids))+`)`, withIDs(tx.account, ids)...)
	out := make(map[desk.MailID]desk.Mail, len(found))
	for _, m := range found {
		out[m.ID] = m
	}
	return out, err
}

// LockMail reads a message and keeps others from changing it until the transaction ends.
func (tx *Tx) LockMail(ctx context.Context, id desk.MailID) (desk.Mail, error) {
	return queryOne(ctx, tx, scanMail, `
		select `+mailColumns+` from mails where account_id = $1 and mail_id = $2`+tx.ForUpdate(), tx.account, id)
}

// UpdateMail stores how far a message is and what was learned of it; direction, recipient and the time of its making stay.
func (tx *Tx) UpdateMail(ctx context.Context, m *desk.Mail) error {
	return requireRow(tx.Exec(ctx, `
		update mails
		set state = $3, kind = $4, ticket_id = $5, comment_id = $6, audit_id = $7, user_id = $8, message_id = $9, sender = $10,
			subject = $11, blob = $12, size = $13, cause = $14, reason = $15, done_at = $16
		where account_id = $1 and mail_id = $2`,
		tx.account, m.ID, m.State, m.Kind, m.Ticket, m.Comment, m.Audit, m.User, m.MessageID, m.Sender, m.Subject, m.Blob,
		m.Size, m.Cause, m.Reason, micros(m.DoneAt)))
}

// MailsOf lists the messages of a ticket, in and out, oldest first.
func (tx *Tx) MailsOf(ctx context.Context, ticket desk.TicketID) ([]desk.Mail, error) {
	return queryAll(ctx, tx, scanMail, `
		select `+mailColumns+` from mails
		where account_id = $1 and ticket_id = $2 and ticket_id <> 0 order by mail_id`, tx.account, ticket)
}

// MailsWithMessageID lists the messages that bear an id in their header, whoever sent or received them, oldest first.
func (tx *Tx) MailsWithMessageID(ctx context.Context, messageID string) ([]desk.Mail, error) {
	return queryAll(ctx, tx, scanMail, mailsByMessageID, tx.account, messageID)
}

// The plus sign keeps SQLite from reading all mails of the account in the order of their ids.
const mailsByMessageID = `
	select ` + mailColumns + ` from mails
	where account_id = $1 and message_id = $2 and message_id <> '' order by +mail_id limit 100`

// ForgetMailSources has up to limit messages that were discarded for one of the causes before a time lose their sources, and
// gives these.
func (tx *Tx) ForgetMailSources(ctx context.Context, causes []string, before time.Time, limit int) ([]string, error) {
	args := []any{tx.account, micros(before), limit}
	marks := make([]string, len(causes))
	for i, c := range causes {
		args, marks[i] = append(args, c), "$"+strconv.Itoa(i+4)
	}
	type source struct {
		id   desk.MailID
		blob string
	}
	found, err := queryAll(ctx, tx, func(row scanner) (s source, err error) {
		err = row.Scan(&s.id, &s.blob)
		return s, err
	}, `
		select mail_id, blob from mails
		where account_id = $1 and direction = 'in' and state = 'discarded' and blob <> '' and done_at < $2
			and cause in (`+strings.Join(marks, ", ")+`)
		order by mail_id limit $3`, args...)
	if err != nil {
		return nil, err
	}
	var blobs []string
	for _, s := range found {
		if _, err := tx.Exec(ctx, `update mails set blob = '' where account_id = $1 and mail_id = $2`, tx.account, s.id); err != nil {
			return nil, err
		}
		blobs = append(blobs, s.blob)
	}
	return blobs, nil
}

// MailFilter chooses messages for a list; what is empty chooses nothing.
type MailFilter struct {
	Direction desk.MailDirection
	State     desk.MailState
}

// Mails reads a page of the messages in one direction and state, by their ids.
func (tx *Tx) Mails(ctx context.Context, f MailFilter, p Page) (Listed[desk.Mail], error) {
	return queryByID(ctx, tx, p, "mail_id", scanMail, func(m *desk.Mail) int64 { return int64(m.ID) }, `
		select `+mailColumns+` from mails where account_id = $1 and direction = $2 and state = $3`,
		[]any{tx.account, f.Direction, f.State})
}

// LatestMails reads the newest messages in one direction and state.
func (tx *Tx) LatestMails(ctx context.Context, direction desk.MailDirection, state desk.MailState, limit int) ([]desk.Mail, error) {
	return queryAll(ctx, tx, scanMail, `
		select `+mailColumns+` from mails
		where account_id = $1 and direction = $2 and state = $3 order by mail_id desc limit $4`, tx.account, direction, state, limit)
}

// CountMailFrom tells how many messages came from an address since a time, up to a limit.
func (tx *Tx) CountMailFrom(ctx context.Context, sender string, since time.Time, limit int) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from (
			select 1 from mails
			where account_id = $1 and sender = $2 and created_at >= $3 and direction = 'in' limit $4) as recent`,
		tx.account, sender, micros(since), limit).Scan(&n)
	return n, err
}

// RememberThread notes that a message belongs to a ticket, so that answers to it find their way. The first ticket stays.
func (tx *Tx) RememberThread(ctx context.Context, messageID string, ticket desk.TicketID) error {
	_, err := tx.Exec(ctx, `
		insert into mail_threads (account_id, message_id, ticket_id) values ($1, $2, $3)
		on conflict (account_id, message_id) do nothing`, tx.account, messageID, ticket)
	return err
}

// maxReferences bounds how many of a message's references are looked up.
const maxReferences = 100

// ThreadOf finds the ticket of the first of the ids that is known, the likeliest first; 0 when none is.
func (tx *Tx) ThreadOf(ctx context.Context, messageIDs []string) (desk.TicketID, error) {
	messageIDs = messageIDs[:min(len(messageIDs), maxReferences)]
	if len(messageIDs) == 0 {
		return 0, nil
	}
	known := map[string]desk.TicketID{}
	_, err := queryAll(ctx, tx, func(row scanner) (id string, err error) {
		var ticket desk.TicketID
		err = row.Scan(&id, &ticket)
		known[id] = ticket
		return id, err
	}, `
		select message_id, ticket_id from mail_threads
		where account_id = $1 and message_id in (`+sqldb.Placeholders(2, len(messageIDs))+`)`, withIDs(tx.account, messageIDs)...)
	for _, id := range messageIDs {
		if ticket, ok := known[id]; ok {
			return ticket, err
		}
	}
	return 0, err
}

func scanSender(row scanner) (s desk.MailSender, err error) {
	var created int64
	err = row.Scan(&s.Pattern, &s.Blocked, &s.CreatedBy, &created)
	s.CreatedAt = fromMicros(created)
	return s, err
}

// MailSenders lists the senders that are always let in, or those that never are.
func (tx *Tx) MailSenders(ctx context.Context, blocked bool) ([]desk.MailSender, error) {
	return queryAll(ctx, tx, scanSender, `
		select pattern, blocked, created_by, created_at from mail_senders
		where account_id = $1 and blocked = $2 order by pattern`, tx.account, blocked)
}

// CountMailSenders tells of how many senders something is said, beside one.
func (tx *Tx) CountMailSenders(ctx context.Context, beside string) (n int, err error) {
	err = tx.QueryRow(ctx, `select count(*) from mail_senders where account_id = $1 and pattern <> $2`, tx.account, beside).Scan(&n)
	return n, err
}

// MailSenderFor finds what is said of an address: of itself, else of its domain. Nothing is desk.NotFound.
func (tx *Tx) MailSenderFor(ctx context.Context, address string) (desk.MailSender, error) {
	for _, pattern := range desk.MailSenderPatterns(address) {
		s, err := queryOne(ctx, tx, scanSender, `
			select pattern, blocked, created_by, created_at from mail_senders
			where account_id = $1 and pattern = $2`, tx.account, pattern)
		if desk.KindOf(err) != desk.NotFound {
			return s, err
		}
	}
	return desk.MailSender{}, desk.Missing()
}

// SetMailSender lets a sender in always, or never; what was said of it before is gone.
func (tx *Tx) SetMailSender(ctx context.Context, s desk.MailSender) error {
	_, err := tx.Exec(ctx, `
		insert into mail_senders (account_id, pattern, blocked, created_by, created_at) values ($1, $2, $3, $4, $5)
		on conflict (account_id, pattern) do update
			set blocked = excluded.blocked, created_by = excluded.created_by, created_at = excluded.created_at`,
		tx.account, strings.ToLower(s.Pattern), s.Blocked, s.CreatedBy, micros(tx.now()))
	return err
}

// DeleteMailSender forgets what is said of a sender.
func (tx *Tx) DeleteMailSender(ctx context.Context, pattern string) error {
	return requireRow(tx.Exec(ctx, `
		delete from mail_senders where account_id = $1 and pattern = $2`, tx.account, strings.ToLower(pattern)))
}
