package api_test

import (
	"fmt"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
)

// invited makes an agreement that the partner has not answered.
func invited(t *testing.T, from, to *apitest.Desk) int64 {
	t.Helper()
	return from.Admin.Post("sharing_agreements", object{"sharing_agreement": object{"name": to.Account.Name,
		"sharing_url": "http://" + to.Host(to.Account.Subdomain) + "/sharing"}}, 201).ID("sharing_agreement.id")
}

func sharingTrigger(d *apitest.Desk, agreement any) object {
	return object{"trigger": object{"title": "Share", "all": array{object{"field": "current_tags", "operator": "includes", "value": "hot"}},
		"actions": array{object{"field": "current_tags", "value": "shared_kongen"}, object{"field": "share_ticket", "value": agreement}}}}
}

// A rule that cannot share leaves all of its actions undone, and says why.
func TestRuleThatCannotShare(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		agreement := invited(t, d, d.Server.Desk(t, "kongen"))
		trigger := d.Admin.Post("triggers", sharingTrigger(d, fmt.Sprint(agreement)), 201).ID("trigger.id")
		made := d.Agent.Post("tickets", object{"ticket": object{"subject": "s", "comment": "c", "tags": array{"hot"}}}, 201)
		if got := fmt.Sprint(made.At("ticket.tags")); got != "[hot]" {
			t.Errorf("tags %s", got)
		}
		audit := d.Agent.Get(fmt.Sprintf("tickets/%d/audits/%d?include=rule_trace", made.ID("ticket.id"), made.ID("audit.id")), 200)
		if n := strings.Count(string(audit.Body), `"type":"Error"`); n != 1 || strings.Contains(string(audit.Body), "TicketSharingEvent") {
			t.Errorf("%d failures in %s", n, audit.Body)
		}
		for _, l := range audit.List("audit.rule_trace.triggers") {
			look := l.(map[string]any)
			if int64(look["trigger_id"].(float64)) == trigger && (look["verdict"] != "cannot_share" || !strings.Contains(look["reason"].(string), "is pending")) {
				t.Errorf("%v", look)
			}
		}
	})
}

// No value for a partner is refused: it is what somebody sends who has not chosen. "-" is the word for nobody.
func TestPartnerMustBeChosen(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for name, value := range map[string]any{"empty": "", "null": nil} {
			got := d.Admin.Post("triggers", sharingTrigger(d, value), 422)
			if !strings.Contains(string(got.Body), "choose a partner, or nobody: end all sharing") {
				t.Errorf("%s: %s", name, got.Body)
			}
			d.Admin.Post("macros", object{"macro": object{"title": "Share", "actions": array{object{"field": "share_ticket", "value": value}}}}, 422)
		}
		d.Admin.Post("triggers", object{"trigger": object{"title": "Share", "all": array{object{"field": "status", "operator": "is", "value": "open"}},
			"actions": array{object{"field": "share_ticket"}}}}, 422)
		d.Admin.Post("triggers", sharingTrigger(d, "-"), 201)
	})
}

// A rule cannot newly share under an agreement that is over, and one that does says so while it is stored (case C55).
func TestRuleUnderAnEndedAgreement(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		agreement := linked(t, d, d.Server.Desk(t, "kongen"))
		trigger := d.Admin.Post("triggers", sharingTrigger(d, agreement), 201).ID("trigger.id")
		d.Admin.Put(fmt.Sprintf("sharing_agreements/%d", agreement), object{"sharing_agreement": object{"status": "inactive"}}, 200)
		for _, got := range []*apitest.Answer{d.Admin.Post("triggers", sharingTrigger(d, agreement), 422),
			d.Admin.Put(fmt.Sprintf("triggers/%d", trigger), object{"trigger": object{"actions": array{object{"field": "share_ticket", "value": agreement}, object{"field": "priority", "value": "high"}}}}, 422),
			d.Admin.Post("macros", object{"macro": object{"title": "Share", "actions": array{object{"field": "share_ticket", "value": agreement}}}}, 422)} {
			if !strings.Contains(string(got.Body), "no ticket can be shared under it") {
				t.Errorf("%s", got.Body)
			}
		}
		for _, unchanged := range []object{{"title": "Renamed"}, {"active": false}} {
			d.Admin.Put(fmt.Sprintf("triggers/%d", trigger), object{"trigger": unchanged}, 200)
		}
	})
}

