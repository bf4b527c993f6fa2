package markup

import (
	"net/http"
	"strings"

	"golang.org/x/net/html"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/web/ui"
)

// framePolicy is what a comment's HTML may do in its frame: nothing but be looked at, and open links elsewhere. The frame
// may be read by the page around it, which fits its height; no script can run in it.
const framePolicy = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'self'; " +
	"frame-ancestors 'self'; base-uri 'none'; form-action 'none'; img-src 'self' data:"

// ServeFrame answers with the HTML of one comment as a document of its own; the caller made sure that the reader may see
// it. Pictures from elsewhere would tell their sender who reads when; they are loaded only after images=1 asks for it.
func ServeFrame(c *ui.Call, m *desk.Comment) error {
	policy := framePolicy
	if c.Value("images") == "1" {
		policy += " https: http:"
	}
	h := c.W.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	return httpkit.HTML(c.W, c.R, http.StatusOK, []byte(frameDocument(c, m)))
}

func frameDocument(c *ui.Call, m *desk.Comment) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`)
	b.WriteString(`<base target="_blank"><title>` + html.EscapeString(c.T("markup.title")) + `</title>`)
	if c.Frame.Assets.Built() {
		b.WriteString(`<link rel="stylesheet" href="` + html.EscapeString(c.Frame.Assets.URL("mail.css")) + `">`)
	}
	b.WriteString(`</head><body dir="auto">`)
	if m.HTML == "" {
		b.WriteString(plainMarkup(m.Body, c.T("markup.quoted")))
	} else {
		b.WriteString(foldCited(m.HTML, c.T("markup.quoted"))) // as the write path cleaned it
	}
	b.WriteString(`</body></html>`)
	return b.String()
}
