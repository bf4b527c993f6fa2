package message

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// document is a parsed HTML mail: its lines as a reader sees them, and its leaves numbered in their order, so that any
// stretch of lines can be written as HTML of its own.
type document struct {
	body  *html.Node
	lines []line
	first map[*html.Node]int // the number of the first leaf in a node
	last  map[*html.Node]int

	leaves int
	open   bool // the last line has words and goes on
	depth  int
	mark   mark
	pre    int
	space  bool
}

// maxNodes bounds the leaves of a document that is split; larger ones are shown whole.
const maxNodes = 100_000

// maxPieces bounds the pieces of a document, each of which is cut out of the whole: what has more is made to be costly.
const maxPieces = 100

// maxLine is how much of a line is kept to look at; no line that tells something is longer.
const maxLine = 8192

func splitHTML(source string) []Piece {
	d := readDocument(source)
	if d == nil || d.leaves > maxNodes {
		return []Piece{{Fresh, source}}
	}
	kinds := classify(d.lines)
	var pieces []Piece
	for from := 0; from < len(kinds); {
		to := from + 1
		for to < len(kinds) && kinds[to] == kinds[from] {
			to++
		}
		if len(pieces) == maxPieces {
			return []Piece{{Fresh, d.render(0, len(d.lines))}}
		}
		pieces = append(pieces, Piece{kinds[from], d.render(from, to)})
		from = to
	}
	return pieces
}

// bodyOf is a whole document as a fragment.
func bodyOf(source string) string {
	d := readDocument(source)
	if d == nil {
		return source
	}
	return d.render(0, len(d.lines))
}

func readDocument(source string) *document {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return nil
	}
	d := &document{first: map[*html.Node]int{}, last: map[*html.Node]int{}}
	for n := range root.Descendants() {
		if n.DataAtom == atom.Body {
			d.body = n
		}
	}
	if d.body == nil {
		return nil
	}
	d.read(d.body)
	return d
}

// render writes lines from to to (exclusive) with the elements around them.
func (d *document) render(from, to int) string {
	start, end := 0, d.leaves
	if from > 0 {
		start = d.lines[from].leaf
	}
	if to < len(d.lines) {
		end = d.lines[to].leaf
	}
	var b strings.Builder
	for c := d.body.FirstChild; c != nil; c = c.NextSibling {
		if part := d.cut(c, start, end); part != nil {
			if html.Render(&b, part) != nil {
				return ""
			}
		}
	}
	return b.String()
}

// cut copies a node with the leaves of one stretch only; nil if it has none of them.
func (d *document) cut(n *html.Node, start, end int) *html.Node {
	first, ok := d.first[n]
	if !ok || first >= end || d.last[n] < start {
		return nil
	}
	copied := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: n.Attr}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if part := d.cut(c, start, end); part != nil {
			copied.AppendChild(part)
		}
	}
	return copied
}

// read goes through a node and numbers its leaves.
func (d *document) read(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		d.text(n)
		return
	case n.Type != html.ElementNode || isHidden(n):
		return
	}
	before := d.leaves
	d.enter(n)
	if d.leaves > before {
		d.first[n], d.last[n] = before, d.leaves-1
	}
}

func isHidden(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Head, atom.Title:
		return true
	}
	return false
}

func (d *document) enter(n *html.Node) {
	what := programElement(n)
	block := isBlock(n) || what != (element{})
	if block {
		d.open = false
	}
	if what.mark != noMark {
		d.mark = what.mark
	}
	d.depth += what.depth
	d.content(n)
	d.depth -= what.depth
	if block {
		d.open = false
	}
	if what.mark == signMark {
		d.mark = afterMark
	} else if what.depth > 0 || what.mark == introMark {
		d.mark = noMark
	}
}

func (d *document) content(n *html.Node) {
	switch n.DataAtom {
	case atom.Br:
		if !d.open {
			d.begin("")
		}
		d.leaf(n)
		d.open = false
	case atom.Img:
		d.word(pictureLine)
		d.leaf(n)
	case atom.Hr:
		d.open = false
		d.begin("_____")
		d.leaf(n)
		d.open = false
	default:
		if n.DataAtom == atom.Pre || strings.Contains(strings.ReplaceAll(attribute(n, "style"), " ", ""), "white-space:pre") {
			d.pre++
			defer func() { d.pre-- }()
		}
		if n.FirstChild == nil {
			d.leaf(n)
		}
		for c := n.FirstChild; c != nil; {
			next := c.NextSibling
			d.read(c)
			c = next
		}
	}
}

// leaf numbers a node that is cut no further.
func (d *document) leaf(n *html.Node) {
	d.first[n], d.last[n] = d.leaves, d.leaves
	d.leaves++
}

// begin starts a line with the next leaf.
func (d *document) begin(text string) {
	d.lines = append(d.lines, line{text: text, depth: d.depth, mark: d.mark, leaf: d.leaves})
	d.mark = noMark
	d.open, d.space = true, false
}

