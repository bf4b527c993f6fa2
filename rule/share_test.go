package rule

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
)

// A trigger that shares does all or nothing: it is looked at whether it can before anything of it counts (share-life §4).
func TestSharingRuleIsAllOrNothing(t *testing.T) {
	t.Parallel()
	loop := []desk.ShareRef{{Share: 1, Agreement: sender, Inbound: true, State: desk.ShareLive}}
	for _, test := range []struct {
		name    string
		partner string
		change  func(*desk.Config, *desk.Ticket)
		actions []desk.Action // before the share
		reason  string        // "" where the rule acts
		silent  bool          // no failure in the audit
	}{
		{name: "accepted", partner: "41"},
		{name: "shared already", partner: "41", change: func(_ *desk.Config, t *desk.Ticket) {
			t.Shares = []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareLive}}
		}},
		{name: "shared, but not delivered in time", partner: "41", change: func(_ *desk.Config, t *desk.Ticket) {
			t.Shares = []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareFailed, Barred: true}}
		}},
		{name: "ended by a rule before", partner: "41", change: func(_ *desk.Config, t *desk.Ticket) {
			t.Shares = []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareEnded}}
		}},
		{name: "not accepted", partner: "42", reason: "the agreement with Nordic Lenses is pending"},
		{name: "over", partner: "44", reason: "the agreement with Old Optics is inactive"},
		{name: "inbound", partner: "43", reason: "send an invitation of your own"},
		{name: "unknown", partner: "99", reason: "no sharing agreement has this id"},
		{name: "a loop", partner: "41", reason: "sharing it back would make a loop", change: func(c *desk.Config, t *desk.Ticket) {
			a := c.Agreements[sender]
			a.RemoteURL = c.Agreements[kongen].RemoteURL
			c.Agreements[sender] = a
			t.Shares = loop
		}},
		{name: "closed by the rule itself", partner: "41", actions: []desk.Action{act("status", "closed")}, reason: "a closed ticket cannot be shared"},
		{name: "ended by a person", partner: "41", silent: true, reason: "was ended or refused", change: func(_ *desk.Config, t *desk.Ticket) {
			t.Shares = []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareEnded, Barred: true}}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			actions := append(slices.Clone(test.actions), act("current_tags", "shared_kongen"), act("notification_user", []string{"requester_id", "s", "b"}),
				act("share_ticket", test.partner), act("priority", "high"))
			c := acme(trigger(1, "Share", opening(), actions...), trigger(2, "Next", opening(), act("current_tags", "seen")))
			before := opened()
			if test.change != nil {
				test.change(c, &before)
			}
			d := drafted(t, c, agent(), &before, desk.Edits{})
			tr := Compile(c).Run(d)
			if test.reason == "" {
				if tr.Verdicts[0] != Fired || d.Now.Priority != desk.High || len(tr.Obstacles) != 0 {
					t.Errorf("did not act: %+v", tr)
				}
				return
			}
			want := before
			want.Tags, want.UpdatedAt = []string{"camera", "seen"}, noon()
			if diff := cmp.Diff(want, d.Now); diff != "" {
				t.Errorf("the ticket is not as it was: %s", diff)
			}
			if len(d.Sharing) != 0 {
				t.Errorf("shared: %+v", d.Sharing)
			}
			checkHeld(t, c, d, tr, test.reason, test.silent)
		})
	}
}

// checkHeld asserts that the first trigger did nothing and says why: in the trace, and once in the audit unless silent.
func checkHeld(t *testing.T, c *desk.Config, d *desk.Draft, tr Trace, reason string, silent bool) {
	t.Helper()
	looks := Explain(c, tr, []Member{{1, 101, &c.Triggers[0]}, {2, 102, &c.Triggers[1]}})
	if l := looks[0]; l.Verdict != "cannot_share" || !strings.Contains(l.Reason, reason) || l.Order != 0 {
		t.Errorf("the trace says %+v", l)
	}
	if looks[1].Verdict != "fired" {
		t.Errorf("the next trigger: %+v", looks[1])
	}
	var failures []string
	for _, e := range d.Events {
		if e.Via != nil && e.Via.Trigger == 1 {
			failures = append(failures, e.Message)
		}
	}
	switch {
	case silent && len(failures) != 0:
		t.Errorf("the audit tells %q", failures)
	case !silent && (len(failures) != 1 || !strings.Contains(failures[0], reason)):
		t.Errorf("the audit tells %q, want %q once", failures, reason)
	}
}

