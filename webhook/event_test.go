package webhook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/webhook"
)

// event is an event as it arrives.
type event struct {
	Type    string         `json:"type"`
	Account int64          `json:"account_id"`
	ID      string         `json:"id"`
	Version string         `json:"zendesk_event_version"`
	Subject string         `json:"subject"`
	Detail  map[string]any `json:"detail"`
	Event   map[string]any `json:"event"`
}

// subscribed makes a webhook that hears of all events.
func subscribed(o *office, endpoint string) desk.Webhook {
	return o.hook(endpoint, func(in *webhook.Input) {
		in.Subscriptions = nil
		for _, name := range desk.WebhookEvents() {
			in.Subscriptions = append(in.Subscriptions, desk.EventTypePrefix+name)
		}
	})
}

// heard are the events that arrived, without what is the same in all.
func heard(t *testing.T, r *receiver) (out []event) {
	t.Helper()
	for _, got := range r.all() {
		var e event
		must(t, json.Unmarshal([]byte(got.body), &e))
		if len(e.ID) != 36 {
			t.Errorf("id %q", e.ID)
		}
		delete(e.Event, "meta")
		out = append(out, e)
	}
	return out
}

func TestEventsOfTickets(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		r := listen(t)
		w := subscribed(o, r.URL)
		id := o.ask(hostile, "It is broken.")
		o.settled(w, desk.InvocationDone, 1)
		pending, high, tags := desk.Pending, desk.High, []string{"lens", "new"}
		o.edit(id, desk.Edits{Status: &pending, Priority: &high, SetTags: &tags, Assignee: &o.ada.ID}, "Which lens?")
		fewer := []string{"lens"}
		o.edit(id, desk.Edits{SetTags: &fewer}, "")
		o.until("the last event", func() bool {
			m := o.messages(w)
			last := m[len(m)-1]
			return strings.HasSuffix(last.Event, "tags_changed") && last.State == desk.InvocationDone && len(m) > 6
		})
		all := heard(t, r)
		first := all[0]
		if first.Type != "zen:event-type:ticket.created" || first.Subject != fmt.Sprintf("zen:ticket:%d", id) || first.Version != "2022-11-06" ||
			first.Account != int64(o.account.ID()) || first.Detail["subject"] != hostile || first.Detail["status"] != "NEW" || first.Detail["priority"] != nil ||
			first.Detail["description"] != "It is broken." || first.Detail["requester_id"] != fmt.Sprint(o.carla.ID) {
			t.Errorf("%+v", first)
		}
		got := map[string]any{}
		for _, e := range all[1:] {
			got[e.Type] = e.Event
		}
		comment := got["zen:event-type:ticket.comment_added"].(map[string]any)["comment"].(map[string]any)
		delete(comment, "id")
		me := fmt.Sprint(o.ada.ID)
		want := map[string]any{
			"zen:event-type:ticket.comment_added": map[string]any{"comment": map[string]any{"author": map[string]any{"id": me, "is_staff": true, "name": "Ada Keller"},
				"body": "Which lens?", "is_public": true}},
			"zen:event-type:ticket.status_changed":           map[string]any{"current": "PENDING", "previous": "NEW"},
			"zen:event-type:ticket.priority_changed":         map[string]any{"current": "HIGH", "previous": nil},
			"zen:event-type:ticket.agent_assignment_changed": map[string]any{"current": me, "previous": nil},
			"zen:event-type:ticket.tags_changed":             map[string]any{"tags_added": []any{}, "tags_removed": []any{"new"}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// What is blacked out is told without it, and is blacked out in messages that are kept; a merge tells where the ticket went.
func TestEventsOfRedactionAndMerging(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		r := listen(t)
		w := subscribed(o, r.URL)
		id, into := o.ask("Card", "My card \"4111\"."), o.ask("Another", "x")
		o.settled(w, desk.InvocationDone, 2)
		var comment desk.Comment
		must(t, o.account.Read(t.Context(), func(tx *store.Tx) (err error) {
			comment, err = tx.LatestComment(t.Context(), id, false)
			return err
		}))
		actor := desk.Actor{ID: o.ada.ID, Name: o.ada.Name, Role: o.ada.Role}
		_, err := o.tickets.Redact(t.Context(), o.account.ID(), actor, desk.Via{}, id, comment.ID, ticketing.Redaction{Texts: []string{"\"4111\""}})
		must(t, err)
		must(t, o.account.Write(t.Context(), func(tx *store.Tx) error {
			_, err := o.tickets.Enqueue(t.Context(), tx, ticketing.Bulk{ID: ticketing.NewBulkID(), Actor: actor, Merge: &ticketing.Merge{Into: into}, Sources: []desk.TicketID{id}})
			return err
		}))
		o.until("the merge to be told", func() bool {
			return slices.ContainsFunc(o.messages(w), func(m desk.Invocation) bool {
				return strings.HasSuffix(m.Event, "ticket.merged") && m.State == desk.InvocationDone
			})
		})
		got := map[string]event{}
		for _, e := range heard(t, r) {
			got[strings.TrimPrefix(e.Type, desk.EventTypePrefix)] = e
		}
		if body := fmt.Sprint(got["ticket.comment_redacted"].Event); !strings.Contains(body, "▇▇▇▇▇▇") || strings.Contains(body, "4111") {
			t.Errorf("%s", body)
		}
		if to := fmt.Sprint(got["ticket.merged"].Event["target_ticket"]); to != fmt.Sprintf("map[id:%d]", into) {
			t.Errorf("%s", to)
		}
		for _, m := range o.messages(w) {
			if strings.Contains(m.Body, "4111") {
				t.Errorf("still kept: %s", m.Body)
			}
		}
	})
}

func TestEventsOfPeople(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		r := listen(t)
		w := subscribed(o, r.URL)
		dora, house := desk.User{Name: "Dora", Email: "dora@mail.test", Role: desk.EndUser}, desk.Organization{Name: "Diaz"}
		for _, step := range []func(ctx context.Context, tx *store.Tx) error{
			func(ctx context.Context, tx *store.Tx) error { return tx.InsertOrganization(ctx, &house) },
			func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &dora) },
			func(ctx context.Context, tx *store.Tx) error {
				dora.Name, dora.Tags, dora.Organization = "Dora Lind", []string{"vip"}, house.ID
				return tx.UpdateUser(ctx, &dora)
			},
			func(ctx context.Context, tx *store.Tx) error {
				house.Name = "Diaz & Co"
				return tx.UpdateOrganization(ctx, &house)
			},
			func(ctx context.Context, tx *store.Tx) error { return tx.DeleteUser(ctx, dora.ID) },
			func(ctx context.Context, tx *store.Tx) error { return tx.DeleteOrganization(ctx, house.ID) },
		} {
			o.write(step)
		}
		o.settled(w, desk.InvocationDone, 8)
		got := map[string][]map[string]any{}
		for _, e := range heard(t, r) {
			if e.Version != "2022-06-20" {
				t.Errorf("version %s", e.Version)
			}
			got[e.Subject] = append(got[e.Subject], map[string]any{e.Type: e.Event})
		}
		want := map[string][]map[string]any{
			fmt.Sprintf("zen:user:%d", dora.ID): {
				{"zen:event-type:user.created": map[string]any{}},
				{"zen:event-type:user.name_changed": map[string]any{"current": "Dora Lind", "previous": "Dora"}},
				{"zen:event-type:user.tags_changed": map[string]any{"added": map[string]any{"tags": []any{"vip"}}, "removed": map[string]any{"tags": []any{}}}},
				{"zen:event-type:user.organization_membership_created": map[string]any{"organization": map[string]any{"id": fmt.Sprint(house.ID)}}},
				{"zen:event-type:user.deleted": map[string]any{}}},
			fmt.Sprintf("zen:organization:%d", house.ID): {
				{"zen:event-type:organization.created": map[string]any{}},
				{"zen:event-type:organization.name_changed": map[string]any{"current": "Diaz & Co", "previous": "Diaz"}},
				{"zen:event-type:organization.deleted": map[string]any{}}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
