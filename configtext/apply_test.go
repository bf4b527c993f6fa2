package configtext_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"interdesk/api/apitest"
	"interdesk/configtext"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// with is the folder with other files; "" takes one away.
func with(f configtext.Folder, files map[string]string) configtext.Folder {
	out := maps.Clone(f)
	for name, text := range files {
		if out[name] = []byte(text); text == "" {
			delete(out, name)
		}
	}
	return out
}

const (
	labFile  = "name: Laboratory\n"
	lensFile = `# Lenses go to the laboratory.
title: Lenses
category: Notifications
conditions:
  all:
    - field: current_tags # what customers choose
      operator: includes
      value: lens
actions:
  # The laboratory knows them.
  - field: group_id
    value: Laboratory
`
)

func triggerNamed(t *testing.T, d *apitest.Desk, title string) map[string]any {
	t.Helper()
	for _, one := range d.Admin.Get("triggers", 200).List("triggers") {
		if one := one.(map[string]any); one["title"] == title {
			return one
		}
	}
	t.Fatalf("there is no trigger %q", title)
	return nil
}

func TestAFolderIsApplied(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := start(t, db)
		acme := r.Desk(t, "acme")
		folder := with(r.export(t, acme), map[string]string{"groups/lab.yaml": labFile, "triggers/lenses.yaml": lensFile})

		before := files(r.export(t, acme))
		plan := r.apply(t, acme, folder, configtext.Options{DryRun: true})
		if words := plan.Words(); !strings.Contains(words, `create group "Laboratory" (groups/lab.yaml)`) || !strings.Contains(words, `create trigger "Lenses"`) || plan.Applied {
			t.Errorf("the plan is %s", words)
		}
		if diff := cmp.Diff(before, files(r.export(t, acme))); diff != "" {
			t.Errorf("planning changed something:\n%s", diff)
		}
		done := r.applied(t, acme, folder, configtext.Options{})
		folder[".interdesk.lock"] = done.Lock
		ticket := acme.Agent.Post("tickets", map[string]any{"ticket": map[string]any{"subject": "Fog", "comment": map[string]any{"body": "inside"}, "tags": []string{"lens"}}}, 201)
		lab := r.group(t, acme, "Laboratory")
		if ticket.ID("ticket.group_id") != lab {
			t.Errorf("the trigger did not give the ticket to the laboratory: %s", ticket.Body)
		}

		// Another title in the same file is another title of the same trigger.
		id := triggerNamed(t, acme, "Lenses")["id"]
		folder = with(folder, map[string]string{"triggers/lenses.yaml": strings.Replace(lensFile, "title: Lenses", "title: Optics", 1),
			"groups/lab.yaml": "name: Optics lab\n"})
		folder["triggers/lenses.yaml"] = []byte(strings.Replace(string(folder["triggers/lenses.yaml"]), "value: Laboratory", "value: Optics lab", 1))
		plan = r.applied(t, acme, folder, configtext.Options{})
		if triggerNamed(t, acme, "Optics")["id"] != id || r.group(t, acme, "Optics lab") != lab {
			t.Errorf("things were made anew: %s", plan.Words())
		}
		if words := plan.Words(); !strings.Contains(words, `title: from "Lenses" to "Optics"`) {
			t.Errorf("the plan is %s", words)
		}
		// The lock of version control is behind, as nobody writes it back; nothing was changed by hand all the same.
		folder["triggers/lenses.yaml"] = []byte(strings.Replace(string(folder["triggers/lenses.yaml"]), "title: Optics", "title: Optics II", 1))
		r.applied(t, acme, folder, configtext.Options{})

		gone := with(folder, map[string]string{"triggers/lenses.yaml": "", "groups/lab.yaml": ""})
		if plan = r.applied(t, acme, gone, configtext.Options{}); len(plan.Changes) > 0 || len(plan.Left) != 2 {
			t.Errorf("without --prune: %s", plan.Words())
		}
		plan = r.applied(t, acme, gone, configtext.Options{Prune: true})
		if words := plan.Words(); !strings.Contains(words, `delete trigger "Optics II"`) || !strings.Contains(words, `delete group "Optics lab"`) {
			t.Errorf("with --prune: %s", words)
		}
	})
}

func (r *rig) group(t *testing.T, d *apitest.Desk, name string) int64 {
	t.Helper()
	for _, one := range d.Admin.Get("groups", 200).List("groups") {
		if g := one.(map[string]any); g["name"] == name {
			return int64(g["id"].(float64))
		}
	}
	return 0
}