// What handed a ticket over for nothing leaves it alone until somebody shares it again (share-life §4).
func TestBarredRulesWait(t *testing.T) {
	t.Parallel()
	handOver := trigger(1, "Hand over", opening(), act("share_ticket", "41"), act("current_tags", "shared_kongen"))
	solve := trigger(2, "Solve", opening(), act("status", "solved"))
	other := trigger(3, "Other", opening(), act("priority", "high"))
	failed := []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareRefused, Barred: true, BarredRules: []desk.TriggerID{1, 2}}}
	c := acme(handOver, solve, other)
	members := []Member{{1, 101, &c.Triggers[0]}, {2, 102, &c.Triggers[1]}, {3, 103, &c.Triggers[2]}}

	before := opened()
	before.Shares = failed
	d := drafted(t, c, agent(), &before, desk.Edits{})
	tr := Compile(c).Run(d)
	if d.Now.Status != desk.Open || d.Now.Priority != desk.High || len(d.Sharing) != 0 {
		t.Errorf("status %s, priority %s, sharing %v", d.Now.Status, d.Now.Priority, d.Sharing)
	}
	looks := Explain(c, tr, members)
	const reason = "it handed the ticket over to Kongen Image Sensors for nothing; it waits until the ticket is shared again"
	for i := range 2 {
		if looks[i].Verdict != "barred" || looks[i].Reason != reason {
			t.Errorf("trigger %d: %+v", i+1, looks[i])
		}
	}
	if len(ruled(d)) != 1 {
		t.Errorf("the audit tells of those that wait: %+v", ruled(d))
	}

	again := opened()
	again.Shares = failed
	d = drafted(t, c, agent(), &again, desk.Edits{Share: []desk.AgreementID{kongen}})
	if tr := Compile(c).Run(d); len(tr.Obstacles) != 0 || d.Now.Status != desk.Solved {
		t.Errorf("they wait although it was shared again: %+v", tr)
	}
}

// Unmet conditions say no as always: a trigger is barred only from what it would have done.
func TestBarredRuleWhoseConditionsSayNo(t *testing.T) {
	t.Parallel()
	c := acme(trigger(1, "Hand over", condition.Conditions{when("current_tags", condition.Includes, "lens")}, act("share_ticket", "41")))
	before := opened()
	before.Shares = []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareRefused, Barred: true, BarredRules: []desk.TriggerID{1}}}
	if tr := Compile(c).Run(drafted(t, c, agent(), &before, desk.Edits{})); tr.Verdicts[0] != 0 || len(tr.Obstacles) != 0 {
		t.Errorf("%+v", tr)
	}
}

