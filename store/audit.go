package store

import (
	"context"
	"encoding/json"
	"strconv"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const auditColumns = `
	audit_id, ticket_id, author_id, created_at, rule_set_id, via_id, via, client, metadata, trace, events`

func readAudit(c *rowReader) (a desk.Audit, err error) {
	a.ID, a.Ticket, a.Author = desk.AuditID(c.int()), desk.TicketID(c.int()), desk.UserID(c.int())
	a.CreatedAt, a.RuleSet, a.Via = c.time(), desk.RuleSetID(c.int()), c.via()
	if client := c.text(); client != "" {
		c.note(fromJSON(client, "client", &a.Client))
	}
	if metadata := c.text(); metadata != "" {
		a.Metadata = json.RawMessage(metadata)
	}
	a.Trace = c.bytes()
	c.note(fromJSON(c.text(), "events", &a.Events))
	return a, c.err
}

// InsertAudit stores the record of an update.
func (tx *Tx) InsertAudit(ctx context.Context, a *desk.Audit) error {
	via, err := viaText(a.Via)
	if err != nil {
		return err
	}
	client := ""
	if a.Client != (desk.Client{}) {
		if client, err = toJSON(a.Client); err != nil {
			return err
		}
	}
	events, err := toJSON(a.Events)
	if err != nil {
		return err
	}
	written, at := tx.written(13)
	_, err = tx.Exec(ctx, `
		insert into audits (account_id, `+auditColumns+`, written_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, `+written+`)`,
		tx.account, a.ID, a.Ticket, a.Author, micros(a.CreatedAt), a.RuleSet, int64(a.Via.Channel), via, client,
		string(a.Metadata), a.Trace, events, at)
	return err
}

// Audit reads one audit of a ticket.
func (tx *Tx) Audit(ctx context.Context, ticket desk.TicketID, id desk.AuditID) (desk.Audit, error) {
	c := newRowReader(auditColumns)
	err := c.read(tx.QueryRow(ctx, `
		select `+auditColumns+` from audits where account_id = $1 and ticket_id = $2 and audit_id = $3`,
		tx.account, ticket, id))
	if err != nil {
		return desk.Audit{}, notFound(err)
	}
	return readAudit(c)
}

// AuditClients tells which programs made some updates of a ticket.
func (tx *Tx) AuditClients(ctx context.Context, ticket desk.TicketID, ids []desk.AuditID) (map[desk.AuditID]desk.Client, error) {
	out := map[desk.AuditID]desk.Client{}
	if len(ids) == 0 {
		return out, nil
	}
	_, err := queryAll(ctx, tx, func(row scanner) (id desk.AuditID, err error) {
		var client string
		if err := row.Scan(&id, &client); err != nil || client == "" {
			return id, err
		}
		var read desk.Client
		err = fromJSON(client, "client", &read)
		out[id] = read
		return id, err
	}, `
		select audit_id, client from audits
		where account_id = $1 and audit_id in (`+sqldb.Placeholders(2, len(ids))+`) and ticket_id = $`+strconv.Itoa(2+len(ids)),
		append(withIDs(tx.account, ids), ticket)...)
	return out, err
}

// Audits lists the audits of a ticket, oldest first.
func (tx *Tx) Audits(ctx context.Context, ticket desk.TicketID, p Page) (Listed[desk.Audit], error) {
	query, args, err := p.keyset(`select `+auditColumns+` from audits where account_id = $1 and ticket_id = $2`,
		[]any{tx.account, ticket}, []sortKey{{column: "audit_id"}})
	if err != nil {
		return Listed[desk.Audit]{}, err
	}
	c := newRowReader(auditColumns)
	found, err := queryAll(ctx, tx, func(row scanner) (desk.Audit, error) {
		if err := c.read(row); err != nil {
			return desk.Audit{}, err
		}
		return readAudit(c)
	}, query, args...)
	if err != nil {
		return Listed[desk.Audit]{}, err
	}
	return listed(p, found, func(a *desk.Audit) []any { return []any{int64(a.ID)} }), nil
}

// LatestAudits lists the latest audits of a ticket, the newest first.
func (tx *Tx) LatestAudits(ctx context.Context, ticket desk.TicketID, limit int) ([]desk.Audit, error) {
	c := newRowReader(auditColumns)
	return queryAll(ctx, tx, func(row scanner) (desk.Audit, error) {
		if err := c.read(row); err != nil {
			return desk.Audit{}, err
		}
		return readAudit(c)
	}, `
		select `+auditColumns+` from audits
		where account_id = $1 and ticket_id = $2
		order by audit_id desc limit $3`, tx.account, ticket, limit)
}

// CountAudits counts the audits of a ticket.
func (tx *Tx) CountAudits(ctx context.Context, ticket desk.TicketID) (n int, err error) {
	err = tx.QueryRow(ctx, `select count(*) from audits where account_id = $1 and ticket_id = $2`, tx.account, ticket).Scan(&n)
	return n, err
}
