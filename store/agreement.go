package store

import (
	"context"
	"errors"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const agreementColumns = `
	agreement_id, uuid, inbound, name, status, deactivated_by, remote_url, local_url, remote_subdomain,
	public_comments, sync_tags, sync_fields, share_notes, notes_since, pass_notes, people_limit, wished_at, dialect, peer, status_map,
	paused_by, paused_before, denied, verified, ending_at, moved_to, local_before, last_check, tracker, share_map,
	last_seen_at, last_error, last_error_at, created_at, updated_at`

// Agreements lists the account's sharing agreements, oldest first, without deleted ones.
func (tx *Tx) Agreements(ctx context.Context) ([]desk.Agreement, error) {
	return queryAll(ctx, tx, scanAgreement, `
		select `+agreementColumns+` from agreements
		where account_id = $1 and deleted_at = 0
		order by agreement_id`, tx.account)
}

// Agreement reads one agreement that is not deleted.
func (tx *Tx) Agreement(ctx context.Context, id desk.AgreementID) (desk.Agreement, error) {
	return tx.oneAgreement(ctx, `agreement_id = $2 and deleted_at = 0`, id)
}

// EndedWithShares lists the agreements that are over, deleted or not, while shares under them are not.
func (tx *Tx) EndedWithShares(ctx context.Context) ([]desk.Agreement, error) {
	return queryAll(ctx, tx, scanAgreement, `
		select `+agreementColumns+` from agreements
		where account_id = $1 and status in ($2, $3) and exists (
			select 1 from shares s
			where s.account_id = $1 and s.agreement_id = agreements.agreement_id and s.state in ($4, $5, $6, $7))
		order by agreement_id`, tx.account, desk.AgreementInactive, desk.AgreementDeclined,
		desk.ShareSending, desk.ShareLive, desk.ShareEnding, desk.ShareFailed)
}

// FindAgreement reads one agreement even if it was deleted: what was sent under it is still to be delivered and shown.
func (tx *Tx) FindAgreement(ctx context.Context, id desk.AgreementID) (desk.Agreement, error) {
	return tx.oneAgreement(ctx, `agreement_id = $2`, id)
}

// LockAgreement reads one agreement, deleted or not, and keeps others from changing it until the transaction ends.
func (tx *Tx) LockAgreement(ctx context.Context, id desk.AgreementID) (desk.Agreement, error) {
	return tx.oneAgreement(ctx, `agreement_id = $2`+tx.ForUpdate(), id)
}

// AgreementByUUID finds the agreement that a partner names, deleted or not.
func (tx *Tx) AgreementByUUID(ctx context.Context, uuid string) (desk.Agreement, error) {
	return tx.oneAgreement(ctx, `uuid = $2`, uuid)
}

func (tx *Tx) oneAgreement(ctx context.Context, where string, arg any) (desk.Agreement, error) {
	return queryOne(ctx, tx, scanAgreement,
		`select `+agreementColumns+` from agreements where account_id = $1 and `+where, tx.account, arg)
}

// AgreementKey reads the sealed access key of an agreement, deleted or not.
func (tx *Tx) AgreementKey(ctx context.Context, id desk.AgreementID) (sealed string, err error) {
	err = tx.QueryRow(ctx, `
		select access_key from agreements where account_id = $1 and agreement_id = $2`, tx.account, id).Scan(&sealed)
	return sealed, notFound(err)
}

// InsertAgreement stores a new agreement with its access key, sealed by the caller: no key lies here in the clear
// (nhd §16 row 1). A uuid that is taken is an Invalid error of the field "uuid".
func (tx *Tx) InsertAgreement(ctx context.Context, a *desk.Agreement, sealedKey string) error {
	j, err := agreementJSON(a)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into agreements (account_id, `+agreementColumns+`, access_key, deleted_at)
		values (`+sqldb.Placeholders(1, 37)+`, 0)`,
		tx.account, a.ID, a.UUID, a.Inbound, a.Name, a.Status, a.DeactivatedBy, a.RemoteURL, a.LocalURL, a.RemoteSubdomain,
		a.Terms.PublicComments, a.Terms.SyncTags, a.Terms.SyncFields, a.ShareNotes, micros(a.NotesSince), a.PassNotes, a.PeopleLimit,
		micros(a.WishedAt), a.Dialect, a.Peer, j.words, a.PausedBy, a.PausedBefore, joinIDs(a.Denied), a.Verified, micros(a.EndingAt), a.MovedTo, a.LocalBefore, j.check, j.tracker, j.shareMap,
		micros(a.LastSeenAt), a.LastError, micros(a.LastErrorAt), micros(a.CreatedAt), micros(a.UpdatedAt), sealedKey)
	if errors.Is(err, sqldb.ErrUnique) {
		return desk.InvalidField("uuid", "DuplicateValue", "An agreement with this uuid exists already")
	}
	if err != nil {
		return err
	}
	return tx.BumpConfigVersion(ctx)
}

// agreementJSON are the values of an agreement that are kept as JSON.
func agreementJSON(a *desk.Agreement) (j agreementTexts, err error) {
	j.words, err = toJSON(a.StatusMap)
	check, errC := toJSON(a.Check)
	tracker, errT := toJSON(a.Tracker)
	shareMap, errM := toJSON(a.Map)
	j.check, j.tracker, j.shareMap = check, tracker, shareMap
	return j, errors.Join(err, errC, errT, errM)
}

type agreementTexts struct{ words, check, tracker, shareMap string }

// UpdateAgreement stores everything of an agreement that may change; identity, direction and key stay.
func (tx *Tx) UpdateAgreement(ctx context.Context, a *desk.Agreement) error {
	j, err := agreementJSON(a)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		update agreements set
			name = $3, status = $4, deactivated_by = $5, remote_url = $6, local_url = $7, remote_subdomain = $8,
			public_comments = $9, sync_tags = $10, sync_fields = $11, share_notes = $12, dialect = $13, status_map = $14,
			paused_by = $15, verified = $16, last_seen_at = $17, last_error = $18, last_error_at = $19, updated_at = $20, wished_at = $21,
			notes_since = $22, pass_notes = $23, people_limit = $24, peer = $25, denied = $26,
			paused_before = $27, ending_at = $28, last_check = $29, moved_to = $30, local_before = $31, tracker = $32, share_map = $33
		where account_id = $1 and agreement_id = $2`,
		tx.account, a.ID, a.Name, a.Status, a.DeactivatedBy, a.RemoteURL, a.LocalURL, a.RemoteSubdomain,
		a.Terms.PublicComments, a.Terms.SyncTags, a.Terms.SyncFields, a.ShareNotes, a.Dialect, j.words,
		a.PausedBy, a.Verified, micros(a.LastSeenAt), a.LastError, micros(a.LastErrorAt), micros(a.UpdatedAt), micros(a.WishedAt),
		micros(a.NotesSince), a.PassNotes, a.PeopleLimit, a.Peer, joinIDs(a.Denied),
		a.PausedBefore, micros(a.EndingAt), j.check, a.MovedTo, a.LocalBefore, j.tracker, j.shareMap)
	if err := requireRow(n, err); err != nil {
		return err
	}
	return tx.BumpConfigVersion(ctx)
}

