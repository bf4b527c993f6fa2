package store

import (
	"context"
	"strconv"
	"time"

	"interdesk/desk"
)

const auditLogColumns = `audit_log_id, actor_id, actor_name, action, source_type, source_id, source_label, ip_address, changes, created_at`

func scanAuditLog(row scanner) (l desk.AuditLog, err error) {
	var changes string
	var created int64
	err = row.Scan(&l.ID, &l.Actor, &l.ActorName, &l.Action, &l.Source.Type, &l.Source.ID, &l.Source.Label, &l.IP, &changes, &created)
	if err != nil {
		return l, err
	}
	l.CreatedAt = fromMicros(created)
	return l, fromJSON(changes, "changes of an audit log", &l.Changes)
}

// InsertAuditLog writes an entry of the audit log. Where the request came from, ctx says, unless the entry does.
func (tx *Tx) InsertAuditLog(ctx context.Context, l desk.AuditLog) error {
	if l.IP == "" {
		l.IP = desk.ClientAddress(ctx)
	}
	changes, err := toJSON(l.Changes)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into audit_logs (account_id, `+auditLogColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		tx.account, tx.NewID(), l.Actor, l.ActorName, l.Action, l.Source.Type, l.Source.ID, l.Source.Label, l.IP, changes, micros(tx.now()))
	return err
}

// LogChange writes into the audit log in what two structs of one type differ, unless they do not; of what is made or removed
// all that is told.
func (tx *Tx) LogChange(ctx context.Context, actor desk.UserID, name string, action desk.AuditAction, source desk.AuditSource, before, after any) error {
	changes := desk.AuditChanges(before, after)
	if action == desk.AuditUpdate && len(changes) == 0 {
		return nil
	}
	for i := range changes {
		switch action {
		case desk.AuditCreate:
			changes[i].Before = ""
		case desk.AuditDestroy:
			changes[i].After = ""
		}
	}
	return tx.InsertAuditLog(ctx, desk.AuditLog{Actor: actor, ActorName: name, Action: action, Source: source, Changes: changes})
}

// AuditLogFilter narrows the audit log; zero parts do not.
type AuditLogFilter struct {
	SourceType string
	SourceID   int64 // of the source type
	Actor      *desk.UserID
	IP         string
	Action     desk.AuditAction
	From       time.Time // the first moment
	Until      time.Time // the last one
}

// index is that of what narrows the log most.
func (f AuditLogFilter) index() string {
	switch {
	case f.SourceType != "" && f.SourceID != 0:
		return "audit_logs_source"
	case f.Actor != nil:
		return "audit_logs_actor"
	case f.IP != "":
		return "audit_logs_address"
	case f.SourceType != "":
		return "audit_logs_type"
	}
	return "audit_logs_created"
}

func (f AuditLogFilter) from(tx *Tx) (string, []any) {
	from, args := ` from audit_logs`+tx.IndexedBy(f.index())+` where account_id = $1`, []any{tx.account}
	add := func(asked bool, condition string, value any) {
		if asked {
			args = append(args, value)
			from += " and " + condition + " $" + strconv.Itoa(len(args))
		}
	}
	add(f.SourceType != "", "source_type =", f.SourceType)
	add(f.SourceID != 0, "source_id =", f.SourceID)
	if f.Actor != nil {
		add(true, "actor_id =", *f.Actor)
	}
	add(f.IP != "", "ip_address =", f.IP)
	add(f.Action != "", "action =", string(f.Action))
	add(!f.From.IsZero(), "created_at >=", micros(f.From))
	add(!f.Until.IsZero(), "created_at <=", micros(f.Until))
	return from, args
}

// AuditLogs reads a page of the audit log by time, the newest first or last.
func (tx *Tx) AuditLogs(ctx context.Context, f AuditLogFilter, newestFirst bool, p Page) (Listed[desk.AuditLog], error) {
	from, args := f.from(tx)
	query, args, err := p.keyset(`select `+auditLogColumns+from, args,
		[]sortKey{{column: "created_at", desc: newestFirst}, {column: "audit_log_id", desc: newestFirst}})
	if err != nil {
		return Listed[desk.AuditLog]{}, err
	}
	found, err := queryAll(ctx, tx, scanAuditLog, query, args...)
	if err != nil {
		return Listed[desk.AuditLog]{}, err
	}
	return listed(p, found, func(l *desk.AuditLog) []any { return []any{micros(l.CreatedAt), int64(l.ID)} }), nil
}

// CountAuditLogs tells how many entries there are, up to a limit.
func (tx *Tx) CountAuditLogs(ctx context.Context, f AuditLogFilter, limit int) (n int, err error) {
	from, args := f.from(tx)
	err = tx.QueryRow(ctx, `
		select count(*) from (select 1`+from+` limit $`+strconv.Itoa(len(args)+1)+`) as found`, append(args, limit)...).Scan(&n)
	return n, err
}

// AuditLog reads one entry of the audit log.
func (tx *Tx) AuditLog(ctx context.Context, id desk.AuditLogID) (desk.AuditLog, error) {
	return queryOne(ctx, tx, scanAuditLog, `
		select `+auditLogColumns+` from audit_logs where account_id = $1 and audit_log_id = $2`, tx.account, id)
}
