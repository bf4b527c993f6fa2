package ticket

import (
	"net/http"
	"strings"

	"golang.org/x/net/html"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/web/page"
)

// framePolicy is what a comment's HTML may do in its frame: nothing but be looked at, and open links elsewhere. The frame
// may be read by the page around it, which fits its height; no script can run in it.
const framePolicy = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'self'; " +
	"frame-ancestors 'self'; base-uri 'none'; form-action 'none'; img-src 'self' data:"

// showBody is the HTML of one comment as a document of its own. Pictures from elsewhere would tell their sender who reads
// when; they are loaded only after images=1 asks for it.
func showBody(c *page.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	comment, err := c.ID("comment")
	if err != nil {
		return err
	}
	var m desk.Comment
	err = c.Read(func(tx *store.Tx) (err error) {
		if err = tx.KnowTicket(c.Ctx(), id); err == nil {
			m, err = tx.Comment(c.Ctx(), id, desk.CommentID(comment))
		}
		return err
	})
	if err != nil {
		return err
	}
	policy := framePolicy
	if c.Value("images") == "1" {
		policy += " https: http:"
	}
	h := c.W.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	return httpkit.HTML(c.W, c.R, http.StatusOK, []byte(mailDocument(c, &m)))
}

func mailDocument(c *page.Call, m *desk.Comment) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`)
	b.WriteString(`<base target="_blank"><title>` + html.EscapeString(c.T("ticket.mail.title")) + `</title>`)
	if c.Frame.Assets.Built() {
		b.WriteString(`<link rel="stylesheet" href="` + html.EscapeString(c.Frame.Assets.URL("mail.css")) + `">`)
	}
	b.WriteString(`</head><body dir="auto">`)
	if m.HTML == "" {
		b.WriteString(plainMarkup(m.Body, c.T("ticket.quoted")))
	} else {
		b.WriteString(m.HTML) // as the write path cleaned it
	}
	b.WriteString(`</body></html>`)
	return b.String()
}
