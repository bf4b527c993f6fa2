package sharing

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
)

// JobUnheld is the kind of the job that takes what could not be held before.
const JobUnheld = "sharing.unheld"

// RetryUnheld has what partners said, and could not be held here, looked at again once the transaction is committed: fields,
// options or status words have changed.
func RetryUnheld(ctx context.Context, tx *store.Tx) error {
	_, err := job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: JobUnheld, Lane: JobUnheld, Coalesce: true})
	return err
}

// Unheld is something of a shared ticket that one of the two desks cannot hold (share-life §3).
type Unheld struct {
	Item   string // as desk.ShareSync names it
	Title  string // of a field, as people call it; else what kind of item it is: "subject", "status", "tag"
	Value  string // what cannot be held, in words; "" where that is not known
	Choice bool   // a field whose values are options
	Reason string // of the desk that cannot hold it
}

// NotHeldThere lists what of a ticket the partner cannot hold.
func NotHeldThere(c *desk.Config, t *desk.Ticket, share *desk.Share) []Unheld {
	return unheldOf(c, share.Sync.NotHeldThere, func(item, _ string, f *desk.TicketField) string {
		switch {
		case item == ItemSubject:
			return t.Subject
		case item == ItemStatus:
			return string(t.Status)
		case f != nil:
			return choiceNames(f, t.Fields[f.ID])
		}
		return ""
	})
}

// NotHeldHere lists what of the partner's ticket we cannot hold.
func NotHeldHere(c *desk.Config, share *desk.Share) []Unheld {
	fields := DecodeFields(share.Fields)
	return unheldOf(c, share.Sync.NotHeldHere, func(item, title string, _ *desk.TicketField) string {
		switch item {
		case ItemSubject:
			return share.Subject
		case ItemStatus:
			return share.Status
		}
		value, _ := fields.Find(title)
		return valueWords(value)
	})
}

func unheldOf(c *desk.Config, reasons map[string]string, valueOf func(item, title string, f *desk.TicketField) string) []Unheld {
	out := make([]Unheld, 0, len(reasons))
	fields := SyncedFields(c)
	for item, reason := range reasons {
		u := Unheld{Item: item, Title: item, Reason: reason}
		title, isField := FieldOf(item)
		f := fields[title]
		switch tag, isTag := TagOf(item); {
		case isTag:
			u.Title, u.Value = "tag", tag
		case isField && f != nil:
			u.Title, u.Choice = f.Title, len(f.Options) > 0
		case isField:
			u.Title = title
		}
		if u.Value == "" {
			u.Value = valueOf(item, title, f)
		}
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b Unheld) int { return cmp.Compare(a.Item, b.Item) })
	return out
}

// choiceNames is a field's value as people read it: of an option its name.
func choiceNames(f *desk.TicketField, v desk.FieldValue) string {
	names := slices.Clone([]string(v))
	for n, value := range names {
		if i := slices.IndexFunc(f.Options, func(o desk.FieldOption) bool { return o.Value == value }); i >= 0 {
			names[n] = f.Options[i].Name
		}
	}
	return strings.Join(names, ", ")
}

// valueWords is a partner's value in one line; "" for an empty one.
func valueWords(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		words := make([]string, 0, len(v))
		for _, one := range v {
			words = append(words, valueWords(one))
		}
		return strings.Join(words, ", ")
	}
	return RawJSON(v)
}