// What somebody changed in the account since the export is never overwritten.
func TestChangesByHandAreKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := start(t, db)
		acme := r.Desk(t, "acme")
		r.applied(t, acme, with(r.export(t, acme), map[string]string{"groups/lab.yaml": labFile, "triggers/lenses.yaml": lensFile}), configtext.Options{})
		folder := r.export(t, acme)
		id := int64(triggerNamed(t, acme, "Lenses")["id"].(float64))
		byHand := func(change map[string]any) {
			acme.Admin.Put(fmt.Sprintf("triggers/%d", id), map[string]any{"trigger": change}, 200)
		}
		edited := with(folder, map[string]string{"triggers/lenses.yaml": strings.Replace(string(folder["triggers/lenses.yaml"]), "value: lens", "value: optics", 1)})
		byHand(map[string]any{"description": "by hand"})
		refused(t, r.apply(t, acme, edited, configtext.Options{}), `triggers/lenses.yaml:2:1: the trigger "Lenses" was changed in the account since the export`, "[conditions.all description]")
		refused(t, r.apply(t, acme, folder, configtext.Options{}), `"Lenses" was changed in the account`)
		gone := with(folder, map[string]string{"triggers/lenses.yaml": ""})
		refused(t, r.apply(t, acme, gone, configtext.Options{Prune: true}), `"Lenses", which is in no file, was changed`)

		// Who has the same in the file overwrites nothing.
		same := configtext.Merge(folder, r.export(t, acme)).Folder
		same[".interdesk.lock"] = folder[".interdesk.lock"]
		r.applied(t, acme, same, configtext.Options{})

		acme.Admin.Post("triggers", map[string]any{"trigger": map[string]any{"title": "New by hand", "conditions": map[string]any{"all": []any{map[string]any{"field": "status", "operator": "is", "value": "open"}}},
			"actions": []any{map[string]any{"field": "priority", "value": "high"}}}}, 201)
		refused(t, r.apply(t, acme, same, configtext.Options{Prune: true}), `the trigger "New by hand" was made in the account since the export`)
		acme.Admin.Delete(fmt.Sprintf("triggers/%d", id), 204)
		refused(t, r.apply(t, acme, edited, configtext.Options{}), `the trigger "Lenses" was deleted in the account since the export`)
	})
}

// What the database itself refuses is told as any other fault, on engines too where nothing can be asked after it.
func TestAnAddressOfAnotherDesk(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := start(t, db)
		acme, other := r.Desk(t, "acme"), r.Desk(t, "other")
		address := map[string]string{"support_addresses/a.yaml": "email: help@shop.example\n", "triggers/lenses.yaml": strings.Replace(lensFile, "Laboratory", "Support", 1)}
		r.applied(t, other, with(r.export(t, other), address), configtext.Options{})
		plan := r.apply(t, acme, with(r.export(t, acme), address), configtext.Options{})
		refused(t, plan, "support_addresses/a.yaml:1:8: Email: help@shop.example is a support address already")
		if len(plan.Problems) != 1 {
			t.Errorf("the problems are %s", problems(plan))
		}
	})
}

// One folder serves several desks: it remembers of each what it was.
func TestAFolderOfTwoDesks(t *testing.T) {
	t.Parallel()
	r := start(t, storetest.New(t, sqldb.SQLite))
	trial, acme := r.Desk(t, "trial"), r.Desk(t, "acme")
	folder := with(r.export(t, acme), map[string]string{"groups/lab.yaml": labFile, "triggers/lenses.yaml": lensFile})
	for _, d := range []*apitest.Desk{trial, acme} {
		folder[".interdesk.lock"] = r.applied(t, d, folder, configtext.Options{}).Lock
	}
	for _, d := range []*apitest.Desk{trial, acme} {
		d.Admin.Put(fmt.Sprintf("groups/%d", r.group(t, d, "Laboratory")), map[string]any{"group": map[string]any{"description": "by hand"}}, 200)
		refused(t, r.apply(t, d, folder, configtext.Options{}), `the group "Laboratory" was changed in the account since the export`)
	}
}

func TestAnOrderChangedByHandIsKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := start(t, db)
		acme := r.Desk(t, "acme")
		folder := r.export(t, acme)
		order := string(folder["order.yaml"])
		turned := with(folder, map[string]string{"order.yaml": strings.Replace(order, "  - Your unsolved tickets\n  - Unassigned tickets\n", "  - Unassigned tickets\n  - Your unsolved tickets\n", 1)})
		plan := r.applied(t, acme, turned, configtext.Options{})
		if len(plan.Changes) != 1 || plan.Changes[0].Action != configtext.Reorder {
			t.Errorf("the plan is %s", plan.Words())
		}
		if diff := cmp.Diff(string(turned["order.yaml"]), string(r.export(t, acme)["order.yaml"])); diff != "" {
			t.Error(diff)
		}
		views := acme.Admin.Get("views", 200).IDs("views")
		acme.Admin.Put(fmt.Sprintf("views/%d", views[3]), map[string]any{"view": map[string]any{"position": 1}}, 200)
		refused(t, r.apply(t, acme, turned, configtext.Options{}), "order.yaml", "the order was changed in the account since the export")
	})
}

