package store

import (
	"context"
	"time"

	"interdesk/desk"
)

// ShareFile is a capability link: whoever has its token may fetch the file, while it holds and the share lives (nhd §10).
type ShareFile struct {
	Token      string
	Share      desk.ShareID
	Attachment desk.AttachmentID
	ExpiresAt  time.Time
}

// ShareFile finds a capability link by its token, expired or not.
func (tx *Tx) ShareFile(ctx context.Context, token string) (ShareFile, error) {
	return tx.oneShareFile(ctx, `token = $2`, token)
}

// LinkOf finds the newest capability link of a file under a share.
func (tx *Tx) LinkOf(ctx context.Context, s desk.ShareID, a desk.AttachmentID) (ShareFile, error) {
	return tx.oneShareFile(ctx, `share_id = $2 and attachment_id = $3 order by expires_at desc, token limit 1`, s, a)
}

func (tx *Tx) oneShareFile(ctx context.Context, where string, args ...any) (ShareFile, error) {
	var f ShareFile
	var until int64
	err := tx.QueryRow(ctx, `
		select token, share_id, attachment_id, expires_at from share_files where account_id = $1 and `+where,
		append([]any{tx.account}, args...)...).Scan(&f.Token, &f.Share, &f.Attachment, &until)
	f.ExpiresAt = fromMicros(until)
	return f, notFound(err)
}

// InsertShareFile stores a new capability link.
func (tx *Tx) InsertShareFile(ctx context.Context, f ShareFile) error {
	_, err := tx.Exec(ctx, `
		insert into share_files (account_id, token, share_id, attachment_id, expires_at) values ($1, $2, $3, $4, $5)`,
		tx.account, f.Token, f.Share, f.Attachment, micros(f.ExpiresAt))
	return err
}

// ExtendShareFile lets a link hold longer: a message that waited for its partner still carries it.
func (tx *Tx) ExtendShareFile(ctx context.Context, token string, until time.Time) error {
	_, err := tx.Exec(ctx, `
		update share_files set expires_at = $3 where account_id = $1 and token = $2 and expires_at < $3`,
		tx.account, token, micros(until))
	return err
}

// ExtendShareFiles lets all links of a share hold longer: they outlive its end for a while.
func (tx *Tx) ExtendShareFiles(ctx context.Context, s desk.ShareID, until time.Time) error {
	_, err := tx.Exec(ctx, `
		update share_files set expires_at = $3 where account_id = $1 and share_id = $2 and expires_at < $3`,
		tx.account, s, micros(until))
	return err
}

// DropShareFiles forgets links that expired before an instant: from then on they are unknown (404), no longer over (410).
func (tx *Tx) DropShareFiles(ctx context.Context, before time.Time) error {
	_, err := tx.Exec(ctx, `
		delete from share_files where account_id = $1 and expires_at < $2`, tx.account, micros(before))
	return err
}

// Fetch is a partner's file that is still to be fetched (nhd §10).
type Fetch struct {
	ID          int64
	Share       desk.ShareID
	Ticket      desk.TicketID
	Comment     desk.CommentID
	URL         string
	FileName    string
	ContentType string
	CreatedAt   time.Time
}

// InsertFetch notes that a file is to be fetched.
func (tx *Tx) InsertFetch(ctx context.Context, f Fetch) error {
	_, err := tx.Exec(ctx, `
		insert into share_fetches (account_id, fetch_id, share_id, ticket_id, comment_id, url, file_name, content_type, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.account, f.ID, f.Share, f.Ticket, f.Comment, f.URL, f.FileName, f.ContentType, micros(f.CreatedAt))
	return err
}

const fetchColumns = `fetch_id, share_id, ticket_id, comment_id, url, file_name, content_type, created_at`

// Fetch reads a file that is still to be fetched.
func (tx *Tx) Fetch(ctx context.Context, id int64) (Fetch, error) {
	return queryOne(ctx, tx, scanFetch, `
		select `+fetchColumns+` from share_fetches where account_id = $1 and fetch_id = $2`, tx.account, id)
}

// ShareFetches lists the files of a ticket that are still missing under a share, in the order in which they came.
func (tx *Tx) ShareFetches(ctx context.Context, t desk.TicketID, s desk.ShareID) ([]Fetch, error) {
	return queryAll(ctx, tx, scanFetch, `
		select `+fetchColumns+` from share_fetches`+tx.IndexedBy("share_fetches_ticket")+`
		where account_id = $1 and ticket_id = $2 and share_id = $3
		order by fetch_id`, tx.account, t, s)
}

// MoveFetch notes that a partner named a new address for a file that is still missing.
func (tx *Tx) MoveFetch(ctx context.Context, id int64, url string) error {
	_, err := tx.Exec(ctx, `
		update share_fetches set url = $3 where account_id = $1 and fetch_id = $2`, tx.account, id, url)
	return err
}

func scanFetch(row scanner) (Fetch, error) {
	var f Fetch
	var made int64
	err := row.Scan(&f.ID, &f.Share, &f.Ticket, &f.Comment, &f.URL, &f.FileName, &f.ContentType, &made)
	f.CreatedAt = fromMicros(made)
	return f, err
}

// DeleteFetch notes that a file was fetched.
func (tx *Tx) DeleteFetch(ctx context.Context, id int64) error {
	_, err := tx.Exec(ctx, `delete from share_fetches where account_id = $1 and fetch_id = $2`, tx.account, id)
	return err
}

// PendingFetches tells which comments of a ticket still wait for files, and since when.
func (tx *Tx) PendingFetches(ctx context.Context, t desk.TicketID) (map[desk.CommentID]time.Time, error) {
	rows, err := tx.Query(ctx, `
		select comment_id, min(created_at) from share_fetches
		where account_id = $1 and ticket_id = $2
		group by comment_id`, tx.account, t)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[desk.CommentID]time.Time{}
	for rows.Next() {
		var c desk.CommentID
		var since int64
		if err := rows.Scan(&c, &since); err != nil {
			return nil, err
		}
		out[c] = fromMicros(since)
	}
	return out, rows.Err()
}
