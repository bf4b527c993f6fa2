package store

import (
	"context"
	"time"

	"interdesk/desk"
)

// MailRelay reads the relay that the account has of its own; desk.NotFound when it has none.
func (tx *Tx) MailRelay(ctx context.Context) (desk.MailRelay, error) {
	return queryOne(ctx, tx, func(row scanner) (r desk.MailRelay, err error) {
		var updated int64
		err = row.Scan(&r.Host, &r.Port, &r.Security, &r.Username, &r.Secret, &r.UpdatedBy, &updated)
		r.UpdatedAt = fromMicros(updated)
		return r, err
	}, `
		select host, port, security, username, secret, updated_by, updated_at from mail_relays where account_id = $1`, tx.account)
}

// SetMailRelay gives the account a relay of its own, in place of the one before.
func (tx *Tx) SetMailRelay(ctx context.Context, r *desk.MailRelay) error {
	r.UpdatedAt = tx.now()
	_, err := tx.Exec(ctx, `
		insert into mail_relays (account_id, host, port, security, username, secret, updated_by, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (account_id) do update
			set host = excluded.host, port = excluded.port, security = excluded.security, username = excluded.username,
				secret = excluded.secret, updated_by = excluded.updated_by, updated_at = excluded.updated_at`,
		tx.account, r.Host, r.Port, r.Security, r.Username, r.Secret, r.UpdatedBy, micros(r.UpdatedAt))
	return err
}

// DeleteMailRelay has the account use the installation's relay again.
func (tx *Tx) DeleteMailRelay(ctx context.Context) error {
	return requireRow(tx.Exec(ctx, `delete from mail_relays where account_id = $1`, tx.account))
}

// RelayFailure reads why the account's letters are not taken at present; desk.NotFound when they are.
func (tx *Tx) RelayFailure(ctx context.Context) (desk.RelayFailure, error) {
	return queryOne(ctx, tx, func(row scanner) (f desk.RelayFailure, err error) {
		var since, failed int64
		err = row.Scan(&since, &failed, &f.Reason)
		f.Since, f.FailedAt = fromMicros(since), fromMicros(failed)
		return f, err
	}, `
		select since, failed_at, reason from mail_relay_failures where account_id = $1`, tx.account)
}

// SetRelayFailure keeps what the relay said last; since when it fails stays.
func (tx *Tx) SetRelayFailure(ctx context.Context, reason string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into mail_relay_failures (account_id, since, failed_at, reason) values ($1, $2, $3, $4)
		on conflict (account_id) do update set failed_at = excluded.failed_at, reason = excluded.reason`,
		tx.account, micros(at), micros(at), reason)
	return err
}

// ClearRelayFailure notes that the relay takes letters.
func (tx *Tx) ClearRelayFailure(ctx context.Context) error {
	_, err := tx.Exec(ctx, `delete from mail_relay_failures where account_id = $1`, tx.account)
	return err
}

const dkimColumns = `domain, selector, private_key, public_key, found_at, checked_at, created_at`

func scanDKIMKey(row scanner) (k desk.DKIMKey, err error) {
	var found, checked, created int64
	err = row.Scan(&k.Domain, &k.Selector, &k.PrivateKey, &k.PublicKey, &found, &checked, &created)
	k.FoundAt, k.CheckedAt, k.CreatedAt = fromMicros(found), fromMicros(checked), fromMicros(created)
	return k, err
}

// DKIMKeys lists the keys by which the account's letters are signed, by domain.
func (tx *Tx) DKIMKeys(ctx context.Context) ([]desk.DKIMKey, error) {
	return queryAll(ctx, tx, scanDKIMKey, `
		select `+dkimColumns+` from dkim_keys where account_id = $1 order by domain`, tx.account)
}

// DKIMKey reads the key of a domain; desk.NotFound when it has none.
func (tx *Tx) DKIMKey(ctx context.Context, domain string) (desk.DKIMKey, error) {
	return queryOne(ctx, tx, scanDKIMKey, `
		select `+dkimColumns+` from dkim_keys where account_id = $1 and domain = $2`, tx.account, domain)
}

// SetDKIMKey stores a domain's key, in place of the one before.
func (tx *Tx) SetDKIMKey(ctx context.Context, k *desk.DKIMKey) error {
	if k.CreatedAt.IsZero() {
		k.CreatedAt = tx.now()
	}
	_, err := tx.Exec(ctx, `
		insert into dkim_keys (account_id, `+dkimColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (account_id, domain) do update
			set selector = excluded.selector, private_key = excluded.private_key, public_key = excluded.public_key,
				found_at = excluded.found_at, checked_at = excluded.checked_at, created_at = excluded.created_at`,
		tx.account, k.Domain, k.Selector, k.PrivateKey, k.PublicKey, micros(k.FoundAt), micros(k.CheckedAt), micros(k.CreatedAt))
	return err
}

// DeleteDKIMKey has letters of a domain go out unsigned.
func (tx *Tx) DeleteDKIMKey(ctx context.Context, domain string) error {
	return requireRow(tx.Exec(ctx, `delete from dkim_keys where account_id = $1 and domain = $2`, tx.account, domain))
}

// CountMailTo tells how many letters were sent to an address since a time, up to a limit.
func (tx *Tx) CountMailTo(ctx context.Context, recipient string, since time.Time, limit int) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from (
			select 1 from mails
			where account_id = $1 and recipient = $2 and created_at >= $3 and direction = 'out' and state = 'sent' limit $4) as recent`,
		tx.account, recipient, micros(since), limit).Scan(&n)
	return n, err
}

// CountPersonal tells how many letters about no ticket went, or will go, to an address since a time, up to a limit.
func (tx *Tx) CountPersonal(ctx context.Context, recipient string, since time.Time, limit int) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from (
			select 1 from mails
			where account_id = $1 and recipient = $2 and created_at >= $3 and direction = 'out' and ticket_id = 0 limit $4) as recent`,
		tx.account, recipient, micros(since), limit).Scan(&n)
	return n, err
}
