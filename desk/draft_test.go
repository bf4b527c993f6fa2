package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	ana     UserID      = 11 // agent, in support
	bo      UserID      = 12 // agent, in support and lab
	mia     UserID      = 13 // end user
	support GroupID     = 21
	lab     GroupID     = 22
	problem FieldID     = 31
	colours FieldID     = 32
	insured FieldID     = 33
	kongen  AgreementID = 41
	zeiss   AgreementID = 42 // pending
	inbound AgreementID = 43
)

func testConfig() *Config {
	c := &Config{
		Account: Account{ID: 1, Name: "Acme"},
		Brand:   Brand{ID: 5},
		Groups:  []Group{{ID: support}, {ID: lab}},
		Forms:   []TicketForm{{ID: 6, Default: true, Active: true, Fields: []FieldID{problem, colours, insured}}},
		Staff: map[UserID]StaffMember{
			ana: {ID: ana, Role: Agent, DefaultGroup: support, Groups: []GroupID{support}},
			bo:  {ID: bo, Role: Agent, DefaultGroup: lab, Groups: []GroupID{support, lab}},
		},
		Fields: []TicketField{
			{ID: problem, Type: FieldTagger, Title: "Problem type", Active: true,
				Options: []FieldOption{{Value: "image_sensor"}, {Value: "lens"}}},
			{ID: colours, Type: FieldMultiselect, Title: "Colours", Active: true, Options: []FieldOption{{Value: "red"}, {Value: "blue"}}},
			{ID: insured, Type: FieldCheckbox, Title: "Insured", Active: true, Required: true, Tag: "insured"},
		},
		Agreements: map[AgreementID]Agreement{
			kongen:  {ID: kongen, Name: "Kongen", Status: AgreementAccepted, RemoteURL: "https://kongen.example/sharing"},
			zeiss:   {ID: zeiss, Name: "Zeiss", Status: AgreementPending, RemoteURL: "https://zeiss.example/sharing"},
			inbound: {ID: inbound, Name: "Kongen", Status: AgreementAccepted, Inbound: true, RemoteURL: "https://kongen.example/sharing"},
		},
	}
	return c.BuildIndexes()
}

func begin(actor Actor, before *Ticket) *Draft {
	var n int64
	return NewDraft(testConfig(), Update{Actor: actor}, before, time.Unix(1_800_000_000, 0), func() int64 { n++; return n })
}

func agent() Actor { return Actor{ID: ana, Role: Agent} }

func existing(change func(*Ticket)) *Ticket {
	t := &Ticket{ID: 7, Version: 1, Subject: "Blurred", Status: Open, Requester: mia, Group: support, Assignee: ana, Public: true, CommentCount: 1}
	if change != nil {
		change(t)
	}
	return t
}

func ptr[T any](v T) *T { return &v }

func TestFieldsAndTagsAreOneFact(t *testing.T) {
	t.Parallel()
	with := func(fields map[FieldID]FieldValue, tags ...string) *Ticket {
		return existing(func(t *Ticket) { t.Fields, t.Tags = fields, tags })
	}
	cases := map[string]struct {
		before *Ticket
		edits  Edits
		fields map[FieldID]FieldValue
		tags   []string
	}{
		"choosing an option adds its tag": {with(nil, "vip"), Edits{Fields: map[FieldID][]string{problem: {"image_sensor"}}},
			map[FieldID]FieldValue{problem: {"image_sensor"}}, []string{"image_sensor", "vip"}},
		"choosing another swaps the tag": {with(map[FieldID]FieldValue{problem: {"lens"}}, "lens", "vip"),
			Edits{Fields: map[FieldID][]string{problem: {"image_sensor"}}}, map[FieldID]FieldValue{problem: {"image_sensor"}}, []string{"image_sensor", "vip"}},
		"clearing takes the tag away": {with(map[FieldID]FieldValue{problem: {"lens"}}, "lens"), Edits{Fields: map[FieldID][]string{problem: nil}},
			map[FieldID]FieldValue{}, []string{}},
		"removing the tag clears the value": {with(map[FieldID]FieldValue{problem: {"lens"}}, "lens", "vip"), Edits{RemoveTags: []string{"lens"}},
			map[FieldID]FieldValue{}, []string{"vip"}},
		"adding a tag chooses its option": {with(map[FieldID]FieldValue{problem: {"lens"}}, "lens"), Edits{AddTags: []string{"image_sensor"}},
			map[FieldID]FieldValue{problem: {"image_sensor"}}, []string{"image_sensor"}},
		"replacing all tags brings every field in step": {with(map[FieldID]FieldValue{problem: {"lens"}, insured: {"true"}}, "insured", "lens"),
			Edits{SetTags: &[]string{"Red", "vip"}}, map[FieldID]FieldValue{insured: {"false"}, colours: {"red"}}, []string{"red", "vip"}},
		"a tick adds its tag": {with(nil), Edits{Fields: map[FieldID][]string{insured: {"1"}}}, map[FieldID]FieldValue{insured: {"true"}}, []string{"insured"}},
		"several choices, several tags": {with(nil), Edits{Fields: map[FieldID][]string{colours: {"red", "blue"}}},
			map[FieldID]FieldValue{colours: {"blue", "red"}}, []string{"blue", "red"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kept := *c.before
			d := begin(agent(), c.before)
			if err := d.Edit(c.edits, nil); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.fields, d.Now.Fields); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.tags, append([]string{}, d.Now.Tags...)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(kept, *c.before); diff != "" {
				t.Error("the ticket before the update changed:", diff)
			}
		})
	}
}

