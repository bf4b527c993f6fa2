package sharing

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing/wire"
)

// Heard is a partner's message about a ticket, and what is known of when it spoke.
type Heard struct {
	Message   wire.Ticket
	Interdesk bool  // the partner told its place among our messages
	Seen      int64 // number of our last message that it had taken then
	Whole     bool  // it begins the share: all that it states is meant, and nothing crosses it
	Closed    bool  // the ticket is closed here and stays so: nothing can be taken
	// Attempted tells of a partner without numbers whether our unanswered word on an item may have reached it; nil: never.
	Attempted func(item string) bool
}

// Merged is what a message means for a ticket.
type Merged struct {
	Edits   desk.Edits
	Changes []string // in words
	Remarks []string // what could not be taken, in words; each once for a share
	Again   []string // items on which our own word stands, to be said again
}

// Merge merges a partner's message into a ticket, item by item (share-life §3), and notes on the share what both sides have
// from then on. A ticket without id is about to be made. It is pure: the same message merged again changes nothing.
func Merge(h Heard, share *desk.Share, a desk.Agreement, c *desk.Config, t desk.Ticket) Merged {
	m := &merge{Heard: h, share: share, sync: &share.Sync, agreement: a, before: t, words: StatusWordsOf(a),
		config: c, fields: SyncedFields(c), crossing: map[string]bool{}, touched: map[string]bool{}, unheld: map[string]bool{}}
	m.draft = trial(c, a, t)
	m.ensureMaps()
	m.translate()
	if h.Whole {
		clear(m.sync.Marks)
	} else {
		m.settle()
		m.noteCrossing()
	}
	m.subject()
	m.status()
	m.tags()
	m.statedFields()
	m.retry()
	m.compare()
	m.noteWire()
	return m.out
}

type merge struct {
	Heard
	share     *desk.Share
	sync      *desk.ShareSync
	agreement desk.Agreement
	before    desk.Ticket
	words     StatusWords
	config    *desk.Config
	fields    map[string]*desk.TicketField
	crossing  map[string]bool // titles of fields whose choices cross, or whose own value does
	draft     *desk.Draft     // the ticket as the edits make it: what cannot be held shows there
	touched   map[string]bool // items whose value the message settles
	unheld    map[string]bool // items that could not be taken
	out       Merged

	translator *Translator
	heard      map[string]any // what the partner said of items, in its words
}

// trial is a draft on which edits are tried. A closed ticket is tried as if it were solved: what comes to it is taken by the
// ticket that follows it up.
func trial(c *desk.Config, a desk.Agreement, t desk.Ticket) *desk.Draft {
	u := desk.Update{Actor: desk.Actor{Role: desk.EndUser, Foreign: a.ID}, Via: ViaPartner(a)}
	var before *desk.Ticket
	if t.ID != 0 {
		if t.Status == desk.Closed {
			t.Status = desk.Solved
		}
		before = &t
	}
	return desk.NewDraft(c, u, before, time.Time{}, func() int64 { return 0 })
}

func (m *merge) ensureMaps() {
	for _, at := range []*map[string]string{&m.sync.Ours, &m.sync.NotHeldHere, &m.share.Fields, &m.share.Foreign} {
		if *at == nil {
			*at = map[string]string{}
		}
	}
	if m.sync.Remarked == nil {
		m.sync.Remarked = map[string]bool{}
	}
}

// settle moves the baseline up to what the partner had taken when it spoke: our own words.
func (m *merge) settle() {
	if !m.Interdesk {
		return
	}
	for item, seq := range m.sync.Marks {
		if seq > m.Seen {
			continue
		}
		delete(m.sync.Marks, item)
		m.settleItem(item)
	}
}

func (m *merge) settleItem(item string) {
	if tag, is := TagOf(item); is {
		if m.translator.quietTag(tag) { // else it was not told
			m.setTheirTag(tag, contains(m.before.Tags, tag))
		}
		return
	}
	delete(m.sync.Ours, item)
	if title, is := FieldOf(item); is {
		m.settleField(title, item)
		return
	}
	delete(m.sync.NotHeldHere, item)
	switch item {
	case ItemSubject:
		m.share.Subject = m.before.Subject
		setWire(m.sync, item, m.before.Subject, m.translator.quietValue(item, m.before.Subject))
	case ItemStatus:
		m.share.Status = m.words.Stated(m.before.Status)
	}
}

func (m *merge) settleField(title, item string) {
	f := m.fields[title]
	if f == nil || !m.translator.Leaves(f.Title) {
		return
	}
	own := wireField(f).ToWire(wireValue(f, m.before.Fields[f.ID]))
	said := sayValue(m.share, m.agreement, f, m.before.Fields[f.ID], m.before.Tags)
	m.share.Fields[title] = RawJSON(said)
	setWire(m.sync, item, said, m.translator.quietValue(f.Title, said))
	if wire.SameValue(own, said) {
		delete(m.sync.NotHeldHere, item)
	} else {
		m.sync.Ours[item] = RawJSON(own)
	}
}

