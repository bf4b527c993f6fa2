package store

import (
	"context"
	"errors"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const webhookColumns = `webhook_id, name, description, endpoint, method, format, active, subscriptions, headers, auth, auth_name, key_in,
	auth_secret, signing_secret, target_id, target_type, attribute, created_by, updated_by, created_at, updated_at`

func scanWebhook(row scanner) (w desk.Webhook, err error) {
	var subscriptions, headers string
	var created, updated int64
	err = row.Scan(&w.ID, &w.Name, &w.Description, &w.Endpoint, &w.Method, &w.Format, &w.Active, &subscriptions, &headers, &w.Auth, &w.AuthName,
		&w.KeyIn, &w.AuthSecret, &w.SigningSecret, &w.Target, &w.TargetType, &w.Attribute, &w.CreatedBy, &w.UpdatedBy, &created, &updated)
	if err != nil {
		return w, err
	}
	w.Subscriptions, w.CreatedAt, w.UpdatedAt = splitWords(subscriptions), fromMicros(created), fromMicros(updated)
	return w, fromJSON(headers, "headers of a webhook", &w.Headers)
}

// WebhookFilter narrows a list of webhooks; zero parts do not.
type WebhookFilter struct {
	Name    string // what the name contains, in any case of ASCII letters
	Active  *bool
	Targets bool // only those that were made as targets
}

// Webhooks lists webhooks by age.
func (tx *Tx) Webhooks(ctx context.Context, f WebhookFilter) ([]desk.Webhook, error) {
	c := &clause{args: []any{tx.account}}
	where := ` where account_id = $1`
	if f.Name != "" {
		where += c.bind(` and name `+tx.ILike()+` ? escape '\'`, "%"+escapeLike(f.Name)+"%")
	}
	if f.Active != nil {
		where += c.bind(` and active = ?`, *f.Active)
	}
	if f.Targets {
		where += ` and target_type <> ''`
	}
	return queryAll(ctx, tx, scanWebhook, `select `+webhookColumns+` from webhooks`+where+` order by created_at, webhook_id`, c.args...)
}

// Webhook reads one.
func (tx *Tx) Webhook(ctx context.Context, id desk.WebhookID) (desk.Webhook, error) {
	return queryOne(ctx, tx, scanWebhook, `
		select `+webhookColumns+` from webhooks where account_id = $1 and webhook_id = $2`, tx.account, id)
}

// InsertWebhook stores a webhook. It gets ids and times where it has none.
func (tx *Tx) InsertWebhook(ctx context.Context, w *desk.Webhook) error {
	stamp(tx, &w.Target, &w.CreatedAt, &w.UpdatedAt)
	if w.ID == "" {
		w.ID = desk.WebhookID(NewULID(w.CreatedAt))
	}
	headers, err := toJSON(w.Headers)
	if err := errors.Join(err, tx.BumpConfigVersion(ctx)); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into webhooks (account_id, `+webhookColumns+`) values (`+sqldb.Placeholders(1, 22)+`)`,
		tx.account, w.ID, w.Name, w.Description, w.Endpoint, w.Method, w.Format, w.Active, joinWords(w.Subscriptions), headers, w.Auth, w.AuthName,
		w.KeyIn, w.AuthSecret, w.SigningSecret, w.Target, w.TargetType, w.Attribute, w.CreatedBy, w.UpdatedBy, micros(w.CreatedAt), micros(w.UpdatedAt))
	return err
}

// UpdateWebhook stores all of a webhook but its ids and who made it when.
func (tx *Tx) UpdateWebhook(ctx context.Context, w *desk.Webhook) error {
	w.UpdatedAt = tx.now()
	headers, err := toJSON(w.Headers)
	if err := errors.Join(err, tx.BumpConfigVersion(ctx)); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `
		update webhooks
		set name = $3, description = $4, endpoint = $5, method = $6, format = $7, active = $8, subscriptions = $9, headers = $10, auth = $11,
			auth_name = $12, key_in = $13, auth_secret = $14, signing_secret = $15, attribute = $16, target_type = $17, updated_by = $18, updated_at = $19
		where account_id = $1 and webhook_id = $2`,
		tx.account, w.ID, w.Name, w.Description, w.Endpoint, w.Method, w.Format, w.Active, joinWords(w.Subscriptions), headers, w.Auth,
		w.AuthName, w.KeyIn, w.AuthSecret, w.SigningSecret, w.Attribute, w.TargetType, w.UpdatedBy, micros(w.UpdatedAt)))
}

// DeleteWebhook removes a webhook. Its messages, which nobody can see from then on, go when they are old.
func (tx *Tx) DeleteWebhook(ctx context.Context, id desk.WebhookID) error {
	if err := errors.Join(tx.BumpConfigVersion(ctx), tx.DeleteBreaker(ctx, id)); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `delete from webhooks where account_id = $1 and webhook_id = $2`, tx.account, id))
}

// Breakers are the webhooks whose messages are held, or were until their receiver has taken one again.
func (tx *Tx) Breakers(ctx context.Context) (map[desk.WebhookID]desk.Breaker, error) {
	all, err := queryAll(ctx, tx, scanBreaker, `
		select webhook_id, since, until, times, reason from webhook_breakers where account_id = $1`, tx.account)
	out := make(map[desk.WebhookID]desk.Breaker, len(all))
	for _, b := range all {
		out[b.Webhook] = b
	}
	return out, err
}

// Breaker reads that of one webhook; desk.NotFound where its messages go out.
func (tx *Tx) Breaker(ctx context.Context, id desk.WebhookID) (desk.Breaker, error) {
	return queryOne(ctx, tx, scanBreaker, `
		select webhook_id, since, until, times, reason from webhook_breakers where account_id = $1 and webhook_id = $2`+tx.lockRow(), tx.account, id)
}

// lockRow has others who mean to change a row wait, where the transaction may change something itself.
func (tx *Tx) lockRow() string {
	if tx.reading {
		return ""
	}
	return tx.ForUpdate()
}

func scanBreaker(row scanner) (b desk.Breaker, err error) {
	var since, until int64
	err = row.Scan(&b.Webhook, &since, &until, &b.Times, &b.Reason)
	b.Since, b.Until = fromMicros(since), fromMicros(until)
	return b, err
}

// SetBreaker holds a webhook's messages, or holds them anew; since when stays.
func (tx *Tx) SetBreaker(ctx context.Context, b desk.Breaker) error {
	_, err := tx.Exec(ctx, `
		insert into webhook_breakers (account_id, webhook_id, since, until, times, reason) values ($1, $2, $3, $4, $5, $6)
		on conflict (account_id, webhook_id) do update set until = excluded.until, times = excluded.times, reason = excluded.reason`,
		tx.account, b.Webhook, micros(b.Since), micros(b.Until), b.Times, b.Reason)
	return err
}

// DeleteBreaker lets a webhook's messages go out.
func (tx *Tx) DeleteBreaker(ctx context.Context, id desk.WebhookID) error {
	_, err := tx.Exec(ctx, `delete from webhook_breakers where account_id = $1 and webhook_id = $2`, tx.account, id)
	return err
}

// RecentAttempts counts a webhook's last attempts since a time, at most limit of them, and those of them that failed; success is
// when the last of them began that did not.
func (tx *Tx) RecentAttempts(ctx context.Context, id desk.WebhookID, since time.Time, limit int) (all, failed int, success time.Time, err error) {
	var at int64
	err = tx.QueryRow(ctx, `
		select count(*), coalesce(sum(case when status = 'success' then 0 else 1 end), 0), coalesce(max(case when status = 'success' then created_at else 0 end), 0)
		from (
			select status, created_at from webhook_attempts
			where account_id = $1 and webhook_id = $2 and created_at > $3 order by created_at desc limit $4) as recent`,
		tx.account, id, micros(since), limit).Scan(&all, &failed, &at)
	return all, failed, fromMicros(at), err
}
