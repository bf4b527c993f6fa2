package rule

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// value is what an expression stands for: a text, and where they are more than that a form for HTML, a list, members, a time.
type value struct {
	text    string
	html    string // as it stands in HTML; "": the text, escaped. It is harmless
	link    string // in HTML, where "#" stands before it
	list    []value
	members map[string]value
	time    time.Time
	falsity bool // the constant false, which has a text and is not true
	json    bool // the text is JSON already
}

func textValue(s string) value { return value{text: s} }

func numberValue(n int) value { return value{text: strconv.Itoa(n)} }

func boolValue(b bool) value { return value{text: strconv.FormatBool(b), falsity: !b} }

// isTrue: what is empty is not. Liquid itself takes an empty text for true; who asks whether a ticket has an assignee does not.
func (v value) isTrue() bool {
	return !v.falsity && (v.text != "" || v.html != "" || len(v.list) > 0 || v.members != nil)
}

func (v value) isEmpty() bool {
	return v.text == "" && v.html == "" && len(v.list) == 0 && v.members == nil
}

func (v value) number() (float64, bool) {
	n, err := strconv.ParseFloat(v.text, 64)
	return n, err == nil
}

func (v value) equals(o value) bool {
	x, isNumber := v.number()
	if y, ok := o.number(); ok && isNumber {
		return x == y
	}
	if o.isEmpty() || v.isEmpty() {
		return o.isEmpty() && v.isEmpty()
	}
	return v.text == o.text
}

// contains: a list has an element, a text a part.
func (v value) contains(o value) bool {
	if len(v.list) > 0 {
		return slices.ContainsFunc(v.list, o.equals)
	}
	return o.text != "" && strings.Contains(v.text, o.text)
}

func reversed(list []value) []value {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// lookup finds the value of a path: of the template's own names first, then of the placeholders.
func (r *renderer) lookup(path []string) value {
	if v, ok := r.locals[path[0]]; ok {
		return v.member(path[1:])
	}
	v, _ := r.values.lookup(path)
	return v
}

// member follows a path into a value; what is not there is empty.
func (v value) member(path []string) value {
	for _, name := range path {
		switch {
		case name == "size" && v.list != nil:
			v = numberValue(len(v.list))
		case name == "first" && len(v.list) > 0:
			v = v.list[0]
		case name == "last" && len(v.list) > 0:
			v = v.list[len(v.list)-1]
		default:
			v = v.members[name]
		}
	}
	return v
}
