package store

import (
	"context"
	"math"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const deliveryColumns = `
	delivery_id, agreement_id, share_id, ticket_id, job_id, inbound, kind, episode, seq, seen, said, method, summary, body, state, attempts,
	code, answer, cause, automatic, audit_id, created_at, held_until, first_at, sent_at, done_at`

// Delivery reads one message of the timeline.
func (tx *Tx) Delivery(ctx context.Context, id desk.DeliveryID) (desk.Delivery, error) {
	return queryOne(ctx, tx, scanDelivery, `
		select `+deliveryColumns+` from deliveries where account_id = $1 and delivery_id = $2`, tx.account, id)
}

// ShareDeliveries lists the messages of a share, newest first, before a given one (0: from the newest).
func (tx *Tx) ShareDeliveries(ctx context.Context, s desk.ShareID, before desk.DeliveryID, limit int) ([]desk.Delivery, error) {
	return tx.deliveries(ctx, `share_id = $2 and delivery_id < $3 order by delivery_id desc limit $4`, s, orNewest(before), limit)
}

// AgreementDeliveries lists the messages about an agreement itself, newest first, before a given one (0: from the newest).
func (tx *Tx) AgreementDeliveries(ctx context.Context, a desk.AgreementID, before desk.DeliveryID, limit int) ([]desk.Delivery, error) {
	return tx.deliveries(ctx, `share_id = 0 and agreement_id = $2 and delivery_id < $3 order by delivery_id desc limit $4`, a, orNewest(before), limit)
}

func orNewest(before desk.DeliveryID) desk.DeliveryID {
	if before == 0 {
		return math.MaxInt64
	}
	return before
}

// OpenDeliveries lists the outgoing messages of a share that wait or fail, oldest first: one lane, at most limit.
func (tx *Tx) OpenDeliveries(ctx context.Context, s desk.ShareID, limit int) ([]desk.Delivery, error) {
	return tx.deliveries(ctx, `share_id = $2 and inbound = $3 and state in ($4, $5) order by delivery_id limit $6`,
		s, false, desk.DeliveryWaiting, desk.DeliveryFailing, limit)
}

// UnsentDeliveries lists the outgoing messages of a share that wait, fail or were given up, oldest first, at most limit: what
// lies in its lane, and what once lay there.
func (tx *Tx) UnsentDeliveries(ctx context.Context, s desk.ShareID, limit int) ([]desk.Delivery, error) {
	return tx.deliveries(ctx, `share_id = $2 and inbound = $3 and state in ($4, $5, $6) order by delivery_id limit $7`,
		s, false, desk.DeliveryWaiting, desk.DeliveryFailing, desk.DeliveryDead, limit)
}

// LastAttempt is the message of a share that was tried last; nil: none was.
func (tx *Tx) LastAttempt(ctx context.Context, s desk.ShareID) (*desk.Delivery, error) {
	last, err := tx.deliveries(ctx, `share_id = $2 and inbound = $3 and sent_at <> 0 order by delivery_id desc limit 1`, s, false)
	if err != nil || len(last) == 0 {
		return nil, err
	}
	return &last[0], nil
}

// DeadDeliveries lists the messages of an agreement that were given up, its shares' included, oldest first.
func (tx *Tx) DeadDeliveries(ctx context.Context, a desk.AgreementID, limit int) ([]desk.Delivery, error) {
	return tx.deliveries(ctx, `agreement_id = $2 and state = $3 order by delivery_id limit $4`, a, desk.DeliveryDead, limit)
}

func (tx *Tx) deliveries(ctx context.Context, where string, args ...any) ([]desk.Delivery, error) {
	return queryAll(ctx, tx, scanDelivery, `select `+deliveryColumns+` from deliveries where account_id = $1 and `+where,
		append([]any{tx.account}, args...)...)
}

// InsertDelivery stores a new message.
func (tx *Tx) InsertDelivery(ctx context.Context, d *desk.Delivery) error {
	said, err := toJSON(d.Said)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into deliveries (account_id, `+deliveryColumns+`)
		values (`+sqldb.Placeholders(1, 27)+`)`,
		tx.account, d.ID, d.Agreement, d.Share, d.Ticket, d.Job, d.Inbound, d.Kind, d.Episode, d.Seq, d.Seen, said, d.Method, d.Summary,
		bounded(d.Body), d.State, d.Attempts, d.Code, d.Answer, d.Cause, d.Automatic, d.Audit, micros(d.CreatedAt), micros(d.HeldUntil),
		micros(d.FirstAt), micros(d.SentAt), micros(d.DoneAt))
	return err
}

// UpdateDelivery stores how a message fares.
func (tx *Tx) UpdateDelivery(ctx context.Context, d *desk.Delivery) error {
	said, err := toJSON(d.Said)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		update deliveries set
			job_id = $3, method = $4, summary = $5, body = $6, state = $7, attempts = $8, code = $9, answer = $10, cause = $11,
			held_until = $12, first_at = $13, sent_at = $14, done_at = $15, said = $16, seq = $17, seen = $18
		where account_id = $1 and delivery_id = $2`,
		tx.account, d.ID, d.Job, d.Method, d.Summary, bounded(d.Body), d.State, d.Attempts, d.Code, d.Answer, d.Cause,
		micros(d.HeldUntil), micros(d.FirstAt), micros(d.SentAt), micros(d.DoneAt), said, d.Seq, d.Seen)
	return requireRow(n, err)
}

