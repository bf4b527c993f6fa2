package inbound

import (
	"context"
	"errors"
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/ticketing"
)

// newComments are the message's comments that are not on the ticket yet, in the order of the message.
func (i *intake) newComments(ctx context.Context) ([]wire.Comment, error) {
	comments := i.message.Comments.Value
	if len(comments) == 0 {
		return nil, nil
	}
	had, err := i.tx.ShareComments(ctx, i.share.ID)
	if err != nil {
		return nil, err
	}
	named, bare, err := i.tx.CommentNames(ctx, i.ticket.ID)
	if err != nil {
		return nil, err
	}
	for _, id := range bare { // sent, but the answer has not been stored yet
		named[i.service.core.CommentUUID(i.account, id)] = id
	}
	var fresh []wire.Comment
	for _, c := range comments {
		id, sent := had[c.UUID]
		_, here := named[c.UUID]
		switch {
		case sent:
			err = i.fetchMissing(ctx, c, id)
		case !here:
			fresh = append(fresh, c)
		}
		if err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// noteComment records that both sides have a comment, and what is still to be fetched for it.
func (i *intake) noteComment(ctx context.Context, c wire.Comment, stored *desk.Comment) error {
	if stored == nil {
		return errors.New("a comment of a partner was not stored")
	}
	i.added++
	if err := i.tx.AddShareComment(ctx, i.share.ID, c.UUID, stored.ID, true, 0); err != nil {
		return err
	}
	return i.fetchLater(ctx, c, stored)
}

// comment turns a partner's comment into ours, with the person who wrote it.
func (i *intake) comment(ctx context.Context, c wire.Comment) (*desk.NewComment, desk.Actor, error) {
	author, err := i.person(ctx, c.Author)
	if err != nil {
		return nil, desk.Actor{}, err
	}
	public := wire.CommentIsPublic(c.Public, i.agreement.Terms.PublicComments, sharing.OurSide(i.agreement))
	at := wire.ClampDate(c.AuthoredAt.Or(i.at), i.at)
	if at.Before(time.Unix(0, 0)) {
		at = i.at
	}
	body, html := bounded(c.Body, c.HTMLBody.Value)
	return &desk.NewComment{Author: author.ID, Body: body, HTML: html, Public: &public, UUID: c.UUID, AuthoredAt: at}, author, nil
}

// bounded fits a partner's words into a comment. HTML that is too long gives way to the plain text (nhd §5.3).
func bounded(body, html string) (string, string) {
	const mark = "\n\n[The rest of this comment is too long to be shown here.]"
	if len(html) > desk.MaxCommentHTML {
		html = ""
	}
	if len(body) > desk.MaxCommentBody {
		end := desk.MaxCommentBody - len(mark)
		for end > 0 && body[end]&0xC0 == 0x80 {
			end--
		}
		body, html = body[:end]+mark, ""
	}
	return body, html
}

// withdraw makes those comments private here that another Interdesk made private at its side, and blacks out what it blacked out: in
// its own comments, and no others.
func (i *intake) withdraw(ctx context.Context) error {
	x, _ := i.message.Interdesk.Get()
	if !i.numbered || len(x.Narrowed)+len(x.Redacted) == 0 {
		return nil
	}
	had, err := i.tx.ShareComments(ctx, i.share.ID)
	if err != nil {
		return err
	}
	actor, via := desk.Actor{System: true, Name: i.agreement.Name}, sharing.ViaPartner(i.agreement)
	for _, uuid := range x.Narrowed {
		c, author, err := i.theirs(ctx, had, uuid)
		if err != nil {
			return err
		}
		if !c.Public {
			continue
		}
		i.changes = append(i.changes, "a comment by "+author+" was made private")
		if err := i.service.tickets.HideIn(ctx, i.tx, actor, via, i.ticket.ID, c.ID); err != nil {
			return err
		}
	}
	for _, r := range x.Redacted {
		c, author, err := i.theirs(ctx, had, r.UUID)
		if err != nil {
			return err
		}
		redaction := redactionOf(&c, r)
		if redaction.IsEmpty() {
			continue
		}
		i.changes = append(i.changes, "a comment by "+author+" was redacted")
		if _, err := i.service.tickets.RedactIn(ctx, i.tx, actor, via, i.ticket.ID, c.ID, redaction); err != nil {
			return err
		}
	}
	return nil
}

// theirs is the comment of a uuid if the partner wrote it, and its author's name; the zero comment otherwise.
func (i *intake) theirs(ctx context.Context, had map[string]desk.CommentID, uuid string) (desk.Comment, string, error) {
	c, err := i.tx.Comment(ctx, i.ticket.ID, had[uuid])
	if err != nil {
		return desk.Comment{}, "", sharing.IgnoreMissing(err)
	}
	author, err := i.tx.User(ctx, c.Author)
	if err != nil || author.Foreign != i.agreement.ID {
		return desk.Comment{}, "", sharing.IgnoreMissing(err)
	}
	return c, author.Name, nil
}

// redactionOf is what is left to be blacked out here of a partner's comment. Where its words and ours differ otherwise, all of ours
// are.
func redactionOf(c *desk.Comment, r wire.Redacted) (out ticketing.Redaction) {
	texts, ok := ticketing.RedactionTo(c.Body, r.Body)
	if !ok && c.Body != "" {
		texts = []string{c.Body}
	}
	out.Texts, out.Plain = texts, r.Plain && c.HTML != ""
	for _, f := range c.Attachments {
		if slices.Contains(r.Files, f.FileName) {
			out.Files = append(out.Files, f.ID)
		}
	}
	return out
}
