// Package markup shows what a comment says without letting it do anything.
//
// Plain text, and HTML that is no more than words with emphasis, lists, links, quotes and pictures that lie with us, is
// rebuilt for the page itself: no element or attribute of the sender's stands in it. All other HTML, which is mail, is shown
// in a frame of its own that can run nothing and loads pictures from elsewhere only when the reader asks for them.
//
// What a mail repeats of the mails before it is folded, never taken away: who wants to read it opens it, without any script,
// in the page and in the frame alike.
package markup

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Body is how a comment's words are shown: Markup stands in the page; without any, they stand in a frame.
type Body struct {
	Markup string // safe HTML
	Framed bool
	Remote bool // the frame would load pictures from elsewhere, if it were let
}

// maxInPage is the longest HTML, in bytes, that is rebuilt for the page itself; longer is mail.
const maxInPage = 64 << 10

// BodyOf decides how a comment is shown. folded is what the fold of a long quote says, in the reader's language.
func BodyOf(plain, markup, folded string) Body {
	if markup == "" {
		return Body{Markup: plainMarkup(plain, folded)}
	}
	if len(markup) <= maxInPage {
		if safe, ok := simpleMarkup(markup, folded); ok {
			return Body{Markup: safe}
		}
	}
	return Body{Framed: true, Remote: remotePictures(markup)}
}

// simple are the elements that may stand in the page itself: words with emphasis, lists, links, code, quotes and our pictures.
var simple = map[atom.Atom]bool{atom.P: true, atom.Br: true, atom.B: true, atom.Strong: true, atom.I: true, atom.Em: true, atom.U: true,
	atom.S: true, atom.Del: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.A: true, atom.Code: true, atom.Pre: true,
	atom.Blockquote: true, atom.Div: true, atom.Span: true, atom.Hr: true, atom.Sub: true, atom.Sup: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.Img: true}

// simpleMarkup rebuilds HTML that is of the simple kind; ok is false for anything else. What comes out is well-formed,
// holds no attribute that was not made here, and long quotes in it are folded.
func simpleMarkup(markup, folded string) (safe string, ok bool) {
	nodes, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return "", false
	}
	var b strings.Builder
	w := rebuilder{out: &b, folded: folded}
	for _, n := range nodes {
		if !w.node(n, 0) {
			return "", false
		}
	}
	return b.String(), true
}

type rebuilder struct {
	out    *strings.Builder
	folded string
	inFold bool // what is folded already folds nothing more
	inLink bool // in what no address is made a link: a link, or code
}

const maxDepth = 40

func (w rebuilder) node(n *html.Node, depth int) bool {
	switch n.Type {
	case html.TextNode:
		if w.inLink {
			w.out.WriteString(html.EscapeString(n.Data))
		} else {
			writeLinked(w.out, n.Data)
		}
		return true
	case html.CommentNode:
		return true
	case html.ElementNode:
		return depth < maxDepth && simple[n.DataAtom] && n.Namespace == "" && w.element(n, depth)
	}
	return false
}

func (w rebuilder) element(n *html.Node, depth int) bool {
	name := n.DataAtom.String()
	w.inLink = w.inLink || n.DataAtom == atom.A || n.DataAtom == atom.Code || n.DataAtom == atom.Pre
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4: // the page's own headings are not the comment's to make
		w.out.WriteString(`<p class="said-head">`)
		name = "p"
	case atom.A:
		to := safeLink(attribute(n, "href"))
		if to == "" {
			name = "span"
			w.out.WriteString("<span>")
		} else {
			w.out.WriteString(linkTo(to))
		}
	case atom.Blockquote:
		return w.quote(n, depth)
	case atom.Img:
		return w.picture(n)
	default:
		w.out.WriteString("<" + name + ">")
	}
	if n.DataAtom == atom.Br || n.DataAtom == atom.Hr {
		return true
	}
	if !w.children(n, depth) {
		return false
	}
	w.out.WriteString("</" + name + ">")
	return true
}

func (w rebuilder) children(n *html.Node, depth int) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !w.node(c, depth+1) {
			return false
		}
	}
	return true
}

// longQuote is from how many characters on a quote is folded.
const longQuote = 300

func (w rebuilder) quote(n *html.Node, depth int) bool {
	fold := !w.inFold && (isCited(n) || textLength(n) >= longQuote)
	if fold {
		w.inFold = true
		w.out.WriteString(foldStart(w.folded))
	}
	w.out.WriteString("<blockquote>")
	if !w.children(n, depth) {
		return false
	}
	w.out.WriteString("</blockquote>")
	if fold {
		w.out.WriteString("</details>")
	}
	return true
}

// isCited tells whether the intake of mail has marked a quote as what earlier mails said.
func isCited(n *html.Node) bool {
	return n.DataAtom == atom.Blockquote && strings.EqualFold(attribute(n, "type"), "cite")
}

// foldStart begins the fold of a quote.
func foldStart(label string) string {
	return `<details class="quoted"><summary><span aria-hidden="true">···</span> ` + html.EscapeString(label) + `</summary>`
}

// ownPictures is where pictures lie with us.
const ownPictures = "/attachments/token/"

// picture is a picture of ours, at most as wide as the words. Any other makes the HTML mail.
func (w rebuilder) picture(n *html.Node) bool {
	from := attribute(n, "src")
	if !strings.HasPrefix(from, ownPictures) {
		return false
	}
	w.out.WriteString(`<img class="said-picture" src="` + html.EscapeString(from) + `" alt="` + html.EscapeString(attribute(n, "alt")) + `" loading="lazy">`)
	return true
}

func textLength(n *html.Node) (total int) {
	if n.Type == html.TextNode {
		return len(n.Data)
	}
	for c := n.FirstChild; c != nil && total < longQuote; c = c.NextSibling {
		total += textLength(c)
	}
	return total
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// safeLink is an address that a reader may be led to; "" for any other.
func safeLink(to string) string {
	u, err := url.Parse(strings.TrimSpace(to))
	if err != nil {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Host != "" {
			return u.String()
		}
	case "mailto", "tel":
		return u.String()
	}
	return ""
}

func linkTo(to string) string {
	return `<a href="` + html.EscapeString(to) + `" target="_blank" rel="noopener noreferrer nofollow">`
}

// remotePictures tells whether HTML shows pictures that do not lie with us.
func remotePictures(markup string) bool {
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken, html.SelfClosingTagToken:
			if t := z.Token(); t.DataAtom == atom.Img && isRemote(t) {
				return true
			}
		}
	}
}

func isRemote(t html.Token) bool {
	for _, a := range t.Attr {
		if a.Key == "src" {
			v := strings.ToLower(strings.TrimSpace(a.Val))
			return strings.HasPrefix(v, "http:") || strings.HasPrefix(v, "https:") || strings.HasPrefix(v, "//")
		}
	}
	return false
}