// The desk's own word about a share wakes those that ask for it, and none that ask for an update from a partner.
func TestDeliveryWakesRules(t *testing.T) {
	t.Parallel()
	sending := []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareSending}}
	for _, test := range []struct {
		name   string
		when   []condition.Condition
		result string
		fires  bool
	}{
		{"delivered to", condition.Conditions{when("delivered_to", condition.Is, kongen)}, desk.ActionDelivered, true},
		{"delivered to another", condition.Conditions{when("delivered_to", condition.Is, nordic)}, desk.ActionDelivered, false},
		{"not delivered to", condition.Conditions{when("sharing_failed", condition.Is, kongen)}, desk.ActionFailed, true},
		{"delivered, not failed", condition.Conditions{when("sharing_failed", condition.Is, kongen)}, desk.ActionDelivered, false},
		{"failed, not delivered", condition.Conditions{when("delivered_to", condition.Is, kongen)}, desk.ActionFailed, false},
		{"a change", condition.Conditions{when("update_type", condition.Is, "Change")}, desk.ActionDelivered, true},
		{"the update's channel", condition.Conditions{when("current_via_id", condition.Is, 1031)}, desk.ActionDelivered, true},
		{"from a partner", condition.Conditions{when("current_via_id", condition.Is, 31)}, desk.ActionDelivered, false},
		{"by an agent", condition.Conditions{when("role", condition.Is, "agent")}, desk.ActionDelivered, false},
		{"by a customer", condition.Conditions{when("role", condition.Is, "end_user")}, desk.ActionDelivered, false},
		{"with a comment", condition.Conditions{when("comment_is_public", condition.Is, "not_relevant")}, desk.ActionDelivered, false},
		{"when made", condition.Conditions{when("update_type", condition.Is, "Create")}, desk.ActionDelivered, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := acme(trigger(1, "T", test.when, act("unshare_ticket", "41"), act("status", "solved")))
			before := opened()
			before.Shares = slices.Clone(sending)
			d := delivered(t, c, &before, desk.ShareResult{Agreement: kongen, Action: test.result})
			tr := Compile(c).Run(d)
			if fired := len(tr.Firings) == 1; fired != test.fires {
				t.Errorf("fired %v: %+v", fired, tr)
			}
			if test.fires && (len(desk.Ended(d.Sharing)) != 1 || d.Now.Status != desk.Solved) {
				t.Errorf("ended %v, status %s", d.Sharing, d.Now.Status)
			}
			if e := d.Events[0]; e.Type != desk.EventSharing || e.Action != test.result || e.Agreement != kongen || e.Via != nil {
				t.Errorf("event %+v", e)
			}
		})
	}
}

func TestSetAsksDelivery(t *testing.T) {
	t.Parallel()
	asks := func(list ...condition.Condition) desk.Trigger { return trigger(1, "T", list, act("status", "solved")) }
	broken := asks(when("delivered_to", condition.Is, kongen))
	broken.Actions = []desk.Action{act("share_ticket", "")}
	either := asks(when("status", condition.Is, "open"))
	either.Conditions.Any = condition.Conditions{when("sharing_failed", condition.IsNot, kongen)}
	for _, test := range []struct {
		name string
		list []desk.Trigger
		want bool
	}{
		{"none", nil, false},
		{"shared with", []desk.Trigger{asks(when("sent_to", condition.Is, kongen))}, false},
		{"delivered to", []desk.Trigger{asks(when("status", condition.Is, "open")), asks(when("delivered_to", condition.Is, kongen))}, true},
		{"failed, among others", []desk.Trigger{either}, true},
		{"the channel of such updates", []desk.Trigger{asks(when("current_via_id", condition.Is, "1031"))}, true},
		{"another channel", []desk.Trigger{asks(when("current_via_id", condition.Is, "31"))}, false},
		{"one that cannot run", []desk.Trigger{broken}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Compile(acme(test.list...)).AsksDelivery(); got != test.want {
				t.Errorf("asks %v, want %v", got, test.want)
			}
		})
	}
}

// What was stored without a partner before that was refused does not run, and says what to do.
func TestStoredRuleWithoutAPartnerIsBroken(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{"empty": "", "null": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := acme(trigger(1, "Share", opening(), act("current_tags", "x"), act("share_ticket", value)))
			before := opened()
			before.Shares = []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareLive}}
			d := drafted(t, c, agent(), &before, desk.Edits{})
			s := Compile(c)
			s.Run(d)
			if len(d.Events) != 0 || len(d.Sharing) != 0 {
				t.Errorf("it ran: %+v", d.Events)
			}
			want := []Problem{{1, `actions[1]: Share ticket with: choose a partner, or nobody: end all sharing ("-")`}}
			if diff := cmp.Diff(want, s.Problems()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
