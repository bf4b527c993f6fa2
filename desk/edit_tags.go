package desk

import (
	"fmt"
	"maps"
	"slices"
)

// A dropdown, multiselect or checkbox with a tag and that tag on the ticket are one fact told twice: setting either sets
// the other (rules.md §8). These functions keep it so.

func (x *edit) editTags(e Edits) {
	tags := x.next.Tags
	if e.SetTags != nil {
		tags = NormalizeTags(*e.SetTags)
	}
	for _, t := range NormalizeTags(e.AddTags) {
		tags = withTag(tags, t)
	}
	for _, t := range NormalizeTags(e.RemoveTags) {
		tags = withoutTag(tags, t)
	}
	for _, t := range tags {
		if !ValidTag(t) && !hasTag(x.next.Tags, t) {
			x.faults.Add("tags", "InvalidValue", fmt.Sprintf("Tags: %q cannot be a tag (no blanks, quotes, commas, < or >, %d bytes at most)", t, MaxTag))
		}
	}
	if slices.Equal(tags, x.next.Tags) {
		return
	}
	x.replaceTags(tags)
	x.checkTagCount()
}

// replaceTags puts a new set of tags on the ticket and brings the fields that own some of them in step.
func (x *edit) replaceTags(tags []string) {
	old := x.next.Tags
	x.next.Tags = tags
	for _, t := range old {
		if !hasTag(tags, t) {
			x.tagRemoved(t)
		}
	}
	for _, t := range tags {
		if !hasTag(old, t) {
			x.tagAdded(t)
		}
	}
}

func (x *edit) tagRemoved(tag string) {
	for _, id := range x.Config.tagOwners[tag] {
		f := x.Config.Field(id)
		v := x.next.Fields[id]
		switch {
		case f.Type == FieldCheckbox && v.Text() == "true":
			x.storeField(id, FieldValue{"false"})
		case slices.Contains(v, tag):
			x.storeField(id, slices.DeleteFunc(slices.Clone(v), func(s string) bool { return s == tag }))
		}
	}
}

func (x *edit) tagAdded(tag string) {
	for _, id := range x.Config.tagOwners[tag] {
		f := x.Config.Field(id)
		switch f.Type {
		case FieldCheckbox:
			x.storeField(id, FieldValue{"true"})
		case FieldTagger:
			if old := x.next.Fields[id].Text(); old != "" && old != tag {
				x.next.Tags = withoutTag(x.next.Tags, old)
			}
			x.storeField(id, FieldValue{tag})
		case FieldMultiselect:
			x.storeField(id, withTag(x.next.Fields[id], tag))
		}
	}
}

// setField stores a canonical value and swaps the tags that go with it.
func (x *edit) setField(f *TicketField, v FieldValue) {
	old := x.next.Fields[f.ID]
	if slices.Equal(old, v) || f.Type == FieldCheckbox && len(old) == 0 && v.Text() != "true" { // no tick is what it has
		return
	}
	for _, t := range f.tagsOf(old) {
		x.next.Tags = withoutTag(x.next.Tags, t)
	}
	x.storeField(f.ID, v)
	for _, t := range f.tagsOf(v) {
		if !hasTag(x.next.Tags, t) {
			x.next.Tags = withTag(x.next.Tags, t)
			x.tagAdded(t)
		}
	}
}

// tagsOf are the tags that a value of the field puts on the ticket.
func (f *TicketField) tagsOf(v FieldValue) []string {
	switch f.Type {
	case FieldTagger, FieldMultiselect:
		return v
	case FieldCheckbox:
		if f.Tag != "" && v.Text() == "true" {
			return []string{f.Tag}
		}
	}
	return nil
}

func (x *edit) storeField(id FieldID, v FieldValue) {
	fields := maps.Clone(x.next.Fields)
	if fields == nil {
		fields = map[FieldID]FieldValue{}
	}
	if len(v) == 0 {
		delete(fields, id)
	} else {
		fields[id] = v
	}
	x.next.Fields = fields
}

func (x *edit) checkTagCount() {
	if len(x.next.Tags) > MaxTags && len(x.next.Tags) > len(x.Now.Tags) {
		x.faults.Add("tags", "TooManyValues", fmt.Sprintf("Tags: a ticket holds %d tags at most", MaxTags))
	}
}
