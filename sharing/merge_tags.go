package sharing

import (
	"maps"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// tags merges the stated tags one by one: each is an item. Tags that are only ours are never touched.
func (m *merge) tags() {
	stated, all := m.Message.Tags.Get()
	if !m.agreement.Terms.SyncTags {
		return
	}
	added, removed := m.tagChanges(stated, all)
	var add, remove []string
	for _, tag := range removed {
		if m.weighTag(tag, false) {
			remove = append(remove, m.spelledHere(tag)...)
		}
	}
	for _, tag := range added {
		if m.weighTag(tag, true) {
			add = append(add, tagKey(tag, m.Interdesk))
		}
	}
	m.followTags(stated, all, added, removed)
	m.takeTags(add, remove)
	m.tellTags(all)
}

// tellTags: what begins a share again does not know which tags were put on here meanwhile.
func (m *merge) tellTags(all bool) {
	if !all || !m.Whole || !m.Interdesk || m.before.ID == 0 {
		return
	}
	theirs := m.keys(m.share.Tags)
	for _, tag := range m.draft.Now.Tags {
		if !theirs[tagKey(tag, m.Interdesk)] {
			m.out.Again = append(m.out.Again, ItemTag(tagKey(tag, m.Interdesk)))
		}
	}
}

// tagChanges are the tags that the partner added and removed. Another Interdesk names them; of others the set of all is held
// against the one that they had before.
func (m *merge) tagChanges(stated []string, all bool) (added, removed []string) {
	if x, ok := m.Message.Interdesk.Get(); ok && m.Interdesk && !m.Whole {
		return desk.NormalizeTags(x.TagsAdded), desk.NormalizeTags(x.TagsRemoved)
	}
	if !all {
		return nil, nil
	}
	had, has, here := m.keys(m.share.Tags), m.keys(stated), m.keys(m.before.Tags)
	for _, key := range slices.Sorted(maps.Keys(has)) {
		// What was taken off here and could not be told counts no more.
		untold := m.Whole && m.Interdesk && !here[key] && m.sync.NotHeldHere[ItemTag(key)] == ""
		if !had[key] || untold {
			added = append(added, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(had)) {
		if !has[key] {
			removed = append(removed, key)
		}
	}
	stale := func(tag string) bool { return m.Interdesk && m.crosses(ItemTag(tag)) }
	return slices.DeleteFunc(added, stale), slices.DeleteFunc(removed, stale)
}

// weighTag judges that a partner added or removed a tag; true: the ticket follows.
func (m *merge) weighTag(tag string, added bool) bool {
	here := len(m.spelledHere(tag)) > 0
	return m.weigh(ItemTag(tag), "tag "+tag, Word{Stated: added, Theirs: !added, Local: here, Meant: true})
}

// followTags moves the baseline. What an Interdesk said before it had our last word on a tag says nothing of that tag.
func (m *merge) followTags(stated []string, all bool, added, removed []string) {
	if !all || m.Interdesk && !m.Whole {
		for _, tag := range added {
			m.setTheirTag(tag, true)
		}
		for _, tag := range removed {
			m.setTheirTag(tag, false)
		}
		return
	}
	m.share.Tags = desk.NormalizeTags(stated)
}

func (m *merge) setTheirTag(tag string, has bool) {
	rest := slices.DeleteFunc(slices.Clone(m.share.Tags), func(t string) bool {
		return tagKey(t, m.Interdesk) == tagKey(tag, m.Interdesk)
	})
	if has {
		rest = append(rest, tag)
	}
	m.share.Tags = desk.NormalizeTags(rest)
}

func (m *merge) takeTags(add, remove []string) {
	var added, removed []string
	for _, tag := range remove {
		if m.try(desk.Edits{RemoveTags: []string{tag}}, ItemTag(tag), "tag "+tag) {
			removed = append(removed, tag)
		}
	}
	for _, tag := range add {
		if m.takeTag(tag) {
			added = append(added, tag)
		}
	}
	m.out.Edits.AddTags = append(m.out.Edits.AddTags, added...)
	m.out.Edits.RemoveTags = append(m.out.Edits.RemoveTags, removed...)
	if len(added) > 0 {
		m.change("tags +" + strings.Join(added, " +"))
	}
	if len(removed) > 0 {
		m.change("tags -" + strings.Join(removed, " -"))
	}
}

// takeTag puts one tag on the draft. All that do not fit share one remark.
func (m *merge) takeTag(tag string) bool {
	item := ItemTag(tag)
	if m.Closed {
		return m.try(desk.Edits{}, item, tag)
	}
	if err := m.draft.Edit(desk.Edits{AddTags: []string{tag}}, nil); err != nil {
		m.notHeld(item, "tags", err.Error(), "some tags could not be kept, as "+Shorten(tag, desk.MaxTag)+": "+err.Error())
		return false
	}
	return true
}

// noteTags notes which of the partner's tags the ticket does not have although nobody here took them off.
func (m *merge) noteTags() {
	theirs := m.keys(m.share.Tags)
	now, was := m.keys(m.draft.Now.Tags), m.keys(m.before.Tags)
	for item := range m.sync.NotHeldHere {
		if tag, is := TagOf(item); is && (now[tagKey(tag, m.Interdesk)] || !theirs[tagKey(tag, m.Interdesk)]) {
			delete(m.sync.NotHeldHere, item)
		}
	}
	for _, key := range slices.Concat(slices.Collect(maps.Keys(was)), slices.Collect(maps.Keys(now))) {
		if was[key] != now[key] && m.broughtAlong(ItemTag(key), theirs[key], now[key]) {
			delete(theirs, key)
		}
	}
	for key := range theirs {
		if item := ItemTag(key); !now[key] && (was[key] || m.touched[item]) && m.sync.NotHeldHere[item] == "" {
			m.sync.NotHeldHere[item] = "another choice of the same field took its place"
		}
	}
}

// spelledHere are the tags of the ticket that are meant by a partner's.
func (m *merge) spelledHere(tag string) []string {
	var out []string
	for _, own := range m.before.Tags {
		if tagKey(own, m.Interdesk) == tagKey(tag, m.Interdesk) {
			out = append(out, own)
		}
	}
	return out
}

func (m *merge) keys(tags []string) map[string]bool {
	out := map[string]bool{}
	for _, tag := range tags {
		out[tagKey(tag, m.Interdesk)] = true
	}
	delete(out, "")
	return out
}

// tagKey is what two spellings of a tag have in common. Between Interdesks tags travel as they are; to others in the form of
// nhd §11.2, and one of which nothing would be left as it is.
func tagKey(tag string, interdesk bool) string {
	plain := strings.ToLower(strings.TrimSpace(tag))
	if interdesk {
		return plain
	}
	if normal := wire.NormaliseTag(plain); normal != "" {
		return normal
	}
	return plain
}

func contains(sorted []string, tag string) bool {
	_, ok := slices.BinarySearch(sorted, tag)
	return ok
}
