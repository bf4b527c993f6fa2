package rules_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/webtest"
)

// partner is an agreement under which Acme shares.
func partner(t *testing.T, d *apitest.Desk, name string, status desk.AgreementStatus) (id desk.AgreementID) {
	t.Helper()
	webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
		a := desk.Agreement{ID: desk.AgreementID(tx.NewID()), UUID: "of " + name, Name: name, Status: status, RemoteURL: "https://" + name + ".example/sharing"}
		id = a.ID
		return tx.InsertAgreement(ctx, &a, "sealed")
	}))
	return id
}

// stored puts a trigger and a macro that share into the store, past all checks.
func stored(t *testing.T, d *apitest.Desk, title, value string, active bool) (id desk.TriggerID) {
	t.Helper()
	actions := []desk.Action{{Field: "share_ticket", Value: json.RawMessage(value)}}
	webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
		one := desk.Trigger{Title: title, Active: active, Actions: actions,
			Conditions: condition.Tree{All: condition.Conditions{{Field: "status", Operator: condition.Is, Value: condition.ValueOf("open")}}}}
		macro := desk.Macro{Title: title + " by hand", Active: true, Actions: actions}
		err := errors.Join(tx.InsertTrigger(ctx, &one, d.Admin.User.ID), tx.InsertMacro(ctx, &macro))
		id = one.ID
		return err
	}))
	return id
}

// Rules that were stored before a partner had to be chosen, or whose agreement is over since, say so where they are listed.
func TestRulesThatCannotShareAreMarked(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *apitest.Desk) {
		over := partner(t, acme, "oldoptics", desk.AgreementInactive)
		unchosen := stored(t, acme, "Nobody chosen", `""`, true)
		stored(t, acme, "Null chosen", `null`, false)
		stored(t, acme, "Old partner", fmt.Sprintf(`"%d"`, over), true)
		ada := webtest.Open(t, acme, acme.Admin.User)
		const broken = "Cannot run: actions[0]: Share ticket with: choose a partner, or nobody: end all sharing"
		for _, path := range []string{"/admin/triggers", "/admin/macros"} {
			list := ada.Get(path, http.StatusOK)
			list.Has(t, broken, "No ticket can be shared with oldoptics")
			if n := strings.Count(webtest.Words(list.Body), broken); n != 2 {
				t.Errorf("%s marks %d rules as broken, want 2", path, n)
			}
		}
		at := fmt.Sprintf("/admin/triggers/%d", unchosen)
		page := ada.Get(at, http.StatusOK)
		page.Has(t, broken, "share ticket with …", "It cannot run: choose a partner to share with, or nobody: end all sharing.")
		page.HasMarkup(t, `name="do.1.value" required`)
	})
}

func TestPartnerMustBeChosenInTheBuilder(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *apitest.Desk) {
		kongen, over := partner(t, acme, "kongen", desk.AgreementAccepted), partner(t, acme, "oldoptics", desk.AgreementInactive)
		ada := webtest.Open(t, acme, acme.Admin.User)
		form := url.Values{"title": {"Share"}, "all": {"1"}, "all.1.field": {"status"}, "all.1.operator": {"is"}, "all.1.value": {"open"},
			"do": {"1"}, "do.1.field": {"share_ticket"}, "do.1.value": {""}}
		for _, path := range []string{"/admin/triggers/new", "/admin/macros/new"} {
			a := ada.Post(path, form, http.StatusUnprocessableEntity)
			a.Has(t, "choose a partner, or nobody: end all sharing", "kongen")
			a.Lacks(t, "share ticket with choose")
			if strings.Contains(a.Body, "oldoptics") {
				t.Error("a partner is offered with whom no ticket can be shared")
			}
		}
		ada.Htmx().Post("/agent/rules/summary?place=trigger", form, http.StatusOK).Has(t, "share ticket with …")
		form.Set("do.1.value", fmt.Sprint(over))
		ada.Post("/admin/triggers/new", form, http.StatusUnprocessableEntity).Has(t, "the agreement with oldoptics is inactive", "share ticket with oldoptics")
		form.Set("do.1.value", "-")
		ada.Htmx().Post("/agent/rules/summary?place=trigger", form, http.StatusOK).Has(t, "share ticket with nobody: end all sharing")
		form.Set("do.1.value", fmt.Sprint(kongen))
		ada.Post("/admin/triggers/new", form, http.StatusOK).Has(t, "The trigger is saved")

		form.Set("all.1.field", "sent_to")
		form.Set("all.1.value", fmt.Sprint(kongen))
		form.Set("do.1.field", "unshare_ticket")
		ada.Htmx().Post("/agent/rules/summary?place=trigger", form, http.StatusOK).Has(t, "It ends sharing with kongen even if the ticket has not arrived there yet")
	})
}