// crosses tells whether the partner spoke before it had our last word on an item. Of a partner without numbers that is so
// while our message is not answered.
func (m *merge) crosses(item string) bool {
	if title, is := FieldOf(item); m.Whole || is && !m.translator.Leaves(title) {
		return false
	}
	return Crosses(m.share, item, m.Seen) || m.Interdesk && m.crossesByField(item)
}

// crossesByField tells whether the partner spoke before it had our last word on what changes together with an item: a field
// and the tags of its choices say the same thing, so they stand or fall together.
func (m *merge) crossesByField(item string) bool {
	return slices.ContainsFunc(m.choiceFields(item), func(title string) bool { return m.crossing[title] })
}

// noteCrossing notes the fields of which, or of whose choices, we have spoken since the partner last heard us.
func (m *merge) noteCrossing() {
	for item, seq := range m.sync.Marks {
		if seq <= m.Seen {
			continue
		}
		for _, title := range m.choiceFields(item) {
			m.crossing[title] = true
		}
	}
}

// choiceFields are the titles of the fields that an item belongs to: its own, or those that have the tag for a choice.
func (m *merge) choiceFields(item string) (out []string) {
	if title, is := FieldOf(item); is {
		if f := m.fields[title]; f != nil && (len(f.Options) > 0 || f.Tag != "") {
			out = append(out, title)
		}
		return out
	}
	tag, _ := TagOf(item)
	for _, id := range m.config.TagOwners(tag) {
		f := m.config.Field(id)
		if title := FoldTitle(f.Title); m.fields[title] == f {
			out = append(out, title)
		}
	}
	return out
}

// weigh judges a stated item that has one value; true: the ticket takes it.
func (m *merge) weigh(item, name string, w Word) bool {
	w.Crossing, w.Ours = m.crosses(item), OurSide(m.agreement) == wire.Sender
	w.Meant = w.Meant || m.Interdesk || m.Whole
	if w.Crossing && !m.Interdesk && wire.SameValue(w.Stated, w.Theirs) {
		// It had our word and took it back, or it has not heard it yet.
		w.Meant = w.Meant && m.Attempted != nil && m.Attempted(item)
		w.Crossing = false
	}
	verdict := w.Verdict()
	switch verdict {
	case Unchanged:
		return false
	case Agreed:
		m.touched[item] = true
		delete(m.sync.NotHeldThere, item)
	case Kept:
		m.keep(item, name)
	case Taken:
		m.yield(item, name, w.Crossing)
	}
	return verdict == Taken
}

// keep lets our word stand. An Interdesk sees the crossing, too, and takes what we said, if we said it of this item; else, and
// from others, it has to be heard again.
func (m *merge) keep(item, name string) {
	m.change(name + ": both desks changed it at once; ours stands")
	if !m.Interdesk || !Crosses(m.share, item, m.Seen) {
		m.out.Again = append(m.out.Again, item)
	}
	delete(m.sync.Ours, item)
}

func (m *merge) yield(item, name string, crossing bool) {
	m.touched[item] = true
	if crossing {
		m.change(name + ": both desks changed it at once; theirs stands")
	}
	if seq, said := m.sync.Marks[item]; said && !m.Interdesk {
		noteAnswered(m.sync, item, seq)
	}
	delete(m.sync.Marks, item)
}

// repeatsAll tells a message of a partner that always says everything it knows of the ticket, as node does; others state what
// they changed (share-life §6).
func (m *merge) repeatsAll() bool {
	return m.Message.Subject.IsSet() && m.Message.Status.IsSet() && m.Message.Requester.IsSet()
}

func (m *merge) subject() {
	stated, ok := m.Message.Subject.Get()
	if !ok {
		return
	}
	w := Word{Stated: stated, Theirs: m.share.Subject, Local: m.before.Subject, Meant: !m.repeatsAll()}
	take := m.weigh(ItemSubject, "subject", w)
	m.share.Subject = stated
	if take {
		m.takeSubject(stated)
	}
}

func (m *merge) takeSubject(stated string) {
	short := Shorten(strings.TrimSpace(stated), desk.MaxSubjectRunes)
	if short != stated {
		reason := "a subject has at most " + strconv.Itoa(desk.MaxSubjectRunes) + " characters and no blanks around it"
		m.notHeld(ItemSubject, ItemSubject, reason, "the subject does not fit: "+reason)
	}
	if short != m.before.Subject && m.try(desk.Edits{Subject: &short}, ItemSubject, "subject") {
		m.out.Edits.Subject = &short
		m.change("subject")
	}
}

