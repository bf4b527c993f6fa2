package redaction

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTML is a document as it may leave, and what was found in it. One in which nothing is found stays as it is, byte for byte. What
// nobody sees, comments and scripts, goes where something is found.
func (r *Redactor) HTML(document string) (string, []Found) {
	if r == nil || document == "" {
		return document, nil
	}
	d := read(document)
	spans := r.spans(d.shown)
	found := foundOf(spans)
	for n := range d.parts {
		found = append(found, r.attributes(&d.parts[n])...)
		if d.parts[n].unseen != "" {
			found = append(found, r.Finds(d.parts[n].unseen)...)
		}
	}
	if len(found) == 0 {
		return document, nil
	}
	return d.write(spans), found
}

// part is a tag or a text of a document.
type part struct {
	token    html.Token
	raw      string
	from, to int    // what a text shows, within what the document shows
	unseen   string // what nobody sees: a comment, the text of a script, a tag without an end
	changed  bool
}

// document is one that was read.
type document struct {
	parts []part
	shown string // all that it shows; whatever ends a line is one
}

func read(text string) (d document) {
	z := html.NewTokenizer(strings.NewReader(text))
	var shown strings.Builder
	hidden, pre := atom.Atom(0), 0
	for {
		kind := z.Next()
		p := part{raw: string(z.Raw())}
		if kind == html.ErrorToken { // what stands behind the last whole tag
			d.parts = append(d.parts, part{raw: p.raw, unseen: p.raw})
			break
		}
		p.token = z.Token()
		switch {
		case kind == html.TextToken && hidden != 0, kind == html.CommentToken, kind == html.DoctypeToken:
			p.unseen = p.token.Data
		case kind == html.TextToken:
			p.from = shown.Len()
			if pre == 0 {
				p.token.Data = blanks.Replace(p.token.Data)
			}
			shown.WriteString(p.token.Data)
			p.to = shown.Len()
		case p.token.DataAtom == atom.Pre && kind == html.StartTagToken:
			pre++
		case p.token.DataAtom == atom.Pre && kind == html.EndTagToken:
			pre = max(pre-1, 0)
		case kind == html.StartTagToken && (p.token.DataAtom == atom.Script || p.token.DataAtom == atom.Style):
			hidden = p.token.DataAtom
		case kind == html.EndTagToken && p.token.DataAtom == hidden:
			hidden = 0
		}
		if kind != html.TextToken && kind != html.CommentToken && !slices.Contains(inline, p.token.DataAtom) {
			shown.WriteByte('\n')
		}
		d.parts = append(d.parts, p)
	}
	d.shown = shown.String()
	return d
}

// blanks: what ends a line in the source of a document is a blank in what it shows.
var blanks = strings.NewReplacer("\r", " ", "\n", " ", "\t", " ", "\f", " ")

// inline are the elements that stand within a line.
var inline = []atom.Atom{atom.A, atom.Abbr, atom.Acronym, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Data, atom.Del,
	atom.Dfn, atom.Em, atom.Font, atom.I, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Q, atom.S, atom.Samp, atom.Small, atom.Span, atom.Strike,
	atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Tt, atom.U, atom.Var, atom.Wbr, atom.Img, atom.Picture, atom.Source,
	atom.Script, atom.Style}

// attributes redacts the attributes of a tag, and what a tag has beside them. An address that has something in it goes; pictures
// that are their own address are no text.
func (r *Redactor) attributes(p *part) (out []Found) {
	if p.unseen != "" || p.token.Type == html.TextToken {
		return nil
	}
	var kept []html.Attribute
	for _, a := range p.token.Attr {
		if strings.HasPrefix(strings.TrimSpace(a.Val), "data:image/") {
			kept = append(kept, a)
			continue
		}
		found := r.Finds(readable(a.Val))
		found = append(found, r.Finds(a.Key)...)
		if len(found) == 0 {
			kept = append(kept, a)
			continue
		}
		p.changed, out = true, append(out, found...)
		if text, _ := r.Text(a.Val); !isAddress(a.Key) && len(r.Finds(a.Key)) == 0 && len(r.Finds(readable(text))) == 0 {
			a.Val = text
			kept = append(kept, a)
		}
	}
	p.token.Attr = kept
	if !p.changed && !strings.Contains(p.raw, "data:image/") {
		out = r.Finds(readable(p.raw))
		p.changed = len(out) > 0
	}
	return out
}

func isAddress(attribute string) bool {
	return slices.Contains([]string{"href", "src", "srcset", "action", "cite", "background", "poster", "data", "formaction"}, attribute)
}

// readable is an address without the signs that stand for others.
func readable(address string) string {
	for range 2 { // an address may stand within another one
		if inner, err := url.PathUnescape(address); err == nil && strings.Contains(inner, "%") {
			address = inner
		}
	}
	if plain, err := url.QueryUnescape(address); err == nil {
		if plain != address && strings.Contains(address, "+") {
			return plain + "\n" + address // a plus is a space in some parts of an address and itself in others
		}
		return plain
	}
	return address
}

// write is the document without what was found.
func (d *document) write(spans []span) string {
	var out strings.Builder
	for n := range d.parts {
		p := &d.parts[n]
		switch {
		case p.unseen != "":
		case p.token.Type == html.TextToken:
			out.WriteString(p.without(spans, d.shown))
		case p.changed:
			out.WriteString(p.token.String())
		default:
			out.WriteString(p.raw)
		}
	}
	return out.String()
}

// without is a text without what was found, and with words in its place where it begins.
func (p *part) without(spans []span, shown string) string {
	touched := slices.ContainsFunc(spans, func(s span) bool { return s.from < p.to && s.to > p.from })
	if !touched {
		return p.raw
	}
	var out strings.Builder
	at := p.from
	for _, s := range spans {
		if s.to <= p.from || s.from >= p.to {
			continue
		}
		out.WriteString(html.EscapeString(shown[at:max(at, s.from)]))
		if s.from >= p.from {
			out.WriteString(html.EscapeString(mask(s.Label)))
		}
		at = min(s.to, p.to)
	}
	out.WriteString(html.EscapeString(shown[at:p.to]))
	return out.String()
}
