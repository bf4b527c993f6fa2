package store

import (
	"context"
	"errors"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const shareColumns = `
	share_id, agreement_id, ticket_id, uuid, inbound, state, ended_by, reason, remote_id, requester_uuid,
	tags, fields, foreign_fields, status, subject, created_at, updated_at, last_sent_at, last_seen_at`

// Share reads one share.
func (tx *Tx) Share(ctx context.Context, id desk.ShareID) (desk.Share, error) {
	return tx.oneShare(ctx, `share_id = $2`, id)
}

// LockShare reads one share and keeps others from changing it until the transaction ends.
func (tx *Tx) LockShare(ctx context.Context, id desk.ShareID) (desk.Share, error) {
	return tx.oneShare(ctx, `share_id = $2`+tx.ForUpdate(), id)
}

// TicketShare reads the share of a ticket under an agreement, live or ended.
func (tx *Tx) TicketShare(ctx context.Context, t desk.TicketID, a desk.AgreementID) (desk.Share, error) {
	return tx.oneShare(ctx, `ticket_id = $2 and agreement_id = $3`, t, a)
}

// ShareByUUID finds the ticket that a partner means under its agreement. Another partner's ticket is not found, whatever
// its uuid (nhd §16 row 6).
func (tx *Tx) ShareByUUID(ctx context.Context, a desk.AgreementID, uuid string) (desk.Share, error) {
	return tx.oneShare(ctx, `agreement_id = $2 and uuid = $3`, a, uuid)
}

func (tx *Tx) oneShare(ctx context.Context, where string, args ...any) (desk.Share, error) {
	return one(ctx, tx, scanShare, `select `+shareColumns+` from shares where account_id = $1 and `+where,
		append([]any{tx.account}, args...)...)
}

// SharesByUUID lists the shares of a ticket uuid under all agreements, as along a chain.
func (tx *Tx) SharesByUUID(ctx context.Context, uuid string) ([]desk.Share, error) {
	return tx.shares(ctx, `uuid = $2 order by share_id`, uuid)
}

// TicketShares lists the shares of a ticket, oldest first, ended ones included.
func (tx *Tx) TicketShares(ctx context.Context, t desk.TicketID) ([]desk.Share, error) {
	return tx.shares(ctx, `ticket_id = $2 order by share_id`, t)
}

// LiveShares lists live shares of an agreement after a given one.
func (tx *Tx) LiveShares(ctx context.Context, a desk.AgreementID, after desk.ShareID, limit int) ([]desk.Share, error) {
	return tx.shares(ctx, `agreement_id = $2 and state = $3 and share_id > $4 order by share_id limit $5`,
		a, desk.ShareLive, after, limit)
}

func (tx *Tx) shares(ctx context.Context, where string, args ...any) ([]desk.Share, error) {
	return list(ctx, tx, scanShare, `select `+shareColumns+` from shares where account_id = $1 and `+where,
		append([]any{tx.account}, args...)...)
}

// InsertShare stores a new share. A ticket has one share an agreement, and an agreement knows a uuid once; else the error
// is Invalid.
func (tx *Tx) InsertShare(ctx context.Context, s *desk.Share) error {
	tags, fields, foreign, err := shareTexts(s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into shares (account_id, `+shareColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		tx.account, s.ID, s.Agreement, s.Ticket, s.UUID, s.Inbound, s.State, s.EndedBy, s.Reason, s.RemoteID, s.Requester,
		tags, fields, foreign, s.Status, s.Subject, micros(s.CreatedAt), micros(s.UpdatedAt), micros(s.LastSentAt), micros(s.LastSeenAt))
	if errors.Is(err, sqldb.ErrUnique) {
		return desk.InvalidField("uuid", "DuplicateValue", "The ticket is shared under this agreement already")
	}
	if err != nil {
		return err
	}
	return tx.markShared(ctx, s.Ticket)
}

// UpdateShare stores everything of a share that may change; uuid, agreement and direction stay. The ticket may change: a
// follow-up takes over the shares of a closed ticket (nhd §11.1).
func (tx *Tx) UpdateShare(ctx context.Context, s *desk.Share) error {
	tags, fields, foreign, err := shareTexts(s)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		update shares set
			ticket_id = $3, state = $4, ended_by = $5, reason = $6, remote_id = $7, requester_uuid = $8, tags = $9, fields = $10,
			foreign_fields = $11, status = $12, subject = $13, updated_at = $14, last_sent_at = $15, last_seen_at = $16
		where account_id = $1 and share_id = $2`,
		tx.account, s.ID, s.Ticket, s.State, s.EndedBy, s.Reason, s.RemoteID, s.Requester, tags, fields,
		foreign, s.Status, s.Subject, micros(s.UpdatedAt), micros(s.LastSentAt), micros(s.LastSeenAt))
	if err := touched(n, err); err != nil {
		return err
	}
	return tx.markShared(ctx, s.Ticket)
}

func shareTexts(s *desk.Share) (tags, fields, foreign string, err error) {
	tags, errT := toJSON(s.Tags)
	fields, errF := toJSON(s.Fields)
	foreign, errR := toJSON(s.Foreign)
	return tags, fields, foreign, errors.Join(errT, errF, errR)
}

func scanShare(row scanner) (desk.Share, error) {
	var (
		s                         desk.Share
		tags, fields, foreign     string
		made, changed, sent, seen int64
	)
	err := row.Scan(&s.ID, &s.Agreement, &s.Ticket, &s.UUID, &s.Inbound, &s.State, &s.EndedBy, &s.Reason, &s.RemoteID, &s.Requester,
		&tags, &fields, &foreign, &s.Status, &s.Subject, &made, &changed, &sent, &seen)
	if err != nil {
		return desk.Share{}, err
	}
	s.CreatedAt, s.UpdatedAt, s.LastSentAt, s.LastSeenAt = fromMicros(made), fromMicros(changed), fromMicros(sent), fromMicros(seen)
	err = errors.Join(fromJSON(tags, "tags of a share", &s.Tags), fromJSON(fields, "fields of a share", &s.Fields),
		fromJSON(foreign, "partner fields of a share", &s.Foreign))
	return s, err
}

// ShareComments tells which comments both sides of a share have, by uuid: the record that makes repeats harmless.
func (tx *Tx) ShareComments(ctx context.Context, id desk.ShareID) (map[string]desk.CommentID, error) {
	rows, err := tx.Query(ctx, `
		select uuid, comment_id from share_comments where account_id = $1 and share_id = $2`, tx.account, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]desk.CommentID{}
	for rows.Next() {
		var uuid string
		var comment desk.CommentID
		if err := rows.Scan(&uuid, &comment); err != nil {
			return nil, err
		}
		out[uuid] = comment
	}
	return out, rows.Err()
}

// AddShareComment notes that both sides of a share have a comment, and the message that carried it. A repeat changes
// nothing.
func (tx *Tx) AddShareComment(ctx context.Context, s desk.ShareID, uuid string, c desk.CommentID, inbound bool, by desk.DeliveryID) error {
	_, err := tx.Exec(ctx, `
		insert into share_comments (account_id, share_id, uuid, comment_id, inbound, delivery_id) values ($1, $2, $3, $4, $5, $6)
		on conflict (account_id, share_id, uuid) do nothing`, tx.account, s, uuid, c, inbound, by)
	return err
}

// SetCommentUUID gives a comment its name on the wire, once and for ever, and returns the one that holds.
func (tx *Tx) SetCommentUUID(ctx context.Context, t desk.TicketID, c desk.CommentID, uuid string) (string, error) {
	var kept string
	err := tx.QueryRow(ctx, `
		update comments set uuid = case when uuid = '' then $4 else uuid end
		where account_id = $1 and ticket_id = $2 and comment_id = $3
		returning uuid`, tx.account, t, c, uuid).Scan(&kept)
	return kept, missing(err)
}

// ForgetShareComments takes back that a message carried its comments, so that it can be sent again.
func (tx *Tx) ForgetShareComments(ctx context.Context, s desk.ShareID, by desk.DeliveryID) error {
	_, err := tx.Exec(ctx, `
		delete from share_comments where account_id = $1 and share_id = $2 and delivery_id = $3 and inbound = $4`,
		tx.account, s, by, false)
	return err
}

// CommentsFor lists the comments of a ticket that a share may need, oldest first: those that its partner has not had, or
// with all set every one. Local ones are never among them.
func (tx *Tx) CommentsFor(ctx context.Context, t desk.TicketID, s desk.ShareID, all bool, limit int) ([]desk.Comment, error) {
	return tx.comments(ctx, `
		select `+commentColumns+` from comments
		where account_id = $1 and ticket_id = $2 and local_only = $3
			and ($4 or comment_id not in (select comment_id from share_comments where account_id = $1 and share_id = $5))
		order by comment_id limit $6`, []any{tx.account, t, false, all, s, limit})
}

// CommentNames tells the uuids that a ticket's comments have, and which have none yet.
func (tx *Tx) CommentNames(ctx context.Context, t desk.TicketID) (named map[string]desk.CommentID, bare []desk.CommentID, err error) {
	rows, err := tx.Query(ctx, `
		select comment_id, uuid from comments where account_id = $1 and ticket_id = $2 order by comment_id`, tx.account, t)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	named = map[string]desk.CommentID{}
	for rows.Next() {
		var id desk.CommentID
		var uuid string
		if err := rows.Scan(&id, &uuid); err != nil {
			return nil, nil, err
		}
		if uuid == "" {
			bare = append(bare, id)
		} else {
			named[uuid] = id
		}
	}
	return named, bare, rows.Err()
}
