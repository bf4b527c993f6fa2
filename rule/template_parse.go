package rule

import (
	"regexp"
	"slices"
	"strings"
)

// parsedTemplate is a template taken apart. Faults are what stands in it and means nothing.
type parsedTemplate struct {
	nodes  []node
	faults []string
	paths  []reference // the values it asks for
}

// reference is a value that a template asks for; locals are what it has named itself.
type reference struct {
	path   []string
	locals map[string]string // name → the collection it goes through, "" for anything
}

// piece is a stretch of a template: text, or what stands between braces.
type piece struct {
	kind  byte // 't'ext, 'o'utput, 't'ag is '%'
	text  string
	whole string // with its braces
}

const (
	textPiece   = 't'
	outputPiece = '{'
	tagPiece    = '%'
)

// splitTemplate cuts a template into pieces. Braces that are not closed soon are text.
func splitTemplate(s string) (out []piece) {
	trim := false
	text := func(t string) {
		if trim {
			t = strings.TrimLeft(t, " \t\r\n")
		}
		if t != "" {
			out = append(out, piece{kind: textPiece, text: t})
			trim = false
		}
	}
	for s != "" {
		at := nextMarkup(s)
		if at < 0 {
			text(s)
			break
		}
		closing := map[byte]string{'{': "}}", '%': "%}"}[s[at+1]]
		window := s[at+2 : min(len(s), at+2+maxMarkup)]
		inner, _, closed := strings.Cut(window, closing)
		if !closed || strings.Contains(inner, "{{") || strings.Contains(inner, "{%") {
			text(s[:at+2])
			s = s[at+2:]
			continue
		}
		before := s[:at]
		if strings.HasPrefix(inner, "-") {
			before = strings.TrimRight(before, " \t\r\n")
		}
		text(before)
		end := at + 2 + len(inner) + 2
		out = append(out, piece{kind: s[at+1], text: strings.TrimSpace(strings.Trim(inner, "-")), whole: s[at:end]})
		trim = strings.HasSuffix(inner, "-")
		s = s[end:]
	}
	return out
}

// nextMarkup is where the next braces open, -1 for nowhere.
func nextMarkup(s string) int {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '{' && (s[i+1] == '{' || s[i+1] == '%') {
			return i
		}
	}
	return -1
}

// parser makes nodes of pieces.
type parser struct {
	pieces []piece
	at     int
	depth  int
	locals map[string]string
	result parsedTemplate
}

func parseTemplate(s string) parsedTemplate {
	p := &parser{pieces: splitTemplate(s), locals: map[string]string{}}
	for p.at < len(p.pieces) {
		nodes, stop := p.block()
		p.result.nodes = append(p.result.nodes, nodes...)
		if stop != nil { // a closing tag with nothing to close
			p.result.nodes = append(p.result.nodes, p.fault(*stop))
		}
	}
	return p.result
}

// fault keeps a piece as the text it is.
func (p *parser) fault(t piece) node {
	p.result.faults = append(p.result.faults, t.whole)
	return literal(t.whole)
}

// block reads nodes until a tag that it does not know, which is returned: the caller's, or a mistake.
func (p *parser) block() (nodes []node, stop *piece) {
	for p.at < len(p.pieces) {
		t := p.pieces[p.at]
		p.at++
		switch t.kind {
		case textPiece:
			nodes = append(nodes, literal(t.text))
		case outputPiece:
			nodes = append(nodes, output{p.expression(t.text, t.whole)})
		default:
			n, known := p.tag(t)
			if !known {
				return nodes, &t
			}
			if n != nil {
				nodes = append(nodes, n)
			}
		}
	}
	return nodes, nil
}

var assignment = regexp.MustCompile(`^([A-Za-z_]\w*)\s*=\s*(.+)$`)

// tag reads a tag with all up to its end. known is false for what ends or divides a block.
func (p *parser) tag(t piece) (_ node, known bool) {
	word, rest, _ := strings.Cut(t.text, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "endif", "endunless", "endfor", "endcase", "else", "elsif", "when", "endcomment", "endraw":
		return nil, false
	case "comment", "raw":
		return p.verbatim(t, word), true
	case "assign":
		m := assignment.FindStringSubmatch(rest)
		if m == nil {
			return p.fault(t), true
		}
		n := assignNode{m[1], p.expression(m[2], t.whole)}
		p.locals[m[1]] = ""
		return n, true
	}
	if p.depth >= maxDepth {
		return p.fault(t), true
	}
	p.depth++
	defer func() { p.depth-- }()
	switch word {
	case "if", "unless":
		return p.conditional(t, rest, word == "unless"), true
	case "case":
		return p.caseOf(t, rest), true
	case "for":
		return p.loop(t, rest), true
	}
	return p.fault(t), true
}

