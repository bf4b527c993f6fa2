package rule

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/condition"
	"interdesk/desk"
)

// opening holds for every update of the ticket that tests begin with.
func opening() condition.Conditions {
	return condition.Conditions{when("status", condition.Is, "open")}
}

func TestActionsChangeTheTicket(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		action desk.Action
		want   func(*desk.Ticket)
	}{
		{"status", act("status", "pending"), func(n *desk.Ticket) { n.Status = desk.Pending }},
		{"status in capitals", act("status", "Solved"), func(n *desk.Ticket) { n.Status = desk.Solved }},
		{"type", act("type", "incident"), func(n *desk.Ticket) { n.Type = desk.Incident }},
		{"priority", act("priority", "urgent"), func(n *desk.Ticket) { n.Priority = desk.Urgent }},
		{"group as text", act("group_id", "12"), func(n *desk.Ticket) { n.Group = lab }},
		{"group as number", act("group_id", 12), func(n *desk.Ticket) { n.Group = lab }},
		{"no group", act("group_id", ""), func(n *desk.Ticket) { n.Group = 0 }},
		{"assignee moves to their group", act("assignee_id", "22"), func(n *desk.Ticket) { n.Assignee, n.Group = ben, lab }},
		{"assignee is current user", act("assignee_id", "current_user"), func(n *desk.Ticket) { n.Assignee = ana }},
		{"nobody assigned", act("assignee_id", nil), func(*desk.Ticket) {}},
		{"form", act("ticket_form_id", "7"), func(n *desk.Ticket) { n.Form = 7 }},
		{"brand", act("brand_id", "5"), func(*desk.Ticket) {}},
		{"set tags", act("set_tags", "Red  blue,red"), func(n *desk.Ticket) { n.Tags = []string{"blue", "red"} }},
		{"set no tags", act("set_tags", ""), func(n *desk.Ticket) { n.Tags = nil }},
		{"add tags", act("current_tags", []string{"blue"}), func(n *desk.Ticket) { n.Tags = []string{"blue", "camera"} }},
		{"add a field's tag", act("current_tags", "lens"), func(n *desk.Ticket) {
			n.Tags, n.Fields = []string{"camera", "lens"}, map[desk.FieldID]desk.FieldValue{problem: {"lens"}}
		}},
		{"remove tags", act("remove_tags", "camera other"), func(n *desk.Ticket) { n.Tags = nil }},
		{"dropdown", act("custom_fields_31", "image_sensor"), func(n *desk.Ticket) {
			n.Tags, n.Fields = []string{"camera", "image_sensor"}, map[desk.FieldID]desk.FieldValue{problem: {"image_sensor"}}
		}},
		{"text field", act("custom_fields_32", "AB 12"), func(n *desk.Ticket) {
			n.Fields = map[desk.FieldID]desk.FieldValue{serial: {"AB 12"}}
		}},
		{"checkbox by bool", act("custom_fields_33", true), func(n *desk.Ticket) {
			n.Tags, n.Fields = []string{"camera", "was_checked"}, map[desk.FieldID]desk.FieldValue{checked: {"true"}}
		}},
		{"multiselect", act("custom_fields_34", []string{"strap", "cap"}), func(n *desk.Ticket) {
			n.Tags, n.Fields = []string{"camera", "cap", "strap"}, map[desk.FieldID]desk.FieldValue{parts: {"cap", "strap"}}
		}},
		{"date", act("custom_fields_35", "2026-01-31"), func(n *desk.Ticket) {
			n.Fields = map[desk.FieldID]desk.FieldValue{bought: {"2026-01-31"}}
		}},
		{"given date", act("custom_fields_35", []string{"specific_date", "2026-01-31"}), func(n *desk.Ticket) {
			n.Fields = map[desk.FieldID]desk.FieldValue{bought: {"2026-01-31"}}
		}},
		{"days from now", act("custom_fields_35", []any{"days_from_now", 3}), func(n *desk.Ticket) {
			n.Fields = map[desk.FieldID]desk.FieldValue{bought: {"2026-03-07"}}
		}},
		{"cc", act("cc", "23"), func(n *desk.Ticket) { n.EmailCCs = []desk.UserID{carla} }},
		{"follower", act("follower", "22"), func(n *desk.Ticket) { n.Followers = []desk.UserID{ben} }},
		{"follower is current user", act("follower", "current_user"), func(n *desk.Ticket) { n.Followers = []desk.UserID{ana} }},
		{"share by text", act("share_ticket", "41"), func(n *desk.Ticket) { n.Shares = []desk.ShareRef{{Agreement: kongen, State: desk.ShareSending}} }},
		{"share by number", act("share_ticket", 41), func(n *desk.Ticket) { n.Shares = []desk.ShareRef{{Agreement: kongen, State: desk.ShareSending}} }},
		{"share by list of one", act("share_ticket", []int{41}), func(n *desk.Ticket) { n.Shares = []desk.ShareRef{{Agreement: kongen, State: desk.ShareSending}} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tr := trigger(1, "rule", opening(), test.action)
			c := acme(tr)
			if err := CheckTrigger(c, tr); err != nil {
				t.Errorf("CheckTrigger: %v", err)
			}
			before := opened()
			d := drafted(t, c, agent(), &before, desk.Edits{Priority: ptr(desk.Low)})
			want := d.Now
			test.want(&want)
			Compile(c).Run(d)
			if len(d.Now.Tags) == 0 {
				d.Now.Tags = nil
			}
			for _, stamped := range []*desk.Ticket{&d.Now, &want} {
				stamped.StatusAt, stamped.SolvedAt, stamped.AssignedAt, stamped.AssigneeAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
				stamped.AgentStations, stamped.GroupStations = 0, 0
			}
			if diff := cmp.Diff(want, d.Now); diff != "" {
				t.Error(diff)
			}
			for _, e := range ruled(d) {
				if e.Via.Trigger != 1 || e.Via.Revision != 101 || e.Via.Title != "rule" {
					t.Errorf("via %+v", e.Via)
				}
			}
		})
	}
}

