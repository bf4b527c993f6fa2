package outbound

import (
	"html"
	"net/url"
	"regexp"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// ownFile finds where a text names a file by its permanent address, at this desk or by a whole URL.
var ownFile = regexp.MustCompile(`(https?://[^\s"'<>/]+)?/attachments/token/([0-9A-Za-z_-]+)[^\s"'<>)]*`)

// linkFiles puts the links that this partner got in the place of our own addresses, which are for who signs in here. A file that does not go along has no address there.
func linkFiles(text string, stored []desk.Attachment, sent []wire.Attachment, write func(string) string) string {
	if !strings.Contains(text, "/attachments/token/") {
		return text
	}
	return ownFile.ReplaceAllStringFunc(text, func(address string) string {
		found := ownFile.FindStringSubmatch(address)
		for n := range sent {
			if stored[n].Token == found[2] {
				return write(sent[n].URL)
			}
		}
		if found[1] != "" {
			return address // of another desk, as far as is known
		}
		return ""
	})
}

// linkBodies does so in both forms of a comment's words.
func (c *composer) linkBodies(w *wire.Comment, stored []desk.Attachment, sent []wire.Attachment) {
	w.Body = linkFiles(w.Body, stored, sent, func(link string) string { return link })
	if text, ok := w.HTMLBody.Get(); ok {
		w.HTMLBody = wire.Some(linkFiles(text, stored, sent, html.EscapeString))
	}
}

// linkURL is where a partner fetches a file that it got a token for.
func (c *composer) linkURL(token string, f *desk.Attachment) string {
	return c.service.core.URL(c.config.Account) + "/attachments/" + token + "/" + url.PathEscape(wire.CleanFilename(f.FileName))
}
