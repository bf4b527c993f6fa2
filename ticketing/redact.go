package ticketing

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"interdesk/desk"
	"interdesk/store"
)

// Redaction is what is blacked out in a comment for good. Texts are blacked out wherever the comment has them, letter by letter;
// pictures and links go whose address is one of Addresses; so do Files.
type Redaction struct {
	Texts     []string
	Addresses []string // of pictures and links in the comment's HTML
	Plain     bool     // all pictures and links go: the plain text alone is shown from then on
	Files     []desk.AttachmentID
}

// IsEmpty tells whether nothing is to be blacked out.
func (r *Redaction) IsEmpty() bool {
	return len(r.Texts)+len(r.Addresses)+len(r.Files) == 0 && !r.Plain
}

// RedactedLetter stands in place of each letter.
const RedactedLetter = store.RedactedLetter

// Redact blacks out parts of a comment, with an audit of its own: in the ticket's description, the sources of the comment's mail and
// the messages of shares, too. Partners who have the comment are asked to do the same; another Interdesk does. A text or file that
// the comment does not have is refused. It returns the comment as it is then.
func (s *Service) Redact(ctx context.Context, account desk.AccountID, actor desk.Actor, via desk.Via, id desk.TicketID, comment desk.CommentID, r Redaction) (c desk.Comment, err error) {
	if !actor.Staff() {
		return c, desk.Errorf(desk.Forbidden, "Only agents redact comments")
	}
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) (err error) {
		c, err = s.RedactIn(ctx, tx, actor, via, id, comment, r)
		return err
	})
	return c, err
}

// RedactIn is Redact within a transaction, for whoever has seen to it that the actor may.
func (s *Service) RedactIn(ctx context.Context, tx *store.Tx, actor desk.Actor, via desk.Via, id desk.TicketID, comment desk.CommentID, r Redaction) (desk.Comment, error) {
	before, err := tx.LockTicket(ctx, id)
	if err != nil {
		return desk.Comment{}, err
	}
	c, err := tx.Comment(ctx, id, comment)
	if err != nil {
		return c, err
	}
	was := c
	if err := r.apply(&c); err != nil {
		return c, err
	}
	at := s.updateTime(before.UpdatedAt)
	after := before
	after.UpdatedAt = at
	if after.Description == was.Body {
		after.Description = c.Body
	}
	if err := tx.UpdateTicket(ctx, &before, &after); err != nil {
		return c, err
	}
	if err := tx.RedactComment(ctx, &was, &c, r.Texts, r.Files, at); err != nil {
		return c, err
	}
	audit := desk.Audit{ID: desk.AuditID(tx.NewIDAt(at)), Ticket: id, Author: actor.ID, Via: via, CreatedAt: at}
	if len(r.Texts)+len(r.Addresses) > 0 || r.Plain {
		e := desk.Event{ID: desk.EventID(tx.NewIDAt(at)), Type: desk.EventRedaction, Comment: comment}
		if len(r.Addresses) > 0 || r.Plain {
			e.Action = desk.ActionPlain
		}
		audit.Events = append(audit.Events, e)
	}
	for _, f := range was.Attachments {
		if slices.Contains(r.Files, f.ID) {
			audit.Events = append(audit.Events, desk.Event{ID: desk.EventID(tx.NewIDAt(at)), Type: desk.EventFileRedaction, Comment: comment, Attachment: f.ID, Message: f.FileName})
		}
	}
	return c, s.noteQuietly(ctx, tx, actor, via, &before, &after, &audit)
}

// apply blacks out what is to be in a comment.
func (r *Redaction) apply(c *desk.Comment) error {
	if r.IsEmpty() {
		return desk.InvalidField("text", "BlankValue", "Say what is to be redacted: text, or files.")
	}
	for _, text := range r.Texts {
		if strings.TrimSpace(text) == "" || !strings.Contains(c.Body, text) && !strings.Contains(plainOf(c.HTML), text) {
			return desk.InvalidField("text", "InvalidValue", "Text: the comment does not say that. Give it letter by letter as it stands there.")
		}
	}
	var gone []string // tokens of files that go
	for _, id := range r.Files {
		at := slices.IndexFunc(c.Attachments, func(f desk.Attachment) bool { return f.ID == id })
		if at < 0 {
			return desk.Missing()
		}
		gone = append(gone, c.Attachments[at].Token)
		c.Attachments = slices.Delete(slices.Clone(c.Attachments), at, at+1)
	}
	c.Body = store.BlackOut(c.Body, r.Texts)
	if r.Plain {
		c.HTML = ""
	}
	if c.HTML != "" {
		c.HTML = r.blackOutHTML(c.HTML, gone)
		for _, text := range r.Texts {
			if strings.Contains(plainOf(c.HTML), text) {
				c.HTML = "" // it runs over several elements; the plain text is shown instead
			}
		}
	}
	return nil
}

// blackOutHTML blacks out words and takes out pictures and links by their addresses, and pictures that are gone; the words of a link
// stay.
func (r *Redaction) blackOutHTML(fragment string, gone []string) string {
	shows := func(address string) bool { // what goes
		return slices.Contains(r.Addresses, address) || slices.ContainsFunc(gone, func(token string) bool { return strings.Contains(address, "/"+token+"/") })
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(fragment))
	for z.Next() != html.ErrorToken {
		t := z.Token()
		switch {
		case t.Type == html.TextToken:
			t.Data = store.BlackOut(t.Data, r.Texts)
		case t.DataAtom == atom.Img && shows(attributeOf(t, "src")):
			continue
		}
		for i, a := range t.Attr {
			switch {
			case t.DataAtom == atom.A && a.Key == "href" && shows(a.Val):
				t.Attr[i].Val = "#"
			default:
				t.Attr[i].Val = store.BlackOut(a.Val, r.Texts)
			}
		}
		b.WriteString(t.String())
	}
	return CleanHTML(b.String())
}

// plainOf is the text of a fragment, its elements left out.
func plainOf(fragment string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(fragment))
	for z.Next() != html.ErrorToken {
		if t := z.Token(); t.Type == html.TextToken {
			b.WriteString(t.Data)
		}
	}
	return b.String()
}

// RedactionTo is what was blacked out of a text, where it was done letter by letter; false: it was not.
func RedactionTo(was, now string) (texts []string, ok bool) {
	before, after := []rune(was), []rune(now)
	if len(before) != len(after) {
		return nil, false
	}
	mark, from := []rune(RedactedLetter)[0], -1
	for i := range append(before, 0) {
		out := i < len(before) && after[i] == mark && before[i] != mark
		switch {
		case i < len(before) && !out && after[i] != before[i]:
			return nil, false
		case out && from < 0:
			from = i
		case !out && from >= 0:
			texts, from = append(texts, string(before[from:i])), -1
		}
	}
	return texts, true
}
