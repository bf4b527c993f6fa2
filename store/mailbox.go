package store

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const mailboxColumns = `mailbox_id, host, port, security, username, auth, secret, token_url, client_id, folder, address, after, move_to,
	enabled, uid_validity, last_uid, fetched, fetched_at, failed_since, failed_at, reason, updated_by, created_at, updated_at`

func scanMailbox(row scanner) (m desk.Mailbox, err error) {
	var fetched, since, failed, created, updated int64
	err = row.Scan(&m.ID, &m.Host, &m.Port, &m.Security, &m.Username, &m.Auth, &m.Secret, &m.TokenURL, &m.ClientID, &m.Folder,
		&m.Address, &m.After, &m.MoveTo, &m.Enabled, &m.UIDValidity, &m.LastUID, &m.Fetched, &fetched, &since, &failed, &m.Reason,
		&m.UpdatedBy, &created, &updated)
	m.FetchedAt, m.FailedSince, m.FailedAt = fromMicros(fetched), fromMicros(since), fromMicros(failed)
	m.CreatedAt, m.UpdatedAt = fromMicros(created), fromMicros(updated)
	return m, err
}

// Mailboxes lists the mailboxes that the account reads, oldest first.
func (tx *Tx) Mailboxes(ctx context.Context) ([]desk.Mailbox, error) {
	return queryAll(ctx, tx, scanMailbox, `
		select `+mailboxColumns+` from mailboxes where account_id = $1 order by mailbox_id`, tx.account)
}

// Mailbox reads one.
func (tx *Tx) Mailbox(ctx context.Context, id desk.MailboxID) (desk.Mailbox, error) {
	return queryOne(ctx, tx, scanMailbox, `
		select `+mailboxColumns+` from mailboxes where account_id = $1 and mailbox_id = $2`, tx.account, id)
}

// InsertMailbox stores a mailbox. It gets an id and times where it has none.
func (tx *Tx) InsertMailbox(ctx context.Context, m *desk.Mailbox) error {
	stamp(tx, &m.ID, &m.CreatedAt, &m.UpdatedAt)
	_, err := tx.Exec(ctx, `
		insert into mailboxes (account_id, `+mailboxColumns+`, lease_owner, lease_until)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, '', 0)`,
		tx.account, m.ID, m.Host, m.Port, m.Security, m.Username, m.Auth, m.Secret, m.TokenURL, m.ClientID, m.Folder, m.Address,
		m.After, m.MoveTo, m.Enabled, m.UIDValidity, m.LastUID, m.Fetched, micros(m.FetchedAt), micros(m.FailedSince),
		micros(m.FailedAt), m.Reason, m.UpdatedBy, micros(m.CreatedAt), micros(m.UpdatedAt))
	return err
}

// UpdateMailbox stores the settings. Who reads it notices, and begins anew; a failure before is forgotten.
func (tx *Tx) UpdateMailbox(ctx context.Context, m *desk.Mailbox) error {
	m.UpdatedAt = tx.now()
	return requireRow(tx.Exec(ctx, `
		update mailboxes
		set host = $3, port = $4, security = $5, username = $6, auth = $7, secret = $8, token_url = $9, client_id = $10, folder = $11,
			address = $12, after = $13, move_to = $14, enabled = $15, uid_validity = $16, last_uid = $17, updated_by = $18,
			updated_at = $19, failed_since = 0, failed_at = 0, reason = ''
		where account_id = $1 and mailbox_id = $2`,
		tx.account, m.ID, m.Host, m.Port, m.Security, m.Username, m.Auth, m.Secret, m.TokenURL, m.ClientID, m.Folder, m.Address,
		m.After, m.MoveTo, m.Enabled, m.UIDValidity, m.LastUID, m.UpdatedBy, micros(m.UpdatedAt)))
}

// DeleteMailbox has a mailbox read no more.
func (tx *Tx) DeleteMailbox(ctx context.Context, id desk.MailboxID) error {
	return requireRow(tx.Exec(ctx, `delete from mailboxes where account_id = $1 and mailbox_id = $2`, tx.account, id))
}