func (d *document) word(s string) {
	if !d.open {
		d.begin(s)
		return
	}
	l := &d.lines[len(d.lines)-1]
	if len(l.text) > maxLine {
		return
	}
	if d.space && l.text != "" {
		l.text += " "
	}
	l.text += s
	d.space = false
}

// text adds words to the line. Text that keeps its line breaks is made one node for each line, so that it can be cut there.
func (d *document) text(n *html.Node) {
	if d.pre > 0 && strings.Contains(n.Data, "\n") {
		d.preformatted(n)
		return
	}
	data := strings.ReplaceAll(n.Data, "\u00a0", " ")
	if d.pre > 0 {
		d.preLine(strings.TrimRight(data, "\r"))
		d.leaf(n)
		return
	}
	words := strings.Fields(data)
	if len(words) > 0 {
		d.space = d.space || d.open && isSpace(data[0])
		if strings.Join(words, " ") == "--" && strings.HasSuffix(data, "-- ") && !d.open {
			words = []string{"-- "}
		}
		d.word(strings.Join(words, " "))
	}
	d.space = d.open && data != "" && isSpace(data[len(data)-1])
	d.leaf(n)
}

func (d *document) preformatted(n *html.Node) {
	parts := slices.Collect(strings.Lines(n.Data))
	node := n
	for i, part := range parts {
		if i > 0 {
			next := &html.Node{Type: html.TextNode}
			n.Parent.InsertBefore(next, node.NextSibling)
			node = next
		}
		node.Data = part
		d.preLine(strings.TrimRight(part, "\r\n"))
		d.leaf(node)
		d.open = d.open && !strings.HasSuffix(part, "\n")
	}
}

func (d *document) preLine(text string) {
	if d.open {
		d.word(text)
		return
	}
	l := textLines(text + "\n")[0]
	d.depth += l.depth
	d.begin(l.text)
	d.depth -= l.depth
}

// element is what a mail program's own element says.
type element struct {
	mark  mark
	depth int
}

var (
	quoteClasses     = []string{"gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "front-blockquote", "zmail_quote"}
	introClasses     = []string{"moz-cite-prefix", "gmail_attr", "protonmail_attribution"}
	signatureClasses = []string{"gmail_signature", "moz-signature", "protonmail_signature_block", "protonmail_signature_block-user", "zmail_signature", "ms-outlook-mobile-signature", "tutanota_signature"}
	restIDs          = []string{"divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container", "olk_src_body_section", "zwchr", "isreplycontent", "ms-outlook-mobile-body-separator-line"}
	signatureIDs     = []string{"signature", "applemailsignature", "ms-outlook-mobile-signature", "linebreakatbeginningofsignature"}
)

// programElement recognises the elements by which mail programs set off what they repeat, and signatures.
func programElement(n *html.Node) element {
	if n.Type != html.ElementNode {
		return element{}
	}
	id := strings.ToLower(strings.TrimPrefix(attribute(n, "id"), "x_"))
	classes := strings.Fields(strings.ToLower(attribute(n, "class")))
	for i, c := range classes {
		classes[i] = strings.TrimPrefix(c, "x_")
	}
	has := func(known []string) bool {
		return slices.ContainsFunc(classes, func(c string) bool { return slices.Contains(known, c) })
	}
	switch {
	case n.DataAtom == atom.Blockquote:
		return element{depth: 1}
	case has(introClasses):
		return element{mark: introMark}
	case has(quoteClasses) && !isForwardedQuote(n), strings.HasPrefix(id, "yahoo_quoted"), strings.EqualFold(attribute(n, "name"), "quote"):
		return element{depth: 1}
	case slices.Contains(restIDs, id), isOutlookBorder(n):
		return element{mark: restMark}
	case has(signatureClasses), slices.Contains(signatureIDs, id):
		return element{mark: signMark}
	}
	return element{}
}

// isForwardedQuote: Gmail puts what it hands on into the same element as what it repeats.
func isForwardedQuote(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return isForwardLine(line{text: strings.TrimSpace(c.Data)})
		}
	}
	return false
}

// isOutlookBorder is the rule that Outlook for the desktop draws over the header of what it repeats: a border on top alone,
// with a header's field under it.
func isOutlookBorder(n *html.Node) bool {
	style := strings.ToLower(strings.ReplaceAll(attribute(n, "style"), " ", ""))
	if n.DataAtom != atom.Div || !strings.Contains(style, "border-top:solid") || !strings.Contains(style, "border:none") {
		return false
	}
	var words strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			words.WriteString(c.Data)
		}
		if words.Len() > 60 {
			break
		}
	}
	kind, _ := headerName(strings.TrimSpace(words.String()))
	return kind == fromName || kind == dateName
}

func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Table, atom.Tr, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd, atom.Pre, atom.Blockquote, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Section, atom.Article, atom.Header, atom.Footer, atom.Center, atom.Address, atom.Form, atom.Fieldset, atom.Body:
		return true
	}
	return false
}
