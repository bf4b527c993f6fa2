package rule

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
)

func includes(tags string) condition.Condition { return when("current_tags", condition.Includes, tags) }

func excludes(tags string) condition.Condition {
	return when("current_tags", condition.NotIncludes, tags)
}

// shareKinds are the warnings about sharing alone.
func shareKinds(c *desk.Config, t desk.Trigger) []Warning {
	return slices.DeleteFunc(TriggerWarnings(c, t), func(w Warning) bool { return w.Kind == MayTrigger || w.Kind == MayLoop })
}

func TestLettingGoWithoutAsking(t *testing.T) {
	t.Parallel()
	is := condition.Is
	share := trigger(2, "Share", condition.Conditions{includes("lens")}, act("share_ticket", "41"), act("current_tags", "shared_kongen"))
	solve, end := act("status", "solved"), act("unshare_ticket", "41")
	type list = condition.Conditions
	unasked := []Warning{{Kind: Unasked, Trigger: 2, Name: "Share"}}
	for _, test := range []struct {
		name string
		all  list
		do   []desk.Action
		want []Warning
	}{
		{"solves by the tag that the other adds", list{includes("shared_kongen")}, []desk.Action{solve}, unasked},
		{"closes on the same tag", list{includes("lens"), when("status", is, "open")}, []desk.Action{act("status", "closed")}, unasked},
		{"unshares by the tag that the other adds", list{includes("shared_kongen")}, []desk.Action{end}, unasked},
		{"ends all sharing", list{includes("shared_kongen")}, []desk.Action{act("share_ticket", "-")}, unasked},
		{"unshares from another partner", list{includes("shared_kongen")}, []desk.Action{act("unshare_ticket", "42")}, nil},
		{"solves something else", list{includes("strap")}, []desk.Action{solve}, nil},
		{"does something else", list{includes("shared_kongen")}, []desk.Action{act("priority", "high")}, nil},
		{"asks whether it was delivered", list{includes("shared_kongen"), when("delivered_to", is, kongen)}, []desk.Action{end, solve}, nil},
		{"asks whether it was not", list{includes("shared_kongen"), when("delivered_to", condition.IsNot, kongen)}, []desk.Action{solve}, unasked},
		{"waits for the partner's word", list{includes("shared_kongen"), when("current_via_id", is, 31)}, []desk.Action{solve}, nil},
		{"shared is not delivered", list{when("sent_to", is, kongen)}, []desk.Action{end, solve}, []Warning{{Kind: EndsEarly, Name: "Kongen Image Sensors"}}},
		{"shared, and the partner has spoken", list{when("sent_to", is, kongen), when("current_via_id", is, 31)}, []desk.Action{end}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := shareKinds(acme(share), trigger(1, "t", test.all, test.do...))
			got = slices.DeleteFunc(got, func(w Warning) bool { return w.Kind == SharesAgain })
			if diff := cmp.Diff(test.want, got); diff != "" && len(test.want)+len(got) > 0 {
				t.Error(diff)
			}
		})
	}
	own := trigger(1, "Both", condition.Conditions{includes("strap")}, act("share_ticket", "41"), solve)
	if diff := cmp.Diff([]Warning{{Kind: Unasked, Trigger: 1, Name: "Both"}}, shareKinds(acme(), own)); diff != "" {
		t.Errorf("it shares and solves at once: %s", diff)
	}
}

func TestSharingInTurn(t *testing.T) {
	t.Parallel()
	is := condition.Is
	type list = condition.Conditions
	handedOver := list{when("delivered_to", is, kongen), includes("shared_kongen")}
	for _, test := range []struct {
		name       string
		all        list
		handedOver list
		after      []desk.Action // what the one that unshares does beside
		want       bool
	}{
		{"nothing stops it", list{includes("lens")}, handedOver, nil, true},
		{"the tag stops it", list{includes("lens"), excludes("shared_kongen")}, handedOver, nil, false},
		{"the tag is taken away again", list{includes("lens"), excludes("shared_kongen")}, handedOver, []desk.Action{act("remove_tags", "shared_kongen")}, true},
		{"what it asks for is taken away", list{includes("lens")}, handedOver, []desk.Action{act("remove_tags", "lens")}, false},
		{"one of what it asks for stays", list{includes("lens strap")}, handedOver, []desk.Action{act("remove_tags", "lens")}, true},
		{"solved stops it", list{includes("lens"), when("status", condition.LessThan, "solved")}, handedOver, []desk.Action{act("status", "solved")}, false},
		{"another status does not", list{includes("lens"), when("status", condition.LessThan, "solved")}, handedOver, []desk.Action{act("status", "open")}, true},
		{"a status that the other does not find", list{includes("lens"), when("status", is, "new")}, append(slices.Clone(handedOver), when("status", is, "hold")), nil, false},
		{"only when made", list{includes("lens"), when("update_type", is, "Create")}, handedOver, nil, false},
		{"with a change", list{includes("lens"), when("update_type", is, "Change")}, handedOver, nil, true},
		{"not while shared: but then again", list{includes("lens"), when("sent_to", condition.IsNot, kongen)}, handedOver, nil, true},
		{"only for an agent's update", list{includes("lens"), when("role", is, "agent")}, handedOver, nil, false},
		{"only as the priority changes", list{includes("lens"), when("priority", condition.Changed, nil)}, handedOver, nil, false},
		{"the group was changed by the other", list{includes("lens"), when("group_id", is, support)}, handedOver, []desk.Action{act("group_id", "12")}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			share := trigger(1, "Share", test.all, act("share_ticket", "41"), act("current_tags", "shared_kongen"))
			back := trigger(2, "Back", test.handedOver, append([]desk.Action{act("unshare_ticket", "41")}, test.after...)...)
			for _, pair := range [][2]desk.Trigger{{share, back}, {back, share}} {
				got := slices.ContainsFunc(TriggerWarnings(acme(pair[1]), pair[0]), func(w Warning) bool {
					return w.Kind == SharesAgain && w.Trigger == pair[1].ID && w.Name == pair[1].Title
				})
				if got != test.want {
					t.Errorf("%q is warned of %q: %v, want %v", pair[0].Title, pair[1].Title, got, test.want)
				}
			}
		})
	}
}

func TestSharingWithNobodyInParticular(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		value any
		want  []Warning
	}{
		{"nothing chosen", "", []Warning{{Kind: NoPartner}}},
		{"null", nil, []Warning{{Kind: NoPartner}}},
		{"over", "44", []Warning{{Kind: Over, Name: "Old Optics"}}},
		{"gone", "99", []Warning{{Kind: Over, Name: "#99"}}},
		{"nobody", "-", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, ActionWarnings(acme(), []desk.Action{act("share_ticket", test.value)})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
