package store

import (
	"context"

	"interdesk/desk"
)

const fileColumns = `
	attachment_id, ticket_id, comment_id, upload_token, user_id, file_name, content_type, size, blob, is_inline, token, created_at`

// File is an attachment and where it belongs: to a comment, or still to an upload.
type File struct {
	desk.Attachment
	Ticket  desk.TicketID
	Comment desk.CommentID // 0: still an upload
	Upload  string         // the upload's token, "" once it is on a comment
	User    desk.UserID    // who brought it
}

func scanFile(row scanner) (f File, err error) {
	var created int64
	err = row.Scan(&f.ID, &f.Ticket, &f.Comment, &f.Upload, &f.User, &f.FileName, &f.ContentType, &f.Size, &f.Blob, &f.Inline,
		&f.Token, &created)
	f.CreatedAt = fromMicros(created)
	return f, err
}

// Attachment reads one file.
func (tx *Tx) Attachment(ctx context.Context, id desk.AttachmentID) (File, error) {
	return queryOne(ctx, tx, scanFile, `
		select `+fileColumns+` from attachments where account_id = $1 and attachment_id = $2`, tx.account, id)
}

// AttachmentByToken finds a file by the capability in its content URL.
func (tx *Tx) AttachmentByToken(ctx context.Context, token string) (File, error) {
	return queryOne(ctx, tx, scanFile, `
		select `+fileColumns+` from attachments where account_id = $1 and token = $2`, tx.account, token)
}

// InsertAttachment puts a file on a comment, whether that is stored already or not.
func (tx *Tx) InsertAttachment(ctx context.Context, ticket desk.TicketID, comment desk.CommentID, user desk.UserID, a *desk.Attachment) error {
	if err := tx.insertFile(ctx, File{Attachment: *a, Ticket: ticket, Comment: comment, User: user}, 0); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		update comments set has_files = true
		where account_id = $1 and ticket_id = $2 and comment_id = $3 and not has_files`, tx.account, ticket, comment)
	if err != nil {
		return err
	}
	if err := tx.indexComment(ctx, ticket, comment); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update tickets set has_attachments = true
		where account_id = $1 and ticket_id = $2 and not has_attachments`, tx.account, ticket)
	return err
}

func (tx *Tx) insertFile(ctx context.Context, f File, expires int64) error {
	_, err := tx.Exec(ctx, `
		insert into attachments (account_id, `+fileColumns+`, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		tx.account, f.ID, f.Ticket, f.Comment, f.Upload, f.User, f.FileName, f.ContentType, f.Size, f.Blob, f.Inline, f.Token,
		micros(f.CreatedAt), expires)
	return err
}