func TestUnsharing(t *testing.T) {
	t.Parallel()
	shares := []desk.ShareRef{{Share: 1, Agreement: kongen, State: desk.ShareLive}, {Share: 2, Agreement: nordic, State: desk.ShareLive},
		{Share: 3, Agreement: sender, Inbound: true, State: desk.ShareLive}}
	for _, test := range []struct {
		name   string
		action desk.Action
		ended  []desk.AgreementID
	}{
		{"dash", act("share_ticket", "-"), []desk.AgreementID{kongen, nordic}},
		{"one", act("unshare_ticket", 41), []desk.AgreementID{kongen}},
		{"one as text", act("unshare_ticket", "42"), []desk.AgreementID{nordic}},
		{"again the same", act("share_ticket", "41"), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := acme(trigger(1, "rule", opening(), test.action))
			if err := CheckTrigger(c, c.Triggers[0]); err != nil {
				t.Errorf("CheckTrigger: %v", err)
			}
			before := opened()
			before.Shares = shares
			d := drafted(t, c, agent(), &before, desk.Edits{})
			tr := Compile(c).Run(d)
			if diff := cmp.Diff(test.ended, desk.Ended(d.Sharing)); diff != "" {
				t.Error(diff)
			}
			if len(tr.Firings) != 1 || tr.Firings[0].Changed != (test.ended != nil) || len(desk.Begun(d.Sharing)) > 0 {
				t.Errorf("firings %+v, shared %v", tr.Firings, d.Sharing)
			}
			if _, live := d.Now.ActiveShare(sender); !live {
				t.Error("the inbound share ended")
			}
		})
	}
}

func TestFailingActionsAreVisibleAndAlone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		action desk.Action
		says   string
	}{
		{"deleted group", act("group_id", "99"), "no group has this id"},
		{"requester is no agent", act("assignee_id", "requester_id"), "not an agent"},
		{"new again", act("status", "new"), "cannot be new again"},
		{"option gone", act("custom_fields_31", "shutter"), "not one of its options"},
		{"bad tag", act("current_tags", `"x"`), "cannot be a tag"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := acme(trigger(1, "rule", opening(), act("current_tags", "before"), test.action, act("current_tags", "after")))
			before := opened()
			d := drafted(t, c, agent(), &before, desk.Edits{})
			Compile(c).Run(d)
			if diff := cmp.Diff([]string{"after", "before", "camera"}, d.Now.Tags); diff != "" {
				t.Error(diff)
			}
			events := ruled(d)
			if len(events) != 3 || events[1].Type != desk.EventError || !strings.Contains(events[1].Message, test.says) {
				t.Errorf("events %+v", events)
			}
		})
	}
}

func TestSystemHasNoCurrentUser(t *testing.T) {
	t.Parallel()
	c := acme(trigger(1, "rule", opening(), act("assignee_id", "current_user")))
	before := opened()
	before.Assignee = ana
	d := drafted(t, c, desk.Actor{System: true}, &before, desk.Edits{})
	Compile(c).Run(d)
	if d.Now.Assignee != ana || len(ruled(d)) != 1 || ruled(d)[0].Type != desk.EventError {
		t.Errorf("assignee %d, events %+v", d.Now.Assignee, ruled(d))
	}
}

func TestNotificationsAreKeptAsTemplates(t *testing.T) {
	t.Parallel()
	body := "Your request ({{ticket.id}}) has been received"
	c := acme(trigger(1, "rule", opening(),
		act("notification_user", []string{"requester_and_ccs", "[{{ticket.account}}]", body}),
		act("notification_group", []string{"group_id", "s", body}),
		act("notification_webhook", []string{"01GXYZ", `{"id":"{{ticket.id}}"}`}),
		act("notification_webhook", []any{"01GXYZ", [][]string{{"id", "{{ticket.id}}"}}}),
		act("notification_target", []string{"8", "hello"}),
		act("notification_sms_user", []any{"requester_id", 77, "hello"})))
	if err := CheckTrigger(c, c.Triggers[0]); err != nil {
		t.Fatal(err)
	}
	before := opened()
	d := drafted(t, c, agent(), &before, desk.Edits{})
	tr := Compile(c).Run(d)
	var got []desk.Notice
	var types []desk.EventType
	for _, e := range ruled(d) {
		types, got = append(types, e.Type), append(got, *e.Notice)
	}
	want := []desk.Notice{
		{Action: "notification_user", Target: "requester_and_ccs", Subject: "[{{ticket.account}}]", Body: body},
		{Action: "notification_group", Target: "group_id", Subject: "s", Body: body},
		{Action: "notification_webhook", Target: "01GXYZ", Body: `{"id":"{{ticket.id}}"}`},
		{Action: "notification_webhook", Target: "01GXYZ", Body: `[["id","{{ticket.id}}"]]`},
		{Action: "notification_target", Target: "8", Body: "hello"},
		{Action: "notification_sms_user", Target: "requester_id", Subject: "77", Body: "hello"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantTypes := []desk.EventType{desk.EventNotification, desk.EventGroupNotice, desk.EventWebhook, desk.EventWebhook,
		desk.EventWebhook, desk.EventNotification}
	if diff := cmp.Diff(wantTypes, types); diff != "" {
		t.Error(diff)
	}
	if d.ByRules || tr.Firings[0].Changed {
		t.Error("a notification counts as a change of the ticket")
	}
}
