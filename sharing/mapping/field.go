package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
)

// field is one that is called otherwise there, or has other values.
type field struct {
	*desk.FieldMap
	there string
	back  map[string]string
}

func newField(f *desk.FieldMap) *field {
	out := &field{FieldMap: f, there: f.As, back: map[string]string{}}
	if out.there == "" {
		out.there = f.Field
	}
	for here, there := range f.Values {
		out.back[there] = here
	}
	return out
}

func checkFields(faults desk.Faults, all []desk.FieldMap) {
	if len(all) > MaxFields {
		faults.Add("fields", "TooManyValues", "Fields: at most "+strconv.Itoa(MaxFields))
	}
	here, there := map[string]bool{}, map[string]bool{}
	for n := range all {
		f, path := &all[n], "fields["+strconv.Itoa(n)+"]"
		checkField(faults, path, f)
		if here[fold(f.Field)] {
			faults.Add(path+".field", "DuplicateValue", "Fields: "+f.Field+" stands twice")
		}
		if name := fold(newField(f).there); there[name] {
			faults.Add(path+".as", "DuplicateValue", "Fields: two are called the same there")
		} else {
			there[name] = true
		}
		here[fold(f.Field)] = true
	}
}

func checkField(faults desk.Faults, path string, f *desk.FieldMap) {
	if strings.TrimSpace(f.Field) == "" || max(len(f.Field), len(f.As), len(f.Default), len(f.Constant)) > MaxWord {
		faults.Add(path+".field", "InvalidValue", "Fields: each needs the title of a field; titles and values have at most "+strconv.Itoa(MaxWord)+" bytes")
	}
	if !f.Owner.Known() {
		faults.Add(path+".owner", "InvalidValue", "Fields: the owner must be both, ours or theirs")
	}
	if f.Constant != "" && (len(f.Values) > 0 || f.Default != "" || f.NotSent) || f.NotSent && (len(f.Values) > 0 || f.Default != "") {
		faults.Add(path, "InvalidValue", "Fields: "+f.Field+" has a constant, or is not sent, or has values and a default")
	}
	if len(f.Values) > MaxValues {
		faults.Add(path+".values", "TooManyValues", "Fields: at most "+strconv.Itoa(MaxValues)+" values of a field")
	}
	taken := map[string]string{}
	for _, here := range slices.Sorted(maps.Keys(f.Values)) {
		there := f.Values[here]
		if here == "" || there == "" || max(len(here), len(there)) > MaxWord {
			faults.Add(path+".values", "InvalidValue", "Fields: a value of "+f.Field+" is empty or too long")
		}
		if other, twice := taken[there]; twice {
			faults.Add(path+".values", "DuplicateValue", fmt.Sprintf("Fields: %q and %q of %s are called %q both; the way back needs one", other, here, f.Field, there))
		}
		taken[there] = here
	}
}

// Title is a field's title there.
func (m *Map) Title(own string) string {
	if f := m.byOwn[fold(own)]; f != nil {
		return f.there
	}
	return own
}

// OwnTitle is the title here of what the partner calls so; false: the field of that name here is another one there, so the partner's
// has no place.
func (m *Map) OwnTitle(there string) (string, bool) {
	if f := m.byName[fold(there)]; f != nil {
		return f.Field, true
	}
	_, elsewhere := m.byOwn[fold(there)]
	return there, !elsewhere
}

// Changes tells whether a field's values are others there.
func (m *Map) Changes(own string) bool {
	f := m.byOwn[fold(own)]
	return f != nil && (len(f.Values) > 0 || f.Default != "" || f.Constant != "")
}

// Leaves tells whether a field goes to the partner at all: it is not ours to tell where it is theirs.
func (m *Map) Leaves(own string) bool {
	f := m.byOwn[fold(own)]
	return f == nil || !f.NotSent && f.Owner != desk.OwnerTheirs
}

// Hears tells whether the partner's word on a field counts.
func (m *Map) Hears(own string) bool {
	f := m.byOwn[fold(own)]
	return f == nil || f.Owner != desk.OwnerOurs && f.Constant == ""
}

// Constants are the titles there of fields that say the same of each ticket, and what they say.
func (m *Map) Constants() map[string]string {
	out := map[string]string{}
	for _, f := range m.byOwn {
		if f.Constant != "" {
			out[f.there] = f.Constant
		}
	}
	return out
}

// Out is a value there. An empty one stays empty.
func (m *Map) Out(own string, value any) any {
	f := m.byOwn[fold(own)]
	if f == nil || !m.Changes(own) {
		return value
	}
	if f.Constant != "" {
		return f.Constant
	}
	return each(value, func(word string) string {
		if there, ok := f.Values[word]; ok {
			return there
		}
		if f.Default != "" {
			return f.Default
		}
		return word
	})
}

// In is what a value of the partner's is here.
func (m *Map) In(own string, value any) any {
	f := m.byOwn[fold(own)]
	if f == nil || len(f.back) == 0 {
		return value
	}
	return each(value, func(word string) string {
		if here, ok := f.back[word]; ok {
			return here
		}
		return word
	})
}

// each translates the words of a value: those of a list one by one. What is no text is taken by how it is written.
func each(value any, translate func(string) string) any {
	switch v := value.(type) {
	case nil, map[string]any:
		return value
	case string:
		if v == "" {
			return v
		}
		return translate(v)
	case []string:
		out := make([]string, 0, len(v))
		for _, word := range v {
			out = append(out, translate(word))
		}
		slices.Sort(out)
		return slices.Compact(out)
	case []any:
		words := make([]string, 0, len(v))
		for _, one := range v {
			words = append(words, fmt.Sprint(one))
		}
		return each(words, translate)
	}
	written := fmt.Sprint(value)
	if out := translate(written); out != written {
		return out
	}
	return value
}
