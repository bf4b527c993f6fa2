package condition

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Value is what a condition compares with: a string, a number, true or false, null or a list of these. Clients write
// the same thing in several ways (5 and "5", true and "true", null and ""), so it is read loosely and kept as sent.
// The zero Value is null. Values are comparable; two are == when they were sent alike.
type Value struct {
	raw string // compact JSON, "" for null
}

// ValueOf makes a Value of a string, a number, a bool, nil or a slice of these. What JSON cannot express becomes null.
func ValueOf(v any) Value {
	raw, err := encode(v)
	if err != nil || raw == "null" {
		return Value{}
	}
	return Value{raw: raw}
}

func encode(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// MarshalJSON gives back what was sent.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.raw == "" {
		return []byte("null"), nil
	}
	return []byte(v.raw), nil
}

// UnmarshalJSON takes any JSON; whether its form suits the field is said by Catalog.Check.
func (v *Value) UnmarshalJSON(raw []byte) error {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return err
	}
	v.raw = b.String()
	if v.raw == "null" {
		v.raw = ""
	}
	return nil
}

// Equal tells whether both values were sent alike.
func (v Value) Equal(w Value) bool { return v == w }

// Text is the value as one text: "5" for 5 and "5", "true" for true, "" for null. The elements of a list are joined
// by a space. An object stays the JSON it is.
func (v Value) Text() string {
	if v.raw == "" {
		return ""
	}
	switch v.raw[0] {
	case '"':
		var s string
		if json.Unmarshal([]byte(v.raw), &s) != nil {
			return ""
		}
		return s
	case '[':
		return strings.Join(v.List(), " ")
	case '{', 't', 'f':
		return v.raw
	}
	return numberText(v.raw)
}

// numberText writes a JSON number the way an id is written: 5.0 and 5e0 are "5".
func numberText(raw string) string {
	if !strings.ContainsAny(raw, ".eE") {
		return raw
	}
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return raw
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// List is the value as a list: a list's elements, whole; any other value split on spaces and commas.
func (v Value) List() []string {
	if !v.IsList() {
		return strings.FieldsFunc(v.Text(), func(r rune) bool {
			return r == ' ' || r == ',' || r == '\t' || r == '\n' || r == '\r'
		})
	}
	var list []string
	for _, e := range v.elements() {
		if s := strings.TrimSpace(e.Text()); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// IsList tells whether the value was sent as a list.
func (v Value) IsList() bool { return strings.HasPrefix(v.raw, "[") }

// IsNull tells whether the value is null or was absent.
func (v Value) IsNull() bool { return v.raw == "" }

func (v Value) elements() []Value {
	var list []Value
	if json.Unmarshal([]byte(v.raw), &list) != nil {
		return nil
	}
	return list
}

// flat tells whether the value holds neither an object nor a list within a list.
func (v Value) flat() bool {
	if !v.IsList() {
		return !strings.HasPrefix(v.raw, "{")
	}
	for _, e := range v.elements() {
		if e.IsList() || !e.flat() {
			return false
		}
	}
	return true
}

// single is the value where one is wanted: a list of one element counts as that element.
func (v Value) single() (string, bool) {
	if !v.IsList() {
		return v.Text(), true
	}
	list := v.elements()
	if len(list) != 1 {
		return "", false
	}
	return list[0].Text(), true
}
