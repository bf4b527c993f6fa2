package cases_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/configtext"
	"interdesk/configtext/cases"
)

// small is a folder with a rule of each kind that acts.
func small(files map[string]string) configtext.Folder {
	f := configtext.Folder{
		"groups/support.yaml":        []byte("name: Support\ndefault: true\n"),
		"groups/lab.yaml":            []byte("name: Laboratory\n"),
		"ticket_forms/form.yaml":     []byte("name: Form\ndefault: true\nticket_fields: [Problem, Warranty]\n"),
		"ticket_fields/problem.yaml": []byte("title: Problem\ntype: tagger\ncustom_field_options: [{name: Lens, value: lens}, {name: Image sensor, value: sensor}]\n"),
		"ticket_fields/tick.yaml":    []byte("title: Warranty\ntype: checkbox\ntag: warranty\n"),
		"agreements/kongen.yaml":     []byte("name: Kongen\nsharing_url: https://kongen.example/sharing\n"),
		"webhooks/chat.yaml":         []byte("name: Chat\nendpoint: https://chat.example/\nauthentication: {type: bearer_token}\n"),
		"support_addresses/own.yaml": []byte("email: support\ndefault: true\n"),
		"triggers/lens.yaml": []byte(`title: Lenses
category: Rules
conditions:
  all:
    - {field: update_type, operator: is, value: Create}
    - {field: "custom_fields_[Problem]", operator: is, value: lens}
    - {field: group_id, operator: is_not, value: Laboratory}
    - {field: organization_id, operator: is, value: Camera Club}
actions:
  - {field: group_id, value: Laboratory}
  - {field: priority, value: high}
  - {field: share_ticket, value: Kongen}
  - {field: "custom_fields_[Warranty]", value: "true"}
  - {field: assignee_id, value: kim@lab.example}
  - {field: notification_user, value: [assignee_id, For you, "{{ticket.title}}"]}
  - {field: notification_webhook, value: [Chat, "{}"]}
`),
		"automations/remind.yaml": []byte(`title: Remind
conditions:
  all:
    - {field: status, operator: is, value: open}
    - {field: OPEN, operator: is, value: 2}
actions:
  - {field: current_tags, value: reminded}
`),
		"order.yaml": []byte("trigger_categories: [Rules]\n"),
	}
	for name, text := range files {
		f[name] = []byte(text)
	}
	return f
}

const people = "people: [{email: carla@club.example, organization: Camera Club}, {email: mo@lab.example, role: agent, groups: [Laboratory]}]\n"

func run(t *testing.T, f configtext.Folder) []cases.Result {
	t.Helper()
	results, problems, err := cases.Run(t.Context(), f)
	if err != nil || len(problems) > 0 {
		t.Fatalf("%v %v", err, problems)
	}
	return results
}

func TestCasesThatHold(t *testing.T) {
	t.Parallel()
	for _, r := range run(t, small(map[string]string{"tests/lens.yaml": people + `cases:
  - name: lenses go to the laboratory
    by: carla@club.example
    via: email
    ticket: {subject: Fog, comment: inside, fields: {Problem: lens}}
    expect:
      status: open
      priority: high
      type: none
      group: Laboratory
      assignee: kim@lab.example
      form: Form
      tags: [lens, warranty]
      fields: {Problem: lens, Warranty: "yes"}
      shared_with: [Kongen]
      notified: [kim@lab.example]
      webhooks: [Chat]
      fires: [Lenses]
      not: {tags: [sensor], notified: [carla@club.example], fires: [Remind]}
    updates:
      - after_hours: 3
        expect: {tags: [reminded], fires: [Remind], not: {fires: [Lenses]}}
      - by: mo@lab.example
        ticket: {private: true, comment: Dry it., remove_tags: [reminded], status: pending, type: problem, group: Support}
        expect: {status: pending, type: problem, group: Support, assignee: kim@lab.example, not: {tags: [reminded]}}
`})) {
		if len(r.Faults) > 0 {
			t.Errorf("%s: %s", r.Name, strings.Join(r.Faults, "\n"))
		}
	}
}

