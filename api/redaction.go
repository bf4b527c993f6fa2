package api

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/upload"
)

func redactionRoutes() []route {
	return []route{
		{"PUT", "/comment_redactions/{comment_id}", agents, (*call).redactComment},
		{"PUT", "/tickets/{id}/comments/{comment_id}/redact", agents, (*call).redactText},
		{"PUT", "/tickets/{id}/comments/{comment_id}/attachments/{attachment}/redact", agents, (*call).redactAttachment},
	}
}

// redactText blacks out a text wherever a comment has it.
func (c *call) redactText() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	var in struct {
		Text string `json:"text"`
	}
	if err := c.parseBody(&in); err != nil {
		return err
	}
	return c.redact(id, ticketing.Redaction{Texts: []string{in.Text}})
}

// redactComment blacks out what the body marks: words in redact elements, pictures and links with a redact attribute; and files by
// their addresses.
func (c *call) redactComment() error {
	var in struct {
		TicketID numberInput `json:"ticket_id"`
		Text     string      `json:"text"`
		HTMLBody string      `json:"html_body"`
		Files    []string    `json:"external_attachment_urls"`
	}
	if err := c.parseBody(&in); err != nil {
		return err
	}
	if in.TicketID.v <= 0 {
		return desk.InvalidField("ticket_id", "BlankValue", "Ticket: say on which ticket the comment is")
	}
	r := redactionIn(in.HTMLBody + in.Text)
	addresses := append(r.Addresses, in.Files...)
	r.Addresses = nil
	for _, address := range addresses {
		id, err := c.attachmentAt(address)
		switch {
		case err != nil:
			return err
		case id != 0:
			r.Files = append(r.Files, id)
		default:
			r.Addresses = append(r.Addresses, address)
		}
	}
	return c.redact(desk.TicketID(in.TicketID.v), r)
}

// attachmentAt is the attachment that an address leads to; 0: it leads elsewhere.
func (c *call) attachmentAt(address string) (desk.AttachmentID, error) {
	_, rest, ours := strings.Cut(address, upload.ContentPath)
	if !ours {
		return 0, nil
	}
	token, _, _ := strings.Cut(rest, "/")
	var f store.File
	err := c.readTx(func(tx *store.Tx) (err error) {
		f, err = tx.AttachmentByToken(c.ctx(), token)
		return err
	})
	return f.ID, err
}

// redactionIn reads what a comment's HTML marks to be redacted.
func redactionIn(marked string) (r ticketing.Redaction) {
	z := html.NewTokenizer(strings.NewReader(marked))
	inside := 0
	for z.Next() != html.ErrorToken {
		t := z.Token()
		switch {
		case t.Type == html.StartTagToken && t.Data == "redact":
			inside++
		case t.Type == html.EndTagToken && t.Data == "redact":
			inside = max(0, inside-1)
		case t.Type == html.TextToken && inside > 0 && strings.TrimSpace(t.Data) != "":
			r.Texts = append(r.Texts, t.Data)
		case slices.ContainsFunc(t.Attr, func(a html.Attribute) bool { return a.Key == "redact" }):
			for _, a := range t.Attr {
				if a.Key == "src" || a.Key == "href" {
					r.Addresses = append(r.Addresses, a.Val)
				}
			}
		}
	}
	return r
}

func (c *call) redactAttachment() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	file, err := c.pathID("attachment")
	if err != nil {
		return err
	}
	_, err = c.redacted(id, ticketing.Redaction{Files: []desk.AttachmentID{desk.AttachmentID(file)}})
	if err != nil {
		return err
	}
	gone := c.attachmentOf(desk.Attachment{ID: desk.AttachmentID(file), FileName: "redacted.txt", ContentType: "text/plain"})
	gone.Deleted = true
	return c.ok(objectOf("attachment", gone))
}

// redact answers with the comment as it is then.
func (c *call) redact(id desk.TicketID, r ticketing.Redaction) error {
	now, err := c.redacted(id, r)
	if err != nil {
		return err
	}
	return c.ok(objectOf("comment", c.commentOf(&now)))
}

func (c *call) redacted(id desk.TicketID, r ticketing.Redaction) (now desk.Comment, err error) {
	comment, err := c.pathID("comment_id")
	if err != nil {
		return now, err
	}
	cfg, err := c.config()
	if err != nil {
		return now, err
	}
	return c.Tickets.Redact(c.ctx(), c.account, c.actor(cfg), c.via(), id, desk.CommentID(comment), r)
}
