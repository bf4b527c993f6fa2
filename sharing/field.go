package sharing

import (
	"encoding/json"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// FoldTitle is how titles are compared: without regard to case and outer blanks (nhd §11.3).
func FoldTitle(title string) string { return strings.ToLower(strings.TrimSpace(title)) }

// SyncedFields are the account's custom fields that travel, by folded title. A lookup does not: it names a record that
// only this desk has. Of two fields with one title the first counts.
func SyncedFields(c *desk.Config) map[string]*desk.TicketField {
	out := map[string]*desk.TicketField{}
	for n := range c.Fields {
		f := &c.Fields[n]
		if _, taken := out[FoldTitle(f.Title)]; !taken && f.Active && f.Type.Custom() && f.Type != desk.FieldLookup {
			out[FoldTitle(f.Title)] = f
		}
	}
	return out
}

// wireField describes a field to the conversions of package wire.
func wireField(f *desk.TicketField) wire.Field {
	w := wire.Field{Kind: wire.FieldText}
	switch f.Type {
	case desk.FieldInteger:
		w.Kind = wire.FieldInteger
	case desk.FieldDecimal:
		w.Kind = wire.FieldDecimal
	case desk.FieldCheckbox:
		w.Kind = wire.FieldCheckbox
	case desk.FieldDate:
		w.Kind = wire.FieldDate
	case desk.FieldTagger:
		w.Kind = wire.FieldDropdown
	case desk.FieldMultiselect:
		w.Kind = wire.FieldMultiselect
	}
	for _, o := range f.Options {
		w.Options = append(w.Options, o.Value)
	}
	return w
}

// LocalValue turns a partner's value into what an edit takes. The reason says why it has no place here.
func LocalValue(f *desk.TicketField, value any) (in []string, reason string) {
	v, reason := wireField(f).FromWire(value)
	if reason != "" {
		return nil, reason
	}
	switch v := v.(type) {
	case nil:
		return nil, ""
	case string:
		in = []string{v}
	case bool:
		in = []string{strconv.FormatBool(v)}
	case int64:
		in = []string{strconv.FormatInt(v, 10)}
	case float64:
		in = []string{strconv.FormatFloat(v, 'f', -1, 64)}
	case []string:
		in = v
	}
	_, reason = f.Canonical(in)
	return in, reason
}

// wireValue is a ticket's value as it travels; nil when the field is empty.
func wireValue(f *desk.TicketField, v desk.FieldValue) any {
	if len(v) == 0 {
		return nil
	}
	switch f.Type {
	case desk.FieldInteger:
		if n, err := strconv.ParseInt(v.Text(), 10, 64); err == nil {
			return n
		}
	case desk.FieldDecimal:
		if n, err := strconv.ParseFloat(v.Text(), 64); err == nil {
			return n
		}
	case desk.FieldCheckbox:
		return v.Text() == "true"
	case desk.FieldMultiselect:
		return []string(v)
	}
	return v.Text()
}

// FieldValues are the values of a ticket's custom fields by title; empty fields are left out.
func FieldValues(c *desk.Config, t *desk.Ticket) wire.Fields {
	out := wire.Fields{}
	for _, f := range SyncedFields(c) {
		if v := wireValue(f, t.Fields[f.ID]); v != nil {
			out[f.Title] = v
		}
	}
	return out
}

// ChangedFields are the values that differ from the baseline, emptied ones included.
func ChangedFields(c *desk.Config, t *desk.Ticket, baseline wire.Fields) wire.Fields {
	out := wire.Fields{}
	for _, f := range SyncedFields(c) {
		value := wireValue(f, t.Fields[f.ID])
		before, known := baseline.Find(f.Title)
		if (known && wire.SameValue(before, value)) || (!known && value == nil) {
			continue
		}
		if value == nil && f.Type == desk.FieldCheckbox && before == false {
			continue
		}
		out[f.Title] = wireField(f).ToWire(value)
	}
	return out
}

// DecodeFields reads a baseline as a share stores it.
func DecodeFields(texts map[string]string) wire.Fields {
	out := wire.Fields{}
	for title, text := range texts {
		var v any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if d.Decode(&v) == nil {
			out[title] = v
		}
	}
	return out
}

// EncodeFields writes a baseline as a share stores it.
func EncodeFields(fields wire.Fields) map[string]string {
	out := map[string]string{}
	for title, v := range fields {
		out[FoldTitle(title)] = RawJSON(v)
	}
	return out
}

// RawJSON keeps a partner's value as it came, bounded.
func RawJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil || len(raw) > desk.MaxFieldValue {
		return `"(too large to keep)"`
	}
	return string(raw)
}
