package rule

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
)

func TestDefinitions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name             string
		in               condition.Place
		actions, without []string
		all, notAny      []string
	}{
		{"trigger", condition.Trigger, []string{"status", "share_ticket", "unshare_ticket", "notification_webhook", "custom_fields_31", "brand_id"},
			[]string{"comment_value", "subject"}, []string{"status", "current_tags", "update_type", "sent_to", "received_from", "custom_fields_31"}, nil},
		{"automation", condition.Automation, []string{"notification_user"}, []string{"comment_value", "brand_id"}, []string{"PENDING", "status"}, []string{"PENDING"}},
		{"macro", condition.Macro, []string{"comment_value", "comment_mode_is_public", "share_ticket", "subject"}, []string{"notification_user"}, nil, nil},
		{"view", condition.View, nil, []string{"status"}, []string{"status", "CLOSED", "sent_to"}, []string{"CLOSED"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := Definitions(acme(), test.in)
			var actions, all, anyOf []string
			for _, a := range d.Actions {
				actions = append(actions, a.Subject)
			}
			for _, c := range d.ConditionsAll {
				all = append(all, c.Subject)
				if len(c.Operators) == 0 {
					t.Errorf("%s has no operators", c.Subject)
				}
			}
			for _, c := range d.ConditionsAny {
				anyOf = append(anyOf, c.Subject)
			}
			holds(t, "actions", actions, test.actions, test.without)
			holds(t, "conditions_all", all, test.all, nil)
			holds(t, "conditions_any", anyOf, nil, test.notAny)
		})
	}
}

func holds(t *testing.T, what string, list, want, without []string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(list, w) {
			t.Errorf("%s lack %s", what, w)
		}
	}
	for _, w := range without {
		if slices.Contains(list, w) {
			t.Errorf("%s hold %s", what, w)
		}
	}
}

func TestDefinitionsInDetail(t *testing.T) {
	t.Parallel()
	d := Definitions(acme(), condition.Trigger)
	i := slices.IndexFunc(d.Actions, func(a ActionDefinition) bool { return a.Subject == "share_ticket" })
	want := ActionDefinition{Title: "Share ticket with", Subject: "share_ticket", Type: "list", Group: "ticket", Repeatable: true,
		Values:  []ValueDefinition{{"-", "(nobody: end all sharing)", true}, {"41", "Kongen Image Sensors", true}, {"42", "Nordic Lenses", true}},
		Heading: desk.GroupSharing, Control: ControlSelect, Arity: OneValue}
	if diff := cmp.Diff(want, d.Actions[i]); diff != "" {
		t.Error(diff)
	}
	j := slices.IndexFunc(d.ConditionsAll, func(c ConditionDefinition) bool { return c.Subject == "sent_to" })
	wantTo := ConditionDefinition{Title: "Ticket sharing: Sent to", Subject: "sent_to", Type: "list", Group: "ticket",
		Operators: []OperatorDefinition{{"is", "Is", false, condition.Is, ControlSelect, OneValue},
			{"is_not", "Is not", false, condition.IsNot, ControlSelect, OneValue}},
		Values:  []ValueDefinition{{"41", "Kongen Image Sensors", true}, {"42", "Nordic Lenses", true}, {"44", "Old Optics", true}},
		Heading: desk.GroupSharing}
	if diff := cmp.Diff(wantTo, d.ConditionsAll[j]); diff != "" {
		t.Error(diff)
	}
}

