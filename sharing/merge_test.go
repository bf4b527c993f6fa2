package sharing_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
)

// model is one desk of a pair, as far as merging goes: a ticket, its share, and the messages that wait in its lane.
type model struct {
	config    *desk.Config
	agreement desk.Agreement
	ticket    desk.Ticket
	share     desk.Share
	lane      []waiting
	clock     int64
}

type waiting struct {
	said      desk.Snapshot
	seq, seen int64
}

// flight is a message on its way, and the answer to it.
type flight struct {
	sent    sharing.Sent
	receipt wire.Receipt
}

var modelTypes = map[string][2]desk.TicketField{ // at the one desk, at the other
	"Text":     {{Type: desk.FieldText}, {Type: desk.FieldText}},
	"Serial":   {{Type: desk.FieldText}, {Type: desk.FieldInteger}},
	"Code":     {{Type: desk.FieldText}, {Type: desk.FieldRegexp, Regexp: "^[0-9]*$"}},
	"Price":    {{Type: desk.FieldDecimal}, {Type: desk.FieldText}},
	"Tick":     {{Type: desk.FieldCheckbox}, {Type: desk.FieldCheckbox}},
	"Urgent":   {{Type: desk.FieldCheckbox, Tag: "vip"}, {Type: desk.FieldCheckbox, Tag: "urgent"}},
	"Day":      {{Type: desk.FieldDate}, {Type: desk.FieldText}},
	"Problem":  {{Type: desk.FieldTagger, Options: choices("lens", "strap")}, {Type: desk.FieldTagger, Options: choices("lens", "mount")}},
	"Parts":    {{Type: desk.FieldMultiselect, Options: choices("p1", "p2", "p3")}, {Type: desk.FieldMultiselect, Options: choices("p1", "p2", "p4")}},
	"Only one": {{Type: desk.FieldText}, {Type: desk.FieldLookup}},
}

func choices(values ...string) (out []desk.FieldOption) {
	for _, v := range values {
		out = append(out, desk.FieldOption{Name: v, Value: v})
	}
	return out
}

func newModel(side int) *model {
	c := &desk.Config{Agreements: map[desk.AgreementID]desk.Agreement{}}
	for n, title := range slices.Sorted(maps.Keys(modelTypes)) {
		f := modelTypes[title][side]
		f.ID, f.Title, f.Active = desk.FieldID(n+1), title, true
		c.Fields = append(c.Fields, f)
	}
	c.BuildIndexes()
	m := &model{config: c, agreement: desk.Agreement{ID: 1, Inbound: side == 1, Status: desk.AgreementAccepted, Peer: desk.PeerInterdesk,
		Terms: desk.Terms{PublicComments: true, SyncTags: true, SyncFields: true}}}
	m.share = desk.Share{ID: 1, Agreement: 1, Inbound: side == 1, State: desk.ShareLive}
	m.ticket = desk.Ticket{ID: 1, Status: desk.Open, Subject: "Dark"}
	m.share.Status, m.share.Subject = "open", "Dark"
	return m
}

func (m *model) apply(e desk.Edits, actor desk.Actor) error {
	d := desk.NewDraft(m.config, desk.Update{Actor: actor}, &m.ticket, time.Unix(1, 0), func() int64 { return 0 })
	err := d.Edit(e, nil)
	if err == nil {
		m.ticket = d.Now
	}
	return err
}

