package rule

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
)

// The camera story: the dropdown puts a tag on the ticket, the trigger shares it and tags it, another answers to that.
func TestCameraStory(t *testing.T) {
	t.Parallel()
	c := acme(
		trigger(1, "Tell the lab", condition.Conditions{when("sent_to", condition.Is, "41")}, act("group_id", "12")),
		trigger(2, "Share image sensor problems with Kongen", condition.Conditions{when("current_tags", condition.Includes, "image_sensor")},
			act("share_ticket", "41"), act("current_tags", "shared_kongen")),
		trigger(3, "Lens", condition.Conditions{when("current_tags", condition.Includes, "lens")}, act("priority", "low")))
	d := drafted(t, c, customer(), nil, desk.Edits{Subject: ptr("Spots"), Fields: map[desk.FieldID][]string{problem: {"image_sensor"}}})
	tr := Compile(c).Run(d)

	if diff := cmp.Diff([]string{"image_sensor", "shared_kongen"}, d.Now.Tags); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]desk.AgreementID{kongen}, desk.Begun(d.Sharing)); diff != "" {
		t.Error(diff)
	}
	if d.Now.Group != lab || !d.ByRules {
		t.Errorf("group %d, by rules %v", d.Now.Group, d.ByRules)
	}
	want := Trace{Verdicts: []Verdict{Fired, Fired, 0}, Firings: []Firing{{1, 1, true}, {0, 2, true}}}
	if diff := cmp.Diff(want, tr); diff != "" {
		t.Error(diff)
	}
}

