package sharing

import (
	"maps"
	"slices"

	"interdesk/desk"
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
	m.translateTags()
	stated, ok := m.Message.CustomFields.Get()
	if !ok || !m.agreement.Terms.SyncFields {
		return
	}
	out := wire.Fields{}
	for _, name := range slices.Sorted(maps.Keys(stated)) {
		if title, value, heard := m.translatedField(name, stated[name]); heard {
			out[title] = value
		}
	}
	m.Message.CustomFields = wire.Some(out)
}

// translatedField is a field of the partner's in our words; false: what it says of it does not count here.
func (m *merge) translatedField(name string, value any) (title string, own any, heard bool) {
	title, known := m.translator.mapping.OwnTitle(name)
	if !known {
		if len(m.sync.Wire) < maxForeign+len(m.fields) {
			setWire(m.sync, placelessItems+FoldTitle(name), nil, value)
		}
		return "", nil, false
	}
	f := m.fields[FoldTitle(title)]
	if !m.translator.mapping.Hears(title) {
		m.refuseField(title, value)
		return "", nil, false
	}
	if f == nil || value == nil {
		return title, value, true
	}
	local := wireField(f).ToWire(wireValue(f, m.before.Fields[f.ID]))
	return title, m.translated(ItemField(title), f.Title, value, decode(m.share.Fields[FoldTitle(title)]), local), true
}

// refuseField notes that the partner has another value of a field that is ours to tell.
func (m *merge) refuseField(title string, value any) {
	item := ItemField(title)
	had := decode(m.share.Fields[FoldTitle(title)])
	constant, always := m.translator.Constants()[m.translator.Title(title)]
	if always && wire.SameValue(value, constant) || value == nil || wire.SameValue(value, wireOf(m.sync, item, had)) || wire.Blank(value) && wire.Blank(had) || m.isOurWord(title, value) {
		return
	}
	setWire(m.sync, item, had, value)
	m.remark("owner:"+item, "the field "+title+" stays as it is: its value is for this desk to tell")
}

// isOurWord tells whether a partner repeats what stands here.
func (m *merge) isOurWord(title string, value any) bool {
	f := m.fields[FoldTitle(title)]
	return f != nil && wire.SameValue(value, m.translator.quietValue(f.Title, wireField(f).ToWire(wireValue(f, m.before.Fields[f.ID]))))
}

// remark says something once for a share.
func (m *merge) remark(key, words string) {
	if !m.sync.Remarked[key] && len(m.sync.Remarked) < maxRemarked {
		m.sync.Remarked[key] = true
		m.out.Remarks = append(m.out.Remarks, words)
	}
}

// maxForeignTags bounds how many tags of the partner's a share keeps that have no name here.
const maxForeignTags = 200

// translateTags turns the partner's tags into ours. Those that have no name here are kept aside: it would take a set without them
// for their end.
func (m *merge) translateTags() {
	if !m.agreement.Terms.SyncTags || m.agreement.Map.Tags.IsZero() {
		return
	}
	if stated, ok := m.Message.Tags.Get(); ok {
		own, foreign := m.ownTags(stated)
		m.Message.Tags = wire.Some(own)
		if x, told := m.Message.Interdesk.Get(); !told || !m.Interdesk || m.Whole || len(x.TagsAdded)+len(x.TagsRemoved) == 0 {
			m.sync.ForeignTags = foreign
		}
	}
	x, ok := m.Message.Interdesk.Get()
	if !ok {
		return
	}
	added, foreign := m.ownTags(x.TagsAdded)
	removed, gone := m.ownTags(x.TagsRemoved)
	if len(foreign)+len(gone) > 0 {
		kept := slices.DeleteFunc(append(foreign, m.sync.ForeignTags...), func(tag string) bool { return slices.Contains(gone, tag) })
		kept = desk.NormalizeTags(kept)
		m.sync.ForeignTags = kept[:min(len(kept), maxForeignTags)]
	}
	x.TagsAdded, x.TagsRemoved = added, removed
	m.Message.Interdesk = wire.Some(x)
}

// ownTags are those of the partner's tags that have a name here, by it, and the others.
func (m *merge) ownTags(stated []string) (own, foreign []string) {
	own = []string{}
	for _, name := range desk.NormalizeTags(stated) {
		if tag, known := m.translator.mapping.TagIn(name); known {
			own = append(own, tag)
		} else if len(foreign) < maxForeignTags {
			foreign = append(foreign, name)
		}
	}
	return own, foreign
}

// translated is one word of the partner in our words.
func (m *merge) translated(item, name string, stated, had, local any) any {
	m.heard[item] = stated
	own, kept := m.translator.heardValue(m.share, item, name, stated, had, local)
	if kept {
		m.remark("hidden:"+item, name+" stays as it is: the partner has changed it without knowing all of it")
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