// edit changes the ticket by somebody here and puts what that says into the lane.
func (m *model) edit(e desk.Edits) {
	before := m.ticket
	if m.apply(e, desk.Actor{ID: 1, Role: desk.Admin}) != nil {
		return
	}
	said := desk.Snapshot{Tags: m.ticket.Tags, Fields: map[desk.FieldID]desk.FieldValue{}}
	var items []string
	if m.ticket.Subject != before.Subject {
		said.Subject = &m.ticket.Subject
		items = append(items, sharing.ItemSubject)
	}
	if s := m.ticket.Status; s != before.Status {
		said.Status = &s
		items = append(items, sharing.ItemStatus)
	}
	for _, tag := range m.ticket.Tags {
		if !slices.Contains(before.Tags, tag) {
			said.Added = append(said.Added, tag)
			items = append(items, sharing.ItemTag(tag))
		}
	}
	for _, tag := range before.Tags {
		if !slices.Contains(m.ticket.Tags, tag) {
			said.Removed = append(said.Removed, tag)
			items = append(items, sharing.ItemTag(tag))
		}
	}
	for _, f := range sharing.SyncedFields(m.config) {
		if !slices.Equal(m.ticket.Fields[f.ID], before.Fields[f.ID]) {
			said.Fields[f.ID] = m.ticket.Fields[f.ID]
			items = append(items, sharing.ItemField(f.Title))
		}
	}
	m.say(said, items)
}

// sayAgain puts what a merge left to be said into the lane.
func (m *model) sayAgain(items []string) {
	said := desk.Snapshot{Tags: m.ticket.Tags, Fields: map[desk.FieldID]desk.FieldValue{}}
	for _, item := range items {
		tag, isTag := sharing.TagOf(item)
		title, isField := sharing.FieldOf(item)
		switch {
		case isTag && slices.Contains(m.ticket.Tags, tag):
			said.Added = append(said.Added, tag)
		case isTag:
			said.Removed = append(said.Removed, tag)
		case isField:
			id := sharing.SyncedFields(m.config)[title].ID
			said.Fields[id] = m.ticket.Fields[id]
		}
	}
	m.say(said, items)
}

func (m *model) say(said desk.Snapshot, items []string) {
	if len(items) == 0 {
		return
	}
	m.clock++
	m.share.SentSeq = m.clock
	sharing.Mark(&m.share, m.clock, items...)
	m.lane = append(m.lane, waiting{said: said, seq: m.clock, seen: m.share.ReceivedSeq})
}

// compose makes the message at the head of the lane.
func (m *model) compose() sharing.Sent {
	w := m.lane[0]
	s := sharing.Sent{Said: w.said, Seq: w.seq, Before: copyOf(m.share), Subject: m.ticket.Subject}
	if w.said.Subject != nil {
		s.Message.Subject = wire.Some(*w.said.Subject)
	}
	if w.said.Status != nil {
		s.Message.Status = wire.Some(sharing.StatusWordsOf(m.agreement).Stated(*w.said.Status))
	}
	if len(w.said.Added)+len(w.said.Removed) > 0 {
		s.Message.Tags = wire.Some(sharing.TagsToSay(&m.share, w.said, true))
		s.Message.Interdesk = wire.Some(wire.Extension{TagsAdded: w.said.Added, TagsRemoved: w.said.Removed})
	}
	if len(w.said.Fields) > 0 {
		fields, ours := sharing.FieldsToSay(&m.share, m.agreement, m.config, w.said)
		s.Message.CustomFields, s.Ours = wire.Some(fields), ours
	}
	return s
}

// send lets the other desk take the message at the head of the lane; a repeat is answered and changes nothing.
func (m *model) send(to *model) flight {
	sent := m.compose()
	body, err := wire.EncodeTicket(sent.Message)
	if err != nil {
		panic(err)
	}
	message, err := wire.DecodeTicket(body)
	if err != nil {
		panic(err)
	}
	previous := to.share.ReceivedSeq
	if sent.Seq > previous {
		merged := sharing.Merge(sharing.Heard{Message: message, Interdesk: true, Seen: m.lane[0].seen}, &to.share, to.agreement, to.config, to.ticket)
		if err := to.apply(merged.Edits, desk.Actor{Role: desk.EndUser, Foreign: 1}); err != nil {
			panic(fmt.Sprint("the edits of a merge can't be carried out: ", err))
		}
		to.share.ReceivedSeq = sent.Seq
		to.sayAgain(merged.Again)
	}
	return flight{sent: sent, receipt: sharing.ReceiptOf(&to.share, to.agreement, message, previous)}
}

func (m *model) acknowledge(f flight) {
	f.sent.Receipt = &f.receipt
	sharing.Acknowledge(&m.share, f.sent)
	m.lane = m.lane[1:]
}