func TestLoop(t *testing.T) {
	t.Parallel()
	has := func(tags string) condition.Conditions {
		return condition.Conditions{when("current_tags", condition.Includes, tags)}
	}
	lacks := func(tags string) condition.Conditions {
		return condition.Conditions{when("current_tags", condition.NotIncludes, tags)}
	}
	for _, test := range []struct {
		name     string
		triggers []desk.Trigger
		firings  []Firing
		verdicts []Verdict
		tags     []string
	}{
		{"a chain from the last to the first", []desk.Trigger{
			trigger(1, "", has("b"), act("current_tags", "c")),
			trigger(2, "", has("a"), act("current_tags", "b")),
			trigger(3, "", has("camera"), act("current_tags", "a")),
		}, []Firing{{2, 1, true}, {1, 2, true}, {0, 3, true}}, []Verdict{Fired, Fired, Fired}, []string{"a", "b", "c", "camera"}},
		{"two that undo each other end", []desk.Trigger{
			trigger(1, "", has("on"), act("remove_tags", "on")),
			trigger(2, "", lacks("on"), act("current_tags", "on")),
		}, []Firing{{1, 1, true}, {0, 2, true}}, []Verdict{Fired, Fired}, []string{"camera"}},
		{"one that would wake itself fires once", []desk.Trigger{
			trigger(1, "", lacks("never"), act("current_tags", "x"), act("remove_tags", "camera")),
		}, []Firing{{0, 1, true}}, []Verdict{Fired}, []string{"x"}},
		{"without a change the walk goes on", []desk.Trigger{
			trigger(1, "", has("camera"), act("current_tags", "camera")),
			trigger(2, "", has("camera"), act("notification_user", []string{"all_agents", "s", "b"})),
			trigger(3, "", has("camera"), act("current_tags", "z")),
		}, []Firing{{0, 1, false}, {1, 1, false}, {2, 1, true}}, []Verdict{Fired, Fired, Fired}, []string{"camera", "z"}},
		{"the first of two wins by position", []desk.Trigger{
			trigger(1, "", lacks("done"), act("current_tags", "first done")),
			trigger(2, "", lacks("done"), act("current_tags", "second")),
		}, []Firing{{0, 1, true}}, []Verdict{Fired, 0}, []string{"camera", "done", "first"}},
		{"verdicts are of the last look", []desk.Trigger{
			trigger(1, "", append(lacks("x"), when("status", condition.IsNot, "open"))),
			trigger(2, "", has("camera"), act("current_tags", "x")),
		}, []Firing{{1, 1, true}}, []Verdict{0, Fired}, []string{"camera", "x"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := acme(test.triggers...)
			before := opened()
			d := drafted(t, c, agent(), &before, desk.Edits{})
			tr := Compile(c).Run(d)
			if diff := cmp.Diff(Trace{Verdicts: test.verdicts, Firings: test.firings}, tr); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.tags, d.Now.Tags); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	gone := trigger(4, "", condition.Conditions{when("custom_fields_77", condition.Is, "x")}, act("status", "open"))
	nothing := trigger(5, "", nil, act("status", "open"))
	any1 := trigger(6, "", opening(), act("status", "solved"))
	any1.Conditions.Any = condition.Conditions{when("current_tags", condition.Includes, "red"), when("priority", condition.Is, "high")}
	action := trigger(7, "", opening(), act("custom_fields_77", "x"))
	c := acme(
		trigger(1, "", append(opening(), when("priority", condition.IsNot, "")), act("status", "solved")),
		trigger(2, "", append(opening(), when("priority", condition.Is, ""), when("group_id", condition.Is, "12")), act("status", "solved")),
		trigger(3, "", opening()), gone, nothing, any1, action)
	s := Compile(c)
	before := opened()
	tr := s.Run(drafted(t, c, agent(), &before, desk.Edits{}))
	want := []Verdict{1, 2, Fired, Broken, Broken, NoneOfAny, Broken}
	if diff := cmp.Diff(want, tr.Verdicts); diff != "" {
		t.Error(diff)
	}
	wantProblems := []Problem{{4, `all[0].field: There is no condition "custom_fields_77"`}, {5, "it has no conditions"},
		{7, `actions[0]: There is no action "custom_fields_77"`}}
	if diff := cmp.Diff(wantProblems, s.Problems()); diff != "" {
		t.Error(diff)
	}
}

// What changed is asked against the ticket before the update, and what earlier triggers did counts (rules.md §4.3).
func TestChangeOperatorsAcrossTheLoop(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		when  condition.Condition
		edits desk.Edits
		fires bool
	}{
		{"changed by the person", when("priority", condition.Changed, nil), desk.Edits{Priority: ptr(desk.High)}, true},
		{"changed to by an earlier trigger", when("status", condition.ChangedTo, "pending"), desk.Edits{Priority: ptr(desk.High)}, true},
		{"from what it was before the update", when("status", condition.ChangedFrom, "open"), desk.Edits{Priority: ptr(desk.High)}, true},
		{"not from what it was in between", when("status", condition.ChangedFrom, "hold"), desk.Edits{Status: ptr(desk.Hold), Priority: ptr(desk.High)}, false},
		{"not changed", when("type", condition.NotChanged, nil), desk.Edits{}, true},
		{"changed and changed back", when("type", condition.Changed, nil), desk.Edits{Type: ptr(desk.Question)}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := acme(
				trigger(1, "", condition.Conditions{test.when, when("current_tags", condition.Includes, "ready")}, act("current_tags", "seen")),
				trigger(2, "", condition.Conditions{when("priority", condition.ChangedTo, "high")}, act("status", "pending")),
				trigger(3, "", condition.Conditions{when("type", condition.Is, "question")}, act("type", "")),
				trigger(4, "", condition.Conditions{when("update_type", condition.Is, "Change")}, act("current_tags", "ready")))
			before := opened()
			d := drafted(t, c, agent(), &before, test.edits)
			tr := Compile(c).Run(d)
			if fired := tr.Verdicts[0] == Fired; fired != test.fires {
				t.Errorf("fired %v: %+v", fired, tr)
			}
		})
	}
}

func TestEverythingHasChangedOnCreation(t *testing.T) {
	t.Parallel()
	c := acme(trigger(1, "", condition.Conditions{when("status", condition.ChangedTo, "new"), when("update_type", condition.Is, "Create")},
		act("current_tags", "new")))
	d := drafted(t, c, customer(), nil, desk.Edits{Subject: ptr("x")})
	Compile(c).Run(d)
	if diff := cmp.Diff([]string{"new"}, d.Now.Tags); diff != "" {
		t.Error(diff)
	}
}

