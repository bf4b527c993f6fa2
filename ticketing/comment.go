package ticketing

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"interdesk/desk"
	"interdesk/store"
)

// addComment puts the update's comment on the draft: cleaned, bounded, with its files.
func (s *Service) addComment(ctx context.Context, tx *store.Tx, d *desk.Draft, u desk.Update) error {
	if u.Comment == nil {
		return nil
	}
	c, err := s.newComment(ctx, tx, d, u)
	if err != nil {
		return err
	}
	return d.AddComment(c)
}

// newComment makes the comment.
func (s *Service) newComment(ctx context.Context, tx *store.Tx, d *desk.Draft, u desk.Update) (desk.Comment, error) {
	in := u.Comment
	c := desk.Comment{ID: desk.CommentID(d.NewID()), Ticket: d.Now.ID, Author: d.Actor.ID, Body: in.Body, LocalOnly: in.LocalOnly,
		UUID: in.UUID, Via: u.Via, CreatedAt: d.At, Public: isPublic(d, in)}
	switch {
	case in.Author != 0:
		c.Author = in.Author
	case d.Created:
		c.Author = d.Now.Submitter
	}
	if !in.AuthoredAt.IsZero() && in.AuthoredAt.Before(d.At.Add(5*time.Minute)) {
		c.CreatedAt = in.AuthoredAt
	}
	s.fillBodies(&c, in, d.Actor.Foreign != 0)
	if err := s.checkComment(ctx, tx, d, &c, in); err != nil {
		return c, err
	}
	for _, token := range in.Uploads {
		files, err := tx.ClaimUpload(ctx, token, d.Actor.ID, d.Now.ID, c.ID)
		if err != nil {
			return c, err
		}
		c.Attachments = append(c.Attachments, files...)
	}
	if len(c.Attachments) > desk.MaxAttachments {
		return c, desk.InvalidField("attachments", "TooManyValues", fmt.Sprintf("Attachments: a comment carries %d files at most", desk.MaxAttachments))
	}
	return c, nil
}

// isPublic: public unless somebody says otherwise or the ticket is private so far (rules.md §8).
func isPublic(d *desk.Draft, in *desk.NewComment) bool {
	if in.Public != nil {
		return *in.Public
	}
	return d.Created || d.Now.Public || d.Actor.Role == desk.EndUser
}

// fillBodies makes the two forms of a comment agree: HTML is sanitised, and plain text made from it where none was given.
func (s *Service) fillBodies(c *desk.Comment, in *desk.NewComment, partner bool) {
	c.Body = strings.ToValidUTF8(strings.ReplaceAll(c.Body, "\x00", ""), "\uFFFD")
	if in.HTML == "" {
		return
	}
	clean := s.clean.HTML
	if partner {
		clean = s.clean.Partner
	}
	c.HTML = clean(strings.ToValidUTF8(strings.ReplaceAll(in.HTML, "\x00", ""), "\uFFFD"))
	if !partner && c.Via.Channel != desk.ChannelMail { // what others sent stays as they wrote it
		c.HTML = linkText(c.HTML)
	}
	if strings.TrimSpace(c.Body) == "" {
		c.Body = PlainText(c.HTML)
	}
}

func (s *Service) checkComment(ctx context.Context, tx *store.Tx, d *desk.Draft, c *desk.Comment, in *desk.NewComment) error {
	faults := desk.Faults{}
	if strings.TrimSpace(c.Body) == "" && len(in.Uploads) == 0 && d.Actor.Foreign == 0 {
		faults.Add("comment", "BlankValue", "Comment: cannot be blank")
	}
	if len(c.Body) > desk.MaxCommentBody || len(c.HTML) > desk.MaxCommentHTML {
		faults.Add("comment", "TooLong", fmt.Sprintf("Comment: is too long (%d bytes of text and %d of HTML at most)", desk.MaxCommentBody, desk.MaxCommentHTML))
	}
	if c.Author != d.Actor.ID {
		if _, err := tx.User(ctx, c.Author); desk.KindOf(err) == desk.NotFound {
			faults.Add("comment", "InvalidValue", "Comment: no user has this author_id")
		} else if err != nil {
			return err
		}
	}
	return faults.Err()
}

// Excerpt shortens text to n characters for subjects and summaries, on one line.
func Excerpt(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