func copyOf(s desk.Share) (out desk.Share) {
	raw, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		panic(err)
	}
	return out
}

var someValues = map[string][]string{
	"Text": {"", "a", "3.2", "3.20", " b "}, "Serial": {"", "7", "0042", "x"}, "Code": {"", "12", "ab"}, "Price": {"", "7", "7.50"},
	"Tick": {"", "true", "false"}, "Urgent": {"", "true", "false"}, "Day": {"", "2026-01-31", "2026-02-01"}, "Problem": {"", "lens", "strap", "mount"}, "Only one": {"", "x"},
}

func someEdits(t *rapid.T, m *model) (e desk.Edits) {
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		s := rapid.SampledFrom([]desk.Status{desk.Open, desk.Pending, desk.Hold, desk.Solved}).Draw(t, "status")
		e.Status = &s
	case 1:
		s := rapid.SampledFrom([]string{"Dark", "Grey", "Black"}).Draw(t, "subject")
		e.Subject = &s
	case 2:
		tags := rapid.SliceOfN(rapid.SampledFrom([]string{"vip", "größe", "lens", "strap", "p1", "p4", "urgent"}), 1, 2)
		e.AddTags, e.RemoveTags = tags.Draw(t, "add"), tags.Draw(t, "remove")
	default:
		n := rapid.IntRange(0, len(m.config.Fields)-1).Draw(t, "field")
		f := m.config.Fields[n]
		in := []string{}
		if f.Type == desk.FieldMultiselect {
			in = rapid.SliceOfN(rapid.SampledFrom([]string{"p1", "p2", f.Options[2].Value}), 0, 3).Draw(t, "parts")
		} else {
			in = append(in, rapid.SampledFrom(someValues[f.Title]).Draw(t, "value"))
		}
		e.Fields = map[desk.FieldID][]string{f.ID: in}
	}
	return e
}

// TestTwoDesksConverge: whatever both desks do, and whichever message or answer is late, lost or doubled, they agree in the
// end on all that both can hold; and what one cannot hold is never changed at the other by that.
func TestTwoDesksConverge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pair := [2]*model{newModel(0), newModel(1)}
		var flying [2]*flight
		step := func(side int) {
			m := pair[side]
			switch {
			case flying[side] != nil && rapid.Bool().Draw(t, "answer arrives"):
				m.acknowledge(*flying[side])
				flying[side] = nil
			case len(m.lane) > 0: // also once more, when the answer was lost
				f := m.send(pair[1-side])
				flying[side] = &f
			}
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			side := rapid.IntRange(0, 1).Draw(t, "side")
			if rapid.Bool().Draw(t, "edit") {
				pair[side].edit(someEdits(t, pair[side]))
			} else {
				step(side)
			}
		}
		for rounds := 0; len(pair[0].lane)+len(pair[1].lane) > 0; rounds++ {
			if rounds > 400 {
				t.Fatalf("the desks never come to an end:\n%+v\n%+v", pair[0].lane, pair[1].lane)
			}
			step(0)
			step(1)
		}
		agree(t, pair[0], pair[1])
		agree(t, pair[1], pair[0])
	})
}

