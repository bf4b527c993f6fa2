package rule

import (
	"encoding/json"
	"testing"
	"time"

	"interdesk/condition"
	"interdesk/desk"
)

// The desk of the tests: Acme Cameras, with one partner that accepted, one that has not yet, one that shares with it, and one
// of old times.
const (
	support, lab           desk.GroupID     = 11, 12
	ana, ben, carla        desk.UserID      = 21, 22, 23 // ana is in both groups, ben in the lab, carla is a customer
	problem, serial        desk.FieldID     = 31, 32
	checked, parts, bought desk.FieldID     = 33, 34, 35
	kongen, nordic, sender desk.AgreementID = 41, 42, 43
	optics                 desk.AgreementID = 44
)

func acme(triggers ...desk.Trigger) *desk.Config {
	c := &desk.Config{
		Account: desk.Account{ID: 1, Subdomain: "acme", Name: "Acme Cameras"},
		Brand:   desk.Brand{ID: 5, Name: "Acme", Default: true},
		Fields: []desk.TicketField{
			{ID: problem, Type: desk.FieldTagger, Title: "Problem type", Active: true,
				Options: []desk.FieldOption{{ID: 1, Name: "Image sensor", Value: "image_sensor"}, {ID: 2, Name: "Lens", Value: "lens"}}},
			{ID: serial, Type: desk.FieldText, Title: "Serial number", Active: true},
			{ID: checked, Type: desk.FieldCheckbox, Title: "Checked", Active: true, Tag: "was_checked"},
			{ID: parts, Type: desk.FieldMultiselect, Title: "Parts", Active: true,
				Options: []desk.FieldOption{{ID: 3, Name: "Strap", Value: "strap"}, {ID: 4, Name: "Cap", Value: "cap"}}},
			{ID: bought, Type: desk.FieldDate, Title: "Bought on", Active: true},
		},
		Forms:  []desk.TicketForm{{ID: 6, Name: "Request", Active: true, Default: true}, {ID: 7, Name: "Return", Active: true}},
		Groups: []desk.Group{{ID: support, Name: "Support"}, {ID: lab, Name: "Lab"}},
		Staff: map[desk.UserID]desk.StaffMember{
			ana: {ID: ana, Name: "Ana Silva", Email: "ana@acme.example", Role: desk.Admin, DefaultGroup: support, Groups: []desk.GroupID{support, lab}},
			ben: {ID: ben, Name: "Ben Okri", Email: "ben@acme.example", Role: desk.Agent, DefaultGroup: lab, Groups: []desk.GroupID{lab}},
		},
		Agreements: map[desk.AgreementID]desk.Agreement{
			kongen: {ID: kongen, Name: "Kongen Image Sensors", Status: desk.AgreementAccepted, RemoteURL: "https://kongen.example/sharing"},
			nordic: {ID: nordic, Name: "Nordic Lenses", Status: desk.AgreementPending, RemoteURL: "https://nordic.example/sharing"},
			optics: {ID: optics, Name: "Old Optics", Status: desk.AgreementInactive, RemoteURL: "https://optics.example/sharing"},
			sender: {ID: sender, Name: "Shops", Inbound: true, Status: desk.AgreementAccepted, RemoteURL: "https://shops.example/sharing"},
		},
		Webhooks: []desk.Webhook{
			{ID: "01GXYZ", Name: "Builds", Method: "POST", Format: desk.WebhookJSON, Active: true, Subscriptions: []string{desk.ConditionalEvents}},
			{ID: "01GEVT", Name: "Events", Method: "POST", Format: desk.WebhookJSON, Active: true, Subscriptions: []string{"zen:event-type:ticket.created"}},
			{ID: "01GOLD", Name: "Pager", Method: "POST", Format: desk.WebhookForm, Target: 8, TargetType: "url_target", Attribute: "text"},
		},
		Triggers: triggers,
	}
	return c.BuildIndexes()
}

func trigger(id desk.TriggerID, title string, all condition.Conditions, actions ...desk.Action) desk.Trigger {
	return desk.Trigger{ID: id, Title: title, Revision: int(id) + 100, Active: true, Conditions: condition.Tree{All: all}, Actions: actions}
}

func when(field string, op condition.Operator, value any) condition.Condition {
	return condition.Condition{Field: field, Operator: op, Value: condition.ValueOf(value)}
}

func act(field string, value any) desk.Action {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return desk.Action{Field: field, Value: raw}
}

func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

func counter() func() int64 {
	n := int64(1000)
	return func() int64 { n++; return n }
}

func agent() desk.Actor {
	return desk.Actor{ID: ana, Name: "Ana Silva", Role: desk.Admin, Groups: []desk.GroupID{support, lab}}
}

func customer() desk.Actor { return desk.Actor{ID: carla, Name: "Carla Diaz", Role: desk.EndUser} }

// opened is a ticket of Carla's that has been here for a while.
func opened() desk.Ticket {
	return desk.Ticket{ID: 9, Subject: "Purple fringe", Description: "On every picture", Status: desk.Open, Requester: carla,
		Submitter: carla, Group: support, Brand: 5, Form: 6, Tags: []string{"camera"}, Public: true, CreatedAt: noon().Add(-time.Hour)}
}

// delivered is a draft of the desk's own word that a partner has the ticket.
func delivered(t testing.TB, c *desk.Config, before *desk.Ticket, result desk.ShareResult) *desk.Draft {
	t.Helper()
	d := desk.NewDraft(c, desk.Update{Actor: desk.Actor{System: true}, Via: desk.Via{Channel: desk.ChannelDelivery, Agreement: result.Agreement}},
		before, noon(), counter())
	if err := d.Edit(desk.Edits{ShareResults: []desk.ShareResult{result}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := d.ApplyLifecycle(false); err != nil {
		t.Fatal(err)
	}
	return d
}

// drafted is a draft of a change to a ticket after the people's part of it.
func drafted(t testing.TB, c *desk.Config, by desk.Actor, before *desk.Ticket, e desk.Edits) *desk.Draft {
	t.Helper()
	d := desk.NewDraft(c, desk.Update{Actor: by}, before, noon(), counter())
	if err := d.Edit(e, nil); err != nil {
		t.Fatal(err)
	}
	if err := d.ApplyLifecycle(e.Status != nil); err != nil {
		t.Fatal(err)
	}
	return d
}

// ruled is what rules wrote into a draft.
func ruled(d *desk.Draft) []desk.Event {
	var out []desk.Event
	for _, e := range d.Events {
		if e.Via != nil && e.Via.Channel == desk.ChannelRule {
			out = append(out, e)
		}
	}
	return out
}

func ptr[T any](v T) *T { return &v }
