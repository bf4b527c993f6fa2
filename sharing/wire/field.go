package wire

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fields are the custom fields of a message, by title (nhd §11.3). Values are string, bool, json.Number, nil, []any or map[string]any
// after decoding; to encode, any value that JSON knows.
type Fields map[string]any

// FieldKind is what a custom field holds, as far as the wire cares.
type FieldKind string

// The kinds of custom field.
const (
	FieldText        FieldKind = "text"
	FieldInteger     FieldKind = "integer"
	FieldDecimal     FieldKind = "decimal"
	FieldCheckbox    FieldKind = "checkbox"
	FieldDate        FieldKind = "date"
	FieldDropdown    FieldKind = "dropdown"
	FieldMultiselect FieldKind = "multiselect"
)

// Field describes a local custom field to the conversions.
type Field struct {
	Kind    FieldKind
	Options []string // tags of the options of a drop-down or multi-select; others are incompatible (nhd §11.3)
}

// Find returns the value whose title equals the given one without regard to case (nhd §11.3). A spelling that is exactly equal wins.
func (f Fields) Find(title string) (any, bool) {
	if value, ok := f[title]; ok {
		return value, true
	}
	for _, key := range f.titles() {
		if strings.EqualFold(strings.TrimSpace(key), strings.TrimSpace(title)) {
			return f[key], true
		}
	}
	return nil, false
}

func (f Fields) titles() []string {
	titles := make([]string, 0, len(f))
	for title := range f {
		titles = append(titles, title)
	}
	slices.Sort(titles)
	return titles
}

// Overlay returns base with what over states, titles without regard to case.
func Overlay(base, over Fields) Fields {
	merged := Fields{}
	for title, value := range base {
		if _, again := over.Find(title); !again {
			merged[title] = value
		}
	}
	for _, title := range over.titles() {
		if value := over[title]; value != nil {
			merged[title] = value
		} else if before, known := base.Find(title); known {
			merged[title] = before
		}
	}
	return merged
}

// SameValue compares two values. Numbers are compared as numbers where both are numbers, text as text, and a list in another
// order is the same; nothing, "" and an empty list all say that a field is empty.
func SameValue(a, b any) bool {
	if Blank(a) || Blank(b) {
		return Blank(a) && Blank(b)
	}
	listA, isListA := list(a)
	listB, isListB := list(b)
	if isListA && isListB {
		slices.Sort(listA)
		slices.Sort(listB)
		return slices.Equal(listA, listB)
	}
	numberA, isNumberA := number(a)
	numberB, isNumberB := number(b)
	if isNumberA && isNumberB {
		return numberA == numberB
	}
	return spelling(a) == spelling(b)
}

// Blank reports whether a value says that the field is empty.
func Blank(v any) bool {
	items, isList := list(v)
	return v == nil || v == "" || isList && len(items) == 0
}

func list(v any) ([]string, bool) {
	switch items := v.(type) {
	case []string:
		return slices.Clone(items), true
	case []any:
		texts := make([]string, len(items))
		for i, item := range items {
			if text, ok := item.(string); ok {
				texts[i] = text
			} else {
				texts[i] = spelling(item)
			}
		}
		return texts, true
	default:
		return nil, false
	}
}

// number reads a number, not a text that looks like one. One that a float cannot hold exactly is compared by its spelling.
func number(v any) (float64, bool) {
	var text string
	switch n := v.(type) {
	case json.Number:
		text = n.String()
	case int, int64, float64:
		text = spelling(n)
	default:
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil && math.Abs(f) < 1<<53
}

func spelling(v any) string {
	encoded, err := marshal(v)
	if err != nil {
		return ""
	}
	return string(encoded)
}

// ToWire writes a local value for the message (nhd §11.3): text, date and drop-down as string, numbers as number, checkbox as bool,
// multi-select as an array. nil is a field that has been emptied: "" or [].
func (f Field) ToWire(value any) any {
	if value != nil {
		return value
	}
	switch f.Kind {
	case FieldMultiselect:
		return []string{}
	case FieldCheckbox:
		return false
	default:
		return ""
	}
}

// FromWire converts a peer's value: string for text, date (YYYY-MM-DD) and drop-down, int64, float64, bool, []string sorted for
// multi-select, nil for an emptied field. An incompatible value is skipped: the reason says why, in words that may be shown, and the rest of the
// message counts (nhd §11.3).
func (f Field) FromWire(value any) (converted any, reason string) {
	if Blank(value) && f.Kind != FieldCheckbox {
		return nil, ""
	}
	switch f.Kind {
	case FieldInteger:
		return f.integer(value)
	case FieldDecimal:
		return f.decimal(value)
	case FieldCheckbox:
		return f.checkbox(value)
	case FieldDate:
		return f.date(value)
	case FieldDropdown:
		return f.option(value)
	case FieldMultiselect:
		return f.options(value)
	default:
		return f.text(value)
	}
}

func (f Field) text(value any) (any, string) {
	switch v := value.(type) {
	case string:
		return v, ""
	case json.Number:
		return v.String(), ""
	case bool:
		return strconv.FormatBool(v), ""
	default:
		return nil, "the value is no text"
	}
}

func digits(value any) (string, bool) {
	switch v := value.(type) {
	case json.Number:
		return v.String(), true
	case string:
		return strings.TrimSpace(v), true
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	default:
		return "", false
	}
}

func (f Field) integer(value any) (any, string) {
	text, ok := digits(value)
	if number, err := strconv.ParseInt(text, 10, 64); ok && err == nil {
		return number, ""
	}
	// 7.0 is a whole number to peers whose language knows only floats.
	if number, err := strconv.ParseFloat(text, 64); ok && err == nil && number == math.Trunc(number) && math.Abs(number) < 1<<53 {
		return int64(number), ""
	}
	return nil, "the value is no whole number"
}

func (f Field) decimal(value any) (any, string) {
	text, ok := digits(value)
	number, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
		return nil, "the value is no number"
	}
	return number, ""
}

func (f Field) checkbox(value any) (any, string) {
	text, ok := value.(string)
	if flag, is := value.(bool); is {
		return flag, ""
	}
	if number, is := value.(json.Number); is {
		text, ok = number.String(), true
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "1", "yes":
		return true, ""
	case "false", "0", "no", "":
		if ok || value == nil {
			return false, ""
		}
	}
	return nil, "the value is neither true nor false"
}

func (f Field) date(value any) (any, string) {
	text, ok := value.(string)
	at, readable := ParseDate(text)
	if !ok || !readable {
		return nil, "the value is no date"
	}
	// The day as the peer wrote it: turning it into UTC could move it.
	if len(text) >= len(time.DateOnly) {
		if day, err := time.Parse(time.DateOnly, text[:len(time.DateOnly)]); err == nil {
			at = day
		}
	}
	return at.Format(time.DateOnly), ""
}

func (f Field) option(value any) (any, string) {
	text, ok := value.(string)
	if items, isList := list(value); isList && len(items) == 1 {
		text, ok = items[0], true
	}
	if !ok {
		text, ok = digits(value)
	}
	if !ok || !slices.Contains(f.Options, text) {
		return nil, "the option does not exist here"
	}
	return text, ""
}

func (f Field) options(value any) (any, string) {
	items, isList := list(value)
	if text, ok := value.(string); ok {
		items, isList = []string{text}, true
	}
	if !isList {
		return nil, "the value is no list of options"
	}
	slices.Sort(items)
	items = slices.Compact(items)
	for _, item := range items {
		if !slices.Contains(f.Options, item) {
			return nil, "an option does not exist here"
		}
	}
	return items, ""
}