func refused(t *testing.T, plan configtext.Plan, parts ...string) {
	t.Helper()
	all := problems(plan)
	for _, part := range parts {
		if !strings.Contains(all, part) {
			t.Errorf("the problems are %q, want %q", all, part)
		}
	}
	if plan.Applied {
		t.Error("it was applied all the same")
	}
}

// All faults are told at once, each with its place and what there is instead.
func TestFaultsAreToldTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := start(t, db)
		acme := r.Desk(t, "acme")
		export := r.export(t, acme)
		plan := r.apply(t, acme, with(export, map[string]string{
			"groups/lab.yaml":             "name: Laboratory\ncolour: red\n",
			"groups/twice.yaml":           "name: Support\n",
			"triggers/lenses.yaml":        lensFile, // it names a group whose file is wrong: that is told once
			"triggers/wrong.yaml":         "title: Wrong\nconditions:\n  all:\n    - field: colour\n      operator: is\n      value: red\n    - field: status\n      operator: includes\n      value: open\n    - field: group_id\n      operator: is\n      value: Labs\nactions:\n  - field: status\n    value: asleep\n  - field: custom_fields_[Serial]\n    value: x\n  - field: assignee_id\n    value: nobody@acme.example\n  - field: paint\n    value: red\n",
			"triggers/operator.yaml":      "title: Operator\nconditions:\n  all:\n    - {field: status, operator: looks_like, value: open}\nactions: []\n",
			"macros/broken.yaml":          "title: [\n",
			"macros/empty.yaml":           "# nothing\n",
			"views/alias.yaml":            "title: &a X\nconditions: {}\ncolumns: [status]\n",
			"colours/red.yaml":            "name: red\n",
			"schedules/late.yaml":         "name: Late\ntime_zone: Mars/Base\ndefault: true\nhours: {monday: nine to five}\n",
			"agreements/stranger.yaml":    "name: Stranger\nremote_subdomain: nobody\n",
			"agreements/bugs.yaml":        "name: Bugs\ntracker: {kind: github, url: https://github.com, project: acme/bugs}\n",
			"inbound_agreements/old.yaml": "name: Old\n",
			"webhooks/chat.yaml":          "name: Chat\nendpoint: https://chat.example/\nauthentication: {type: bearer_token}\n",
			"order.yaml":                  "views: [Nowhere]\n",
		}), configtext.Options{})
		refused(t, plan,
			`groups/lab.yaml:2:1: there is no key "colour" here; use name, reference, description, default, is_public`,
			`groups/twice.yaml:1:7: groups/support.yaml is called "Support", too`,
			`triggers/wrong.yaml:4:14: a trigger has no condition "colour"; there are agent_stations,`,
			`triggers/wrong.yaml:8:17: status cannot be compared by "includes"; use is, is_not, less_than`,
			`triggers/wrong.yaml:12:14: there is no group "Labs"; there are: Support`,
			`triggers/wrong.yaml:16:12: there is no ticket field "Serial"; there are: Assignee, Description`,
			`triggers/wrong.yaml:19:12: no person has the address "nobody@acme.example"`,
			`triggers/operator.yaml:4:33: operator: "looks_like" is not known here; use is, is_not`,
			`macros/broken.yaml:1:1: is not YAML:`, `macros/empty.yaml:1:1: is empty`,
			`triggers/wrong.yaml:15:12: Status: "asleep" is not one of its values; use new`, `triggers/wrong.yaml:20:12: a trigger has no action "paint"; there are`,
			`views/alias.yaml:1:8: anchors and aliases are not used here`,
			`colours/red.yaml: is no place for a file; folders are agreements,`,
			`schedules/late.yaml:4:17: "nine to five": write hours as 09:00-12:00`,
			`agreements/stranger.yaml:2:19: Remote subdomain: no account on this server has it`,
			`agreements/bugs.yaml:2:10: there is no such agreement with a tracker`,
			`inbound_agreements/old.yaml:1:7: there is no such inbound agreement`,
			`webhooks/chat.yaml:3:17: Authentication: needs its secret`,
		)
		if all := problems(plan); strings.Contains(all, "Laboratory\"") || strings.Contains(all, "triggers/lenses.yaml") {
			t.Errorf("what follows from a fault is told as another one:\n%s", all)
		}
		if diff := cmp.Diff(files(export), files(r.export(t, acme))); diff != "" {
			t.Errorf("something was done all the same:\n%s", diff)
		}
		refused(t, r.apply(t, acme, with(export, map[string]string{"triggers/status.yaml": "title: S\nconditions: {all: [{field: status, operator: is, value: open}]}\nactions:\n  - {field: status, value: asleep}\n"}), configtext.Options{}),
			`triggers/status.yaml:4:28: Status: "asleep" is not one of its values; use new`)
	})
}

