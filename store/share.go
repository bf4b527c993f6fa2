package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const shareColumns = `
	share_id, agreement_id, ticket_id, uuid, inbound, state, state_at, state_by, cause, reason, episode, delivered_at,
	barred_rules, throttled_until, throttle_level, remote_id, requester_uuid, tags, fields, status, subject, foreign_fields,
	sent_seq, received_seq, sync, created_at, updated_at, last_sent_at, last_seen_at`

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
	return queryOne(ctx, tx, scanShare, `select `+shareColumns+` from shares where account_id = $1 and `+where,
		append([]any{tx.account}, args...)...)
}

// SharesByUUID lists the shares of a ticket uuid under all agreements, as along a chain.
func (tx *Tx) SharesByUUID(ctx context.Context, uuid string) ([]desk.Share, error) {
	return tx.shares(ctx, "shares_uuid", `uuid = $2 order by share_id`, uuid)
}

// TicketShares lists the shares of a ticket, oldest first, ended ones included.
func (tx *Tx) TicketShares(ctx context.Context, t desk.TicketID) ([]desk.Share, error) {
	return tx.shares(ctx, "shares_ticket", `ticket_id = $2 order by share_id`, t)
}

// SharesIn lists the shares of an agreement that are in some states, after a given one.
func (tx *Tx) SharesIn(ctx context.Context, a desk.AgreementID, states []desk.ShareState, after desk.ShareID, limit int) ([]desk.Share, error) {
	args := []any{a, after, limit}
	for _, state := range states {
		args = append(args, state)
	}
	return tx.shares(ctx, "shares_paged", `agreement_id = $2 and share_id > $3 and state in (`+sqldb.Placeholders(5, len(states))+`)
		order by share_id limit $4`, args...)
}

func (tx *Tx) shares(ctx context.Context, index, where string, args ...any) ([]desk.Share, error) {
	return queryAll(ctx, tx, scanShare, `select `+shareColumns+` from shares`+tx.IndexedBy(index)+` where account_id = $1 and `+where,
		append([]any{tx.account}, args...)...)
}

