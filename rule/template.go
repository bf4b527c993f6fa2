package rule

import (
	"html"
	"strings"
	"unicode/utf8"
)

// A template is a text that staff wrote: words, placeholders {{…}} and the tags {% if %}, {% unless %}, {% case %}, {% for %},
// {% assign %}, {% comment %} and {% raw %}. It is a closed part of Liquid, so that texts people have go on to work: it reads
// nothing but [PlaceholderValues], includes no files, and what a value holds is never looked at again, so that words
// typed by end users or partners are not evaluated. A run is bounded in what it writes and in how much it does. Nothing in a
// template is an error: what is unknown is empty, a tag that is none stays as it stands, and [TemplateFaults] tells of both.

// Format is what a template and its result are.
type Format int

const (
	Plain    Format = iota // text makes text
	HTML                   // HTML makes HTML; values are escaped
	TextHTML               // text makes HTML: its own words are escaped as well
)

// Bounds of a template. What is longer between braces is taken for text.
const (
	maxMarkup   = 400
	maxDepth    = 20     // blocks within blocks
	maxSteps    = 10_000 // values and tags looked at in one run
	maxElements = 5000   // of a collection that are gone through
)

// Fill puts values in the place of what a template asks for. The result has at most limit bytes: text is cut there, a value
// that no longer fits is left out whole.
func Fill(template string, w *PlaceholderValues, format Format, limit int) string {
	r := &renderer{values: w, format: format, limit: limit, locals: map[string]value{}}
	r.run(parseTemplate(template).nodes)
	return r.out.String()
}

// renderer is one run of a template.
type renderer struct {
	values *PlaceholderValues
	format Format
	limit  int
	out    strings.Builder
	locals map[string]value
	steps  int
	full   bool      // something was cut: nothing more is written
	body   bodyState // of a body for programs
}

// isHTML tells whether a page is made.
func (r *renderer) isHTML() bool { return r.format == HTML || r.format == TextHTML }

// isBody tells whether a body for programs is made.
func (r *renderer) isBody() bool { return r.format >= JSON }

// done counts a step and tells whether it is one too many.
func (r *renderer) done() bool {
	r.steps++
	return r.full || r.steps > maxSteps
}

func (r *renderer) run(nodes []node) {
	for _, n := range nodes {
		if r.done() {
			return
		}
		n.render(r)
	}
}

// node is a part of a template.
type node interface{ render(r *renderer) }

type literal string

func (n literal) render(r *renderer) {
	if r.format != TextHTML {
		r.full = !appendCut(&r.out, string(n), r.limit)
		r.body.read(string(n), r.format)
		return
	}
	for _, letter := range string(n) {
		escaped := escapeText(string(letter))
		if r.full = r.out.Len()+len(escaped) > r.limit; r.full {
			return
		}
		r.out.WriteString(escaped)
	}
}

type output struct{ expression }

func (n output) render(r *renderer) {
	v := n.value(r)
	text := v.text
	switch {
	case r.format == Plain:
	case r.isBody():
		text = r.body.write(v, r.format)
		r.full = r.out.Len()+len(text) > r.limit
	case v.link != "" && strings.HasSuffix(r.out.String(), "#"):
		text = `<a href="` + html.EscapeString(v.link) + `">` + html.EscapeString(text) + "</a>"
	case v.html != "":
		text = v.html
	case len(text) <= r.limit: // escaping only makes it longer
		text = escapeText(text)
	}
	if r.out.Len()+len(text) <= r.limit {
		r.out.WriteString(text)
	}
}

// escapeText is a text as HTML, with its lines.
func escapeText(s string) string {
	return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>\n")
}

type ifNode struct{ branches []branch }

// branch is what is written when its test holds; one without test always does.
type branch struct {
	test func(*renderer) bool
	body []node
}

func (n ifNode) render(r *renderer) {
	for _, b := range n.branches {
		if b.test == nil || b.test(r) {
			r.run(b.body)
			return
		}
	}
}

type forNode struct {
	name          string
	of            expression
	limit, offset expression
	reversed      bool
	body, none    []node
}

func (n forNode) render(r *renderer) {
	list := n.elements(r)
	if len(list) == 0 {
		r.run(n.none)
		return
	}
	outer, outerLoop := r.locals[n.name], r.locals["forloop"]
	for i, element := range list {
		if r.done() {
			break
		}
		r.locals[n.name], r.locals["forloop"] = element, loopValue(i, len(list))
		r.run(n.body)
	}
	r.locals[n.name], r.locals["forloop"] = outer, outerLoop
}

// elements are what a loop goes through.
func (n forNode) elements(r *renderer) []value {
	list := n.of.value(r).list
	if offset, ok := n.offset.value(r).number(); ok {
		list = list[min(len(list), max(0, int(offset))):]
	}
	if limit, ok := n.limit.value(r).number(); ok {
		list = list[:min(len(list), max(0, int(limit)))]
	}
	list = list[:min(len(list), maxElements)]
	if n.reversed {
		list = reversed(list)
	}
	return list
}

func loopValue(i, n int) value {
	return value{members: map[string]value{
		"index": numberValue(i + 1), "index0": numberValue(i), "length": numberValue(n),
		"first": boolValue(i == 0), "last": boolValue(i == n-1), "rindex": numberValue(n - i),
	}}
}

type assignNode struct {
	name string
	to   expression
}

func (n assignNode) render(r *renderer) { r.locals[n.name] = n.to.value(r) }

// appendCut writes a text, or as many of its characters as there is room for; it tells whether all of it went in.
func appendCut(b *strings.Builder, text string, limit int) bool {
	room := max(0, limit-b.Len())
	if len(text) <= room {
		b.WriteString(text)
		return true
	}
	for room > 0 && !utf8.RuneStart(text[room]) {
		room--
	}
	b.WriteString(text[:room])
	return false
}