func TestTagsOfFieldsHoldWhateverIsEdited(t *testing.T) {
	t.Parallel()
	tags := []string{"image_sensor", "lens", "red", "blue", "insured", "vip", "urgent_one"}
	rapid.Check(t, func(t *rapid.T) {
		d := begin(agent(), existing(nil))
		for range rapid.IntRange(1, 12).Draw(t, "edits") {
			some := rapid.SliceOfN(rapid.SampledFrom(tags), 0, 4)
			e := Edits{AddTags: some.Draw(t, "add"), RemoveTags: some.Draw(t, "remove")}
			if rapid.Bool().Draw(t, "fields") {
				e.Fields = map[FieldID][]string{problem: rapid.SampledFrom([][]string{nil, {"lens"}, {"image_sensor"}}).Draw(t, "problem"),
					insured: rapid.SampledFrom([][]string{nil, {"true"}, {"false"}}).Draw(t, "insured")}
			}
			if err := d.Edit(e, nil); err != nil {
				t.Fatal(err)
			}
			checkOneFact(t, d)
		}
	})
}

func checkOneFact(t *rapid.T, d *Draft) {
	for i := range d.Config.Fields {
		f := &d.Config.Fields[i]
		v := d.Now.Fields[f.ID]
		for _, o := range f.Options {
			if holds := hasTag(v, o.Value); holds != hasTag(d.Now.Tags, o.Value) {
				t.Fatalf("%s is %v but the tags are %v", f.Title, v, d.Now.Tags)
			}
		}
		if f.Type == FieldCheckbox && (v.Text() == "true") != hasTag(d.Now.Tags, f.Tag) {
			t.Fatalf("%s is %v but the tags are %v", f.Title, v, d.Now.Tags)
		}
	}
}

