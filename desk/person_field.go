package desk

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// PersonKind is whose a field of people is.
type PersonKind string

// The kinds of PersonField.
const (
	OfUsers         PersonKind = "user"
	OfOrganizations PersonKind = "organization"
)

// PersonField is a field of people or organizations that an admin added. It takes what a ticket's field of its type takes; its Key
// names it for clients and never changes.
type PersonField struct {
	TicketField
	Of  PersonKind
	Key string
}

// PersonFieldTypes are those that a PersonField may have.
var PersonFieldTypes = [...]FieldType{FieldText, FieldTextarea, FieldCheckbox, FieldDate, FieldInteger, FieldDecimal, FieldRegexp,
	FieldTagger, FieldMultiselect, FieldLookup}

// MaxPersonFields is how many fields people, and as many organizations, can have.
const MaxPersonFields = 200

var keyForm = regexp.MustCompile(`^[a-z0-9_-]{1,100}$`)

// Check brings a field into its form and tells what is wrong with it.
func (f *PersonField) Check() Faults {
	f.Key = strings.ToLower(strings.TrimSpace(f.Key))
	faults := f.TicketField.Check()
	if f.Key == "" {
		faults.Add("key", "BlankValue", "Key: cannot be blank")
	} else if !keyForm.MatchString(f.Key) || strings.Trim(f.Key, "0123456789") == "" {
		faults.Add("key", "InvalidValue", "Key: letters, digits, - and _ only, 100 at most, and not digits alone")
	}
	if !slices.Contains(PersonFieldTypes[:], f.Type) {
		faults.Add("type", "InvalidValue", "Type: must be text, textarea, checkbox, date, integer, decimal, regexp, dropdown, multiselect or lookup")
	}
	if f.Type.HasOptions() && len(f.Options) == 0 {
		faults.Add("custom_field_options", "BlankValue", "Custom field options: at least one is needed")
	}
	return faults
}

// PersonFieldsOf are the fields of a kind of person, in their order.
func (c *Config) PersonFieldsOf(kind PersonKind) (out []PersonField) {
	for _, f := range c.PersonFields {
		if f.Of == kind {
			out = append(out, f)
		}
	}
	return out
}

// SetPersonFields is what somebody's fields say after an edit by keys, and the tags they have then: choices and ticks add their tags, as
// on tickets. An empty value clears. An unknown key or a value that the field does not take is an Invalid error of field.
func SetPersonFields(fields []PersonField, field string, given map[string][]string, values map[FieldID]FieldValue, tags []string) (map[FieldID]FieldValue, []string, error) {
	faults := Faults{}
	out := maps.Clone(values)
	if out == nil {
		out = map[FieldID]FieldValue{}
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		at := slices.IndexFunc(fields, func(f PersonField) bool { return f.Key == key })
		if at < 0 {
			faults.Add(field, "InvalidValue", fmt.Sprintf("There is no field with the key %s", key))
			continue
		}
		f := &fields[at]
		v, message := f.Canonical(given[key])
		if message != "" {
			faults.Add(field, "InvalidValue", f.Title+": "+message)
			continue
		}
		tags = slices.DeleteFunc(slices.Clone(tags), func(t string) bool { return slices.Contains(f.tagsOf(out[f.ID]), t) })
		tags = NormalizeTags(append(tags, f.tagsOf(v)...))
		if out[f.ID] = v; len(v) == 0 {
			delete(out, f.ID)
		}
	}
	return out, tags, faults.Err()
}

// tagsOf are the tags that a value of the field puts on whose it is.
func (f *PersonField) tagsOf(v FieldValue) []string {
	switch {
	case f.Type.HasOptions():
		return v
	case f.Type == FieldCheckbox && f.Tag != "" && v.Text() == "true":
		return []string{f.Tag}
	}
	return nil
}