// verbatim takes what lies up to the tag's end as text, or leaves it out.
func (p *parser) verbatim(t piece, word string) node {
	var b strings.Builder
	for i, inner := range p.pieces[p.at:] {
		if inner.kind == tagPiece && inner.text == "end"+word {
			p.at += i + 1
			if word == "comment" {
				return nil
			}
			return literal(b.String())
		}
		b.WriteString(textOf(inner))
	}
	return p.fault(t)
}

func textOf(t piece) string {
	if t.kind == textPiece {
		return t.text
	}
	return t.whole
}

// conditional reads {% if %} … {% elsif %} … {% else %} … {% endif %}, and unless.
func (p *parser) conditional(t piece, test string, negate bool) node {
	end := "endif"
	first := branch{test: p.test(test, t.whole)}
	if negate {
		end = "endunless"
		holds := first.test
		first.test = func(r *renderer) bool { return !holds(r) }
	}
	return ifNode{p.branches(t, first, end, "elsif", p.test)}
}

// caseOf reads {% case x %}{% when a, b %} … {% else %} … {% endcase %}.
func (p *parser) caseOf(t piece, subject string) node {
	of := p.expression(subject, t.whole)
	never := branch{test: func(*renderer) bool { return false }} // what stands before the first when
	return ifNode{p.branches(t, never, "endcase", "when", func(list string, whole string) func(*renderer) bool {
		var among []expression
		for _, one := range splitOutside(strings.ReplaceAll(list, " or ", ","), ',') {
			among = append(among, p.expression(one, whole))
		}
		return func(r *renderer) bool {
			v := of.value(r)
			return slices.ContainsFunc(among, func(e expression) bool { return v.equals(e.value(r)) })
		}
	})}
}

// branches reads the parts of a block, which more tests and else divide.
func (p *parser) branches(t piece, first branch, end, again string, test func(text, whole string) func(*renderer) bool) (out []branch) {
	now := first
	for {
		nodes, stop := p.block()
		now.body = append(now.body, nodes...)
		if stop == nil {
			p.result.faults = append(p.result.faults, t.whole) // never closed
			return append(out, now)
		}
		word, rest, _ := strings.Cut(stop.text, " ")
		switch word {
		case end:
			return append(out, now)
		case again:
			out, now = append(out, now), branch{test: test(strings.TrimSpace(rest), stop.whole)}
		case "else":
			out, now = append(out, now), branch{}
		default:
			now.body = append(now.body, p.fault(*stop))
		}
	}
}

var loopHead = regexp.MustCompile(`^([A-Za-z_]\w*)\s+in\s+([\w.]+)((?:\s+(?:reversed|limit:\s*[\w.]+|offset:\s*[\w.]+))*)$`)

var loopOption = regexp.MustCompile(`(reversed|limit|offset)(?::\s*([\w.]+))?`)

// loop reads {% for x in collection %} … {% else %} … {% endfor %}.
func (p *parser) loop(t piece, head string) node {
	m := loopHead.FindStringSubmatch(head)
	if m == nil {
		return p.fault(t)
	}
	n := forNode{name: m[1], of: p.expression(m[2], t.whole)}
	for _, option := range loopOption.FindAllStringSubmatch(m[3], -1) {
		switch option[1] {
		case "reversed":
			n.reversed = true
		case "limit":
			n.limit = p.expression(option[2], t.whole)
		case "offset":
			n.offset = p.expression(option[2], t.whole)
		}
	}
	before, had := p.locals[m[1]]
	p.locals[m[1]], p.locals["forloop"] = m[2], ""
	parts := p.branches(t, branch{}, "endfor", "", nil)
	if delete(p.locals, m[1]); had {
		p.locals[m[1]] = before
	}
	n.body = parts[0].body
	if len(parts) > 1 {
		n.none = parts[1].body
	}
	return n
}
