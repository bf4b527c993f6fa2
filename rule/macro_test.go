package rule

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
)

func TestMacroThatCannotShareDoesNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		value any
		want  string
	}{
		{"not accepted", "42", "the agreement with Nordic Lenses is pending"},
		{"an agreement that lets them share with us", "43", "send an invitation of your own"},
		{"unknown", "99", "no sharing agreement has this id"},
		{"no partner chosen", "", "choose a partner, or nobody: end all sharing"},
		{"null", nil, "choose a partner"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ticket := opened()
			m := desk.Macro{ID: 3, Title: "M", Actions: []desk.Action{act("current_tags", "handed"), act("share_ticket", test.value), act("comment_value", "Over to them.")}}
			got, err := ApplyMacro(acme(), m, MacroInput{Actor: agent(), At: noon(), Values: PlaceholderValues{Ticket: &ticket}})
			if desk.KindOf(err) != desk.Invalid || !strings.Contains(faultSentences(err), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if diff := cmp.Diff(MacroResult{}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestApplyMacro(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		actions []desk.Action
		edits   desk.Edits
		comment *desk.NewComment
	}{
		{"Hand to Kongen", []desk.Action{act("share_ticket", 41), act("current_tags", "shared_kongen"), act("comment_value", "Over to Kongen."),
			act("comment_mode_is_public", false)},
			desk.Edits{Share: []desk.AgreementID{kongen}, AddTags: []string{"shared_kongen"}},
			&desk.NewComment{Body: "Over to Kongen.", Public: ptr(false)}},
		{"the later action counts", []desk.Action{act("status", "pending"), act("status", "hold"), act("custom_fields_32", "a"), act("custom_fields_32", "b")},
			desk.Edits{Status: ptr(desk.Hold), Fields: map[desk.FieldID][]string{serial: {"b"}}}, nil},
		{"tags in their order", []desk.Action{act("current_tags", "a"), act("set_tags", "b c"), act("remove_tags", "c d"), act("current_tags", "d")},
			desk.Edits{SetTags: &[]string{"b", "c"}, RemoveTags: []string{"c"}, AddTags: []string{"d"}}, nil},
		{"share after ending all", []desk.Action{act("share_ticket", 41), act("share_ticket", "-")}, desk.Edits{UnshareAll: true}, nil},
		{"the last of two comments", []desk.Action{act("comment_value", "x"), act("comment_value_html", "<p>y</p>")}, desk.Edits{}, &desk.NewComment{HTML: "<p>y</p>"}},
		{"who and where", []desk.Action{act("assignee_id", "current_user"), act("group_id", "current_groups")},
			desk.Edits{Assignee: ptr(ana), Group: ptr(support)}, nil},
		{"words", []desk.Action{act("subject", "[{{ticket.id}}] {{ticket.title}}"), act("assignee_id", "22"), act("group_id", 12),
			act("comment_value", "Dear {{ticket.requester.first_name}}, {{ticket.assignee.name}} has it. {{current_user.last_name}}")},
			desk.Edits{Subject: ptr("[9] Purple fringe"), Assignee: ptr(ben), Group: ptr(lab)},
			&desk.NewComment{Body: "Dear Carla, Ben Okri has it. Silva"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ticket := opened()
			got, err := ApplyMacro(acme(), desk.Macro{ID: 3, Title: "M", Actions: test.actions}, MacroInput{Actor: agent(), At: noon(),
				Values: PlaceholderValues{Ticket: &ticket, Requester: desk.User{ID: carla, Name: "Carla Diaz"}}})
			if err != nil {
				t.Fatal(err)
			}
			test.edits.Macros = []desk.MacroID{3}
			if diff := cmp.Diff(test.edits, got.Edits, equateEmpty()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.comment, got.Comment); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(opened(), ticket); diff != "" {
				t.Errorf("the ticket itself changed: %s", diff)
			}
			if test.edits.Status != nil && got.Ticket.Status != *test.edits.Status {
				t.Errorf("result has status %s", got.Ticket.Status)
			}
		})
	}
}

func TestMacroThatNoLongerFits(t *testing.T) {
	t.Parallel()
	ticket, closed := opened(), opened()
	closed.Status = desk.Closed
	in := func(of *desk.Ticket) MacroInput {
		return MacroInput{Actor: agent(), At: noon(), Values: PlaceholderValues{Ticket: of}}
	}
	for _, test := range []struct {
		name   string
		in     MacroInput
		action desk.Action
		want   []string
	}{
		{"field gone", in(&ticket), act("custom_fields_77", "x"), []string{`actions: actions[0]: There is no action "custom_fields_77"`}},
		{"group gone", in(&ticket), act("group_id", 99), []string{"group: no group has this id"}},
		{"pending", in(&ticket), act("share_ticket", 42), []string{"sharing_agreement_ids: is pending"}},
		{"closed", in(&closed), act("status", "open"), []string{"status: closed prevents"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := ApplyMacro(acme(), desk.Macro{ID: 3, Actions: []desk.Action{test.action}}, test.in)
			faulty(t, err, test.want)
		})
	}
}

func TestMacroOnATicketNotYetMade(t *testing.T) {
	t.Parallel()
	got, err := ApplyMacro(acme(), desk.Macro{ID: 3, Actions: []desk.Action{act("priority", "high"), act("comment_value", "[{{ticket.id}}]")}},
		MacroInput{Actor: agent(), At: noon()})
	if err != nil || got.Ticket.Priority != desk.High || got.Comment.Body != "[]" {
		t.Errorf("%+v, %v", got, err)
	}
}
