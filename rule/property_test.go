package rule

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"interdesk/condition"
	"interdesk/desk"
)

// Random sets of triggers run over random updates, and beside the real thing a plain one that follows rules.md §4.2 to
// the letter and knows no index.

func anyCondition() *rapid.Generator[condition.Condition] {
	pool := condition.Conditions{
		when("status", condition.Is, "open"), when("status", condition.LessThan, "solved"), when("status", condition.ChangedTo, "pending"),
		when("priority", condition.Is, ""), when("priority", condition.Is, "high"), when("priority", condition.Changed, nil),
		when("group_id", condition.Is, "11"), when("group_id", condition.Is, "12"), when("group_id", condition.IsNot, "12"),
		when("assignee_id", condition.Is, ""), when("assignee_id", condition.Is, "current_user"),
		when("current_tags", condition.Includes, "a b"), when("current_tags", condition.Includes, "c"), when("current_tags", condition.NotIncludes, "a"),
		when("current_tags", condition.Is, "lens"), when("current_tags", condition.Changed, nil),
		when("custom_fields_31", condition.Is, "lens"), when("custom_fields_31", condition.NotPresent, nil), when("custom_fields_33", condition.Is, "true"),
		when("custom_fields_34", condition.Includes, "cap"), when("custom_fields_77", condition.Is, "gone"),
		when("sent_to", condition.Is, "41"), when("update_type", condition.Is, "Create"), when("role", condition.Is, "agent"),
		when("type", condition.Is, "incident"), when("subject_includes_word", condition.Includes, "purple"),
		when("number_of_incidents", condition.GreaterThan, 1), when("number_of_incidents", condition.Is, 0),
		when("ticket_due_date", condition.Present, nil), when("ticket_due_date", condition.WithinNextDays, 2),
	}
	return rapid.SampledFrom(pool)
}

func anyAction() *rapid.Generator[desk.Action] {
	return rapid.SampledFrom([]desk.Action{
		act("status", "open"), act("status", "pending"), act("status", "solved"), act("priority", "high"), act("priority", "low"),
		act("type", "incident"), act("type", ""), act("group_id", 11), act("group_id", 12), act("group_id", 99), act("assignee_id", 22), act("assignee_id", ""),
		act("assignee_id", "current_user"), act("current_tags", "a"), act("current_tags", "b c"), act("remove_tags", "a"), act("remove_tags", "lens c"), act("set_tags", "b"),
		act("custom_fields_31", "lens"), act("custom_fields_31", ""), act("custom_fields_33", true), act("custom_fields_34", []string{"cap"}),
		act("custom_fields_78", "gone"), act("share_ticket", 41), act("share_ticket", "-"), act("share_ticket", 42), act("follower", "current_user"),
		act("notification_user", []string{"all_agents", "s", "b"}),
	})
}

func anyConfig(t *rapid.T) *desk.Config {
	one := rapid.SliceOfN(anyCondition(), 0, 4)
	var list []desk.Trigger
	for i := range rapid.IntRange(0, 80).Draw(t, "triggers") {
		tr := trigger(desk.TriggerID(i+1), "", one.Draw(t, "all"), rapid.SliceOfN(anyAction(), 0, 3).Draw(t, "actions")...)
		if rapid.IntRange(0, 3).Draw(t, "with any") == 0 {
			tr.Conditions.Any = one.Draw(t, "any")
		}
		list = append(list, tr)
	}
	return acme(list...)
}

func anyDraft(t *rapid.T, c *desk.Config) func() *desk.Draft {
	before := opened()
	before.Tags = desk.NormalizeTags(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "lens", "cap"}), 0, 3).Draw(t, "tags"))
	before.Priority = rapid.SampledFrom(desk.Priorities[:]).Draw(t, "priority")
	by := rapid.SampledFrom([]desk.Actor{agent(), customer(), {System: true}}).Draw(t, "actor")
	incidents := rapid.IntRange(0, 3).Draw(t, "incidents")
	if rapid.Bool().Draw(t, "due") {
		before.DueAt = noon().AddDate(0, 0, rapid.IntRange(-1, 3).Draw(t, "days until due"))
	}
	e := desk.Edits{}
	if rapid.Bool().Draw(t, "retype") {
		e.Type = ptr(desk.Incident)
	}
	if rapid.Bool().Draw(t, "regroup") {
		e.Group = ptr(lab)
	}
	old := &before
	if rapid.Bool().Draw(t, "create") {
		old = nil
	}
	return func() *desk.Draft {
		d := desk.NewDraft(c, desk.Update{Actor: by}, old, noon(), counter())
		d.Incidents = incidents
		if err := d.Edit(e, nil); err != nil {
			t.Fatal(err)
		}
		if err := d.ApplyLifecycle(false); err != nil {
			t.Fatal(err)
		}
		return d
	}
}