// MailboxRef is a mailbox of any account, and when its settings were changed last.
type MailboxRef struct {
	Account   desk.AccountID
	ID        desk.MailboxID
	UpdatedAt int64
}

// EnabledMailboxes lists the mailboxes of all accounts that are to be read.
func (s *Store) EnabledMailboxes(ctx context.Context) (all []MailboxRef, err error) {
	err = s.db.Read(ctx, func(q *sqldb.Tx) error {
		all = nil
		rows, err := q.Query(ctx, `select account_id, mailbox_id, updated_at from mailboxes where enabled order by account_id, mailbox_id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r MailboxRef
			if err := rows.Scan(&r.Account, &r.ID, &r.UpdatedAt); err != nil {
				return err
			}
			all = append(all, r)
		}
		return rows.Err()
	})
	return all, err
}

// LeaseMailbox makes a process the one that reads a mailbox, until a time; false if another one does.
func (tx *Tx) LeaseMailbox(ctx context.Context, id desk.MailboxID, owner string, until time.Time) (bool, error) {
	return changed(tx.Exec(ctx, `
		update mailboxes set lease_owner = $3, lease_until = $4
		where account_id = $1 and mailbox_id = $2 and enabled and (lease_owner = $3 or lease_until < $5)`,
		tx.account, id, owner, micros(until), micros(tx.now())))
}

// ReleaseMailbox lets another process read a mailbox at once.
func (tx *Tx) ReleaseMailbox(ctx context.Context, id desk.MailboxID, owner string) error {
	_, err := tx.Exec(ctx, `
		update mailboxes set lease_owner = '', lease_until = 0 where account_id = $1 and mailbox_id = $2 and lease_owner = $3`,
		tx.account, id, owner)
	return err
}

// ReleaseMailboxes frees what a process that died has held. An SQLite file belongs to one process, so all that is held there is
// a former one's; elsewhere the others' leases run out by themselves.
func (s *Store) ReleaseMailboxes(ctx context.Context) error {
	if s.db.Dialect() != sqldb.SQLite {
		return nil
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `update mailboxes set lease_owner = '', lease_until = 0 where lease_owner <> ''`)
		return err
	})
}

// AdvanceMailbox notes how far a mailbox was read, that it can be read, and taken more messages; it renews the lease. False:
// the mailbox is read by another process by now.
func (tx *Tx) AdvanceMailbox(ctx context.Context, m *desk.Mailbox, taken int, owner string, until time.Time) (bool, error) {
	return changed(tx.Exec(ctx, `
		update mailboxes
		set uid_validity = $4, last_uid = $5, fetched = fetched + $6, fetched_at = $7, failed_since = 0, failed_at = 0, reason = $8,
			lease_until = $9
		where account_id = $1 and mailbox_id = $2 and lease_owner = $3 and enabled`,
		tx.account, m.ID, owner, m.UIDValidity, m.LastUID, taken, micros(tx.now()), m.Reason, micros(until)))
}

// FailMailbox notes why a mailbox cannot be read; since when stays.
func (tx *Tx) FailMailbox(ctx context.Context, id desk.MailboxID, owner, reason string) error {
	now := micros(tx.now())
	_, err := tx.Exec(ctx, `
		update mailboxes
		set failed_since = case when failed_since = 0 then $4 else failed_since end, failed_at = $4, reason = $5
		where account_id = $1 and mailbox_id = $2 and lease_owner = $3`, tx.account, id, owner, now, reason)
	return err
}

// SetMailboxSecret replaces what signs in to a mailbox, unless its settings were changed meanwhile.
func (tx *Tx) SetMailboxSecret(ctx context.Context, m *desk.Mailbox, secret string) error {
	_, err := tx.Exec(ctx, `
		update mailboxes set secret = $3 where account_id = $1 and mailbox_id = $2 and secret = $4`, tx.account, m.ID, secret, m.Secret)
	return err
}

// changed tells whether a statement found its row.
func changed(rows int64, err error) (bool, error) { return rows > 0, err }