// agree checks that a has what b says, or that it is known not to hold it.
func agree(t *rapid.T, a, b *model) {
	words := sharing.StatusWordsOf(a.agreement)
	if a.ticket.Subject != b.ticket.Subject || words.Stated(a.ticket.Status) != words.Stated(b.ticket.Status) {
		t.Fatalf("%q %s and %q %s\n%+v\n%+v", a.ticket.Subject, a.ticket.Status, b.ticket.Subject, b.ticket.Status, a.share, b.share)
	}
	for title, f := range sharing.SyncedFields(b.config) {
		own := sharing.SyncedFields(a.config)[title]
		theirs := b.ticket.Fields[f.ID]
		if own == nil {
			continue
		}
		mine := a.ticket.Fields[own.ID]
		can, wrong := own.Canonical(theirs)
		same := slices.Equal(mine, can) || len(mine) == 0 && f.Type == desk.FieldCheckbox && theirs.Text() == "false" ||
			len(theirs) == 0 && f.Type == desk.FieldCheckbox && mine.Text() == "false"
		back, wrongThere := f.Canonical(mine)
		if wrong == "" && !same && !slices.Equal(back, theirs) && wrongThere == "" && a.share.Sync.NotHeldHere[sharing.ItemField(title)] == "" &&
			b.share.Sync.NotHeldHere[sharing.ItemField(title)] == "" {
			t.Fatalf("%s is %q and %q\n%+v\n%+v", title, mine, theirs, a.share, b.share)
		}
	}
	for _, tag := range b.ticket.Tags {
		item := sharing.ItemTag(tag)
		if !slices.Contains(a.ticket.Tags, tag) && a.share.Sync.NotHeldHere[item] == "" && b.share.Sync.NotHeldThere[item] == "" {
			t.Fatalf("the tag %s is missing: %v and %v\n%+v\n%+v", tag, a.ticket.Tags, b.ticket.Tags, a.share, b.share)
		}
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		word sharing.Word
		want sharing.Verdict
	}{
		"repeated":                      {sharing.Word{Stated: "a", Theirs: "a", Local: "b"}, sharing.Unchanged},
		"changed":                       {sharing.Word{Stated: "c", Theirs: "a", Local: "a"}, sharing.Taken},
		"as it is here":                 {sharing.Word{Stated: "b", Theirs: "a", Local: "b"}, sharing.Agreed},
		"changed back on purpose":       {sharing.Word{Stated: "a", Theirs: "a", Local: "b", Meant: true}, sharing.Taken},
		"crossing, our ticket":          {sharing.Word{Stated: "c", Theirs: "a", Local: "b", Crossing: true, Ours: true}, sharing.Kept},
		"crossing, their ticket":        {sharing.Word{Stated: "c", Theirs: "a", Local: "b", Crossing: true}, sharing.Taken},
		"crossing, and both say one":    {sharing.Word{Stated: "b", Theirs: "a", Local: "b", Crossing: true, Ours: true}, sharing.Agreed},
		"emptied":                       {sharing.Word{Stated: "", Theirs: "a", Local: "a"}, sharing.Taken},
		"empty there from the start":    {sharing.Word{Stated: "", Local: "a"}, sharing.Unchanged},
		"numbers are numbers":           {sharing.Word{Stated: json.Number("7.0"), Theirs: int64(7), Local: "x"}, sharing.Unchanged},
		"text is text (C45)":            {sharing.Word{Stated: "3.20", Theirs: "3.2", Local: "3.2"}, sharing.Taken},
		"a list in another order":       {sharing.Word{Stated: []any{"b", "a"}, Theirs: []string{"a", "b"}, Local: "x"}, sharing.Unchanged},
		"our own value, unknown before": {sharing.Word{Stated: "b", Local: "b"}, sharing.Agreed},
	} {
		if got := c.word.Verdict(); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// TestWhatOneDeskCannotHold is C1, C46 and C56 between Interdesks, for all kinds of field and both directions: one desk sets,
// the other changes something else, and the first keeps what it set.
func TestWhatOneDeskCannotHold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		field  string
		side   int // who sets it
		in     []string
		unheld bool
	}{
		{"Problem", 0, []string{"strap"}, true}, {"Problem", 1, []string{"mount"}, true}, {"Parts", 0, []string{"p1", "p3"}, true},
		{"Parts", 1, []string{"p2", "p4"}, true}, {"Parts", 0, []string{"p3"}, true}, {"Serial", 0, []string{"0042"}, false},
		{"Serial", 0, []string{"x"}, true}, {"Code", 0, []string{"ab"}, true}, {"Price", 1, []string{"cheap"}, true},
		{"Price", 0, []string{"7.5"}, false}, {"Day", 1, []string{"soon"}, true}, {"Tick", 0, []string{"true"}, false}, {"Only one", 0, []string{"x"}, true},
	} {
		t.Run(fmt.Sprint(c.field, " ", c.in, " from ", c.side), func(t *testing.T) {
			t.Parallel()
			one, other := newModel(c.side), newModel(1-c.side)
			id := sharing.SyncedFields(one.config)[sharing.FoldTitle(c.field)].ID
			one.edit(desk.Edits{Fields: map[desk.FieldID][]string{id: c.in}})
			want, tags := one.ticket.Fields[id], one.ticket.Tags
			one.acknowledge(one.send(other))
			item := sharing.ItemField(c.field)
			if (one.share.Sync.NotHeldThere[item] != "") != c.unheld || (other.share.Sync.NotHeldHere[item] != "") != c.unheld {
				t.Errorf("not held there: %q, here: %q", one.share.Sync.NotHeldThere[item], other.share.Sync.NotHeldHere[item])
			}
			subject, pending := "Grey", desk.Pending
			other.edit(desk.Edits{Subject: &subject, Status: &pending, AddTags: []string{"seen"}})
			other.acknowledge(other.send(one))
			if diff := cmp.Diff(want, one.ticket.Fields[id]); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(desk.NormalizeTags(append(slices.Clone(tags), "seen")), one.ticket.Tags); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMergeBeginsAgain: what begins a share again says of each item what stands. The sender does not take what crosses it, and
// the receiver tells of its tags.
func TestMergeBeginsAgain(t *testing.T) {
	t.Parallel()
	said := func(tags ...string) wire.Ticket { return wire.Ticket{Tags: wire.Some(tags)} }
	t.Run("sender", func(t *testing.T) {
		share := desk.Share{Sync: desk.ShareSync{Marks: map[string]int64{sharing.ItemAll: 7}}}
		message := said("dark", "late")
		message.Interdesk = wire.Some(wire.Extension{TagsAdded: []string{"late"}})
		m := sharing.Merge(sharing.Heard{Message: message, Interdesk: true, Seen: 3}, &share, desk.Agreement{Terms: desk.Terms{SyncTags: true}}, &desk.Config{}, desk.Ticket{ID: 1, Tags: []string{"dark"}})
		if len(m.Edits.AddTags) != 0 {
			t.Errorf("took %v", m.Edits.AddTags)
		}
	})
	t.Run("receiver", func(t *testing.T) {
		share := desk.Share{Inbound: true, Tags: []string{"dark", "old"}}
		m := sharing.Merge(sharing.Heard{Message: said("dark", "old"), Interdesk: true, Whole: true}, &share, desk.Agreement{Inbound: true, Terms: desk.Terms{SyncTags: true}}, &desk.Config{},
			desk.Ticket{ID: 1, Tags: []string{"dark", "own"}})
		if diff := cmp.Diff([]string{"old"}, m.Edits.AddTags); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{sharing.ItemTag("own")}, m.Again); diff != "" {
			t.Error(diff)
		}
	})
}

// That a field is empty is said, whatever the partner had of it before: null alone says nothing.
func TestAnEmptiedFieldIsHeard(t *testing.T) {
	f := desk.TicketField{ID: 7, Title: "Version", Type: desk.FieldText, Active: true}
	config := &desk.Config{Fields: []desk.TicketField{f}}
	config.BuildIndexes()
	a := desk.Agreement{ID: 1, Inbound: true, Peer: desk.PeerInterdesk, Terms: desk.Terms{PublicComments: true, SyncFields: true}}
	share := desk.Share{ID: 1, Agreement: 1, Inbound: true, State: desk.ShareLive}
	ticket := desk.Ticket{ID: 1, Status: desk.Open, Fields: map[desk.FieldID]desk.FieldValue{7: {"3.20"}}}
	m := wire.Ticket{CustomFields: wire.Some(wire.Fields{"Version": ""})}
	merged := sharing.Merge(sharing.Heard{Message: m, Interdesk: true, Whole: true}, &share, a, config, ticket)
	if in, said := merged.Edits.Fields[7]; !said || len(in) > 0 && in[0] != "" {
		t.Errorf("%+v", merged)
	}
}
