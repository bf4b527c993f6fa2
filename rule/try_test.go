package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
)

func TestTry(t *testing.T) {
	t.Parallel()
	share := trigger(1, "Share", condition.Conditions{when("current_tags", condition.Includes, "image_sensor")},
		act("share_ticket", "41"), act("current_tags", "shared_kongen"))
	solved := trigger(1, "Waited", condition.Conditions{when("status", condition.ChangedFrom, "pending"), when("role", condition.Is, "end_user")},
		act("priority", "high"))
	said := trigger(1, "Said", condition.Conditions{when("comment_includes_word", condition.Includes, "refund"), when("update_type", condition.Is, "Create")},
		act("status", "open"))
	tagged := opened()
	tagged.Tags = []string{"camera", "image_sensor"}
	ended := tagged
	ended.Shares = []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareEnded, Barred: true}}
	changed := []desk.Event{{Type: desk.EventChange, Field: "status", Value: "open", Previous: "pending"}}
	for _, tt := range []struct {
		name  string
		t     desk.Trigger
		past  PastUpdate
		fired bool
		want  []string
	}{
		{"the tag is there", share, PastUpdate{Ticket: tagged, Actor: agent()}, true, []string{"TicketSharingEvent", "tags"}},
		{"shared no more, for somebody ended it", share, PastUpdate{Ticket: ended, Actor: agent()}, true, []string{"Error"}},
		{"the tag is not", share, PastUpdate{Ticket: opened(), Actor: agent()}, false, nil},
		{"what the last update changed", solved, PastUpdate{Ticket: opened(), Actor: customer(), Audit: desk.Audit{Events: changed}}, true, []string{"priority"}},
		{"but by somebody else", solved, PastUpdate{Ticket: opened(), Actor: agent(), Audit: desk.Audit{Events: changed}}, false, nil},
		{"what was said, and nothing is left to change", said, PastUpdate{Ticket: opened(), Actor: customer(), Comment: &desk.Comment{Body: "I want a refund", Public: true},
			Audit: desk.Audit{Events: []desk.Event{{Type: desk.EventComment}, {Type: desk.EventCreate, Field: "status", Value: "open"}}}}, true, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			try, err := Try(acme(), tt.t)
			if err != nil {
				t.Fatal(err)
			}
			fired, events := try.Judge(tt.past)
			var got []string
			for _, e := range events {
				name := e.Field
				if name == "" {
					name = string(e.Type)
				}
				got = append(got, name)
			}
			if fired != tt.fired {
				t.Errorf("fired: %v", fired)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := Try(acme(), trigger(1, "", nil)); desk.KindOf(err) != desk.Invalid {
		t.Errorf("a trigger of nothing: %v", err)
	}
}

// A trial puts back what the last update changed, field by field, and leaves the ticket it was given alone.
func TestBefore(t *testing.T) {
	t.Parallel()
	now := opened()
	now.Fields = map[desk.FieldID]desk.FieldValue{problem: {"lens"}, parts: {"cap"}}
	change := func(field string, was any) desk.Event {
		return desk.Event{Type: desk.EventChange, Field: field, Previous: was}
	}
	got := ticketBefore(PastUpdate{Ticket: now, Audit: desk.Audit{Events: []desk.Event{
		change("subject", "Fringe"), change("priority", nil), change("type", "task"), change("assignee_id", "21"), change("group_id", nil),
		change("tags", []any{"old"}), change("status", "new"), change("31", nil), change("34", []any{"cap", "strap"}), change("nonsense", "x"),
		{Type: desk.EventFollowers, Previous: []any{"22"}}, change("subject", "Later"),
	}}})
	want := opened()
	want.Subject, want.Type, want.Assignee, want.Group, want.Tags, want.Status = "Fringe", desk.Task, ana, 0, []string{"old"}, desk.New
	want.Fields, want.Followers = map[desk.FieldID]desk.FieldValue{parts: {"cap", "strap"}}, []desk.UserID{ben}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(now.Fields) != 2 || now.Fields[problem].Text() != "lens" {
		t.Errorf("the ticket itself was changed: %v", now.Fields)
	}
}
