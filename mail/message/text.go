package message

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTMLText is HTML as plain text: blocks on lines of their own, links with their address where it says more than their words,
// quotes with "> ". It is used where a message has no text of its own.
//
// The libraries for this were tried and lose or invent words in mail ("<br class>" and "<div>" break no line in one, bold
// words get a full stop in the other).
func HTMLText(source string) string {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return source
	}
	w := textWriter{}
	w.children(root)
	return strings.Trim(w.out.String(), "\n")
}

// textWriter writes text with the line breaks that a browser would show.
type textWriter struct {
	out    strings.Builder
	breaks int  // line breaks owed before the next word
	space  bool // a space owed before the next word
	filled bool // the line has words
	quotes int
	pre    int
}

func (w *textWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
}

func (w *textWriter) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
	case html.DocumentNode:
		w.children(n)
	case html.ElementNode:
		w.element(n)
	}
}

func (w *textWriter) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Title:
	case atom.Br:
		w.lineBreak()
	case atom.Hr:
		w.block(1, func() { w.word("----------") })
	case atom.Img:
		w.image(n)
	case atom.A:
		w.link(n)
	case atom.Li:
		w.block(1, func() { w.word("- "); w.children(n) })
	case atom.Td, atom.Th:
		w.children(n)
		w.space = true
	case atom.Blockquote:
		w.quote(n)
	case atom.Pre:
		w.pre++
		w.block(1, func() { w.children(n) })
		w.pre--
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl:
		w.block(2, func() { w.children(n) })
	case atom.Div, atom.Table, atom.Tr, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Dt, atom.Dd, atom.Center, atom.Address, atom.Fieldset, atom.Form:
		w.block(1, func() { w.children(n) })
	default:
		w.children(n)
	}
}

// block puts what write writes on lines of its own, with an empty line around where gap is 2.
func (w *textWriter) block(gap int, write func()) {
	w.owe(gap)
	write()
	w.owe(gap)
}

func (w *textWriter) owe(breaks int) {
	if w.filled || w.breaks > 0 {
		w.breaks = max(w.breaks, breaks)
	}
	w.space = false
}

// lineBreak ends a line, or makes an empty one where none was begun.
func (w *textWriter) lineBreak() {
	w.breaks = min(w.breaks+1, 3)
	w.space = false
}

func (w *textWriter) quote(n *html.Node) {
	w.owe(1)
	w.flush()
	w.quotes++
	w.children(n)
	w.quotes--
	w.owe(1)
}

// flush writes the line breaks owed, each new line with its quote marks.
func (w *textWriter) flush() {
	if w.out.Len() == 0 {
		w.breaks = 0
	}
	for ; w.breaks > 0; w.breaks-- {
		w.out.WriteByte('\n')
		w.filled = false
	}
}

func (w *textWriter) word(s string) {
	w.flush()
	if !w.filled {
		w.out.WriteString(quoteMarks(w.quotes))
		w.space = false
	}
	if w.space {
		w.out.WriteByte(' ')
	}
	w.space, w.filled = false, true
	w.out.WriteString(s)
}

func (w *textWriter) text(s string) {
	if w.pre > 0 {
		for i, line := range strings.Split(strings.TrimSuffix(s, "\n"), "\n") {
			if i > 0 {
				w.lineBreak()
			}
			if line != "" {
				w.word(line)
			}
		}
		return
	}
	if s != "" && isSpace(s[0]) {
		w.space = w.filled && w.breaks == 0
	}
	for i, word := range strings.FieldsFunc(s, func(r rune) bool { return r < 0x80 && isSpace(byte(r)) }) {
		if i > 0 {
			w.space = true
		}
		w.word(strings.ReplaceAll(word, "\u00a0", " "))
	}
	if s != "" && isSpace(s[len(s)-1]) {
		w.space = w.filled && w.breaks == 0
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

func (w *textWriter) image(n *html.Node) {
	if alt := strings.TrimSpace(attribute(n, "alt")); alt != "" {
		w.word("[" + alt + "]")
	}
}

func (w *textWriter) link(n *html.Node) {
	before := w.out.Len()
	w.children(n)
	words := strings.TrimSpace(w.out.String()[before:])
	href := strings.TrimSpace(attribute(n, "href"))
	plain := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(href, "mailto:"), "https://"), "http://")
	web := strings.HasPrefix(href, "http://") || strings.HasPrefix(href, "https://") || strings.HasPrefix(href, "mailto:")
	if !web || words == "" || strings.Contains(words, strings.TrimSuffix(plain, "/")) {
		return
	}
	w.space = true
	w.word("<" + strings.TrimPrefix(href, "mailto:") + ">")
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
