package inbound

import (
	"context"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"interdesk/desk"
	"interdesk/mail/message"
	"interdesk/upload"
)

// words are what a message says as a comment.
type words struct{ text, html string }

func (w words) blank() bool { return strings.TrimSpace(w.text) == "" }

// readWords finds what the message says, for a new ticket and for an answer. As an answer it is what was written now, and HTML shows
// folded what that repeats; what begins a ticket is told with all that it repeats. The subject stands in for a body that is
// empty. It is worked out before the transaction, in which others wait.
func (p *Prepared) readWords() {
	m := p.message
	split := m.Split()
	w := words{text: strings.TrimSpace(m.Text)}
	fresh := strings.TrimSpace(split.FreshText())
	if p.fromDesk { // of another help desk, only what people said there
		w.text = m.DeskWords()
		fresh = w.text
	}
	switch {
	case p.fromDesk && len(p.sources) == 0:
	case m.HTML != "":
		w.html = bodyHTML(split.FoldedHTML(), p.sources)
	case strings.TrimSpace(split.QuotedText()) != "":
		w.html = foldedText(split)
	}
	if w.blank() && len(m.Files) == 0 {
		w, fresh = words{text: strings.TrimSpace(m.Subject)}, ""
	}
	p.whole, p.answer = w, w
	if fresh != "" {
		p.answer.text = fresh
	}
}

// foldedText is a plain message as HTML, with what it repeats marked as such.
func foldedText(s message.Split) string {
	var b strings.Builder
	for _, p := range s.Text {
		inner := strings.ReplaceAll(html.EscapeString(strings.Trim(p.Content, "\n")), "\n", "<br>")
		switch {
		case inner == "":
		case p.Kind == message.Quoted:
			b.WriteString(`<blockquote type="cite">` + inner + `</blockquote>`)
		default:
			b.WriteString("<p>" + inner + "</p>")
		}
	}
	return b.String()
}

// bounded leaves HTML out that is longer than a comment may be, and cuts text; the source of the message has all.
func (w words) bounded() words {
	const more = "\n\n[The message is longer: its source has the rest.]"
	if len(w.html) > desk.MaxCommentHTML {
		w.html = ""
	}
	if len(w.text) > desk.MaxCommentBody {
		w.text, w.html = cut(w.text, desk.MaxCommentBody-len(more))+more, ""
	}
	return w
}

// bodyHTML is the inside of an HTML message, with the pictures that came along in their places.
func bodyHTML(source string, pictures map[string]string) string {
	if source == "" {
		return ""
	}
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return ""
	}
	body := find(root, atom.Body)
	if body == nil {
		return ""
	}
	placePictures(body, pictures)
	var b strings.Builder
	for n := body.FirstChild; n != nil; n = n.NextSibling {
		if err := html.Render(&b, n); err != nil {
			return ""
		}
	}
	return strings.TrimSpace(b.String())
}

func find(n *html.Node, tag atom.Atom) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.DataAtom == tag {
			return d
		}
	}
	return nil
}

// placePictures has images that name a part of the message show our copy of it.
func placePictures(body *html.Node, pictures map[string]string) {
	for n := range body.Descendants() {
		if n.Type != html.ElementNode || n.DataAtom != atom.Img {
			continue
		}
		for i, a := range n.Attr {
			id, ok := cutPrefixFold(a.Val, "cid:")
			if path := pictures[strings.Trim(id, "<>")]; a.Key == "src" && ok && path != "" {
				n.Attr[i].Val = path
			}
		}
	}
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// comment is what a message says, with its files, which are put into an upload of the author's for it.
func (t *taking) comment(ctx context.Context, w words, public bool, by desk.UserID) (*desk.NewComment, error) {
	w = w.bounded()
	c := &desk.NewComment{Body: w.text, HTML: w.html, Public: &public, UUID: t.sharedName(), LocalOnly: t.isReceipt()}
	if t.dropped > 0 {
		t.flag(desk.FlagTooBig)
	}
	if len(t.attachments) == 0 {
		return c, nil
	}
	token := upload.NewToken()
	for _, a := range t.attachments {
		if err := t.options.Uploads.Add(ctx, t.tx, token, &a, by); err != nil {
			return nil, err
		}
	}
	c.Uploads = []string{token}
	return c, nil
}
