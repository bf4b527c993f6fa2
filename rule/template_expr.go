package rule

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// expression is a value with the filters it goes through.
type expression struct {
	constant value
	path     []string // instead of the constant
	filters  []filterCall
}

type filterCall struct {
	do   filter
	args []expression
}

func (e expression) value(r *renderer) value {
	v := e.constant
	if e.path != nil {
		v = r.lookup(e.path)
	}
	for _, f := range e.filters {
		if r.done() {
			return value{}
		}
		args := make([]value, len(f.args))
		for i, a := range f.args {
			args[i] = a.value(r)
		}
		v = f.do(r, v, args)
		if len(v.text) > r.limit || len(v.html) > r.limit { // a filter made it grow
			v = value{}
		}
	}
	return v
}

var pathForm = regexp.MustCompile(`^[A-Za-z_][\w-]*(\.[\w-]+)*$`)

// expression reads "ticket.title | upcase | default: 'none'".
func (p *parser) expression(text, whole string) expression {
	parts := splitOutside(text, '|')
	e := p.operand(parts[0], whole)
	for _, part := range parts[1:] {
		name, args, _ := strings.Cut(part, ":")
		do, known := filters()[strings.TrimSpace(name)]
		if !known {
			p.result.faults = append(p.result.faults, whole)
			return expression{}
		}
		call := filterCall{do: do}
		if strings.TrimSpace(args) != "" {
			for _, a := range splitOutside(args, ',') {
				call.args = append(call.args, p.operand(a, whole))
			}
		}
		e.filters = append(e.filters, call)
	}
	return e
}

// operand is a text in quotes, a number, a word for a constant, or the path of a value.
func (p *parser) operand(text, whole string) expression {
	text = strings.TrimSpace(text)
	if n := len(text); n >= 2 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] {
		return expression{constant: textValue(text[1 : n-1])}
	}
	switch text {
	case "", "nil", "null", "blank", "empty":
		if text == "" {
			p.result.faults = append(p.result.faults, whole)
		}
		return expression{}
	case "true":
		return expression{constant: boolValue(true)}
	case "false":
		return expression{constant: boolValue(false)}
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return expression{constant: textValue(text)}
	}
	if !pathForm.MatchString(text) {
		p.result.faults = append(p.result.faults, whole)
		return expression{}
	}
	path := strings.Split(text, ".")
	p.result.paths = append(p.result.paths, reference{path, maps.Clone(p.locals)})
	return expression{path: path}
}

// test reads "a == b and c contains d or e"; and binds closer than or.
func (p *parser) test(text, whole string) func(*renderer) bool {
	var either []func(*renderer) bool
	for _, some := range splitWord(text, "or") {
		var all []func(*renderer) bool
		for _, one := range splitWord(some, "and") {
			all = append(all, p.comparison(one, whole))
		}
		either = append(either, func(r *renderer) bool {
			return !slices.ContainsFunc(all, func(holds func(*renderer) bool) bool { return !holds(r) })
		})
	}
	return func(r *renderer) bool {
		return slices.ContainsFunc(either, func(holds func(*renderer) bool) bool { return holds(r) })
	}
}

var comparison = regexp.MustCompile(`^\s*("[^"]*"|'[^']*'|[^\s=!<>"']+)\s*(==|!=|<>|<=|>=|<|>|\bcontains\b)\s*("[^"]*"|'[^']*'|\S+)\s*$`)

func (p *parser) comparison(text, whole string) func(*renderer) bool {
	m := comparison.FindStringSubmatch(text)
	if m == nil {
		e := p.expression(text, whole)
		return func(r *renderer) bool { return e.value(r).isTrue() }
	}
	a, b := p.operand(m[1], whole), p.operand(m[3], whole)
	return func(r *renderer) bool { return compare(a.value(r), m[2], b.value(r)) }
}

func compare(a value, op string, b value) bool {
	switch op {
	case "==":
		return a.equals(b)
	case "!=", "<>":
		return !a.equals(b)
	case "contains":
		return a.contains(b)
	}
	order := strings.Compare(a.text, b.text)
	x, isNumber := a.number()
	if y, ok := b.number(); ok && isNumber {
		order = int(min(1, max(-1, (x-y)*1e9)))
	}
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// splitOutside cuts a text at a separator that does not stand in quotes.
func splitOutside(s string, separator byte) (out []string) {
	var quote byte
	start := 0
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == separator:
			out, start = append(out, s[start:i]), i+1
		}
	}
	return append(out, s[start:])
}

// splitWord cuts a text at a word that stands by itself, outside of quotes.
func splitWord(s, word string) []string {
	var out []string
	var now []string
	for _, part := range splitOutside(s, ' ') {
		if part == word {
			out, now = append(out, strings.Join(now, " ")), nil
			continue
		}
		now = append(now, part)
	}
	return append(out, strings.Join(now, " "))
}
