package configtext_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
	"interdesk/calendar"
	"interdesk/condition"
	"interdesk/configtext"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/webhook"
)

// rig is an installation with its configuration as text.
type rig struct {
	*apitest.Server
	texts *configtext.Service
}

func start(t *testing.T, db *sqldb.DB) *rig {
	t.Helper()
	s := apitest.Start(t, db)
	return &rig{s, &configtext.Service{Store: s.Store, Admin: s.Admin, Webhooks: s.Webhooks, Agreements: s.Agreements, Trackers: s.Trackers}}
}

func (r *rig) export(t *testing.T, d *apitest.Desk) configtext.Folder {
	t.Helper()
	out, err := r.texts.Export(t.Context(), d.Account.ID, d.Admin.User)
	must(t, err)
	return out
}

func (r *rig) apply(t *testing.T, d *apitest.Desk, f configtext.Folder, o configtext.Options) configtext.Plan {
	t.Helper()
	plan, err := r.texts.Apply(t.Context(), d.Account.ID, d.Admin.User, f, o)
	must(t, err)
	return plan
}

// applied applies what must be fine.
func (r *rig) applied(t *testing.T, d *apitest.Desk, f configtext.Folder, o configtext.Options) configtext.Plan {
	t.Helper()
	plan := r.apply(t, d, f, o)
	if len(plan.Problems) > 0 || !plan.Applied {
		t.Fatalf("not applied: %s\n%s", problems(plan), plan.Words())
	}
	return plan
}

func problems(p configtext.Plan) string {
	var b strings.Builder
	for _, one := range p.Problems {
		b.WriteString(one.String() + "\n")
	}
	return b.String()
}

// files are a folder's files as texts, without the lock, which is the account's own.
func files(f configtext.Folder) map[string]string {
	out := map[string]string{}
	for name, raw := range f {
		if !strings.HasPrefix(name, ".") {
			out[name] = string(raw)
		}
	}
	return out
}

// What an account has comes back to the byte by way of another account.
func TestThereAndBackAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := start(t, db)
		kongen := r.Desk(t, "kongen")
		acme := r.Desk(t, "acme")
		furnish(t, r, acme, kongen)
		folder := r.export(t, acme)

		elsewhere := start(t, storetest.New(t, db.Dialect())) // an address is received in one account of an installation
		elsewhere.Desk(t, "kongen")
		fresh := elsewhere.Desk(t, "fresh")
		must(t, fresh.Write(t, func(ctx context.Context, tx *store.Tx) error { return prepare(ctx, tx, acme) }))
		secrets := map[string]string{"Chat": "s3cret"}
		plan := elsewhere.applied(t, fresh, folder, configtext.Options{Prune: true, Secrets: secrets})
		if len(plan.Changes) < 26 {
			t.Errorf("there were %d changes only:\n%s", len(plan.Changes), plan.Words())
		}
		if diff := cmp.Diff(files(folder), files(elsewhere.export(t, fresh))); diff != "" {
			t.Errorf("another account exports it otherwise (-acme +fresh):\n%s", diff)
		}
		for _, again := range []configtext.Plan{r.applied(t, acme, folder, configtext.Options{Prune: true}), elsewhere.applied(t, fresh, folder, configtext.Options{Prune: true})} {
			if len(again.Changes) > 0 {
				t.Errorf("applied again it changes something: %s", again.Words())
			}
		}
		if diff := cmp.Diff(folder, configtext.Merge(folder, r.export(t, acme)).Folder); diff != "" {
			t.Errorf("exported into its own folder something changes:\n%s", diff)
		}
	})
}

