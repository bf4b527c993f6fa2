package outbound

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// ownFile finds where a text names a file by its permanent address, at this desk or by a whole URL.
var ownFile = regexp.MustCompile(`(https?://[^\s"'<>/]+)?/attachments/token/([0-9A-Za-z_-]+)[^\s"'<>)]*`)

// Signs that stand for addresses of files while a text is redacted: no text of people has them.
const (
	firstSign = '\ue000'
	lastSign  = '\uf8ff'
)

// linkFiles puts the links that this partner got in the place of our own addresses, which are for who signs in here. A file that does
// not go along has no address there. redact is given the text without them: their tokens are no words of anybody.
func linkFiles(text string, stored []desk.Attachment, sent []wire.Attachment, write func(string) string, redact func(string) (string, bool)) (string, bool) {
	if !strings.Contains(text, "/attachments/token/") {
		return redact(text)
	}
	text = strings.Map(func(c rune) rune {
		if c >= firstSign && c <= lastSign {
			return -1
		}
		return c
	}, text)
	var links []string
	text = ownFile.ReplaceAllStringFunc(text, func(address string) string {
		found := ownFile.FindStringSubmatch(address)
		at := slices.IndexFunc(stored, func(f desk.Attachment) bool { return f.Token == found[2] })
		switch {
		case at >= 0 && len(links) < lastSign-firstSign:
			links = append(links, write(sent[at].URL))
			return string(rune(firstSign + len(links) - 1))
		case at < 0 && found[1] != "":
			return address // of another desk, as far as is known
		}
		return ""
	})
	text, leaves := redact(text)
	for n, link := range links {
		text = strings.ReplaceAll(text, string(rune(firstSign+n)), link)
	}
	return text, leaves
}

// writeBodies writes both forms of a comment's words as they go out; false: the comment stays here.
func (c *composer) writeBodies(w *wire.Comment, stored []desk.Attachment, sent []wire.Attachment) bool {
	redact := func(form func(place, text string) (string, bool)) func(string) (string, bool) {
		return func(text string) (string, bool) { return form("a comment", text) }
	}
	body, leaves := linkFiles(w.Body, stored, sent, func(link string) string { return link }, redact(c.out.Text))
	w.Body = body
	if text, ok := w.HTMLBody.Get(); ok {
		document, too := linkFiles(text, stored, sent, html.EscapeString, redact(c.out.HTML))
		w.HTMLBody, leaves = wire.Some(document), leaves && too
	}
	return leaves
}

// linkURL is where a partner fetches a file that it got a token for.
func (c *composer) linkURL(token string, f *desk.Attachment) string {
	return c.service.core.URL(c.config.Account) + "/attachments/" + token + "/" + url.PathEscape(wire.CleanFilename(f.FileName))
}
