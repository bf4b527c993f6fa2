package sharing

import (
	"maps"
	"slices"

	"interdesk/sharing/wire"
)

// translate turns what the partner says of the subject and of fields into our words: it repeats them in those in which it heard
// them. A map that cannot be read changes nothing of what comes in.
func (m *merge) translate() {
	m.heard = map[string]any{}
	m.translator, _ = TranslatorOf(m.agreement)
	if subject, ok := m.Message.Subject.Get(); ok {
		own, isText := m.translated(ItemSubject, ItemSubject, subject, m.share.Subject, m.before.Subject).(string)
		if isText {
			m.Message.Subject = wire.Some(own)
		}
	}
	stated, ok := m.Message.CustomFields.Get()
	if !ok || !m.agreement.Terms.SyncFields {
		return
	}
	out := wire.Fields{}
	for _, title := range slices.Sorted(maps.Keys(stated)) {
		f := m.fields[FoldTitle(title)]
		if out[title] = stated[title]; f == nil || stated[title] == nil {
			continue
		}
		local := wireField(f).ToWire(wireValue(f, m.before.Fields[f.ID]))
		out[title] = m.translated(ItemField(title), f.Title, stated[title], decode(m.share.Fields[FoldTitle(title)]), local)
	}
	m.Message.CustomFields = wire.Some(out)
}

// translated is one word of the partner in our words.
func (m *merge) translated(item, name string, stated, had, local any) any {
	m.heard[item] = stated
	own, kept := m.translator.heardValue(m.share, item, name, stated, had, local)
	if key := "hidden:" + item; kept && !m.sync.Remarked[key] && len(m.sync.Remarked) < maxRemarked {
		m.sync.Remarked[key] = true
		m.out.Remarks = append(m.out.Remarks, name+" stays as it is: the partner has changed it without knowing all of it")
	}
	return own
}

// noteWire notes what the partner has of what it spoke of, where that is other than what we have of it.
func (m *merge) noteWire() {
	for item, stated := range m.heard {
		own := any(m.share.Subject)
		if title, is := FieldOf(item); is {
			own = decode(m.share.Fields[title])
		}
		setWire(m.sync, item, own, stated)
	}
}