// RestartDeliveries gives the messages under an agreement that were tried in vain all their time again, from an instant on.
func (tx *Tx) RestartDeliveries(ctx context.Context, a desk.AgreementID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		update deliveries set first_at = $3
		where account_id = $1 and agreement_id = $2 and state in ('waiting', 'failing') and first_at > 0`, tx.account, a, micros(at))
	return err
}

// CountAutomatic counts the updates that no person caused and that were put into a share's lane since an instant.
func (tx *Tx) CountAutomatic(ctx context.Context, s desk.ShareID, since time.Time) (int, error) {
	var n int
	err := tx.QueryRow(ctx, `
		select count(*) from deliveries
		where account_id = $1 and share_id = $2 and automatic = $3 and inbound = $4 and created_at > $5 and state <> $6`,
		tx.account, s, true, false, micros(since), desk.DeliverySkipped).Scan(&n)
	return n, err
}

// AgreementUntold tells whether a message about the agreement itself still waits to reach the partner.
func (tx *Tx) AgreementUntold(ctx context.Context, a desk.AgreementID) (untold bool, err error) {
	err = tx.QueryRow(ctx, `
		select exists (
			select 1 from deliveries`+tx.IndexedBy("deliveries_notices")+`
			where account_id = $1 and share_id = 0 and agreement_id = $2 and inbound = $3 and state in ($4, $5))`,
		tx.account, a, false, desk.DeliveryWaiting, desk.DeliveryFailing).Scan(&untold)
	return untold, err
}

// Health sums up how the messages of an agreement fare.
type Health struct {
	Waiting, Failing, Dead int
	OldestWaiting          time.Time // of what waits or fails; zero when nothing does
}

// AgreementHealth sums up an agreement's open and dead messages, its shares' included.
func (tx *Tx) AgreementHealth(ctx context.Context, a desk.AgreementID) (Health, error) {
	var h Health
	rows, err := tx.Query(ctx, `
		select state, count(*), min(created_at) from deliveries
		where account_id = $1 and agreement_id = $2 and state in ($3, $4, $5)
		group by state`, tx.account, a, desk.DeliveryWaiting, desk.DeliveryFailing, desk.DeliveryDead)
	if err != nil {
		return h, err
	}
	defer rows.Close()
	for rows.Next() {
		var state desk.DeliveryState
		var n int
		var oldest int64
		if err := rows.Scan(&state, &n, &oldest); err != nil {
			return h, err
		}
		h.add(state, n, fromMicros(oldest))
	}
	return h, rows.Err()
}

// AgreementsHealth sums up the open and dead messages of every agreement that has some.
func (tx *Tx) AgreementsHealth(ctx context.Context) (map[desk.AgreementID]Health, error) {
	rows, err := tx.Query(ctx, `
		select d.agreement_id, d.state, count(*), min(d.created_at)
		from deliveries d`+tx.IndexedBy("deliveries_agreement")+`
		where d.account_id = $1 and d.agreement_id in (select agreement_id from agreements where account_id = $1 and deleted_at = 0)
			and d.state in ($2, $3, $4)
		group by d.agreement_id, d.state`, tx.account, desk.DeliveryWaiting, desk.DeliveryFailing, desk.DeliveryDead)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[desk.AgreementID]Health{}
	for rows.Next() {
		var id desk.AgreementID
		var state desk.DeliveryState
		var n int
		var oldest int64
		if err := rows.Scan(&id, &state, &n, &oldest); err != nil {
			return nil, err
		}
		h := out[id]
		h.add(state, n, fromMicros(oldest))
		out[id] = h
	}
	return out, rows.Err()
}

func (h *Health) add(state desk.DeliveryState, n int, oldest time.Time) {
	switch state {
	case desk.DeliveryWaiting:
		h.Waiting = n
	case desk.DeliveryFailing:
		h.Failing = n
	case desk.DeliveryDead:
		h.Dead = n
		return
	}
	if h.OldestWaiting.IsZero() || oldest.Before(h.OldestWaiting) {
		h.OldestWaiting = oldest
	}
}

// bounded cuts a kept body at a character's edge.
func bounded(body string) string {
	if len(body) <= desk.MaxDeliveryBody {
		return body
	}
	end := desk.MaxDeliveryBody
	for end > 0 && body[end]&0xC0 == 0x80 {
		end--
	}
	return body[:end]
}

func scanDelivery(row scanner) (desk.Delivery, error) {
	var d desk.Delivery
	var said string
	var made, held, first, sent, done int64
	err := row.Scan(&d.ID, &d.Agreement, &d.Share, &d.Ticket, &d.Job, &d.Inbound, &d.Kind, &d.Episode, &d.Seq, &d.Seen, &said, &d.Method,
		&d.Summary, &d.Body, &d.State, &d.Attempts, &d.Code, &d.Answer, &d.Cause, &d.Automatic, &d.Audit, &made, &held, &first, &sent, &done)
	if err != nil {
		return desk.Delivery{}, err
	}
	d.CreatedAt, d.HeldUntil, d.FirstAt, d.SentAt, d.DoneAt = fromMicros(made), fromMicros(held), fromMicros(first), fromMicros(sent), fromMicros(done)
	return d, fromJSON(said, "what a message says", &d.Said)
}
