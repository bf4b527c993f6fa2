package store

import (
	"context"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const invocationColumns = `invocation_id, webhook_id, state, status, event, subject, ticket_id, cause, body, query, reason, attempts, created_at, done_at`

func scanInvocation(row scanner) (i desk.Invocation, err error) {
	var created, done int64
	err = row.Scan(&i.ID, &i.Webhook, &i.State, &i.Status, &i.Event, &i.Subject, &i.Ticket, &i.Cause, &i.Body, &i.Query, &i.Reason, &i.Attempts, &created, &done)
	i.CreatedAt, i.DoneAt = fromMicros(created), fromMicros(done)
	return i, err
}

// InvocationFilter narrows a list of messages; zero parts do not.
type InvocationFilter struct {
	Status   string
	State    desk.InvocationState
	From, To time.Time // when they were made, both included
}

// InvocationOrder is what a list of messages is sorted by.
type InvocationOrder struct {
	Done bool // by their last attempt, else by their making
	Desc bool
}

// Invocations lists the messages to a webhook.
func (tx *Tx) Invocations(ctx context.Context, id desk.WebhookID, f InvocationFilter, o InvocationOrder, p Page) (Listed[desk.Invocation], error) {
	c := &clause{args: []any{tx.account, id}}
	where := ` where account_id = $1 and webhook_id = $2`
	if f.Status != "" {
		where += c.bind(` and status = ?`, f.Status)
	}
	if f.State != "" {
		where += c.bind(` and state = ?`, f.State)
	}
	if !f.From.IsZero() {
		where += c.bind(` and created_at >= ?`, micros(f.From))
	}
	if !f.To.IsZero() {
		where += c.bind(` and created_at <= ?`, micros(f.To))
	}
	column, at := "created_at", func(i *desk.Invocation) time.Time { return i.CreatedAt }
	if o.Done {
		column, at = "done_at", func(i *desk.Invocation) time.Time { return i.DoneAt }
	}
	query, args, err := p.keyset(`select `+invocationColumns+` from webhook_invocations`+where, c.args,
		[]sortKey{{column: column, desc: o.Desc}, {column: "invocation_id", desc: o.Desc, text: true}})
	if err != nil {
		return Listed[desk.Invocation]{}, err
	}
	rows, err := queryAll(ctx, tx, scanInvocation, query, args...)
	if err != nil {
		return Listed[desk.Invocation]{}, err
	}
	return listed(p, rows, func(i *desk.Invocation) []any { return []any{micros(at(i)), string(i.ID)} }), nil
}

// Invocation reads one message to a webhook.
func (tx *Tx) Invocation(ctx context.Context, webhook desk.WebhookID, id desk.InvocationID) (desk.Invocation, error) {
	return queryOne(ctx, tx, scanInvocation, `
		select `+invocationColumns+` from webhook_invocations
		where account_id = $1 and webhook_id = $2 and invocation_id = $3`+tx.lockRow(), tx.account, webhook, id)
}

// InsertInvocation stores a message. It gets an id and a time where it has none.
func (tx *Tx) InsertInvocation(ctx context.Context, i *desk.Invocation) error {
	if i.CreatedAt.IsZero() {
		i.CreatedAt = tx.now()
	}
	if i.ID == "" {
		i.ID = desk.InvocationID(NewULID(i.CreatedAt))
	}
	_, err := tx.Exec(ctx, `
		insert into webhook_invocations (account_id, `+invocationColumns+`) values (`+sqldb.Placeholders(1, 15)+`)`,
		tx.account, i.ID, i.Webhook, i.State, i.Status, i.Event, i.Subject, i.Ticket, i.Cause, i.Body, i.Query, i.Reason, i.Attempts,
		micros(i.CreatedAt), micros(i.DoneAt))
	return err
}

// UpdateInvocation stores how a message fares.
func (tx *Tx) UpdateInvocation(ctx context.Context, i *desk.Invocation) error {
	return requireRow(tx.Exec(ctx, `
		update webhook_invocations set state = $3, status = $4, reason = $5, attempts = $6, done_at = $7
		where account_id = $1 and invocation_id = $2`,
		tx.account, i.ID, i.State, i.Status, i.Reason, i.Attempts, micros(i.DoneAt)))
}

// FailedInvocations lists the messages to a webhook that were given up before a time, of those made since another: oldest first, at most limit.
func (tx *Tx) FailedInvocations(ctx context.Context, id desk.WebhookID, since, before time.Time, limit int) ([]desk.Invocation, error) {
	return queryAll(ctx, tx, scanInvocation, `
		select `+invocationColumns+` from webhook_invocations
		where account_id = $1 and webhook_id = $2 and state = 'failed' and created_at >= $3 and done_at < $4
		order by created_at, invocation_id limit $5`, tx.account, id, micros(since), micros(before), limit)
}

// CountFailedInvocations counts what FailedInvocations would list, up to a limit.
func (tx *Tx) CountFailedInvocations(ctx context.Context, id desk.WebhookID, since time.Time, limit int) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from (
			select 1 from webhook_invocations
			where account_id = $1 and webhook_id = $2 and state = 'failed' and created_at >= $3 limit $4) as failed`,
		tx.account, id, micros(since), limit).Scan(&n)
	return n, err
}

// CountFailed counts for each webhook what CountFailedInvocations does.
func (tx *Tx) CountFailed(ctx context.Context, since time.Time, limit int) (map[desk.WebhookID]int, error) {
	type failed struct {
		id desk.WebhookID
		n  int
	}
	all, err := queryAll(ctx, tx, func(row scanner) (f failed, err error) {
		err = row.Scan(&f.id, &f.n)
		return f, err
	}, `
		select webhook_id, (
			select count(*) from (
				select 1 from webhook_invocations i
				where i.account_id = w.account_id and i.webhook_id = w.webhook_id and i.state = 'failed' and i.created_at >= $2 limit $3) as failed)
		from webhooks w where account_id = $1`, tx.account, micros(since), limit)
	out := make(map[desk.WebhookID]int, len(all))
	for _, f := range all {
		out[f.id] = f.n
	}
	return out, err
}

// PruneInvocations deletes messages that were made before a time, with their attempts, at most limit of them, and returns their number.
func (tx *Tx) PruneInvocations(ctx context.Context, before time.Time, limit int) (int64, error) {
	ids, err := queryAll(ctx, tx, func(row scanner) (id string, err error) {
		err = row.Scan(&id)
		return id, err
	}, `
		select invocation_id from webhook_invocations where account_id = $1 and created_at < $2 order by created_at limit $3`,
		tx.account, micros(before), limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	in := ` where account_id = $1 and invocation_id in (` + sqldb.Placeholders(2, len(ids)) + `)`
	if _, err := tx.Exec(ctx, `delete from webhook_attempts`+in, withIDs(tx.account, ids)...); err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `delete from webhook_invocations`+in, withIDs(tx.account, ids)...)
}

const attemptColumns = `invocation_id, attempt_id, webhook_id, status, method, url, request, code, answer, body, reason, created_at, took`

// InvocationAttempts lists the attempts at a message, newest first, at most limit.
func (tx *Tx) InvocationAttempts(ctx context.Context, id desk.InvocationID, limit int) ([]desk.InvocationAttempt, error) {
	return queryAll(ctx, tx, scanAttempt, `
		select `+attemptColumns+` from webhook_attempts where account_id = $1 and invocation_id = $2 order by attempt_id desc limit $3`,
		tx.account, id, limit)
}

func scanAttempt(row scanner) (a desk.InvocationAttempt, err error) {
	var request, answer string
	var created, took int64
	err = row.Scan(&a.Invocation, &a.ID, &a.Webhook, &a.Status, &a.Method, &a.URL, &request, &a.Code, &answer, &a.Body, &a.Reason, &created, &took)
	if err != nil {
		return a, err
	}
	a.CreatedAt, a.Took = fromMicros(created), time.Duration(took)*time.Microsecond
	if err := fromJSON(request, "request of an attempt", &a.Request); err != nil {
		return a, err
	}
	return a, fromJSON(answer, "answer to an attempt", &a.Answer)
}

// InsertAttempt stores an attempt. It gets an id where it has none.
func (tx *Tx) InsertAttempt(ctx context.Context, a *desk.InvocationAttempt) error {
	if a.ID == "" {
		a.ID = NewULID(a.CreatedAt)
	}
	request, err := toJSON(a.Request)
	if err != nil {
		return err
	}
	answer, err := toJSON(a.Answer)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into webhook_attempts (account_id, `+attemptColumns+`) values (`+sqldb.Placeholders(1, 14)+`)`,
		tx.account, a.Invocation, a.ID, a.Webhook, a.Status, a.Method, a.URL, request, a.Code, answer, a.Body, a.Reason, micros(a.CreatedAt),
		a.Took.Microseconds())
	return err
}