// What the desk itself tells of a share stands in the audits, from its own channel.
func TestDeliveryInAudits(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		agreement := linked(t, d, d.Server.Desk(t, "kongen"))
		id := ticket(d.Agent, nil)
		d.Agent.Put(fmt.Sprintf("tickets/%d", id), object{"ticket": object{"sharing_agreement_ids": array{agreement}}}, 200)
		if _, err := d.Server.Tickets.Apply(t.Context(), desk.Update{Account: d.Account.ID, Ticket: desk.TicketID(id), Actor: desk.Actor{System: true},
			Via:   desk.Via{Channel: desk.ChannelDelivery, Agreement: desk.AgreementID(agreement), Partner: "kongen"},
			Edits: desk.Edits{ShareResults: []desk.ShareResult{{Agreement: desk.AgreementID(agreement), Action: desk.ActionDelivered}}}}); err != nil {
			t.Fatal(err)
		}
		audits := d.Agent.Get(fmt.Sprintf("tickets/%d/audits?sort=-created_at", id), 200)
		list := audits.List("audits")
		last := fmt.Sprintf("audits.%d.", len(list)-1)
		if audits.Text(last+"events.0.type") != "TicketSharingEvent" || audits.Text(last+"events.0.action") != "delivered" ||
			audits.ID(last+"events.0.agreement_id") != agreement || audits.ID(last+"author_id") != -1 {
			t.Errorf("%s", audits.Body)
		}
		if audits.Text(last+"via.channel") != "system" || audits.Text(last+"via.source.rel") != "sharing" ||
			audits.ID(last+"via.source.from.id") != agreement || audits.Text(last+"via.source.from.name") != "kongen" {
			t.Errorf("%s", audits.Body)
		}
	})
}

// A recipe makes its triggers at one stroke, and they act.
func TestTriggerRecipes(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		agreement := linked(t, d, d.Server.Desk(t, "kongen"))
		if got := d.Agent.Get("triggers/recipes", 200); len(got.List("recipes")) != 5 || got.Text("recipes.0.name") != "hand_over" {
			t.Errorf("%s", got.Body)
		}
		d.Agent.Post("triggers/recipes", object{"recipe": object{"name": "hand_over", "agreement_id": agreement, "tag": "lens"}}, 403)
		before := len(d.Admin.Get("triggers", 200).List("triggers"))
		d.Admin.Post("triggers/recipes", object{"recipe": object{}}, 422)
		d.Admin.Post("triggers/recipes", object{"recipe": object{"name": "hand_over", "agreement_id": agreement, "tag": "a b"}}, 422)
		off := d.Admin.Post("triggers/recipes", object{"recipe": object{"name": "escalate_back", "agreement_id": agreement, "active": false}}, 201)
		if len(off.List("triggers")) != 1 || off.At("triggers.0.active") != false {
			t.Errorf("%s", off.Body)
		}
		timed := d.Admin.Post("triggers/recipes", object{"recipe": object{"name": "take_back", "agreement_id": agreement}}, 201)
		if len(timed.List("triggers")) != 0 || len(timed.List("automations")) != 1 || len(d.Admin.Get("automations/active", 200).List("automations")) != 2 {
			t.Errorf("%s", timed.Body)
		}
		d.Admin.Post("triggers/recipes", object{"recipe": object{"name": "hand_over", "agreement_id": fmt.Sprint(agreement), "tag": "lens"}}, 201)
		if got := len(d.Admin.Get("triggers", 200).List("triggers")); got != before+3 {
			t.Errorf("%d triggers, want %d", got, before+3)
		}
		made := d.Agent.Post("tickets", object{"ticket": object{"subject": "s", "comment": "c", "tags": array{"lens"}}}, 201)
		if tags := fmt.Sprint(made.At("ticket.tags")); tags != "[lens shared_kongen]" || len(made.List("ticket.sharing_agreement_ids")) != 1 {
			t.Errorf("tags %s: %s", tags, made.Body)
		}
	})
}