// loopReason is why a share of agreement $2 stands still since rules answer each other, or "". That the partner answers well
// ends other troubles; this one ends with the loop.
func (tx *Tx) loopReason() string {
	return `coalesce((select reason from shares ` + tx.IndexedBy("shares_looping") + `
		where account_id = $1 and agreement_id = $2 and cause = 'loop' order by throttled_until desc limit 1), '')`
}

// forgetting leaves of what went wrong no more than a loop, and of its time nothing where nothing is left.
func (tx *Tx) forgetting() string {
	return `last_error = ` + tx.loopReason() + `, last_error_at = case when ` + tx.loopReason() + ` = '' then 0 else last_error_at end`
}

// RecordContact records that a partner was heard or answered well, and forgets what went wrong with it. It is no change of the
// configuration, and it is written at most once a minute, since every message of every share would otherwise write the same row.
func (tx *Tx) RecordContact(ctx context.Context, id desk.AgreementID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		update agreements set last_seen_at = $3, `+tx.forgetting()+`
		where account_id = $1 and agreement_id = $2 and paused_by = ''
			and (last_seen_at < $4 or last_error <> '' and last_error <> `+tx.loopReason()+`)`,
		tx.account, id, micros(at), micros(at.Add(-time.Minute)))
	return err
}

// ForgetError forgets what went wrong with a partner that answers well again, and tells whether anything had. What stands still
// in a loop is no such thing.
func (tx *Tx) ForgetError(ctx context.Context, id desk.AgreementID) (bool, error) {
	n, err := tx.Exec(ctx, `
		update agreements set `+tx.forgetting()+`
		where account_id = $1 and agreement_id = $2 and paused_by = '' and last_error <> '' and last_error <> `+tx.loopReason(),
		tx.account, id)
	return n > 0, err
}

// RecordError records what went wrong with a partner, in words for an admin. While messages are held back the reason of that
// stands.
func (tx *Tx) RecordError(ctx context.Context, id desk.AgreementID, words string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		update agreements set last_error = $3, last_error_at = $4
		where account_id = $1 and agreement_id = $2 and paused_by = ''`, tx.account, id, words, micros(at))
	return err
}