// furnish gives an account one of everything, and what is hard to write.
func furnish(t *testing.T, r *rig, acme, kongen *apitest.Desk) {
	t.Helper()
	a := acme.Admin
	out := a.Post("sharing_agreements", map[string]any{"sharing_agreement": map[string]any{"remote_subdomain": "kongen", "name": "Kongen",
		"sync_tags": true, "share_private_notes": false}}, 201).ID("sharing_agreement.id")
	a.Put(fmt.Sprintf("sharing_agreements/%d", out), map[string]any{"sharing_agreement": map[string]any{"people_limit": 20, "status_map": map[string]string{"stalled": "hold"}}}, 200)
	_, err := r.Agreements.SetMap(t.Context(), acme.Account.ID, desk.Actor{ID: a.User.ID, Role: desk.Admin}, desk.AgreementID(out), desk.ShareMap{
		Redaction: []desk.Detector{{Kind: "payment_card", Action: desk.ActionMask}, {Kind: "pattern", Name: "Order", Pattern: "ORD-[0-9]+", Action: desk.ActionHold}},
		Customers: desk.CustomersByInitials, Files: desk.FilesMap{Types: []string{"image/*"}, MaxSize: 1000},
		Tags:   desk.TagsMap{Allow: []string{"lens", "vip"}, Prefix: "acme_", Rename: map[string]string{"vip": "gold"}},
		Fields: []desk.FieldMap{{Field: "Serial number", As: "Serial", Values: map[string]string{"a": "b"}, Default: "c", Owner: desk.OwnerOurs}, {Field: "Warranty", NotSent: true}}})
	must(t, err)
	kongen.Admin.Post("sharing_agreements", map[string]any{"sharing_agreement": map[string]any{"remote_subdomain": "acme", "name": "Acme"}}, 201)
	inbound := waitForInbound(t, acme)

	must(t, acme.Write(t, func(ctx context.Context, tx *store.Tx) error {
		actor, err := r.Admin.As(ctx, tx, a.User)
		must(t, err)
		lab := desk.Group{Name: "Lab: tests & \"measurements\"", Description: "Two\nlines", Public: true}
		must(t, actor.CreateGroup(ctx, &lab))
		must(t, actor.Reread(ctx))
		serial := desk.TicketField{Title: "Serial number", Type: desk.FieldRegexp, Regexp: "^[A-Z]{2}[0-9]{6}$", Active: true, VisibleInPortal: true, TitleInPortal: "On the plate"}
		same := desk.TicketField{Title: "Serial number", Type: desk.FieldText, Active: true}
		problem := desk.TicketField{Title: "Problem [type]", Type: desk.FieldTagger, Active: true, Options: []desk.FieldOption{{Name: "Image sensor", Value: "image_sensor"}, {Name: "Yes", Value: "yes", Default: true}}}
		owner := desk.TicketField{Title: "Owner", Type: desk.FieldLookup, Target: "zen:user", Active: true}
		tick := desk.TicketField{Title: "Warranty", Type: desk.FieldCheckbox, Tag: "warranty", Active: true}
		for _, f := range []*desk.TicketField{&serial, &same, &problem, &owner, &tick} {
			must(t, actor.CreateField(ctx, f))
		}
		for _, of := range []desk.PersonKind{desk.OfUsers, desk.OfOrganizations} {
			f := desk.PersonField{Of: of, Key: "tier", TicketField: desk.TicketField{Title: "Tier", Type: desk.FieldTagger, Active: true, Options: []desk.FieldOption{{Name: "Gold", Value: "gold"}}}}
			must(t, actor.CreatePersonField(ctx, &f))
			must(t, actor.CreatePersonField(ctx, &desk.PersonField{Of: of, Key: "age", TicketField: desk.TicketField{Title: "Age", Type: desk.FieldInteger, Active: true}}))
		}
		must(t, actor.CreateForm(ctx, &desk.TicketForm{Name: "Repair", Active: true, EndUserVisible: true, Position: desk.LastPosition, Fields: []desk.FieldID{problem.ID, serial.ID, same.ID},
			AgentConditions:   []desk.FormCondition{{Parent: problem.ID, Value: problem.Options[0].Value, Children: []desk.ConditionalField{{ID: serial.ID, Required: true, RequiredOn: []desk.Status{desk.Pending, desk.Solved}}, {ID: same.ID}}}},
			EndUserConditions: []desk.FormCondition{{Parent: problem.ID, Value: problem.Options[0].Value, Children: []desk.ConditionalField{{ID: serial.ID, Required: true}}}}}))
		hours := desk.Schedule{Name: "Berlin", TimeZone: "Europe/Berlin"}
		must(t, actor.CreateSchedule(ctx, &hours))
		must(t, actor.CreateSchedule(ctx, &desk.Schedule{Name: "Amsterdam", TimeZone: "Europe/Amsterdam"}))
		christmas, _ := calendar.Parse("2026-12-25")
		must(t, actor.CreateHoliday(ctx, &desk.Holiday{Schedule: hours.ID, Name: "Christmas", First: christmas, Last: christmas + 1}))
		must(t, actor.CreateSupportAddress(ctx, &desk.SupportAddress{Address: "repairs@acme.example", Name: "Repairs", Group: lab.ID, Tags: []string{"repair", "mail"}}))
		hook := webhook.NewInput()
		hook.Name, hook.Endpoint, hook.Auth, hook.AuthSecret = "Chat", "https://chat.example/hook", desk.AuthBearer, "s3cret"
		chat, err := r.Webhooks.Create(ctx, tx, a.User, hook)
		must(t, err)
		events := webhook.NewInput()
		events.Name, events.Endpoint, events.Subscriptions = "Events", "https://chat.example/events", []string{"zen:event-type:ticket.created"}
		events.Headers = map[string]string{"X-Team": "repairs"}
		_, err = r.Webhooks.Create(ctx, tx, a.User, events)
		must(t, err)
		camera := desk.Organization{Name: "Camera Club"}
		must(t, tx.InsertOrganization(ctx, &camera))
		tracker := desk.Agreement{ID: desk.AgreementID(tx.NewID()), UUID: "t-1", Name: "Bugs", Status: desk.AgreementAccepted, Peer: desk.PeerTracker, RemoteURL: "https://git.example/acme/bugs",
			Terms: desk.Terms{PublicComments: true}, PeopleLimit: 50, Tracker: desk.Tracker{Kind: desk.TrackerGitea, URL: "https://git.example", Project: "acme/bugs", Labels: []string{"customer"}, Closed: desk.Solved}}
		must(t, tx.InsertAgreement(ctx, &tracker, "sealed"))
		must(t, actor.Reread(ctx))

		sharing := desk.TriggerCategory{Name: "Sharing"}
		must(t, actor.CreateCategory(ctx, &sharing))
		must(t, actor.CreateCategory(ctx, &desk.TriggerCategory{Name: "Empty"}))
		id := func(n any) string { return fmt.Sprint(n) }
		field := "custom_fields_" + id(serial.ID)
		must(t, actor.CreateTrigger(ctx, &desk.Trigger{Title: "Share with Kongen", Description: "why: \"because\" #1", Category: sharing.ID, Active: true,
			Conditions: condition.Tree{
				All: condition.Conditions{when("current_tags", "includes", "image_sensor yes"), when(field, "present", nil), when("group_id", "is_not", int64(lab.ID)),
					when("via_id", "is", "4"), when("via_id", "includes", "4 5"), when("organization_id", "is", id(camera.ID)), when("within_schedule", "is", id(hours.ID)),
					when("custom_fields_"+id(owner.ID), "is", id(acme.Agent.User.ID)), when("comment_is_public", "", true)},
				Any: condition.Conditions{when("received_from", "is", id(inbound)), when("sent_to", "is_not", id(out)), when("assignee_id", "is", ""), when("requester_id", "is", id(acme.EndUser.User.ID))}},
			Actions: []desk.Action{act("share_ticket", id(out)), act("custom_fields_"+id(same.ID), "{{ticket.ticket_field_"+id(serial.ID)+"}}"), act("assignee_id", id(acme.Agent.User.ID)),
				act("set_schedule", id(hours.ID)), act("notification_group", []string{id(lab.ID), "New: {{ticket.title}}", "Line one\n\n  indented {{ticket.ticket_field_option_title_" + id(problem.ID) + "}}\nend"}),
				act("notification_webhook", []any{string(chat.ID), `{"id":{{ticket.id}}}`}), act("notification_user", []string{id(acme.Agent.User.ID), "Hi", " leading\ttab\r\nand trailing \n\n"})}}))
		must(t, actor.CreateTrigger(ctx, &desk.Trigger{Title: "Share with Kongen", Category: sharing.ID, Conditions: condition.Tree{All: condition.Conditions{when("status", "less_than", "solved")}},
			Actions: []desk.Action{act("share_ticket", id(tracker.ID)), act("unshare_ticket", id(out)), act("priority", "high")}}))
		must(t, actor.CreateAutomation(ctx, &desk.Automation{Title: "Remind", Active: true,
			Conditions: condition.Tree{All: condition.Conditions{when("status", "is", "pending"), when("PENDING", "is", 24)}}, Actions: []desk.Action{act("current_tags", "reminded")}}))
		must(t, actor.CreateMacro(ctx, &desk.Macro{Title: "Lab::Measure", Active: true, Restriction: desk.Restriction{Type: "Group", IDs: []int64{int64(lab.ID)}},
			Actions: []desk.Action{act("group_id", id(lab.ID)), act("comment_value", []string{"channel:all", "Measure {{ticket.ticket_field_" + id(serial.ID) + "}}"})}}))
		must(t, actor.CreateMacro(ctx, &desk.Macro{Title: "Mine", Active: true, Restriction: desk.Restriction{Type: "User", IDs: []int64{int64(a.User.ID)}}, Actions: []desk.Action{act("status", "hold")}}))
		must(t, actor.CreateView(ctx, &desk.View{Title: "Sérial | 日本 yes: no", Active: true, Conditions: condition.Tree{All: condition.Conditions{when("status", "less_than", "closed"), when(field, "is", "true")}},
			Output: desk.Output{Columns: []string{"status", id(serial.ID)}, SortBy: id(serial.ID), SortOrder: "desc", GroupBy: "priority", GroupOrder: "asc"}}))
		must(t, actor.CreatePolicy(ctx, &desk.Policy{Title: "Gold", Description: "true", Filter: condition.Tree{All: condition.Conditions{when("group_id", "is", id(lab.ID))}}, PartnerPauses: true,
			Targets: []desk.Target{{Priority: "high", Metric: desk.FirstReplyTime, Seconds: 3600, Business: true}, {Priority: "low", Metric: desk.AgentWorkTime, Seconds: 90}}}))
		return nil
	}))
}

