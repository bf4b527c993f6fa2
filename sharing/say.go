package sharing

import (
	"maps"
	"slices"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// TagsToSay are the tags for a message that says a snapshot: those that the ticket had then, those of the partner's that we
// cannot hold, and those that came from it since. What only we lack is never said to be gone. The spelling is ours; toward
// others than Interdesks it is still to be normalised.
func TagsToSay(share *desk.Share, said desk.Snapshot, interdesk bool) []string {
	out := slices.Clone(said.Tags)
	own := map[string]bool{}
	for _, tag := range append(slices.Clone(said.Tags), said.Removed...) {
		own[tagKey(tag, interdesk)] = true
	}
	for _, tag := range share.Tags {
		item := ItemTag(tagKey(tag, interdesk))
		unheld := share.Sync.NotHeldHere[item] != ""
		removed := share.Sync.Ours[item] == "false"
		if !own[tagKey(tag, interdesk)] && (unheld || !said.All && !removed) {
			out = append(out, tag)
		}
	}
	return desk.NormalizeTags(out)
}

// FieldsToSay are the custom fields that a snapshot says, by title, and the values of ours behind them where those differ: to
// the choices of a multiselect the partner's are added that we cannot hold.
func FieldsToSay(share *desk.Share, a desk.Agreement, c *desk.Config, said desk.Snapshot) (say, ours wire.Fields) {
	say, ours = wire.Fields{}, wire.Fields{}
	synced := SyncedFields(c)
	for _, title := range slices.Sorted(maps.Keys(synced)) {
		f := synced[title]
		v, stated := said.Fields[f.ID]
		if !stated || said.All && len(v) == 0 {
			continue
		}
		own := wireField(f).ToWire(wireValue(f, v))
		say[f.Title] = sayValue(share, a, f, v, said.Tags)
		if !wire.SameValue(own, say[f.Title]) {
			ours[f.Title] = own
		}
	}
	return say, ours
}

// sayValue is a field's value for a message, on a ticket with these tags. A choice that we cannot hold is a plain tag here:
// who takes that off means the choice.
func sayValue(share *desk.Share, a desk.Agreement, f *desk.TicketField, v desk.FieldValue, tags []string) any {
	own := wireField(f).ToWire(wireValue(f, v))
	title := FoldTitle(f.Title)
	if f.Type != desk.FieldMultiselect || share.Sync.NotHeldHere[ItemField(title)] == "" {
		return own
	}
	all := slices.Clone([]string(v))
	for _, part := range parts(decode(share.Fields[title])) {
		if _, here := f.Option(part); !here && (!a.Terms.SyncTags || slices.Contains(tags, part)) {
			all = append(all, part)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Knows tells whether there is nothing to tell of the subject or a field: the value is what the partner has, or what stands
// here beside a value of the partner's that we cannot hold.
func Knows(share *desk.Share, item string, value any) bool {
	if own, differs := share.Sync.Ours[item]; differs {
		return wire.SameValue(decode(own), value)
	}
	if title, is := FieldOf(item); is {
		theirs := decode(share.Fields[title])
		return wire.SameValue(theirs, value) || value == false && wire.Blank(theirs)
	}
	return item == ItemSubject && wire.SameValue(share.Subject, value)
}

// KnowsStatus is Knows for a status.
func KnowsStatus(share *desk.Share, words StatusWords, s desk.Status) bool {
	theirs := words.canonical(share.Status)
	if own, differs := share.Sync.Ours[ItemStatus]; differs {
		theirs, _ = decode(own).(string)
	}
	return spokenStatus(s, theirs) == theirs
}
