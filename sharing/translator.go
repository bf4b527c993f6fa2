package sharing

import (
	"fmt"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/mapping"
	"interdesk/sharing/redaction"
	"interdesk/sharing/wire"
)

// Translator turns what one message says of a ticket into what its partner hears, and remembers what was done to it. What is
// stored here is never changed by it.
type Translator struct {
	redactor *redaction.Redactor
	mapping  *mapping.Map
	notes    []Redacting
}

// Redacting is something that was found in an item of a message, and what is done about it.
type Redacting struct {
	Place  string // the item in words: "the subject"
	Label  string // the detector, or several
	Action desk.DetectorAction
}

// String is it in words, never with what was found.
func (n Redacting) String() string {
	switch n.Action {
	case desk.ActionDrop:
		return fmt.Sprintf("%s stays here (%s)", n.Place, n.Label)
	case desk.ActionHold:
		return fmt.Sprintf("%s has to be looked at first (%s)", n.Place, n.Label)
	}
	return fmt.Sprintf("%s was masked (%s)", n.Place, n.Label)
}

// TranslatorOf is the translator of an agreement.
func TranslatorOf(a desk.Agreement) (*Translator, error) {
	r, err := redaction.New(a.Map.Redaction)
	return &Translator{redactor: r, mapping: mapping.New(a.Map)}, err
}

// Release has what is held go out, as it is or masked: a person has said yes.
func (t *Translator) Release(masked bool) { t.redactor = t.redactor.Released(masked) }

// Notes are what was done, in words: a sentence for each place.
func (t *Translator) Notes() []string {
	var all []Redacting
	for _, n := range t.notes {
		at := slices.IndexFunc(all, func(had Redacting) bool { return had.Place == n.Place && had.Action == n.Action })
		if at < 0 {
			all = append(all, n)
		} else if !slices.Contains(strings.Split(all[at].Label, ", "), n.Label) {
			all[at].Label += ", " + n.Label
		}
	}
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = n.String()
	}
	return out
}

// Held is what a person has to look at first, in words.
func (t *Translator) Held() []string {
	var out []string
	for _, n := range t.notes {
		if n.Action == desk.ActionHold {
			out = append(out, n.Place+" ("+n.Label+")")
		}
	}
	return out
}

// note remembers what was found in an item; false: the item stays here.
func (t *Translator) note(place string, found []redaction.Found) (leaves bool) {
	leaves = true
	for _, f := range found {
		t.notes = append(t.notes, Redacting{place, f.Label, f.Action})
		leaves = leaves && f.Action != desk.ActionDrop
	}
	return leaves
}

// Text is a text as it leaves; false: what it is a part of stays here.
func (t *Translator) Text(place, text string) (string, bool) {
	masked, found := t.redactor.Text(text)
	return masked, t.note(place, found)
}

// HTML is Text for a document.
func (t *Translator) HTML(place, document string) (string, bool) {
	masked, found := t.redactor.HTML(document)
	return masked, t.note(place, found)
}

// hiddenName stands for somebody whose name stays here.
const hiddenName = "(name left out)"

// Person is somebody as the partner hears of them.
func (t *Translator) Person(place string, who wire.Actor) wire.Actor {
	if !who.IsAgent() {
		who.Name = t.mapping.Customer(who.Name)
	}
	name, leaves := t.Text(place, who.Name)
	if who.Name = name; !leaves {
		who.Name = hiddenName
	}
	return who
}

// Quiet masks words for a timeline, without a note.
func (t *Translator) Quiet(words string) string {
	masked, _ := t.redactor.Text(words)
	return masked
}

// Value is a field's value as it leaves; false: it stays here, since a detector says so or a number with something in it can be
// no other.
func (t *Translator) Value(title string, value any) (any, bool) {
	place := "the field " + title
	if !t.mapping.Leaves(title) {
		return value, false
	}
	value = t.mapping.Out(title, value)
	switch v := value.(type) {
	case string:
		return t.textOr(place, v)
	case []string:
		out, leaves := make([]string, len(v)), true
		for n, part := range v {
			masked, ok := t.Text(place, part)
			out[n], leaves = masked, leaves && ok
		}
		return out, leaves
	case nil, bool:
		return value, true
	}
	found := t.redactor.Finds(fmt.Sprint(plainNumber(value)))
	for n := range found {
		if found[n].Action == desk.ActionMask {
			found[n].Action = desk.ActionDrop
		}
	}
	return value, t.note(place, found)
}

func (t *Translator) textOr(place, text string) (any, bool) {
	masked, leaves := t.Text(place, text)
	return masked, leaves
}

func plainNumber(value any) string { return strings.Trim(RawJSON(value), `"`) }

// File tells whether a file goes along.
func (t *Translator) File(f *desk.Attachment) bool { return t.mapping.File(f.ContentType, f.Size) }

// Title is a field's title at the partner.
func (t *Translator) Title(own string) string { return t.mapping.Title(own) }

// Leaves tells whether a field goes to the partner at all.
func (t *Translator) Leaves(title string) bool { return t.mapping.Leaves(title) }

// FieldLeaves is Leaves under an agreement.
func FieldLeaves(a desk.Agreement, title string) bool { return mapping.New(a.Map).Leaves(title) }

// Constants are the titles at the partner of fields that say the same of each ticket, and what they say.
func (t *Translator) Constants() map[string]string { return t.mapping.Constants() }

// TagNames are tags as the partner calls them; those that do not leave are left out.
func (t *Translator) TagNames(tags []string) []string {
	var out []string
	for _, tag := range tags {
		if name, leaves := t.mapping.TagOut(tag); leaves {
			out = append(out, name)
		}
	}
	return out
}

