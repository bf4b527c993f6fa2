package sharing

import (
	"maps"
	"slices"
	"strconv"

	"interdesk/desk"
	"interdesk/sharing/mapping"
	"interdesk/sharing/wire"
)

// Sent is a message of ours that the partner has taken.
type Sent struct {
	Message wire.Ticket   // in our words
	Wire    wire.Ticket   // as it went out; what is not stated in it went out as in Message
	Said    desk.Snapshot // what it was made of
	Ours    wire.Fields   // our values of fields that went out otherwise, as FieldsToSay tells them
	Subject string        // of the ticket; the message may name one that has none
	Seq     int64
	Before  desk.Share    // as it was when the message was made
	Receipt *wire.Receipt // of another Interdesk; nil: the partner is none
	// RemoteID is the ticket's number at a partner that tells it with its answer; "": it did not.
	RemoteID string
}

// Acknowledge notes on a share what the partner has now. Where the partner spoke of an item meanwhile, its word is the later
// one and stays. It is pure and may be repeated.
func Acknowledge(share *desk.Share, s Sent) {
	k := acknowledgement{Sent: s, share: share}
	if share.Sync.Ours == nil {
		share.Sync.Ours = map[string]string{}
	}
	k.subject()
	k.status()
	k.tags()
	k.fields()
	if requester, said := s.Message.Requester.Get(); said {
		share.Requester = requester.UUID
	}
	if s.RemoteID != "" {
		share.RemoteID = Shorten(s.RemoteID, desk.MaxExternalID)
	}
	if s.Receipt == nil {
		k.dropMarks()
		return
	}
	k.noteNotHeld()
	if s.Receipt.TicketID != "" {
		share.RemoteID = Shorten(s.Receipt.TicketID, desk.MaxExternalID)
	}
}

type acknowledgement struct {
	Sent
	share *desk.Share
}

// stands tells whether our word on an item is still the last one: a partner's word that came in between has dropped the mark.
func (k acknowledgement) stands(item string) bool {
	_, marked := k.share.Sync.Marks[item]
	return (marked || k.Said.All) && k.share.Sync.Answered[item] < k.Seq
}

func (k acknowledgement) subject() {
	word, said := k.Message.Subject.Get()
	if !said || !k.stands(ItemSubject) || k.share.Subject != k.Before.Subject {
		return
	}
	k.share.Subject = word
	setWire(&k.share.Sync, ItemSubject, word, k.Wire.Subject.Or(word))
	delete(k.share.Sync.Ours, ItemSubject)
	delete(k.share.Sync.NotHeldHere, ItemSubject)
	if k.Subject != word {
		k.share.Sync.Ours[ItemSubject] = RawJSON(k.Subject)
	}
}

func (k acknowledgement) status() {
	word, said := k.Message.Status.Get()
	if !said || !k.stands(ItemStatus) || k.share.Status != k.Before.Status {
		return
	}
	k.share.Status = word
	delete(k.share.Sync.Ours, ItemStatus)
	delete(k.share.Sync.NotHeldHere, ItemStatus)
}

// tags: an Interdesk has what it was told. Of others the set that they send back tells what they have.
func (k acknowledgement) tags() {
	stated, said := k.Message.Tags.Get()
	if !said {
		return
	}
	if k.Receipt != nil && k.Said.All {
		if slices.Equal(k.share.Tags, k.Before.Tags) {
			k.share.Tags = desk.NormalizeTags(stated)
		}
		return
	}
	for _, tag := range k.Said.Added {
		k.tag(tag, true)
	}
	for _, tag := range k.Said.Removed {
		k.tag(tag, false)
	}
}

func (k acknowledgement) tag(tag string, has bool) {
	item := ItemTag(tagKey(tag, k.Receipt != nil))
	delete(k.share.Sync.Ours, item)
	switch {
	case k.Receipt == nil && !has && slices.Contains(k.share.Tags, tag):
		k.share.Sync.Ours[item] = "false"
	case k.Receipt == nil || !k.stands(ItemTag(tag)):
	case has:
		k.share.Tags = desk.NormalizeTags(append(slices.Clone(k.share.Tags), tag))
	default:
		k.share.Tags = slices.DeleteFunc(slices.Clone(k.share.Tags), func(t string) bool { return t == tag })
	}
}

