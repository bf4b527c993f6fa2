package store

import (
	"context"
	"time"

	"interdesk/desk"
)

// AddToUpload puts a file into an upload, and makes the upload with its first file. Only the user who began an upload may
// add to it, and not after it expired; then the error is Invalid. Every file prolongs it.
func (tx *Tx) AddToUpload(ctx context.Context, token string, a *desk.Attachment, user desk.UserID, expires time.Time) error {
	if token == "" {
		return unknownUpload()
	}
	others, err := tx.uploadFiles(ctx, token)
	if err != nil {
		return err
	}
	for _, f := range others {
		if f.User != user || !f.expires.After(tx.now()) {
			return unknownUpload()
		}
	}
	_, err = tx.Exec(ctx, `
		update attachments set expires_at = $1 where account_id = $2 and upload_token = $3 and upload_token <> ''`,
		micros(expires), tx.account, token)
	if err != nil {
		return err
	}
	return tx.insertFile(ctx, File{Attachment: *a, Upload: token, User: user}, micros(expires))
}

func unknownUpload() error {
	return desk.InvalidField("uploads", "InvalidValue", "Uploads: no upload of yours has this token; it may have expired")
}

type uploadFile struct {
	File
	expires time.Time
}

func (tx *Tx) uploadFiles(ctx context.Context, token string) ([]uploadFile, error) {
	return queryAll(ctx, tx, scanUploadFile, `
		select `+fileColumns+`, expires_at from attachments`+tx.IndexedBy("attachments_upload")+`
		where account_id = $1 and upload_token = $2 and upload_token <> '' order by attachment_id`, tx.account, token)
}

func scanUploadFile(row scanner) (f uploadFile, err error) {
	var created, expires int64
	err = row.Scan(&f.ID, &f.Ticket, &f.Comment, &f.Upload, &f.User, &f.FileName, &f.ContentType, &f.Size, &f.Blob, &f.Inline,
		&f.Token, &created, &expires)
	f.CreatedAt, f.expires = fromMicros(created), fromMicros(expires)
	return f, err
}

// Upload reads an upload that waits for its comment.
func (tx *Tx) Upload(ctx context.Context, token string) (u desk.Upload, err error) {
	files, err := tx.uploadFiles(ctx, token)
	if err != nil {
		return u, err
	}
	if len(files) == 0 || !files[0].expires.After(tx.now()) {
		return u, desk.Missing()
	}
	u = desk.Upload{Token: token, User: files[0].User, ExpiresAt: files[0].expires}
	for _, f := range files {
		u.Attachments = append(u.Attachments, f.Attachment)
	}
	return u, nil
}

// ClaimUpload moves the files of a user's upload to a comment, which may be stored afterwards. A token that is unknown,
// expired or somebody else's is an Invalid error.
func (tx *Tx) ClaimUpload(ctx context.Context, token string, user desk.UserID, ticket desk.TicketID, comment desk.CommentID) ([]desk.Attachment, error) {
	u, err := tx.Upload(ctx, token)
	if desk.KindOf(err) == desk.NotFound || err == nil && u.User != user {
		return nil, unknownUpload()
	}
	if err != nil {
		return nil, err
	}
	n, err := tx.Exec(ctx, `
		update attachments set ticket_id = $1, comment_id = $2, upload_token = '', expires_at = 0
		where account_id = $3 and upload_token = $4 and upload_token <> ''`, ticket, comment, tx.account, token)
	if err == nil && int(n) != len(u.Attachments) { // somebody else claimed it, or added to it, at the same moment
		return nil, unknownUpload()
	}
	return u.Attachments, err
}

// TransferUpload gives an upload to another user: what somebody brought before they said who they are. A token that is unknown,
// expired or not from is an Invalid error.
func (tx *Tx) TransferUpload(ctx context.Context, token string, from, to desk.UserID) error {
	n, err := tx.Exec(ctx, `
		update attachments set user_id = $1
		where account_id = $2 and upload_token = $3 and upload_token <> '' and user_id = $4 and expires_at > $5`,
		to, tx.account, token, from, micros(tx.now()))
	if err == nil && n == 0 {
		return unknownUpload()
	}
	return err
}

// DeleteUpload forgets a user's upload.
func (tx *Tx) DeleteUpload(ctx context.Context, token string, user desk.UserID) error {
	return requireRow(tx.Exec(ctx, `
		delete from attachments where account_id = $1 and upload_token = $2 and upload_token <> '' and user_id = $3`,
		tx.account, token, user))
}

// ExpiredUploads lists files of uploads that nobody used in time, oldest first.
func (tx *Tx) ExpiredUploads(ctx context.Context, at time.Time, limit int) ([]File, error) {
	return queryAll(ctx, tx, scanFile, `
		select `+fileColumns+` from attachments
		where account_id = $1 and upload_token <> '' and expires_at <= $2 order by attachment_id limit $3`,
		tx.account, micros(at), limit)
}

// DropUpload forgets a file that no comment has.
func (tx *Tx) DropUpload(ctx context.Context, id desk.AttachmentID) error {
	return requireRow(tx.Exec(ctx, `
		delete from attachments where account_id = $1 and attachment_id = $2 and comment_id = 0`, tx.account, id))
}