// DeleteAgreement takes an agreement out of sight. Its row stays for what still refers to it.
func (tx *Tx) DeleteAgreement(ctx context.Context, id desk.AgreementID, at time.Time) error {
	n, err := tx.Exec(ctx, `
		update agreements set deleted_at = $3 where account_id = $1 and agreement_id = $2 and deleted_at = 0`,
		tx.account, id, micros(at))
	if err := requireRow(n, err); err != nil {
		return err
	}
	return tx.BumpConfigVersion(ctx)
}

func scanAgreement(row scanner) (desk.Agreement, error) {
	var (
		a                                                       desk.Agreement
		words, denied, check, tracker, shareMap                 string
		notesSince, wished, ending, seen, failed, made, changed int64
	)
	err := row.Scan(&a.ID, &a.UUID, &a.Inbound, &a.Name, &a.Status, &a.DeactivatedBy, &a.RemoteURL, &a.LocalURL, &a.RemoteSubdomain,
		&a.Terms.PublicComments, &a.Terms.SyncTags, &a.Terms.SyncFields, &a.ShareNotes, &notesSince, &a.PassNotes, &a.PeopleLimit, &wished,
		&a.Dialect, &a.Peer, &words, &a.PausedBy, &a.PausedBefore, &denied, &a.Verified, &ending, &a.MovedTo, &a.LocalBefore, &check, &tracker, &shareMap,
		&seen, &a.LastError, &failed, &made, &changed)
	if err != nil {
		return desk.Agreement{}, err
	}
	a.NotesSince, a.WishedAt, a.EndingAt = fromMicros(notesSince), fromMicros(wished), fromMicros(ending)
	a.LastSeenAt, a.LastErrorAt, a.CreatedAt, a.UpdatedAt = fromMicros(seen), fromMicros(failed), fromMicros(made), fromMicros(changed)
	a.Denied, err = splitIDs[desk.ShareID](denied)
	return a, errors.Join(err, fromJSON(words, "status map", &a.StatusMap), fromJSON(check, "comparison of an agreement", &a.Check),
		fromJSON(tracker, "tracker of an agreement", &a.Tracker), fromJSON(shareMap, "map of an agreement", &a.Map))
}
