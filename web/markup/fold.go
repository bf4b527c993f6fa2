package markup

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"interdesk/desk"
)

// foldCited folds the outermost quotes that the intake of mail has marked. HTML that cannot be read stands as it is.
func foldCited(markup, label string) string {
	if !strings.Contains(markup, "blockquote") {
		return markup
	}
	nodes, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return markup
	}
	var b strings.Builder
	for _, n := range nodes {
		if isCited(n) {
			n = folded(n, label)
		} else {
			foldWithin(n, label)
		}
		if err := html.Render(&b, n); err != nil {
			return markup
		}
	}
	return b.String()
}

func foldWithin(n *html.Node, label string) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !isCited(c) {
			foldWithin(c, label)
			continue
		}
		before := c.NextSibling
		n.RemoveChild(c)
		fold := folded(c, label)
		n.InsertBefore(fold, before)
		c = fold
	}
}

// folded is a quote within its fold.
func folded(quote *html.Node, label string) *html.Node {
	dots := element(atom.Span, html.Attribute{Key: "aria-hidden", Val: "true"})
	dots.AppendChild(&html.Node{Type: html.TextNode, Data: "···"})
	summary := element(atom.Summary)
	summary.AppendChild(dots)
	summary.AppendChild(&html.Node{Type: html.TextNode, Data: " " + label})
	fold := element(atom.Details, html.Attribute{Key: "class", Val: "quoted"})
	fold.AppendChild(summary)
	fold.AppendChild(quote)
	return fold
}

func element(name atom.Atom, attributes ...html.Attribute) *html.Node {
	return &html.Node{Type: html.ElementNode, DataAtom: name, Data: name.String(), Attr: attributes}
}

// FilesBeside are the files of a comment that its words do not show themselves.
func FilesBeside(c *desk.Comment) (files []desk.Attachment) {
	for _, a := range c.Attachments {
		if !a.Inline || !strings.Contains(c.HTML, ownPictures+a.Token) {
			files = append(files, a)
		}
	}
	return files
}