// Comments stay where they are when somebody changes the thing in the account.
func TestCommentsStay(t *testing.T) {
	t.Parallel()
	r := start(t, storetest.New(t, sqldb.SQLite))
	acme := r.Desk(t, "acme")
	folder := with(r.export(t, acme), map[string]string{"groups/lab.yaml": labFile, "triggers/optics.yaml": lensFile})
	folder[".interdesk.lock"] = r.applied(t, acme, folder, configtext.Options{}).Lock
	id := int64(triggerNamed(t, acme, "Lenses")["id"].(float64))
	acme.Admin.Put(fmt.Sprintf("triggers/%d", id), map[string]any{"trigger": map[string]any{"title": "Lenses 2"}}, 200)
	merged := configtext.Merge(folder, r.export(t, acme))
	want := strings.Replace(lensFile, "title: Lenses", "title: Lenses 2", 1)
	if diff := cmp.Diff(want, string(merged.Folder["triggers/optics.yaml"])); diff != "" {
		t.Error(diff)
	}
	acme.Admin.Delete(fmt.Sprintf("triggers/%d", id), 204)
	merged = configtext.Merge(merged.Folder, r.export(t, acme))
	if diff := cmp.Diff([]string{"triggers/optics.yaml"}, merged.Removed); diff != "" {
		t.Error(diff)
	}
}

// Every file of an export is as the schema for editors says.
func TestExportsKeepToTheSchemas(t *testing.T) {
	t.Parallel()
	r := start(t, storetest.New(t, sqldb.SQLite))
	kongen, acme := r.Desk(t, "kongen"), r.Desk(t, "acme")
	furnish(t, r, acme, kongen)
	folder := r.export(t, acme)
	seen := map[string]bool{}
	for name, raw := range folder {
		if strings.HasPrefix(name, ".") {
			continue
		}
		dir, _, nested := strings.Cut(name, "/")
		if !nested {
			dir = "order"
		}
		seen[dir] = true
		checkSchema(t, folder[".schema/"+dir+".json"], name, raw)
	}
	if len(seen)+1 != len(configtext.Schemas()) {
		t.Errorf("not every schema but that of cases was used: %v", seen)
	}
}

func checkSchema(t *testing.T, schema []byte, name string, raw []byte) {
	t.Helper()
	definition, err := jsonschema.UnmarshalJSON(strings.NewReader(string(schema)))
	must(t, err)
	c := jsonschema.NewCompiler()
	must(t, c.AddResource("schema.json", definition))
	compiled, err := c.Compile("schema.json")
	must(t, err)
	var v any
	must(t, yaml.Unmarshal(raw, &v))
	asJSON, err := json.Marshal(v)
	must(t, err)
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(string(asJSON)))
	must(t, err)
	if err := compiled.Validate(instance); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func TestOnlyAdminsReadAndApply(t *testing.T) {
	t.Parallel()
	r := start(t, storetest.New(t, sqldb.SQLite))
	acme := r.Desk(t, "acme")
	folder := r.export(t, acme)
	if _, err := r.texts.Export(t.Context(), acme.Account.ID, acme.Agent.User); desk.KindOf(err) != desk.Forbidden {
		t.Errorf("an agent exports: %v", err)
	}
	if _, err := r.texts.Apply(t.Context(), acme.Account.ID, acme.Agent.User, folder, configtext.Options{DryRun: true}); desk.KindOf(err) != desk.Forbidden {
		t.Errorf("an agent applies: %v", err)
	}
}

// An account forgets folders from which nothing was applied for long.
func TestAnAccountRemembersSomeFolders(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := start(t, db)
		acme := r.Desk(t, "acme")
		must(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for i := range store.KeptConfigs + 5 {
				must(t, tx.KeepAppliedConfig(ctx, fmt.Sprint("folder ", i), "{}"))
			}
			first, err := tx.AppliedConfig(ctx, "folder 0")
			must(t, err)
			last, err := tx.AppliedConfig(ctx, fmt.Sprint("folder ", store.KeptConfigs+4))
			if first != "" || last != "{}" {
				t.Errorf("the first is %q and the last %q", first, last)
			}
			return err
		}))
	})
}