// fields: a partner that is no Interdesk counts as not holding a value until it sends it back.
func (k acknowledgement) fields() {
	for title, value := range k.Message.CustomFields.Value {
		folded := FoldTitle(title)
		item := ItemField(folded)
		if !k.stands(item) || k.share.Fields[folded] != k.Before.Fields[folded] {
			continue
		}
		own, differs := k.Ours[title]
		if !differs {
			own = value
			delete(k.share.Sync.NotHeldHere, item)
		}
		if k.Receipt != nil {
			if k.share.Fields == nil {
				k.share.Fields = map[string]string{}
			}
			k.share.Fields[folded] = RawJSON(value)
		}
		k.wire(item, title, value)
		if wire.SameValue(decode(k.share.Fields[folded]), own) {
			delete(k.share.Sync.Ours, item)
		} else {
			k.share.Sync.Ours[item] = RawJSON(own)
		}
	}
}

// wire notes how a field's value went out.
func (k acknowledgement) wire(item, title string, value any) {
	said, stated := k.Wire.CustomFields.Value[title]
	if !stated {
		said = value
	}
	setWire(&k.share.Sync, item, value, said)
}

// dropMarks: what a partner without numbers says from now on, it says knowing our message.
func (k acknowledgement) dropMarks() {
	past := func(_ string, seq int64) bool { return seq <= k.Seq }
	maps.DeleteFunc(k.share.Sync.Marks, past)
	maps.DeleteFunc(k.share.Sync.Answered, past)
}

// noteNotHeld notes what of our message the partner could not hold.
func (k acknowledgement) noteNotHeld() {
	sync := &k.share.Sync
	said := k.said()
	for item := range said {
		delete(sync.NotHeldThere, item)
	}
	for _, n := range k.Receipt.NotHeld {
		if !said[n.Item] {
			continue
		}
		if sync.NotHeldThere == nil {
			sync.NotHeldThere = map[string]string{}
		}
		sync.NotHeldThere[n.Item] = Shorten(n.Reason, maxReason)
	}
}

// maxReason bounds a partner's words on why it can't hold an item.
const maxReason = 300

// said are the items of which the message speaks.
func (k acknowledgement) said() map[string]bool {
	out := map[string]bool{}
	for _, item := range StatedItems(k.Message) {
		out[item] = true
	}
	for _, tag := range append(slices.Clone(k.Said.Added), k.Said.Removed...) {
		out[ItemTag(tag)] = true
	}
	return out
}

// StatedItems are the items of which a message speaks.
func StatedItems(m wire.Ticket) []string {
	var out []string
	if m.Subject.IsSet() {
		out = append(out, ItemSubject)
	}
	if m.Status.IsSet() {
		out = append(out, ItemStatus)
	}
	for _, tag := range m.Tags.Value {
		out = append(out, ItemTag(tagKey(tag, true)))
	}
	for title := range m.CustomFields.Value {
		out = append(out, ItemField(title))
	}
	slices.Sort(out)
	return out
}

// ReceiptOf tells another Interdesk what became of its message. Previous is the number of the message that was taken before.
func ReceiptOf(share *desk.Share, a desk.Agreement, m wire.Ticket, previous int64) wire.Receipt {
	words := Translator{mapping: mapping.New(a.Map)}
	r := wire.Receipt{TicketID: strconv.FormatInt(int64(share.Ticket), 10), Previous: previous}
	for _, item := range StatedItems(m) {
		if reason := share.Sync.NotHeldHere[words.OwnItem(item)]; reason != "" {
			r.NotHeld = append(r.NotHeld, wire.NotHeld{Item: item, Reason: reason})
		}
	}
	return r
}
