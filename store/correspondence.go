package store

import (
	"context"
	"strings"
	"time"

	"interdesk/desk"
)

const remoteDeskColumns = `desk_id, address, name, kind, url, remote_id, never_offer, created_at, seen_at`

func scanRemoteDesk(row scanner) (d desk.RemoteDesk, err error) {
	var created, seen int64
	err = row.Scan(&d.ID, &d.Address, &d.Name, &d.Kind, &d.URL, &d.RemoteID, &d.NeverOffer, &created, &seen)
	d.CreatedAt, d.SeenAt = fromMicros(created), fromMicros(seen)
	return d, err
}

// RemoteDesk reads another help desk.
func (tx *Tx) RemoteDesk(ctx context.Context, id desk.RemoteDeskID) (desk.RemoteDesk, error) {
	return queryOne(ctx, tx, scanRemoteDesk, `
		select `+remoteDeskColumns+` from remote_desks where account_id = $1 and desk_id = $2`, tx.account, id)
}

// RemoteDeskAt finds the help desk that has written from an address.
func (tx *Tx) RemoteDeskAt(ctx context.Context, address string) (desk.RemoteDesk, error) {
	return queryOne(ctx, tx, scanRemoteDesk, `
		select `+remoteDeskColumns+` from remote_desks where account_id = $1 and address = $2`, tx.account, strings.ToLower(address))
}

// RemoteDesks reads a page of the help desks that have written, by id.
func (tx *Tx) RemoteDesks(ctx context.Context, p Page) (Listed[desk.RemoteDesk], error) {
	return queryByID(ctx, tx, p, "desk_id", scanRemoteDesk, func(d *desk.RemoteDesk) int64 { return int64(d.ID) }, `
		select `+remoteDeskColumns+` from remote_desks where account_id = $1`, []any{tx.account})
}

