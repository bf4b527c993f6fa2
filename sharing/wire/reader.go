package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// reader takes the members of one object out of a tree. The first refusal sticks in problem, which all readers of one
// message share, so that the readers of messages stay plain lists of members.
type reader struct {
	path    string
	members map[string]any
	problem *error
	budget  *budget
}

// budget counts what is limited over the whole message.
type budget struct{ attachments int }

func newReader(body []byte) (reader, error) {
	members, err := tree(body)
	var problem error
	return reader{members: members, problem: &problem, budget: &budget{}}, err
}

func (r reader) field(name string) string {
	if r.path == "" {
		return name
	}
	return r.path + "." + name
}

func (r reader) refuse(name, format string, args ...any) {
	if *r.problem == nil {
		*r.problem = &Error{Field: r.field(name), Reason: fmt.Sprintf(format, args...)}
	}
}

// child returns the reader of an object below this one.
func (r reader) child(name string, members map[string]any) reader {
	r.path, r.members = r.field(name), members
	return r
}

// text reads a string of at most max bytes.
func (r reader) text(name string, max int) Opt[string] {
	value, there := r.members[name]
	if !there {
		return Opt[string]{}
	}
	switch v := value.(type) {
	case nil:
		return NullOf[string]()
	case string:
		if len(v) > max {
			r.refuse(name, "is longer than %d bytes", max)
		}
		return Some(v)
	default:
		r.refuse(name, "must be a string")
		return Opt[string]{}
	}
}

// line reads a string that is shown on one line and may end up in a log or a mail header: control characters become blanks (nhd §16
// row 16).
func (r reader) line(name string, max int) Opt[string] {
	value := r.text(name, max)
	value.Value = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' {
			return ' '
		}
		return c
	}, value.Value)
	return value
}

// key reads an access key, which has to fit into a header.
func (r reader) key(name string) Opt[string] {
	value := r.text(name, maxWord)
	for _, c := range []byte(value.Value) {
		if c <= ' ' || c > '~' {
			r.refuse(name, "must be visible ASCII characters")
			break
		}
	}
	return value
}

// word reads a short string and takes a bare number for one: peers disagree on whether a ticket's number is text.
func (r reader) word(name string) Opt[string] {
	if number, ok := r.members[name].(json.Number); ok && len(number) <= maxWord {
		return Some(number.String())
	}
	return r.line(name, maxWord)
}

func (r reader) boolean(name string) Opt[bool] {
	value, there := r.members[name]
	if !there {
		return Opt[bool]{}
	}
	switch v := value.(type) {
	case nil:
		return NullOf[bool]()
	case bool:
		return Some(v)
	default:
		r.refuse(name, "must be true or false")
		return Opt[bool]{}
	}
}

// date never refuses: what cannot be read is kept raw, and the receipt time stands in for it (nhd §12).
func (r reader) date(name string) Opt[Date] {
	value, there := r.members[name]
	if !there {
		return Opt[Date]{}
	}
	switch v := value.(type) {
	case nil:
		return NullOf[Date]()
	case string:
		return Some(readDate(v))
	default:
		return Some(Date{Raw: shorten(fmt.Sprint(v), maxWord)})
	}
}

// uuid reads an identifier and normalises it (nhd §6).
func (r reader) uuid(name string) Opt[string] {
	value := r.text(name, maxWord)
	id, stated := value.Get()
	if !stated {
		return value
	}
	normal, ok := NormaliseUUID(id)
	if !ok {
		r.refuse(name, "must be 6 to 64 letters, digits, hyphens or underscores")
	}
	return Some(normal)
}

func (r reader) object(name string) Opt[map[string]any] {
	value, there := r.members[name]
	if !there {
		return Opt[map[string]any]{}
	}
	switch v := value.(type) {
	case nil:
		return NullOf[map[string]any]()
	case map[string]any:
		return Some(v)
	default:
		r.refuse(name, "must be an object")
		return Opt[map[string]any]{}
	}
}

func (r reader) array(name string, max int) Opt[[]any] {
	value, there := r.members[name]
	if !there {
		return Opt[[]any]{}
	}
	switch v := value.(type) {
	case nil:
		return NullOf[[]any]()
	case []any:
		if len(v) > max {
			r.refuse(name, "has more than %d entries", max)
			return Opt[[]any]{}
		}
		return Some(v)
	default:
		r.refuse(name, "must be an array")
		return Opt[[]any]{}
	}
}

// texts reads an array of strings; a null entry says nothing and is skipped.
func (r reader) texts(name string, maxEntries, maxLength int) Opt[[]string] {
	items := r.array(name, maxEntries)
	if !items.IsSet() {
		return Opt[[]string]{State: items.State}
	}
	texts := make([]string, 0, len(items.Value))
	for i, item := range items.Value {
		entry := fmt.Sprintf("%s[%d]", name, i)
		switch v := item.(type) {
		case nil:
		case string:
			if len(v) > maxLength {
				r.refuse(entry, "is longer than %d bytes", maxLength)
			}
			texts = append(texts, v)
		default:
			r.refuse(entry, "must be a string")
		}
	}
	return Some(texts)
}

// fields reads free-form custom fields (nhd §5.2).
func (r reader) fields(name string) Opt[Fields] {
	object := r.object(name)
	if len(object.Value) > maxFieldsStated {
		r.refuse(name, "has more than %d entries", maxFieldsStated)
	}
	return Opt[Fields]{Value: object.Value, State: object.State}
}

// need refuses a mandatory member that is absent or null.
func need[T any](r reader, name string, member Opt[T]) T {
	if !member.IsSet() {
		r.refuse(name, "is missing")
	}
	return member.Value
}