func TestRulesOfLife(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		actor   Actor
		before  *Ticket
		edits   Edits
		comment *Comment
		status  Status
		group   GroupID
		who     UserID
		fault   string
	}{
		"a new ticket is new":                     {actor: agent(), edits: Edits{Subject: ptr("x")}, status: New},
		"assigning opens it":                      {actor: agent(), edits: Edits{Assignee: ptr(bo)}, status: Open, group: lab, who: bo},
		"the assignee's own group is kept":        {actor: agent(), before: existing(nil), edits: Edits{Assignee: ptr(bo)}, status: Open, group: support, who: bo},
		"another group drops a foreign assignee":  {actor: agent(), before: existing(nil), edits: Edits{Group: ptr(lab)}, status: Open, group: lab},
		"the requester's reply reopens":           {actor: Actor{ID: mia, Role: EndUser}, before: existing(func(t *Ticket) { t.Status = Solved }), comment: &Comment{Public: true, Author: mia, Body: "again"}, status: Open, group: support, who: ana},
		"an agent's reply does not":               {actor: agent(), before: existing(func(t *Ticket) { t.Status = Pending }), comment: &Comment{Public: true, Author: ana, Body: "well?"}, status: Pending, group: support, who: ana},
		"solving takes the agent as the assignee": {actor: Actor{ID: bo, Role: Agent}, before: existing(func(t *Ticket) { t.Assignee, t.Fields = 0, map[FieldID]FieldValue{insured: {"true"}} }), edits: Edits{Status: ptr(Solved)}, status: Solved, group: support, who: bo},
		"solving needs the required fields":       {actor: agent(), before: existing(nil), edits: Edits{Status: ptr(Solved)}, fault: "Insured: is required"},
		"never new again":                         {actor: agent(), before: existing(nil), edits: Edits{Status: ptr(New)}, fault: "cannot be new again"},
		"closed is final":                         {actor: agent(), before: existing(func(t *Ticket) { t.Status = Closed }), edits: Edits{Status: ptr(Open)}, fault: "closed prevents"},
		"closed keeps its labels open":            {actor: agent(), before: existing(func(t *Ticket) { t.Status = Closed }), edits: Edits{AddTags: []string{"x"}}, status: Closed, group: support, who: ana},
		"no such group":                           {actor: agent(), before: existing(nil), edits: Edits{Group: ptr(GroupID(99))}, fault: "no group"},
		"unknown option":                          {actor: agent(), before: existing(nil), edits: Edits{Fields: map[FieldID][]string{problem: {"rust"}}}, fault: `"rust" is not one of its options`},
		"a bad tag":                               {actor: agent(), before: existing(nil), edits: Edits{AddTags: []string{strings.Repeat("x", 81)}}, fault: "cannot be a tag"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := begin(c.actor, c.before)
			err := d.Edit(c.edits, nil)
			if err == nil && c.comment != nil {
				err = d.AddComment(*c.comment)
			}
			if err == nil {
				err = d.ApplyLifecycle(c.edits.Status != nil)
			}
			if c.fault != "" {
				if KindOf(err) != Invalid || !strings.Contains(err.Error(), c.fault) {
					t.Fatalf("got %v, want a fault with %q", err, c.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d.Now.Status != c.status || d.Now.Group != c.group || d.Now.Assignee != c.who {
				t.Errorf("got %s, group %d, assignee %d", d.Now.Status, d.Now.Group, d.Now.Assignee)
			}
		})
	}
}

func TestSharingIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		before *Ticket
		share  AgreementID
		fault  string
	}{
		"accepted":         {existing(nil), kongen, ""},
		"again is a no-op": {existing(func(t *Ticket) { t.Shares = []ShareRef{{Agreement: kongen, State: ShareLive}} }), kongen, ""},
		"pending":          {existing(nil), zeiss, "is pending"},
		"inbound":          {existing(nil), inbound, "send an invitation of your own"},
		"unknown":          {existing(nil), 99, "no sharing agreement has this id"},
		"loop": {existing(func(t *Ticket) { t.Shares = []ShareRef{{Agreement: inbound, Inbound: true, State: ShareLive}} }), kongen,
			"would make a loop"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := begin(agent(), c.before)
			err := d.Edit(Edits{Share: []AgreementID{c.share}}, nil)
			if c.fault == "" && (err != nil || !d.live(c.share)) {
				t.Fatalf("got %v, %v", err, d.Now.Shares)
			}
			if c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func (d *Draft) live(a AgreementID) bool {
	_, ok := d.Now.ActiveShare(a)
	return ok
}

func TestEventsAreNetChangesWithTheirCause(t *testing.T) {
	t.Parallel()
	d := begin(agent(), existing(nil))
	if err := d.Edit(Edits{Priority: ptr(High), Subject: ptr("Blurred")}, nil); err != nil {
		t.Fatal(err)
	}
	if err := d.ApplyLifecycle(false); err != nil {
		t.Fatal(err)
	}
	by := Via{Channel: ChannelRule, Trigger: 51, Title: "Share", Revision: 2}
	if err := d.Edit(Edits{Share: []AgreementID{kongen}, AddTags: []string{"shared_kongen"}, Priority: ptr(High)}, &by); err != nil {
		t.Fatal(err)
	}
	want := []Event{
		{ID: 1, Type: EventChange, Field: "priority", Value: "high"},
		{ID: 3, Type: EventChange, Field: "tags", Value: []string{"shared_kongen"}, Previous: []string{}, Via: &by},
		{ID: 2, Type: EventSharing, Agreement: kongen, Action: "shared", Via: &by},
	}
	if diff := cmp.Diff(want, d.Events); diff != "" {
		t.Error(diff)
	}
	if !d.ByRules || !cmp.Equal(Begun(d.Sharing), []AgreementID{kongen}) {
		t.Errorf("by rules %v, shared %v", d.ByRules, d.Sharing)
	}
}

func TestCanonicalFieldValues(t *testing.T) {
	t.Parallel()
	field := func(typ FieldType) *TicketField {
		return &TicketField{Type: typ, Regexp: `^[A-Z]{2}\d+$`, Options: []FieldOption{{Value: "red"}, {Value: "blue"}}}
	}
	cases := []struct {
		typ  FieldType
		in   []string
		want FieldValue
		bad  bool
	}{
		{FieldText, []string{" a b "}, FieldValue{" a b "}, false},
		{FieldInteger, []string{"+07"}, FieldValue{"7"}, false},
		{FieldInteger, []string{"7.5"}, nil, true},
		{FieldDecimal, []string{"07.50"}, FieldValue{"7.5"}, false},
		{FieldDecimal, []string{"NaN"}, nil, true},
		{FieldDecimal, []string{"1e3"}, nil, true},
		{FieldDate, []string{"2026-02-30"}, nil, true},
		{FieldDate, []string{"2026-02-03T10:00:00Z"}, FieldValue{"2026-02-03"}, false},
		{FieldCheckbox, []string{"yes"}, FieldValue{"true"}, false},
		{FieldRegexp, []string{"AB12"}, FieldValue{"AB12"}, false},
		{FieldRegexp, []string{"ab"}, nil, true},
		{FieldCreditCard, []string{"4111 1111 1111 1234"}, FieldValue{"XXXXXXXXXXXX1234"}, false},
		{FieldTagger, []string{"Red"}, FieldValue{"red"}, false},
		{FieldTagger, []string{"green"}, nil, true},
		{FieldMultiselect, []string{"red", "blue", "red"}, FieldValue{"blue", "red"}, false},
		{FieldMultiselect, []string{"red", "green"}, nil, true},
		{FieldLookup, []string{"12"}, FieldValue{"12"}, false},
		{FieldText, []string{""}, nil, false},
		{FieldText, []string{"a", "b"}, nil, true},
	}
	for _, c := range cases {
		t.Run(string(c.typ)+" "+strings.Join(c.in, ","), func(t *testing.T) {
			t.Parallel()
			got, message := field(c.typ).Canonical(c.in)
			if diff := cmp.Diff(c.want, got); diff != "" || (message != "") != c.bad {
				t.Errorf("%s; message %q", diff, message)
			}
		})
	}
}

// Only the desk itself tells what became of a share, and what went on since stands.
func TestShareResults(t *testing.T) {
	t.Parallel()
	itself := Update{Actor: Actor{System: true}, Via: Via{Channel: ChannelDelivery, Agreement: kongen}}
	shared := func(s ShareState) *Ticket {
		return existing(func(t *Ticket) { t.Shares = []ShareRef{{Agreement: kongen, State: s}} })
	}
	for _, test := range []struct {
		name   string
		update Update
		before *Ticket
		result ShareResult
		state  ShareState
		fault  string
	}{
		{"delivered", itself, shared(ShareSending), ShareResult{kongen, ActionDelivered}, ShareLive, ""},
		{"delivered, as stored already", itself, shared(ShareLive), ShareResult{kongen, ActionDelivered}, ShareLive, ""},
		{"delivered while it ends", itself, shared(ShareEnding), ShareResult{kongen, ActionDelivered}, ShareEnding, ""},
		{"failed", itself, shared(ShareSending), ShareResult{kongen, ActionFailed}, ShareFailed, ""},
		{"refused, as stored already", itself, shared(ShareRefused), ShareResult{kongen, ActionFailed}, ShareRefused, ""},
		{"closed meanwhile", itself, existing(func(t *Ticket) {
			t.Status, t.Shares = Closed, []ShareRef{{Agreement: kongen, State: ShareSending}}
		}), ShareResult{kongen, ActionDelivered}, ShareLive, ""},
		{"by a person", Update{Actor: agent(), Via: itself.Via}, shared(ShareSending), ShareResult{kongen, ActionDelivered}, "", "only the desk itself"},
		{"by another channel", Update{Actor: itself.Actor}, shared(ShareSending), ShareResult{kongen, ActionDelivered}, "", "only the desk itself"},
		{"another word", itself, shared(ShareSending), ShareResult{kongen, ActionShared}, "", "delivered or failed"},
		{"never shared", itself, existing(nil), ShareResult{kongen, ActionDelivered}, "", "not shared under this agreement"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before := test.before.Shares
			d := NewDraft(begin(agent(), nil).Config, test.update, test.before, time.Unix(0, 0), func() int64 { return 1 })
			err := d.Edit(Edits{ShareResults: []ShareResult{test.result}}, nil)
			if test.fault != "" {
				if err == nil || !strings.Contains(err.Error(), test.fault) {
					t.Fatalf("got %v", err)
				}
				return
			}
			if err != nil || d.ApplyLifecycle(false) != nil || d.Now.Shares[0].State != test.state {
				t.Fatalf("error %v, shares %+v", err, d.Now.Shares)
			}
			want := []Event{{ID: 1, Type: EventSharing, Agreement: kongen, Action: test.result.Action}}
			if diff := cmp.Diff(want, d.Events); diff != "" {
				t.Error(diff)
			}
			if !cmp.Equal(before, test.before.Shares) || len(d.Sharing) != 0 {
				t.Error("the ticket before has changed, or a share was begun")
			}
		})
	}
}
