package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// ExportPosition is a place in an export, which goes by when things were written: At are microseconds on the database's clock, ID
// is the ticket, user or organization, Audit the update of the ticket.
type ExportPosition struct {
	At, ID, Audit int64
}

// String is the position as ParseExportPosition reads it.
func (p ExportPosition) String() string { return fmt.Sprintf("%d.%d.%d", p.At, p.ID, p.Audit) }

// ParseExportPosition reads a position; false: it is none.
func ParseExportPosition(s string) (p ExportPosition, ok bool) {
	n, err := fmt.Sscanf(s, "%d.%d.%d", &p.At, &p.ID, &p.Audit)
	return p, err == nil && n == 3 && p.String() == s
}

// ExportSpan is the part of an export that is asked for: what stands behind a position, and was written no later than Until.
type ExportSpan struct {
	After ExportPosition
	Until int64 // microseconds, as ExportableUntil tells it
	Limit int
}

// ExportableUntil is up to when, in microseconds, all that will ever have been written is committed: nothing is going to appear at
// or before it any more. On PostgreSQL what is written bears the beginning of its transaction, so everything is settled from before
// the oldest one that is open, and two seconds for those that are only just beginning. On SQLite whoever writes later has a later
// time. It must be asked before the transaction that reads begins.
func (s *Store) ExportableUntil(ctx context.Context) (until int64, err error) {
	if s.db.Dialect() == sqldb.SQLite {
		return math.MaxInt64, nil
	}
	err = s.db.Look(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, `
			select (extract(epoch from least(min(xact_start), clock_timestamp() - interval '2 seconds')) * 1000000)::bigint - 1
			from pg_stat_activity
			where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
				and application_name not like 'pg_dump%'`).Scan(&until)
	})
	return until, err
}

// written is when what this transaction writes counts as written: the text of parameter n of a statement, and its argument. SQLite
// has one writer, whose ids rise, also past a restart.
func (tx *Tx) written(n int) (place string, arg int64) {
	place = "$" + strconv.Itoa(n)
	if tx.Dialect() != sqldb.SQLite {
		return "(" + place + " + (extract(epoch from now()) * 1000000)::bigint)", 0
	}
	id := tx.NewID()
	return place, (id>>(nodeBits+countBits)+epochMillis)*1000 + id&(1<<countBits-1)
}

// noteWritten has a user or organization appear in exports from here on.
func (tx *Tx) noteWritten(ctx context.Context, table, key string, id int64) error {
	place, at := tx.written(3)
	_, err := tx.Exec(ctx, `update `+table+` set written_at = `+place+` where account_id = $1 and `+key+` = $2`, tx.account, id, at)
	return err
}

// ExportedUsers lists where users that changed stand in an export, deleted ones too.
func (tx *Tx) ExportedUsers(ctx context.Context, s ExportSpan) ([]ExportPosition, error) {
	return tx.exportedPeople(ctx, "users", "user_id", s)
}

// ExportedOrganizations lists where organizations that changed stand in an export.
func (tx *Tx) ExportedOrganizations(ctx context.Context, s ExportSpan) ([]ExportPosition, error) {
	return tx.exportedPeople(ctx, "organizations", "organization_id", s)
}

func (tx *Tx) exportedPeople(ctx context.Context, table, key string, s ExportSpan) ([]ExportPosition, error) {
	return queryAll(ctx, tx, func(row scanner) (p ExportPosition, err error) {
		err = row.Scan(&p.At, &p.ID)
		return p, err
	}, `
		select written_at, `+key+` from `+table+tx.IndexedBy(table+"_written")+`
		where account_id = $1 and written_at <= $2 and (written_at, `+key+`) > ($3, $4)
		order by written_at, `+key+` limit $5`, tx.account, s.Until, s.After.At, s.After.ID, s.Limit)
}

// ExportedTickets lists where tickets that changed stand in an export: each once, where its latest update is.
func (tx *Tx) ExportedTickets(ctx context.Context, s ExportSpan) ([]ExportPosition, error) {
	return tx.exportedAudits(ctx, s, `
		and audit_id = (select max(l.audit_id) from audits l where l.account_id = a.account_id and l.ticket_id = a.ticket_id)`)
}