func TestClosedTicketsAreLeftAlone(t *testing.T) {
	t.Parallel()
	c := acme(trigger(1, "", condition.Conditions{when("status", condition.Is, "closed")}, act("current_tags", "x")))
	s := Compile(c)
	closed := opened()
	closed.Status = desk.Closed
	if tr := s.Run(drafted(t, c, agent(), &closed, desk.Edits{AddTags: []string{"y"}})); tr.Looked() {
		t.Errorf("looked at a closed ticket: %+v", tr)
	}
	solved := opened()
	solved.Status, solved.Assignee = desk.Solved, ana
	if tr := s.Run(drafted(t, c, agent(), &solved, desk.Edits{Status: ptr(desk.Closed)})); len(tr.Firings) != 1 {
		t.Errorf("did not look at the update that closes: %+v", tr)
	}
}

func TestCap(t *testing.T) {
	t.Parallel()
	var list []desk.Trigger
	for i := range 5 {
		list = append(list, trigger(desk.TriggerID(i+1), "", opening(), act("current_tags", fmt.Sprint("t", i))))
	}
	c := acme(append(list, trigger(6, "", condition.Conditions{when("nonsense", condition.Is, 1)}))...)
	s := Compile(c)
	s.limit = 3
	before := opened()
	d := drafted(t, c, agent(), &before, desk.Edits{})
	tr := s.Run(d)
	if diff := cmp.Diff([]Verdict{Fired, Fired, Fired, NotLooked, NotLooked, Broken}, tr.Verdicts); diff != "" {
		t.Error(diff)
	}
	if last := d.Events[len(d.Events)-1]; last.Type != desk.EventError {
		t.Errorf("no word of it: %+v", last)
	}
}

// One set serves many updates at once; run with -race.
func TestSetIsSharedByUpdates(t *testing.T) {
	t.Parallel()
	c := acme(trigger(1, "", opening(), act("current_tags", "x")), trigger(2, "", condition.Conditions{when("current_tags", condition.Includes, "x")}, act("priority", "high")))
	s := Compile(c)
	for range 8 {
		t.Run("update", func(t *testing.T) {
			t.Parallel()
			for range 50 {
				before := opened()
				d := drafted(t, c, agent(), &before, desk.Edits{})
				if tr := s.Run(d); len(tr.Firings) != 2 || d.Now.Priority != desk.High {
					t.Fatalf("%+v", tr)
				}
			}
		})
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	c := acme(
		trigger(1, "Share", condition.Conditions{when("current_tags", condition.Includes, "lens"), when("status", condition.Is, "open")}, act("share_ticket", 41)),
		trigger(2, "Tag", opening(), act("current_tags", "x")),
		trigger(3, "Gone", condition.Conditions{when("custom_fields_77", condition.Is, "x")}))
	before := opened()
	tr := Compile(c).Run(drafted(t, c, agent(), &before, desk.Edits{}))
	members := []Member{{1, 101, &c.Triggers[0]}, {2, 102, nil}, {3, 103, &c.Triggers[2]}}
	want := []Explanation{
		{Trigger: 1, Revision: 101, Title: "Share", Verdict: "condition_said_no", Condition: &c.Triggers[0].Conditions.All[0], Index: ptr(0)},
		{Trigger: 2, Revision: 102, Verdict: "fired", Pass: 1, Order: 1, Changed: true},
		{Trigger: 3, Revision: 103, Title: "Gone", Verdict: "broken", Reason: `all[0].field: There is no condition "custom_fields_77"`},
	}
	if diff := cmp.Diff(want, Explain(c, tr, members)); diff != "" {
		t.Error(diff)
	}
	if got := Explain(c, tr, members[:1]); len(got) != 1 {
		t.Errorf("with members missing: %+v", got)
	}
}