// A case that fails says where, what became of it, and which condition of a rule said no.
func TestCasesThatFail(t *testing.T) {
	t.Parallel()
	results := run(t, small(map[string]string{"tests/lens.yaml": people + `cases:
  - name: everything is wrong
    ticket: {subject: Fog, comment: inside, fields: {Problem: lens}}
    expect:
      status: open
      group: Laboratory
      tags: [vip]
      shared_with: [Kongen]
      notified: [kim@lab.example]
      fires: [Lenses, Nothing]
      fields: {Problem: sensor, Colour: red}
      not: {tags: [lens]}
    updates:
      - after_hours: 1
        expect: {fires: [Remind]}
  - name: it is refused
    by: mo@lab.example
    ticket: {subject: Fog, comment: inside, fields: {Problem: paint}}
  - name: nobody is who they say
    by: nobody@lab.example
    ticket: {comment: inside, group: Nowhere}
  - name: unknown things
    ticket: {comment: inside, group: Nowhere, form: None, assignee: nobody@lab.example, fields: {Colour: red}}
  - name: there is no such partner
    received_from: Kongen
    ticket: {comment: inside}
  - name: it is not shared
    ticket: {comment: inside}
    updates: [{delivered_to: Kongen}]
`}))
	var got []string
	for _, r := range results {
		got = append(got, r.Faults...)
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{
		"tests/lens.yaml:6:15: status is new, not open",
		"tests/lens.yaml:7:14: group is none, not Laboratory",
		`tests/lens.yaml:8:14: tags: "vip" is missing; there are lens`,
		"it is shared with none, not with Kongen",
		`notified: "kim@lab.example" is missing; there are none`,
		"the trigger looked: condition 4 of all said no: organization_id is Camera Club",
		"no active rule has that title",
		`Problem is "lens", not "sensor"`,
		`there is no ticket field "Colour"`,
		`tags: "lens" is there`,
		"the automation did not act: these do not hold now: status is open; OPEN is 2",
		"is refused: ", `"paint" is not one of its options`,
		`nobody has the address "nobody@lab.example": name them under people`,
		`there is no group "Nowhere"`, `there is no form "None"`,
		"there is no such inbound agreement",
		`the ticket is not on its way to "Kongen"`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the faults do not say %q:\n%s", want, all)
		}
	}
	var text, junit bytes.Buffer
	if err := cases.Print(&text, results); err != nil || !strings.HasSuffix(text.String(), "6 cases, 6 failed\n") {
		t.Errorf("%v: %s", err, text.String())
	}
	if err := cases.JUnit(&junit, results); err != nil || strings.Count(junit.String(), "<failure message=") != 6 || !strings.Contains(junit.String(), `tests="6" failures="6"`) {
		t.Errorf("%v: %s", err, junit.String())
	}
}

func TestFoldersThatCannotBeTried(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a fault of a case": {map[string]string{"tests/a.yaml": "cases:\n  - name: x\n    tiket: {}\n"}, `tests/a.yaml:3:5: there is no key "tiket" here`},
		"a fault of a rule": {map[string]string{"tests/a.yaml": "cases: [{name: x, ticket: {comment: y}}]\n", "macros/m.yaml": "title: M\nactions: [{field: paint, value: red}]\n"}, `macros/m.yaml:2:19: a macro has no action "paint"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems, err := cases.Run(t.Context(), small(test.files))
			if err != nil || len(problems) == 0 || !strings.HasPrefix(problems[0].String(), test.want) {
				t.Errorf("%v, %v; want %s", problems, err, test.want)
			}
		})
	}
	if _, _, err := cases.Run(t.Context(), small(nil)); err == nil || !strings.Contains(err.Error(), "there are no cases") {
		t.Errorf("without cases: %v", err)
	}
}

// What a case finds does not depend on what comes before it.
func TestCasesStandAlone(t *testing.T) {
	t.Parallel()
	one := "  - name: n\n    by: carla@club.example\n    ticket: {comment: inside, fields: {Problem: lens}}\n    expect: {group: Laboratory}\n"
	results := run(t, small(map[string]string{"tests/a.yaml": people + "cases:\n" + strings.Repeat(one, 3)}))
	for _, r := range results {
		if diff := cmp.Diff([]string(nil), r.Faults); diff != "" {
			t.Error(diff)
		}
	}
}