// ExportedAudits lists where the updates of all tickets stand in an export.
func (tx *Tx) ExportedAudits(ctx context.Context, s ExportSpan) ([]ExportPosition, error) {
	return tx.exportedAudits(ctx, s, "")
}

func (tx *Tx) exportedAudits(ctx context.Context, s ExportSpan, which string) ([]ExportPosition, error) {
	return queryAll(ctx, tx, scanExportPosition, `
		select written_at, ticket_id, audit_id from audits a`+tx.IndexedBy("audits_written")+`
		where account_id = $1 and written_at <= $2 and (written_at, ticket_id, audit_id) > ($3, $4, $5)`+which+`
		order by written_at, ticket_id, audit_id limit $6`, tx.account, s.Until, s.After.At, s.After.ID, s.After.Audit, s.Limit)
}

func scanExportPosition(row scanner) (p ExportPosition, err error) {
	err = row.Scan(&p.At, &p.ID, &p.Audit)
	return p, err
}

// AuditsBackward lists where the updates of all tickets stand, the newest first, from before a position on; the zero position is
// behind the last.
func (tx *Tx) AuditsBackward(ctx context.Context, before ExportPosition, limit int) ([]ExportPosition, error) {
	if before == (ExportPosition{}) {
		before.At = math.MaxInt64
	}
	return queryAll(ctx, tx, scanExportPosition, `
		select written_at, ticket_id, audit_id from audits`+tx.IndexedBy("audits_written")+`
		where account_id = $1 and (written_at, ticket_id, audit_id) < ($2, $3, $4)
		order by written_at desc, ticket_id desc, audit_id desc limit $5`, tx.account, before.At, before.ID, before.Audit, limit)
}

// AuditsAt reads the updates that stand at positions, in their order.
func (tx *Tx) AuditsAt(ctx context.Context, at []ExportPosition) ([]desk.Audit, error) {
	found := make(map[int64]desk.Audit, len(at))
	for part := range slices.Chunk(at, idsAtOnce) {
		c := newRowReader(auditColumns)
		which := &clause{args: []any{tx.account}}
		where := inList(which, "ticket_id", distinctBy(part, func(p ExportPosition) int64 { return p.ID })) + " and " +
			inList(which, "audit_id", distinctBy(part, func(p ExportPosition) int64 { return p.Audit }))
		audits, err := queryAll(ctx, tx, func(row scanner) (desk.Audit, error) {
			if err := c.read(row); err != nil {
				return desk.Audit{}, err
			}
			return readAudit(c)
		}, `select `+auditColumns+` from audits where account_id = $1 and `+where, which.args...)
		if err != nil {
			return nil, err
		}
		for _, a := range audits {
			found[int64(a.ID)] = a
		}
	}
	out := make([]desk.Audit, 0, len(at))
	for _, p := range at {
		if a, ok := found[p.Audit]; ok {
			out = append(out, a)
		}
	}
	return out, nil
}

func distinctBy(at []ExportPosition, id func(ExportPosition) int64) []int64 {
	ids := make([]int64, len(at))
	for i, p := range at {
		ids[i] = id(p)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// TicketsWithDeleted reads tickets in the order of the ids, with those that were deleted, and tells which those are.
func (tx *Tx) TicketsWithDeleted(ctx context.Context, ids []desk.TicketID) (out []desk.Ticket, deleted map[desk.TicketID]bool, err error) {
	found, deleted := map[desk.TicketID]desk.Ticket{}, map[desk.TicketID]bool{}
	for part := range slices.Chunk(ids, idsAtOnce) {
		args, places := tx.ticketPlaceholders(part)
		var gone []bool
		tickets, err := tx.ticketRows(ctx, newRowReaderOf(wholeTicketWidth+1), `
			select `+wholeTicket+`, t.deleted_at <> 0 from tickets t
			where t.account_id = $1 and t.ticket_id in (`+places+`)`, args, func(c *rowReader) { gone = append(gone, c.bool()) })
		if err != nil {
			return nil, nil, err
		}
		for i, t := range tickets {
			found[t.ID], deleted[t.ID] = t, gone[i]
		}
	}
	for _, id := range ids {
		if t, ok := found[id]; ok {
			out = append(out, t)
		}
	}
	return out, deleted, nil
}