// SaveRemoteDesk stores a help desk, a new one or what was learned of one. It gets an id and times where it has none.
func (tx *Tx) SaveRemoteDesk(ctx context.Context, d *desk.RemoteDesk) error {
	stamp(tx, &d.ID, &d.CreatedAt, &d.SeenAt)
	return tx.QueryRow(ctx, `
		insert into remote_desks (account_id, `+remoteDeskColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (account_id, address) do update
			set name = excluded.name, kind = excluded.kind, url = excluded.url, remote_id = excluded.remote_id,
				never_offer = excluded.never_offer, seen_at = excluded.seen_at
		returning desk_id`,
		tx.account, d.ID, d.Address, d.Name, d.Kind, d.URL, d.RemoteID, d.NeverOffer, micros(d.CreatedAt), micros(d.SeenAt)).Scan(&d.ID)
}

const correspondenceColumns = `ticket_id, address, desk_id, remote_ticket, automatic_at, received, since, replies, words, repeats,
	paused_at, pause_reason, resumed_at, resumed_by, choice, agreement_id, chosen_by, updated_at`

func scanCorrespondence(row scanner) (c desk.Correspondence, err error) {
	var automatic, since, paused, resumed, updated int64
	err = row.Scan(&c.Ticket, &c.Address, &c.Desk, &c.RemoteTicket, &automatic, &c.Received, &since, &c.Replies, &c.Words, &c.Repeats,
		&paused, &c.PauseReason, &resumed, &c.ResumedBy, &c.Choice, &c.Agreement, &c.ChosenBy, &updated)
	c.AutomaticAt, c.Since, c.PausedAt = fromMicros(automatic), fromMicros(since), fromMicros(paused)
	c.ResumedAt, c.UpdatedAt = fromMicros(resumed), fromMicros(updated)
	return c, err
}

// Correspondence reads what goes to and fro between a ticket and an address; one that has not begun is empty, not missing.
func (tx *Tx) Correspondence(ctx context.Context, ticket desk.TicketID, address string) (desk.Correspondence, error) {
	address = strings.ToLower(address)
	c, err := queryOne(ctx, tx, scanCorrespondence, `
		select `+correspondenceColumns+` from correspondences where account_id = $1 and ticket_id = $2 and address = $3`,
		tx.account, ticket, address)
	if desk.KindOf(err) == desk.NotFound {
		return desk.Correspondence{Ticket: ticket, Address: address}, nil
	}
	return c, err
}

// CorrespondencesOf lists those of a ticket, by address.
func (tx *Tx) CorrespondencesOf(ctx context.Context, ticket desk.TicketID) ([]desk.Correspondence, error) {
	return queryAll(ctx, tx, scanCorrespondence, `
		select `+correspondenceColumns+` from correspondences where account_id = $1 and ticket_id = $2 order by address`, tx.account, ticket)
}

// CorrespondencesAwaiting lists those of tickets that are to be shared under an agreement once it is in force, by ticket. The plus
// sign keeps SQLite from reading all of the account's in that order.
func (tx *Tx) CorrespondencesAwaiting(ctx context.Context, a desk.AgreementID) ([]desk.Correspondence, error) {
	return queryAll(ctx, tx, scanCorrespondence, `
		select `+correspondenceColumns+` from correspondences
		where account_id = $1 and agreement_id = $2 and agreement_id <> 0 order by +ticket_id, address`, tx.account, a)
}

// maxSameRemote is how many tickets of ours one ticket of another desk is looked for on.
const maxSameRemote = 20

// CorrespondencesWithTicket lists those in which a desk at a host has written of one of its tickets, by its number: the newest
// ticket of ours first.
func (tx *Tx) CorrespondencesWithTicket(ctx context.Context, host, remoteTicket string) ([]desk.Correspondence, error) {
	columns := "c." + strings.ReplaceAll(strings.Join(strings.Fields(correspondenceColumns), " "), ", ", ", c.")
	return queryAll(ctx, tx, scanCorrespondence, `
		select `+columns+`
		from remote_desks d join correspondences c on c.account_id = d.account_id and c.desk_id = d.desk_id
		where d.account_id = $1 and d.url in ($2, $3) and d.url <> '' and c.remote_ticket = $4 and c.remote_ticket <> ''
		order by c.ticket_id desc limit $5`, tx.account, "https://"+host, "http://"+host, remoteTicket, maxSameRemote)
}

// SaveCorrespondence stores how a correspondence stands.
func (tx *Tx) SaveCorrespondence(ctx context.Context, c *desk.Correspondence) error {
	_, err := tx.Exec(ctx, `
		insert into correspondences (account_id, `+correspondenceColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
		on conflict (account_id, ticket_id, address) do update
			set desk_id = excluded.desk_id, remote_ticket = excluded.remote_ticket, automatic_at = excluded.automatic_at,
				received = excluded.received, since = excluded.since, replies = excluded.replies, words = excluded.words,
				repeats = excluded.repeats, paused_at = excluded.paused_at, pause_reason = excluded.pause_reason,
				resumed_at = excluded.resumed_at, resumed_by = excluded.resumed_by, choice = excluded.choice,
				agreement_id = excluded.agreement_id, chosen_by = excluded.chosen_by, updated_at = excluded.updated_at`,
		tx.account, c.Ticket, c.Address, c.Desk, c.RemoteTicket, micros(c.AutomaticAt), c.Received, micros(c.Since), c.Replies, c.Words,
		c.Repeats, micros(c.PausedAt), c.PauseReason, micros(c.ResumedAt), c.ResumedBy,
		c.Choice, c.Agreement, c.ChosenBy, micros(c.UpdatedAt))
	return err
}

// NoteAutomaticMail notes that an automatic mail about a ticket goes to an address.
func (tx *Tx) NoteAutomaticMail(ctx context.Context, ticket desk.TicketID, address string, at time.Time) error {
	c, err := tx.Correspondence(ctx, ticket, address)
	if err != nil {
		return err
	}
	c.AutomaticAt, c.UpdatedAt = at, at
	return tx.SaveCorrespondence(ctx, &c)
}