// plain is the loop of rules.md §4.2, which asks every trigger every time.
func plain(t *rapid.T, c *desk.Config, s *Set, d *desk.Draft) []Firing {
	var firings []Firing
	fired := map[int]bool{}
	var facts condition.Facts
	d.Facts(&facts)
restart:
	for pass := 1; ; pass++ {
		for i := range s.rules {
			r := &s.rules[i]
			if fired[i] || r.broken != "" || !holdsAlone(t, c, c.Triggers[i].Conditions, &facts) {
				continue
			}
			changed, o := r.fire(d)
			fired[i] = true
			if o.Kind != 0 {
				continue
			}
			firings = append(firings, Firing{i, pass, changed})
			if changed {
				d.Refresh(&facts)
				continue restart
			}
		}
		return firings
	}
}

func TestRunAgreesWithThePlainLoop(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyConfig(t)
		s, draft := Compile(c), anyDraft(t, c)
		d, p := draft(), draft()
		tr, firings := s.Run(d), plain(t, c, s, p)
		if diff := cmp.Diff(firings, tr.Firings); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(p.Now, d.Now); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(p.Events, d.Events); diff != "" {
			t.Fatal(diff)
		}
		again := s.Run(draft())
		if diff := cmp.Diff(tr, again); diff != "" {
			t.Fatalf("a second run tells otherwise: %s", diff)
		}
		checkVerdicts(t, c, s, d, tr)
		unpacked, err := Unpack(tr.Pack())
		if diff := cmp.Diff(tr, unpacked, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}

// checkVerdicts asks each condition that is said to have said no, by itself, of the ticket at the end.
func checkVerdicts(t *rapid.T, c *desk.Config, s *Set, d *desk.Draft, tr Trace) {
	if len(tr.Verdicts) != len(c.Triggers) {
		t.Fatalf("%d verdicts of %d triggers", len(tr.Verdicts), len(c.Triggers))
	}
	fired := map[int]bool{}
	for _, f := range tr.Firings {
		if fired[f.Rule] {
			t.Fatalf("trigger %d fired twice", f.Rule)
		}
		fired[f.Rule] = true
	}
	var facts condition.Facts
	d.Facts(&facts)
	for i, v := range tr.Verdicts {
		tree := c.Triggers[i].Conditions
		switch {
		case fired[i] || v == Fired:
			if !fired[i] || v != Fired {
				t.Fatalf("trigger %d: fired %v, verdict %d", i, fired[i], v)
			}
		case v == NotDone:
			if !slices.ContainsFunc(tr.Obstacles, func(o Obstacle) bool { return o.Rule == i && o.Reason != "" }) {
				t.Fatalf("trigger %d: nothing says why it did nothing", i)
			}
		case v == Broken:
			if s.rules[i].broken == "" {
				t.Fatalf("trigger %d is not broken", i)
			}
		case v == NoneOfAny:
			if !holdsAlone(t, c, condition.Tree{All: tree.All}, &facts) || holdsAlone(t, c, condition.Tree{Any: tree.Any}, &facts) {
				t.Fatalf("trigger %d: another condition said no", i)
			}
		case int(v) >= len(tree.All) || holdsAlone(t, c, condition.Tree{All: tree.All[v : v+1]}, &facts):
			t.Fatalf("trigger %d: condition %d did not say no", i, v)
		}
	}
}

func holdsAlone(t *rapid.T, c *desk.Config, tree condition.Tree, f *condition.Facts) bool {
	m, err := condition.Compile(tree, c.Catalog(), condition.Trigger)
	if err != nil {
		t.Fatal(err)
	}
	ok, _ := m.Match(f)
	return ok
}