// A recipe asks for partner and tag, says in words what it makes, and makes ordinary triggers: by forms alone.
func TestRecipes(t *testing.T) {
	each(t, func(t *testing.T, acme, _ *apitest.Desk) {
		ada := webtest.Open(t, acme, acme.Admin.User)
		const at = "/admin/trigger-recipes"
		ada.Get(at, http.StatusOK).Has(t, "Hand over and forget", "Share and wait", "Escalate back", "The partner’s copy stays solved")
		ada.Get(at+"/hand_over", http.StatusOK).Has(t, "No partner yet", "Invite a partner first")
		ada.Get(at+"/hand_in", http.StatusNotFound)
		kongen := partner(t, acme, "kongen", desk.AgreementAccepted)
		partner(t, acme, "oldoptics", desk.AgreementDeclined)

		one := ada.Get(at+"/hand_over", http.StatusOK)
		one.Has(t, "When tags contain any of hand_over, and tags contain none of shared_kongen: share ticket with kongen, and add tags shared_kongen.",
			"and delivered to partner is kongen: stop sharing ticket with kongen, and set status to Solved.")
		one.Lacks(t, "oldoptics")
		nordic := partner(t, acme, "nordic", desk.AgreementPending)
		ada.Get(at+"/hand_over", http.StatusOK).Has(t, "Choose a partner and a tag")

		form := url.Values{"agreement_id": {fmt.Sprint(nordic)}, "tag": {"Lens"}, "step": {"show"}}
		ada.Post(at+"/share_and_wait", form, http.StatusOK).Has(t, "nordic has not accepted the agreement", "set status to On-hold",
			"channel of this update is Ticket sharing")
		ada.Htmx().Post(at+"/share_and_wait/words", form, http.StatusOK).Has(t, "Open “lens” when nordic answers")
		ada.Post(at+"/hand_over", url.Values{"tag": {"a b"}}, http.StatusUnprocessableEntity).Has(t, "Partner: choose with whom", "Tag: takes one tag")
		hostile := ada.Post(at+"/hand_over", url.Values{"agreement_id": {webtest.Hostile}, "tag": {webtest.Hostile}}, http.StatusUnprocessableEntity)
		hostile.Escaped(t)
		if list := ada.Get("/admin/triggers", http.StatusOK); strings.Contains(list.Body, "lens") {
			t.Error("showing it in words has made it")
		}

		ada.Post(at+"/hand_over", url.Values{"agreement_id": {fmt.Sprint(kongen)}, "tag": {"lens"}, "active": {"", "true"}}, http.StatusOK).
			Has(t, "2 rules are made and on", "Hand over “lens” to kongen", "Let go of “lens” once kongen has it")
		ada.Post(at+"/escalate_back", url.Values{"agreement_id": {fmt.Sprint(kongen)}}, http.StatusOK).Has(t, "1 rule is made, and off", "Take back what kongen has solved")
		id := ticket(t, acme.Agent, "Fog", "lens")
		got := acme.Agent.In(t).Get(fmt.Sprintf("/api/v2/tickets/%d", id), http.StatusOK)
		if tags := fmt.Sprint(got.At("ticket.tags")); tags != "[lens shared_kongen]" || fmt.Sprint(got.At("ticket.sharing_agreement_ids")) != fmt.Sprint([]any{float64(kongen)}) {
			t.Errorf("tags %s: %s", tags, got.Body)
		}
		all := acme.Admin.In(t).Get("/api/v2/triggers?active=false", http.StatusOK).List("triggers")
		last := all[len(all)-1].(map[string]any)
		ada.Get(fmt.Sprintf("/admin/triggers/%.0f", last["id"]), http.StatusOK).Has(t, "When channel of this update is Ticket sharing", "Set status to")
		ada.Get("/admin/triggers/new", http.StatusOK).Has(t, "Recipes", "Escalate back")

		ben := webtest.Open(t, acme, acme.Agent.User)
		ben.Get(at, http.StatusForbidden)
		ben.Post(at+"/hand_over", form, http.StatusForbidden)
	})
}
