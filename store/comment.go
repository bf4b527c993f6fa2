package store

import (
	"context"
	"strconv"

	"interdesk/desk"
)

const commentColumns = `
	comment_id, ticket_id, audit_id, author_id, is_public, local_only, has_files, uuid, via_id, via, created_at, body, html`

// readComment tells besides whether the comment has files.
func readComment(c *rowReader) (out desk.Comment, files bool, err error) {
	out.ID, out.Ticket, out.Audit = desk.CommentID(c.int()), desk.TicketID(c.int()), desk.AuditID(c.int())
	out.Author, out.Public, out.LocalOnly = desk.UserID(c.int()), c.bool(), c.bool()
	files = c.bool()
	out.UUID, out.Via, out.CreatedAt = c.text(), c.via(), c.time()
	out.Body, out.HTML = c.text(), c.text()
	return out, files, c.err
}

// InsertComment stores a comment. Its Attachments are those that ClaimUpload or InsertAttachment have put beside it.
func (tx *Tx) InsertComment(ctx context.Context, c *desk.Comment) error {
	via, err := viaText(c.Via)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into comments (account_id, `+commentColumns+`, title)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '')`,
		tx.account, c.ID, c.Ticket, c.Audit, c.Author, c.Public, c.LocalOnly, len(c.Attachments) > 0, c.UUID,
		int64(c.Via.Channel), via, micros(c.CreatedAt), c.Body, c.HTML)
	if err != nil {
		return err
	}
	return tx.indexComment(ctx, c.Ticket, c.ID)
}

// Comment reads one comment of a ticket.
func (tx *Tx) Comment(ctx context.Context, ticket desk.TicketID, id desk.CommentID) (desk.Comment, error) {
	return tx.oneComment(ctx, `account_id = $1 and ticket_id = $2 and comment_id = $3`, ticket, id)
}

// LatestComment reads the newest comment of a ticket, or its newest public one.
func (tx *Tx) LatestComment(ctx context.Context, ticket desk.TicketID, publicOnly bool) (desk.Comment, error) {
	if publicOnly {
		return tx.oneComment(ctx, `account_id = $1 and ticket_id = $2 and is_public order by comment_id desc limit 1`, ticket)
	}
	return tx.oneComment(ctx, `account_id = $1 and ticket_id = $2 order by comment_id desc limit 1`, ticket)
}

func (tx *Tx) oneComment(ctx context.Context, where string, args ...any) (desk.Comment, error) {
	found, err := tx.comments(ctx, `select `+commentColumns+` from comments where `+where, append([]any{tx.account}, args...))
	if err != nil {
		return desk.Comment{}, err
	}
	if len(found) == 0 {
		return desk.Comment{}, desk.Missing()
	}
	return found[0], nil
}

// CommentFilter narrows a list of comments.
type CommentFilter struct {
	PublicOnly bool // what end users may see
	Newest     bool // the newest first
}

// Comments lists the comments of a ticket in the order they came in, with their files. A ticket that is not there, or no
// longer, is a NotFound error.
func (tx *Tx) Comments(ctx context.Context, ticket desk.TicketID, f CommentFilter, p Page) (Listed[desk.Comment], error) {
	where := `account_id = $1 and ticket_id = $2
		and exists (select 1 from tickets where account_id = $1 and ticket_id = $2 and deleted_at = 0)`
	if f.PublicOnly {
		where += ` and is_public`
	}
	p.steady = true
	query, args, err := p.keyset(`select `+commentColumns+` from comments where `+where, []any{tx.account, ticket},
		[]sortKey{{column: "comment_id", desc: f.Newest}})
	if err != nil {
		return Listed[desk.Comment]{}, err
	}
	found, err := tx.comments(ctx, query, args)
	if err == nil && len(found) == 0 {
		err = tx.RequireTicket(ctx, ticket)
	}
	if err != nil {
		return Listed[desk.Comment]{}, err
	}
	return listed(p, found, func(c *desk.Comment) []any { return []any{int64(c.ID)} }), nil
}

// CountComments counts what Comments lists.
func (tx *Tx) CountComments(ctx context.Context, ticket desk.TicketID, f CommentFilter) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from comments where account_id = $1 and ticket_id = $2 and (is_public or not $3)`,
		tx.account, ticket, f.PublicOnly).Scan(&n)
	return n, err
}

// HideComment makes a public comment private.
func (tx *Tx) HideComment(ctx context.Context, ticket desk.TicketID, id desk.CommentID) error {
	return requireRow(tx.Exec(ctx, `
		update comments set is_public = false where account_id = $1 and ticket_id = $2 and comment_id = $3`,
		tx.account, ticket, id))
}

// SetCommentHTML replaces what a comment shows: its embedded pictures have come.
func (tx *Tx) SetCommentHTML(ctx context.Context, ticket desk.TicketID, id desk.CommentID, html string) error {
	return requireRow(tx.Exec(ctx, `
		update comments set html = $4 where account_id = $1 and ticket_id = $2 and comment_id = $3`,
		tx.account, ticket, id, html))
}

// comments reads the comments of a query, and the files of all of them by one more.
func (tx *Tx) comments(ctx context.Context, query string, args []any) ([]desk.Comment, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []desk.Comment
	var with []int
	for cells := newRowReader(commentColumns); rows.Next(); {
		if err := cells.read(rows); err != nil {
			return nil, err
		}
		c, files, err := readComment(cells)
		if err != nil {
			return nil, err
		}
		if files {
			with = append(with, len(out))
		}
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	return out, tx.addFiles(ctx, out, with)
}

// addFiles reads the files of those comments of one ticket that have some.
func (tx *Tx) addFiles(ctx context.Context, comments []desk.Comment, with []int) error {
	if len(with) == 0 {
		return nil
	}
	args, places := []any{tx.account, comments[with[0]].Ticket}, ""
	at := make(map[desk.CommentID]*desk.Comment, len(with))
	for i, n := range with {
		c := &comments[n]
		at[c.ID] = c
		args = append(args, c.ID)
		if i > 0 {
			places += ", "
		}
		places += "$" + strconv.Itoa(len(args))
	}
	files, err := queryAll(ctx, tx, scanFile, `
		select `+fileColumns+` from attachments`+tx.IndexedBy("attachments_comment")+`
		where account_id = $1 and ticket_id = $2 and comment_id in (`+places+`) order by attachment_id`, args...)
	for _, f := range files {
		at[f.Comment].Attachments = append(at[f.Comment].Attachments, f.Attachment)
	}
	return err
}