// InsertShare stores a new share. A ticket has one share an agreement, and an agreement knows a uuid once; else the error
// is Invalid.
func (tx *Tx) InsertShare(ctx context.Context, s *desk.Share) error {
	values, err := shareValues(s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into shares (account_id, `+shareColumns+`)
		values (`+sqldb.Placeholders(1, len(values)+1)+`)`, append([]any{tx.account}, values...)...)
	if errors.Is(err, sqldb.ErrUnique) {
		return desk.InvalidField("uuid", "DuplicateValue", "The ticket is shared under this agreement already")
	}
	if err != nil {
		return err
	}
	return tx.markShared(ctx, s.Ticket)
}

// UpdateShare stores everything of a share but its identity. The ticket may change: a follow-up takes over the shares of a
// closed ticket (nhd §11.1); and the agreement: a new one with the same desk takes over those of an ended one. Automations look at
// the ticket again when the share is in another state.
func (tx *Tx) UpdateShare(ctx context.Context, s *desk.Share) error {
	values, err := shareValues(s)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		insert into automation_wakes (account_id, ticket_id)
		select account_id, ticket_id from shares where account_id = $1 and share_id = $2 and state <> $3
		on conflict (account_id, ticket_id) do nothing`, tx.account, s.ID, s.State); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		update shares set
			agreement_id = $3, ticket_id = $4, uuid = $5, inbound = $6, state = $7, state_at = $8, state_by = $9, cause = $10, reason = $11,
			episode = $12, delivered_at = $13, barred_rules = $14, throttled_until = $15, throttle_level = $16, remote_id = $17,
			requester_uuid = $18, tags = $19, fields = $20, status = $21, subject = $22, foreign_fields = $23, sent_seq = $24,
			received_seq = $25, sync = $26, created_at = $27, updated_at = $28, last_sent_at = $29, last_seen_at = $30
		where account_id = $1 and share_id = $2`, append([]any{tx.account}, values...)...)
	if err := requireRow(n, err); err != nil {
		return err
	}
	return tx.markShared(ctx, s.Ticket)
}

// shareValues are the values of shareColumns.
func shareValues(s *desk.Share) ([]any, error) {
	tags, errT := toJSON(s.Tags)
	fields, errF := toJSON(s.Fields)
	foreign, errR := toJSON(s.Foreign)
	sync, errS := toJSON(s.Sync)
	return []any{s.ID, s.Agreement, s.Ticket, s.UUID, s.Inbound, s.State, micros(s.StateAt), s.StateBy, s.Cause, s.Reason, s.Episode,
		micros(s.DeliveredAt), joinIDs(s.BarredRules), micros(s.ThrottledUntil), s.ThrottleLevel, s.RemoteID, s.Requester, tags, fields, s.Status,
		s.Subject, foreign, s.SentSeq, s.ReceivedSeq, sync, micros(s.CreatedAt), micros(s.UpdatedAt), micros(s.LastSentAt),
		micros(s.LastSeenAt)}, errors.Join(errT, errF, errR, errS)
}

func scanShare(row scanner) (desk.Share, error) {
	var (
		s                                                           desk.Share
		barred, tags, fields, foreign, sync                         string
		since, delivered, throttled, made, changed, lastSent, heard int64
	)
	err := row.Scan(&s.ID, &s.Agreement, &s.Ticket, &s.UUID, &s.Inbound, &s.State, &since, &s.StateBy, &s.Cause, &s.Reason, &s.Episode,
		&delivered, &barred, &throttled, &s.ThrottleLevel, &s.RemoteID, &s.Requester, &tags, &fields, &s.Status,
		&s.Subject, &foreign, &s.SentSeq, &s.ReceivedSeq, &sync, &made, &changed, &lastSent, &heard)
	if err != nil {
		return desk.Share{}, err
	}
	s.StateAt, s.DeliveredAt, s.ThrottledUntil = fromMicros(since), fromMicros(delivered), fromMicros(throttled)
	s.CreatedAt, s.UpdatedAt, s.LastSentAt, s.LastSeenAt = fromMicros(made), fromMicros(changed), fromMicros(lastSent), fromMicros(heard)
	s.BarredRules, err = splitIDs[desk.TriggerID](barred)
	return s, errors.Join(err, fromJSON(tags, "tags of a share", &s.Tags), fromJSON(fields, "fields of a share", &s.Fields),
		fromJSON(foreign, "partner fields of a share", &s.Foreign), fromJSON(sync, "sync of a share", &s.Sync))
}

// joinIDs and splitIDs keep a short list of ids in one column, with commas between them.
func joinIDs[T ~int64](ids []T) string {
	words := make([]string, len(ids))
	for n, id := range ids {
		words[n] = strconv.FormatInt(int64(id), 10)
	}
	return strings.Join(words, ",")
}

func splitIDs[T ~int64](text string) ([]T, error) {
	if text == "" {
		return nil, nil
	}
	var out []T
	for word := range strings.SplitSeq(text, ",") {
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, T(id))
	}
	return out, nil
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

// AddShareComments notes that both sides of a share have some comments, by uuid, and the message that carried them. A repeat
// changes nothing.
func (tx *Tx) AddShareComments(ctx context.Context, s desk.ShareID, named map[string]desk.CommentID, inbound bool, by desk.DeliveryID) error {
	uuids := slices.Sorted(maps.Keys(named))
	for part := range slices.Chunk(uuids, rowsAtOnce) {
		rows, args := make([]string, len(part)), []any{tx.account, s, inbound, by}
		for n, uuid := range part {
			rows[n] = "($1, $2, " + sqldb.Placeholders(len(args)+1, 2) + ", $3, $4)"
			args = append(args, uuid, named[uuid])
		}
		_, err := tx.Exec(ctx, `
			insert into share_comments (account_id, share_id, uuid, comment_id, inbound, delivery_id)
			values `+strings.Join(rows, ", ")+`
			on conflict (account_id, share_id, uuid) do nothing`, args...)
		if err != nil {
			return err
		}
	}
	return nil
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
	return kept, notFound(err)
}

// ForgetShareComments takes back that a message carried its comments, so that it can be sent again.
func (tx *Tx) ForgetShareComments(ctx context.Context, s desk.ShareID, by desk.DeliveryID) error {
	_, err := tx.Exec(ctx, `
		delete from share_comments where account_id = $1 and share_id = $2 and delivery_id = $3 and inbound = $4`,
		tx.account, s, by, false)
	return err
}

// DropShareComments forgets which comments both sides of a share have: its ticket is gone, and another takes its place.
func (tx *Tx) DropShareComments(ctx context.Context, s desk.ShareID) error {
	_, err := tx.Exec(ctx, `delete from share_comments where account_id = $1 and share_id = $2`, tx.account, s)
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

// CommentsOf lists some comments of a ticket, oldest first. Those that are gone are left out.
func (tx *Tx) CommentsOf(ctx context.Context, t desk.TicketID, ids []desk.CommentID) ([]desk.Comment, error) {
	var out []desk.Comment
	for part := range slices.Chunk(slices.Sorted(slices.Values(ids)), rowsAtOnce) {
		args := []any{tx.account, t}
		for _, id := range part {
			args = append(args, id)
		}
		some, err := tx.comments(ctx, `
			select `+commentColumns+` from comments
			where account_id = $1 and ticket_id = $2 and comment_id in (`+sqldb.Placeholders(3, len(part))+`)
			order by comment_id`, args)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// CommentIDs lists the comments of a ticket by id, oldest first, without local ones.
func (tx *Tx) CommentIDs(ctx context.Context, t desk.TicketID) ([]desk.CommentID, error) {
	ids, err := queryAll(ctx, tx, scanID, `
		select comment_id from comments
		where account_id = $1 and ticket_id = $2 and local_only = $3
		order by comment_id`, tx.account, t, false)
	out := make([]desk.CommentID, len(ids))
	for n, id := range ids {
		out[n] = desk.CommentID(id)
	}
	return out, err
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