// OwnItem is what an item of the partner's is called here.
func (t *Translator) OwnItem(item string) string {
	if title, is := FieldOf(item); is {
		own, _ := t.mapping.OwnTitle(title)
		return ItemField(own)
	}
	if name, is := TagOf(item); is {
		if tag, known := t.mapping.TagIn(name); known {
			return ItemTag(tag)
		}
	}
	return item
}

// Tag tells whether a tag leaves. None is masked: it would be another one.
func (t *Translator) Tag(tag string) bool {
	if _, leaves := t.mapping.TagOut(tag); !leaves {
		return false
	}
	found := t.redactor.Finds(tag)
	for n := range found {
		if found[n].Action == desk.ActionMask {
			found[n].Action = desk.ActionDrop
		}
	}
	return t.note("a tag", found)
}

// quietTag is Tag without a note.
func (t *Translator) quietTag(tag string) bool {
	quiet := Translator{redactor: t.redactor, mapping: t.mapping}
	return quiet.Tag(tag)
}

// setWire notes what the partner has of an item where that is other than what both sides have of it in our words.
func setWire(sync *desk.ShareSync, item string, own, said any) {
	if wire.SameValue(own, said) {
		delete(sync.Wire, item)
		return
	}
	if sync.Wire == nil {
		sync.Wire = map[string]string{}
	}
	sync.Wire[item] = RawJSON(said)
}

// wireOf is what the partner has of an item that we have in these words.
func wireOf(sync *desk.ShareSync, item string, own any) any {
	if said, differs := sync.Wire[item]; differs {
		return decode(said)
	}
	return own
}

// HasInClear tells whether the partner has an item as it stands here, so that there is nothing to hide from it.
func HasInClear(share *desk.Share, item string, own any) bool {
	_, differs := share.Sync.Wire[item]
	theirs := any(share.Subject)
	if title, is := FieldOf(item); is {
		theirs = decode(share.Fields[title])
	}
	return !differs && wire.SameValue(theirs, own)
}

// AsSaid is a share with what both sides had last in the words in which it was said between them: what two desks compare.
func AsSaid(share desk.Share, a desk.Agreement) desk.Share {
	if len(share.Sync.Wire) == 0 && a.Map.IsEmpty() {
		return share
	}
	words := mapping.New(a.Map)
	share.Tags = wireTags(words, &share)
	if subject, ok := wireOf(&share.Sync, ItemSubject, share.Subject).(string); ok {
		share.Subject = subject
	}
	fields := map[string]string{}
	for title, value := range words.Constants() {
		if !share.Inbound { // they go with the first message
			fields[FoldTitle(title)] = RawJSON(value)
		}
	}
	for title, value := range share.Fields {
		fields[FoldTitle(words.Title(title))] = value
	}
	for item, said := range share.Sync.Wire {
		if title, is := FieldOf(item); is {
			fields[FoldTitle(words.Title(title))] = said
		}
		if title, is := strings.CutPrefix(item, placelessItems); is {
			fields[title] = said
		}
	}
	share.Fields = fields
	return share
}

// placelessItems are what the partner has of fields that have no place here, since the one of their name is another one there.
const placelessItems = "there:"

// wireTags are the tags that both sides have, as the partner calls them, and those of the partner's that have no name here.
func wireTags(words *mapping.Map, share *desk.Share) []string {
	out := slices.Clone(share.Sync.ForeignTags)
	for _, tag := range share.Tags {
		if name, leaves := words.TagOut(tag); leaves {
			out = append(out, name)
		}
	}
	return desk.NormalizeTags(out)
}

// heardValue is what a partner's word on an item means in our words: what we had said, where it repeats that in the words in
// which it heard it. kept tells that it has changed a text of which it does not have all, so that ours stands.
func (t *Translator) heardValue(share *desk.Share, item, title string, stated, had, local any) (own any, kept bool) {
	if wire.SameValue(stated, had) && !t.mapping.Changes(title) {
		return stated, false
	}
	said := [...]struct{ own, wire any }{lastSaid(share, item, had), {had, t.quietValue(title, had)}, {local, t.quietValue(title, local)}}
	for _, s := range said {
		switch {
		case !wire.SameValue(stated, s.wire):
		case wire.SameValue(stated, s.own):
			return stated, false
		case wire.Blank(s.own):
			return "", false // null would mean that nothing is said
		default:
			return s.own, false
		}
	}
	stated = t.mapping.In(title, stated)
	text, isText := stated.(string)
	if !isText || !redaction.HasMasks(text) {
		return stated, false
	}
	altered := false
	for _, s := range said {
		before, _ := s.own.(string)
		masked, _ := s.wire.(string)
		if restored, ok := redaction.Restore(text, masked, before); ok {
			return restored, false
		}
		altered = altered || before != masked
	}
	if altered {
		return local, true
	}
	return stated, false
}

// lastSaid is what we said last of an item, in our words and as it went out. Of a field a partner that is no Interdesk may have
// heard more than it has confirmed.
func lastSaid(share *desk.Share, item string, had any) (out struct{ own, wire any }) {
	out.own = had
	if ours, differs := share.Sync.Ours[item]; differs && item != ItemSubject {
		out.own = decode(ours)
	}
	out.wire = wireOf(&share.Sync, item, out.own)
	return out
}

// quietValue is a value as it leaves, without a note of it.
func (t *Translator) quietValue(title string, value any) any {
	quiet := Translator{redactor: t.redactor, mapping: t.mapping}
	out, _ := quiet.Value(title, value)
	return out
}
