package ticketing

import (
	"cmp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
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
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return &cleaner{policy: p}
}

// HTML sanitises a fragment (nhd §16 row 9).
func (c *cleaner) HTML(fragment string) string { return strings.TrimSpace(c.policy.Sanitize(fragment)) }

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

// plainText is a fragment as a person would read it aloud: blocks on lines of their own, links as their words.
func plainText(fragment string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return collapseBlankLines(b.String())
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			b.WriteString(blockSeparator(atom.Lookup(name)))
		}
	}
}

func blockSeparator(tag atom.Atom) string {
	switch tag {
	case atom.Br, atom.Div, atom.Tr, atom.Li, atom.Dt, atom.Dd:
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
		line = strings.TrimSpace(line)
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
