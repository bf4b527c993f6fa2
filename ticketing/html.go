package ticketing

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"interdesk/desk"
)

// cleaner lets through the HTML that a comment needs and nothing that runs or restyles the page.
type cleaner struct{ policy *bluemonday.Policy }

func newCleaner() *cleaner {
	p := bluemonday.NewPolicy()
	p.AllowStandardURLs()
	p.AllowElements("p", "br", "hr", "div", "span", "b", "strong", "i", "em", "u", "s", "del", "ins", "sub", "sup", "small",
		"blockquote", "pre", "code", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd",
		"table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt", "width", "height").OnElements("img")
	p.AllowAttrs("colspan", "rowspan").OnElements("td", "th")
	p.AllowAttrs("type").Matching(quoted).OnElements("blockquote")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return &cleaner{policy: p}
}

// quoted marks what a mail repeats of another one: pages fold it.
var quoted = regexp.MustCompile(`^cite$`)

// HTML sanitises a fragment (nhd §16 row 9) and closes what it leaves open, no more: it stands within a page's own elements.
func (c *cleaner) HTML(fragment string) string {
	return strings.TrimSpace(wellFormed(c.policy.Sanitize(fragment)))
}

// linkText makes the web addresses in the words of a clean fragment links, but for those in links and code.
func linkText(fragment string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(fragment))
	for kept := 0; ; {
		kind := z.Next()
		raw := z.Raw()
		name, _ := z.TagName()
		tag := atom.Lookup(name)
		switch {
		case kind == html.ErrorToken:
			return b.String()
		case tag != atom.A && tag != atom.Code && tag != atom.Pre:
		case kind == html.StartTagToken:
			kept++
		case kind == html.EndTagToken:
			kept--
		}
		if kind == html.TextToken && kept <= 0 {
			writeLinks(&b, html.UnescapeString(string(raw)))
		} else {
			b.Write(raw)
		}
	}
}

func writeLinks(b *strings.Builder, text string) {
	for text != "" {
		before, link, to, after := desk.CutLink(text)
		b.WriteString(html.EscapeString(before))
		if link != "" {
			b.WriteString(`<a href="` + html.EscapeString(to) + `" rel="nofollow noreferrer noopener" target="_blank">` + html.EscapeString(link) + `</a>`)
		}
		text = after
	}
}

// shown is the policy for HTML that is looked at without being stored.
var shown = sync.OnceValue(newCleaner)

// CleanHTML is HTML from elsewhere as a comment would have it.
func CleanHTML(fragment string) string { return shown().HTML(fragment) }

// wellFormed is a fragment as browsers understand it inside of an element.
func wellFormed(fragment string) string {
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return html.EscapeString(fragment)
	}
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return html.EscapeString(fragment)
		}
	}
	return b.String()
}

// Partner sanitises what another desk wrote. Its images become links: they would load by themselves from where the partner
// likes and tell it who reads when (nhd §16 row 9).
func (c *cleaner) Partner(fragment string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(c.HTML(fragment)))
	for z.Next() != html.ErrorToken {
		t := z.Token()
		if t.DataAtom != atom.Img {
			b.WriteString(t.String())
			continue
		}
		src, alt := attributeOf(t, "src"), attributeOf(t, "alt")
		if src != "" {
			b.WriteString(`<a href="` + html.EscapeString(src) + `">` + html.EscapeString(cmp.Or(alt, src)) + `</a>`)
		}
	}
	return c.HTML(b.String())
}

func attributeOf(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// PlainText is a fragment as a person would read it aloud: blocks on lines of their own, links as their words, items of lists
// with their bullets and numbers, and what is laid out by blanks as it stands.
func PlainText(fragment string) string {
	w := textWriter{}
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return collapseBlankLines(w.String())
		case html.TextToken:
			w.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			w.open(atom.Lookup(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			w.close(atom.Lookup(name))
		}
	}
}

// textWriter gathers plain text. Lines that begin with keepLine keep their blanks.
type textWriter struct {
	strings.Builder
	pre   int
	lists []int // of each list that is open, the number of its last item; unnumbered counts from bullets
}

const (
	keepLine  = "\x00"   // no comment has one
	hardBlank = "\u00a0" // that HTML does not run together
	bullets   = -1 << 30
)

func (w *textWriter) text(s string) {
	if w.pre > 0 {
		s = strings.ReplaceAll(s, "\n", "\n"+keepLine)
	}
	w.WriteString(s)
}

func (w *textWriter) open(tag atom.Atom) {
	w.separate(tag)
	switch tag {
	case atom.Pre:
		w.pre++
		w.WriteString(keepLine)
	case atom.Ul:
		w.lists = append(w.lists, bullets)
	case atom.Ol:
		w.lists = append(w.lists, 0)
	case atom.Li:
		w.item()
	}
}

// item begins an item of the innermost list.
func (w *textWriter) item() {
	depth := len(w.lists)
	if depth == 0 {
		return
	}
	w.lists[depth-1]++
	mark := "- "
	if n := w.lists[depth-1]; n > 0 {
		mark = strconv.Itoa(n) + ". "
	}
	w.WriteString(keepLine + strings.Repeat("  ", depth-1) + mark)
}

func (w *textWriter) close(tag atom.Atom) {
	switch {
	case tag == atom.Pre && w.pre > 0:
		w.pre--
	case (tag == atom.Ul || tag == atom.Ol) && len(w.lists) > 0:
		w.lists = w.lists[:len(w.lists)-1]
	}
	if tag != atom.Li { // the next one begins a line
		w.separate(tag)
	}
}

// separate ends the line before a block, and leaves one empty before those that stand apart; lists in lists do not.
func (w *textWriter) separate(tag atom.Atom) {
	inner := (tag == atom.Ul || tag == atom.Ol) && len(w.lists) > 0
	if inner || tag == atom.Li {
		if !strings.HasSuffix(w.String(), "\n") {
			w.WriteString("\n")
		}
		return
	}
	w.WriteString(blockSeparator(tag))
}

func blockSeparator(tag atom.Atom) string {
	switch tag {
	case atom.Br, atom.Div, atom.Tr, atom.Dt, atom.Dd:
		return "\n"
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre, atom.Table, atom.Ul, atom.Ol, atom.Hr:
		return "\n\n"
	case atom.Td, atom.Th:
		return "\t"
	}
	return ""
}

// collapseBlankLines keeps at most one empty line between paragraphs and no blanks at line ends.
func collapseBlankLines(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		kept, keep := strings.CutPrefix(line, keepLine)
		if keep {
			line = strings.TrimRight(strings.ReplaceAll(kept, keepLine, ""), " \t\r")
		} else {
			line = strings.Trim(strings.ReplaceAll(line, keepLine, ""), " \t\r")
		}
		if strings.Contains(line, hardBlank) { // which indents
			line = strings.TrimRight(strings.ReplaceAll(line, hardBlank, " "), " ")
		}
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}