func (m *merge) status() {
	word, ok := m.Message.Status.Get()
	if !ok || !HearsStatus(m.agreement) {
		return
	}
	w := Word{Stated: m.words.canonical(word), Theirs: m.words.canonical(m.share.Status), Meant: !m.repeatsAll()}
	if m.before.ID != 0 {
		w.Local = spokenStatus(m.before.Status, w.Stated)
	}
	take := m.weigh(ItemStatus, "status", w)
	m.share.Status = Shorten(strings.ToLower(strings.TrimSpace(word)), 40)
	if take {
		m.takeStatus(word)
	}
}

func (m *merge) takeStatus(word string) {
	local, known := m.words.Inbound(word, string(m.before.Status))
	if !known {
		short := strconv.Quote(Shorten(word, 40))
		m.notHeld(ItemStatus, "status:"+short, "the status word "+short+" is unknown here", "the status word "+short+" is unknown, so the status stays")
		return
	}
	next := desk.Status(local)
	if next == m.before.Status || !m.try(desk.Edits{Status: &next}, ItemStatus, "status") {
		return
	}
	m.out.Edits.Status = &next
	m.change("status " + string(m.before.Status) + " → " + string(next))
}

// try carries out edits on the draft; false: the ticket can't hold them.
func (m *merge) try(e desk.Edits, item, name string) bool {
	if m.Closed {
		m.unheld[item], m.sync.NotHeldHere[item] = true, "the ticket is closed here"
		return false
	}
	if err := m.draft.Edit(e, nil); err != nil {
		m.notHeld(item, item, err.Error(), name+" stays as it is: "+err.Error())
		return false
	}
	return true
}

// maxRemarked bounds how many remarks a share remembers.
const maxRemarked = 200

// notHeld notes that an item can't be kept as the partner said it, and remarks it once for each key.
func (m *merge) notHeld(item, key, reason, words string) {
	m.unheld[item], m.sync.NotHeldHere[item] = true, reason
	if !m.sync.Remarked[key] && len(m.sync.Remarked) < maxRemarked {
		m.sync.Remarked[key] = true
		m.out.Remarks = append(m.out.Remarks, words)
	}
}

// change notes in words what the message changes; of a new ticket everything is new.
func (m *merge) change(words string) {
	if m.before.ID != 0 {
		m.out.Changes = append(m.out.Changes, words)
	}
}

// compare notes where our value now differs from the partner's with nothing to tell by either side: from then on it counts as
// unchanged until somebody here changes it.
func (m *merge) compare() {
	now, was := &m.draft.Now, &m.before
	m.note(ItemSubject, m.share.Subject, now.Subject, was.Subject)
	status := now.Status
	if was.Status == desk.Closed && m.out.Edits.Status == nil {
		status = desk.Closed
	}
	theirs := m.words.canonical(m.share.Status)
	m.note(ItemStatus, theirs, spokenStatus(status, theirs), spokenStatus(was.Status, theirs))
	for title, f := range m.fields {
		plain := func(v any) any { return plainValue(f, v) }
		m.note(ItemField(title), plain(decode(m.share.Fields[title])), plain(wireValue(f, now.Fields[f.ID])), plain(wireValue(f, was.Fields[f.ID])))
	}
	m.noteTags()
}

func (m *merge) note(item string, theirs, now, was any) {
	if !m.touched[item] && wire.SameValue(now, was) {
		return
	}
	if m.broughtAlong(item, theirs, now) {
		return
	}
	if !m.unheld[item] {
		delete(m.sync.NotHeldHere, item)
	}
	if wire.SameValue(theirs, now) {
		delete(m.sync.Ours, item)
	} else {
		m.sync.Ours[item] = RawJSON(now)
	}
}

// broughtAlong tells that what the message made of one item changed another one here, as a field by its tag, so that we have
// to speak of that: what we have just said of it holds no more, or another Interdesk does not have it so.
func (m *merge) broughtAlong(item string, theirs, now any) bool {
	if m.Whole || m.before.ID == 0 || m.unheld[item] {
		return false
	}
	differs := m.Interdesk && !wire.SameValue(theirs, now) && (!m.touched[item] || len(m.choiceFields(item)) > 0)
	if !differs && (m.touched[item] || !Crosses(m.share, item, m.Seen)) {
		return false
	}
	m.out.Again = append(m.out.Again, item)
	return true
}

// canonical is our status that a word means, or the word itself where it means none.
func (d StatusWords) canonical(word string) string {
	word = strings.ToLower(strings.TrimSpace(word))
	if local, known := d.Inbound(word, ""); known {
		return local
	}
	return word
}

// spokenStatus is a status as it counts beside a partner's: on hold travels as open, and closing is local.
func spokenStatus(s desk.Status, theirs any) string {
	switch {
	case s == desk.Hold && theirs == string(desk.Open):
		return string(desk.Open)
	case s == desk.Closed:
		return string(desk.Solved)
	}
	return string(s)
}

// decode reads one value of a baseline; nil: none.
func decode(text string) any {
	if text == "" {
		return nil
	}
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return nil
	}
	return v
}