func waitForInbound(t *testing.T, d *apitest.Desk) int64 {
	t.Helper()
	for range 500 {
		for _, one := range d.Admin.Get("sharing_agreements", 200).List("sharing_agreements") {
			if a := one.(map[string]any); a["type"] == "inbound" {
				id := int64(a["id"].(float64))
				d.Admin.Put(fmt.Sprintf("sharing_agreements/%d", id), map[string]any{"sharing_agreement": map[string]any{"status": "accepted"}}, 200)
				return id
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("no invitation came")
	return 0
}

// prepare gives a fresh account what no text brings: people, organizations, and partners' halves of agreements.
func prepare(ctx context.Context, tx *store.Tx, from *apitest.Desk) error {
	groups, err := tx.Groups(ctx)
	if err != nil {
		return err
	}
	agent, customer := from.Agent.User, from.EndUser.User
	agent.ID, customer.ID, agent.DefaultGroup = 0, 0, groups[0].ID
	for _, u := range []*desk.User{&agent, &customer} {
		if err := tx.InsertUser(ctx, u); err != nil {
			return err
		}
	}
	if err := tx.InsertOrganization(ctx, &desk.Organization{Name: "Camera Club"}); err != nil {
		return err
	}
	for _, a := range []desk.Agreement{
		{UUID: "fresh-in", Inbound: true, Name: "Kongen", RemoteSubdomain: "kongen", Terms: desk.Terms{PublicComments: true, SyncTags: true, SyncFields: true}, ShareNotes: true},
		{UUID: "fresh-bugs", Name: "Bugs", Peer: desk.PeerTracker, RemoteURL: "https://git.example/acme/bugs", Terms: desk.Terms{PublicComments: true},
			Tracker: desk.Tracker{Kind: desk.TrackerGitea, URL: "https://git.example", Project: "acme/bugs"}},
	} {
		a.ID, a.Status, a.PeopleLimit = desk.AgreementID(tx.NewID()), desk.AgreementAccepted, 50
		if err := tx.InsertAgreement(ctx, &a, "sealed"); err != nil {
			return err
		}
	}
	return nil
}

func when(field, op string, value any) condition.Condition {
	return condition.Condition{Field: field, Operator: condition.Operator(op), Value: condition.ValueOf(value)}
}

func act(field string, value any) desk.Action {
	raw, _ := json.Marshal(value)
	return desk.Action{Field: field, Value: raw}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
