package api

import (
	"html"
	"strings"

	"interdesk/desk"
)

// commentJSON is a comment, its members in the order in which clients see them.
type commentJSON struct {
	ID          desk.CommentID   `json:"id"`
	Type        string           `json:"type"`
	AuthorID    desk.UserID      `json:"author_id"`
	Body        string           `json:"body"`
	HTMLBody    string           `json:"html_body"`
	PlainBody   string           `json:"plain_body"`
	Public      bool             `json:"public"`
	Attachments []attachmentJSON `json:"attachments"`
	AuditID     desk.AuditID     `json:"audit_id,omitempty"`
	Via         *viaJSON         `json:"via,omitempty"`
	CreatedAt   string           `json:"created_at,omitempty"`
	Metadata    *metadataJSON    `json:"metadata,omitempty"`
}

func (c *call) commentOf(m *desk.Comment) commentJSON {
	from := viaOf(m.Via)
	return commentJSON{ID: m.ID, Type: "Comment", AuthorID: m.Author, Body: m.Body, HTMLBody: c.htmlOf(m), PlainBody: m.Body,
		Public: m.Public, Attachments: c.attachmentsOf(m.Attachments), AuditID: m.Audit, Via: &from, CreatedAt: formatTime(m.CreatedAt),
		Metadata: &metadataJSON{System: systemJSON{}, Custom: emptyObject, doubtJSON: doubtOf(&m.Via)}}
}

// htmlOf is the comment as HTML with links to its files that need no sign-in.
func (c *call) htmlOf(m *desk.Comment) string {
	return c.Uploads.SignLinks(htmlOf(m), c.base, c.account, c.user.ID, 0)
}

// htmlOf is the comment as HTML; one that was written as plain text keeps its lines.
func htmlOf(m *desk.Comment) string {
	body := m.HTML
	if body == "" {
		var b strings.Builder
		for paragraph := range strings.SplitSeq(strings.ReplaceAll(m.Body, "\r\n", "\n"), "\n\n") {
			if paragraph = strings.Trim(paragraph, "\n"); paragraph != "" {
				b.WriteString("<p dir=\"auto\">" + strings.ReplaceAll(linked(paragraph), "\n", "<br>") + "</p>")
			}
		}
		body = b.String()
	}
	return `<div class="zd-comment" dir="auto">` + body + `</div>`
}

// linked is plain text as HTML, its web addresses as links.
func linked(text string) string {
	var b strings.Builder
	for text != "" {
		before, link, to, after := desk.CutLink(text)
		b.WriteString(html.EscapeString(before))
		if link != "" {
			b.WriteString(`<a href="` + html.EscapeString(to) + `" rel="noreferrer">` + html.EscapeString(link) + `</a>`)
		}
		text = after
	}
	return b.String()
}