// How a value is given does not hang on how a field is spelled.
func TestControlsOfConditions(t *testing.T) {
	t.Parallel()
	d := Definitions(acme(), condition.Trigger)
	for name, tt := range map[string]struct {
		field, operator string
		control         Control
		arity           Arity
	}{
		"one of the values":      {"status", "is", ControlSelect, OneValue},
		"an older spelling":      {"status", "changed_to", ControlSelect, OneValue},
		"no value":               {"status", "changed", "", NoValue},
		"several of the values":  {"via_id", "includes", ControlSelect, SeveralValues},
		"tags":                   {"current_tags", "includes", ControlTags, SeveralValues},
		"more than can be shown": {"requester_id", "is", ControlSearch, OneValue},
		"words":                  {"comment_includes_word", "includes", ControlText, OneValue},
		"a count":                {"reopens", "greater_than", ControlNumber, OneValue},
		"a date":                 {"ticket_due_date", "is", ControlDate, OneValue},
		"days":                   {"ticket_due_date", "within_next_n_days", ControlNumber, OneValue},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(d.ConditionsAll, func(c ConditionDefinition) bool { return c.Subject == tt.field })
			op := d.ConditionsAll[i].Operator(tt.operator)
			if op == nil || op.Control != tt.control || op.Arity != tt.arity {
				t.Errorf("%s %s is given by %+v, want %q, %d", tt.field, tt.operator, op, tt.control, tt.arity)
			}
		})
	}
}

func TestControlsOfActions(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		place   condition.Place
		action  string
		control Control
		heading string
	}{
		"one of the values": {condition.Trigger, "status", ControlSelect, desk.GroupTicket},
		"a partner":         {condition.Trigger, "share_ticket", ControlSelect, desk.GroupSharing},
		"tags":              {condition.Macro, "current_tags", ControlTags, desk.GroupTicket},
		"a mail":            {condition.Trigger, "notification_user", ControlNotice, desk.GroupNotify},
		"a hook":            {condition.Trigger, "notification_webhook", ControlHook, desk.GroupNotify},
		"a comment":         {condition.Macro, "comment_value", ControlArea, desk.GroupComment},
		"its mode":          {condition.Macro, "comment_mode_is_public", ControlSelect, desk.GroupComment},
		"a subject":         {condition.Macro, "subject", ControlText, desk.GroupTicket},
		"a custom field":    {condition.Trigger, "custom_fields_31", ControlSelect, desk.GroupCustom},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := Definitions(acme(), tt.place).Actions
			i := slices.IndexFunc(d, func(a ActionDefinition) bool { return a.Subject == tt.action })
			if i < 0 || d[i].Control != tt.control || d[i].Heading != tt.heading {
				t.Errorf("%s is %+v, want %q under %q", tt.action, d[max(i, 0)], tt.control, tt.heading)
			}
		})
	}
}

func TestSharingConditionsNeedAnAgreement(t *testing.T) {
	t.Parallel()
	c := acme()
	c.Agreements = map[desk.AgreementID]desk.Agreement{}
	for _, d := range Definitions(c.BuildIndexes(), condition.Trigger).ConditionsAll {
		if d.Subject == "sent_to" || d.Subject == "received_from" {
			t.Errorf("%s is offered without an agreement", d.Subject)
		}
	}
}

// Every value that the definitions offer passes the check of the rule that uses it.
func TestOfferedValuesAreAccepted(t *testing.T) {
	t.Parallel()
	c := acme()
	for in, check := range map[condition.Place]func([]desk.Action) error{
		condition.Trigger: func(a []desk.Action) error { return CheckTrigger(c, trigger(1, "T", opening(), a...)) },
		condition.Macro:   func(a []desk.Action) error { return CheckMacro(c, desk.Macro{Title: "M", Actions: a}) },
	} {
		for _, d := range Definitions(c, in).Actions {
			for _, v := range d.Values {
				given := any(v.Value)
				switch d.Subject {
				case "notification_webhook", "notification_target":
					given = []string{v.Value, "{}"}
				case "notification_user", "notification_group", "notification_sms_user", "notification_sms_group":
					given = []string{v.Value, "subject", "body"}
				}
				if err := check([]desk.Action{act(d.Subject, given)}); err != nil {
					raw, _ := json.Marshal(given)
					t.Errorf("%s %s in %s: %v", d.Subject, raw, in, err)
				}
			}
		}
	}
}
