package sharing

import (
	"maps"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// statedFields merges custom fields by title (nhd §11.3).
func (m *merge) statedFields() {
	stated, ok := m.Message.CustomFields.Get()
	if !ok || !m.agreement.Terms.SyncFields {
		return
	}
	meant := m.fieldsMeant(stated)
	for _, title := range slices.Sorted(maps.Keys(stated)) {
		value := stated[title]
		if value == nil {
			continue
		}
		if f := m.fields[FoldTitle(title)]; f != nil {
			m.statedField(f, value, meant)
		} else {
			m.foreignField(title, value)
		}
	}
}

// fieldsMeant tells whether a partner that is no Interdesk lists the fields that it changed, not all that it has.
func (m *merge) fieldsMeant(stated wire.Fields) bool {
	if m.repeatsAll() {
		return false
	}
	if len(stated) == 1 {
		return true
	}
	for title := range m.share.Fields {
		if _, listed := stated.Find(title); !listed {
			return true
		}
	}
	return false
}

func (m *merge) statedField(f *desk.TicketField, value any, meant bool) {
	title := FoldTitle(f.Title)
	item := ItemField(title)
	w := Word{
		Stated: plainValue(f, value),
		Theirs: plainValue(f, decode(m.share.Fields[title])),
		Local:  plainValue(f, wireValue(f, m.before.Fields[f.ID])),
		// That a field is empty there does not say that it was emptied: the partner may never have been able to hold it.
		Meant: meant && !wire.Blank(value),
	}
	take := m.weigh(item, f.Title, w)
	m.share.Fields[title] = RawJSON(value)
	if take {
		m.takeField(f, item, value)
	}
}

// takeField sets what the field can hold of a partner's value.
func (m *merge) takeField(f *desk.TicketField, item string, value any) {
	in, reason := LocalValue(f, value)
	if reason != "" && f.Type == desk.FieldMultiselect {
		in = heldParts(f, value)
		reason = "not all of its choices could be taken"
	}
	if reason != "" {
		m.notHeld(item, item, reason, "the field "+f.Title+" was left as it is: "+reason)
		m.share.Foreign = mergeForeign(m.share.Foreign, f.Title, value)
		if f.Type != desk.FieldMultiselect {
			return
		}
	} else {
		delete(m.share.Foreign, f.Title)
	}
	if v, wrong := f.Canonical(in); wrong == "" && slices.Equal(v, m.draft.Now.Fields[f.ID]) {
		return
	}
	if !m.try(desk.Edits{Fields: map[desk.FieldID][]string{f.ID: in}}, item, f.Title) {
		return
	}
	if m.out.Edits.Fields == nil {
		m.out.Edits.Fields = map[desk.FieldID][]string{}
	}
	m.out.Edits.Fields[f.ID] = in
	m.change(f.Title)
}

// foreignField keeps what has no place here, to be shown as the partner's, and to be taken once there is one.
func (m *merge) foreignField(title string, value any) {
	m.share.Foreign = mergeForeign(m.share.Foreign, Shorten(title, desk.MaxName), value)
	folded := FoldTitle(title)
	if _, known := m.share.Fields[folded]; !known && len(m.share.Fields) >= maxForeign+len(m.fields) {
		return
	}
	m.share.Fields[folded] = RawJSON(value)
	item := ItemField(folded)
	if wire.Blank(value) {
		delete(m.sync.NotHeldHere, item)
		return
	}
	m.unheld[item], m.sync.NotHeldHere[item] = true, "there is no field "+Shorten(title, desk.MaxName)
}

// retry takes what could not be held before and can be now, unless it was changed here since.
func (m *merge) retry() {
	if m.Closed {
		return
	}
	var tags []string
	for _, item := range slices.Sorted(maps.Keys(m.sync.NotHeldHere)) {
		if m.unheld[item] || m.crosses(item) {
			continue
		}
		if tag, is := TagOf(item); is && m.agreement.Terms.SyncTags && m.keys(m.share.Tags)[tag] && len(m.spelledHere(tag)) == 0 {
			tags = append(tags, tag)
		}
		if title, is := FieldOf(item); is && m.agreement.Terms.SyncFields {
			m.retryField(m.fields[title], item, decode(m.share.Fields[title]))
		}
		if item == ItemStatus && m.out.Edits.Status == nil && m.unchangedHere(item, spokenStatus(m.before.Status, m.words.canonical(m.share.Status))) {
			m.retryStatus()
		}
	}
	m.takeTags(tags, nil)
}

func (m *merge) retryField(f *desk.TicketField, item string, theirs any) {
	if f == nil || !m.unchangedHere(item, plainValue(f, wireValue(f, m.before.Fields[f.ID]))) {
		return
	}
	if _, reason := LocalValue(f, theirs); reason != "" {
		return
	}
	m.touched[item] = true
	m.takeField(f, item, theirs)
}

func (m *merge) retryStatus() {
	if _, known := m.words.Inbound(m.share.Status, string(m.before.Status)); known {
		m.touched[ItemStatus] = true
		m.takeStatus(m.share.Status)
	}
}

// unchangedHere tells whether nobody here has changed an item since the partner's value could not be held.
func (m *merge) unchangedHere(item string, local any) bool {
	return wire.SameValue(decode(m.sync.Ours[item]), local)
}

// plainValue is a value as it is compared: an empty checkbox is not ticked.
func plainValue(f *desk.TicketField, v any) any {
	if f.Type == desk.FieldCheckbox && wire.Blank(v) {
		return false
	}
	return v
}

// heldParts are the choices of a multiselect that exist here.
func heldParts(f *desk.TicketField, value any) []string {
	out := []string{}
	for _, part := range parts(value) {
		if _, ok := f.Option(strings.ToLower(part)); ok {
			out = append(out, part)
		}
	}
	return out
}

// parts are the choices that a value names.
func parts(value any) []string {
	switch v := value.(type) {
	case string:
		if v != "" {
			return []string{v}
		}
	case []string:
		return v
	case []any:
		var out []string
		for _, part := range v {
			if text, ok := part.(string); ok {
				out = append(out, text)
			}
		}
		return out
	}
	return nil
}

// maxForeign bounds how many of a partner's own fields a share keeps.
const maxForeign = 100

func mergeForeign(had map[string]string, title string, value any) map[string]string {
	if _, known := had[title]; known || len(had) < maxForeign {
		had[title] = RawJSON(value)
	}
	return had
}
