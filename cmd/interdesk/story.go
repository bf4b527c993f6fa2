package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// The demo's story is told through the product's own doors: every field, rule and ticket below is an API call by one of
// the demo's people, so what a visitor finds is what they could have made themselves.

type object = map[string]any

// storyClient speaks to one desk as one person; the first failure silences the rest.
type storyClient struct {
	ctx   context.Context
	base  string // address that listens
	host  string
	who   signIn
	err   *error
	tries *http.Client
}

func (t storyClient) as(who signIn) storyClient {
	t.who = who
	return t
}

// call makes one call and gives the answer.
func (t storyClient) call(method, path string, body any) object {
	answer := object{}
	if *t.err != nil {
		return answer
	}
	raw, err := json.Marshal(body)
	if err == nil {
		err = t.send(method, path, raw, &answer)
	}
	if err != nil {
		*t.err = fmt.Errorf("%s %s at %s: %w", method, path, t.host, err)
	}
	return answer
}

func (t storyClient) send(method, path string, body []byte, answer *object) error {
	req, err := http.NewRequestWithContext(t.ctx, method, t.base+"/api/v2"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Host = t.host
	req.SetBasicAuth(t.who.Email+"/token", t.who.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := t.tries.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s: %s", res.Status, raw)
	}
	if err != nil || len(raw) == 0 {
		return err
	}
	return json.Unmarshal(raw, answer)
}

// create posts a record and gives its id.
func (t storyClient) create(path, noun string, record object) string {
	return idOf(t.call("POST", path, object{noun: record}), noun)
}

// waitFor asks a list until one of its entries satisfies a wish, and gives its id.
func (t storyClient) waitFor(path, list string, wish func(object) bool) string {
	for *t.err == nil {
		entries, _ := t.call("GET", path, nil)[list].([]any)
		for _, e := range entries {
			if entry, ok := e.(object); ok && wish(entry) {
				return text(entry["id"])
			}
		}
		select {
		case <-t.ctx.Done():
			*t.err = fmt.Errorf("%s at %s: %w", path, t.host, t.ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return ""
}

func idOf(answer object, noun string) string {
	record, _ := answer[noun].(object)
	return text(record["id"])
}

func text(v any) string {
	if n, ok := v.(float64); ok {
		return fmt.Sprintf("%.0f", n)
	}
	s, _ := v.(string)
	return s
}

// tellStory sets up both desks and plays their first days. It does nothing when the desks have tickets already.
func tellStory(ctx context.Context, s *server, accounts []demoAccount) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var failed error
	at := func(a demoAccount) storyClient {
		return storyClient{ctx: ctx, base: "http://127.0.0.1:" + s.port, host: s.Host(a.Subdomain) + ":" + s.port, who: a.Admin, err: &failed, tries: &http.Client{Timeout: 20 * time.Second}}
	}
	acme, kongen := at(accounts[0]), at(accounts[1])
	if old, _ := acme.call("GET", "/tickets?per_page=1", nil)["tickets"].([]any); len(old) > 0 || failed != nil {
		return failed
	}
	acmeFields, _ := createFields(acme), createFields(kongen)
	outbound, inbound := agreeBothWays(acme, kongen, "Kongen Image Sensors", accounts[1].Subdomain)
	agreeBothWays(kongen, acme, "Acme Cameras", accounts[0].Subdomain)
	setUpAcme(acme, outbound)
	setUpKongen(kongen, inbound)
	playStory(acme, kongen, acmeFields, accounts)
	if err := receiveStoryMail(ctx, s, accounts[0], acme); err != nil {
		return err
	}
	return failed
}

// storyFields are the ids of a desk's own ticket fields.
type storyFields struct{ problem, serial, warranty string }

// createFields makes the fields that both desks have, so that their values stay in step, and puts them on the request form.
func createFields(t storyClient) storyFields {
	portal := func(f object) object {
		f["visible_in_portal"], f["editable_in_portal"] = true, true
		return f
	}
	f := storyFields{
		problem: t.create("/ticket_fields", "ticket_field", portal(object{"type": "tagger", "title": "Problem type",
			"description": "What is the matter?", "custom_field_options": []object{
				{"name": "Image sensor", "value": "image_sensor"}, {"name": "Lens", "value": "lens"},
				{"name": "Housing", "value": "housing"}, {"name": "Shipping", "value": "shipping"}}})),
		serial: t.create("/ticket_fields", "ticket_field", portal(object{"type": "regexp", "title": "Serial number",
			"description": "On the plate below: two letters and six digits", "regexp_for_validation": "^[A-Z]{2}[0-9]{6}$"})),
		warranty: t.create("/ticket_fields", "ticket_field", object{"type": "checkbox", "title": "Under warranty", "tag": "warranty"}),
	}
	forms, _ := t.call("GET", "/ticket_forms", nil)["ticket_forms"].([]any)
	for _, entry := range forms {
		form, _ := entry.(object)
		ids, _ := form["ticket_field_ids"].([]any)
		shown := make([]string, 0, len(ids)+3)
		for _, id := range ids {
			shown = append(shown, text(id))
		}
		shown = slices.Concat(shown, []string{f.problem, f.serial, f.warranty})
		t.call("PUT", "/ticket_forms/"+text(form["id"]), object{"ticket_form": object{"ticket_field_ids": shown}})
	}
	return f
}

// agreeBothWays makes the agreement by which one desk shares with another, and gives both sides' ids of it.
func agreeBothWays(from, to storyClient, name, subdomain string) (outbound, inbound string) {
	outbound = from.create("/sharing_agreements", "sharing_agreement", object{"remote_subdomain": subdomain, "name": name,
		"allows_public_comments": true, "sync_tags": true, "sync_custom_fields": true})
	inbound = to.waitFor("/sharing_agreements", "sharing_agreements", func(a object) bool { return a["type"] == "inbound" && a["status"] == "pending" })
	to.call("PUT", "/sharing_agreements/"+inbound, object{"sharing_agreement": object{"status": "accepted"}})
	from.waitFor("/sharing_agreements", "sharing_agreements", func(a object) bool { return text(a["id"]) == outbound && a["status"] == "accepted" })
	return outbound, inbound
}

func setUpAcme(t storyClient, kongen string) {
	t.create("/groups", "group", object{"name": "Logistics"})
	sharing := t.create("/trigger_categories", "trigger_category", object{"name": "Sharing"})
	t.create("/triggers", "trigger", object{"title": "Share image sensor problems with Kongen", "category_id": sharing,
		"description": "Kongen makes the sensors; what customers report about them goes to their desk at once.",
		"all":         []object{{"field": "current_tags", "operator": "includes", "value": "image_sensor"}},
		"actions":     []object{{"field": "share_ticket", "value": kongen}, {"field": "current_tags", "value": "shared_kongen"}}})
	t.call("POST", "/triggers/recipes", object{"recipe": object{"name": "hand_over", "agreement_id": kongen, "tag": "recall"}})
	open := object{"field": "status", "operator": "less_than", "value": "closed"}
	columns := object{"columns": []string{"status", "description", "requester", "assignee", "updated"}, "sort_by": "updated", "sort_order": "desc"}
	t.create("/views", "view", object{"title": "Shared with Kongen", "output": columns,
		"all": []object{open, {"field": "current_tags", "operator": "includes", "value": "shared_kongen"}}})
	t.create("/views", "view", object{"title": "Shared with Kongen (sent to)", "output": columns,
		"all": []object{open, {"field": "sent_to", "operator": "is", "value": kongen}}})
	t.create("/macros", "macro", object{"title": "Hand to Kongen", "actions": []object{
		{"field": "share_ticket", "value": kongen}, {"field": "current_tags", "value": "shared_kongen"}, {"field": "status", "value": "hold"},
		{"field": "comment_mode_is_public", "value": "false"}, {"field": "comment_value", "value": "Handed to Kongen by {{current_user.name}}."}}})
}

func setUpKongen(t storyClient, acme string) {
	lab := t.create("/groups", "group", object{"name": "Laboratory"})
	sharing := t.create("/trigger_categories", "trigger_category", object{"name": "Sharing"})
	t.create("/triggers", "trigger", object{"title": "What Acme sends goes to the laboratory", "category_id": sharing,
		"all":     []object{{"field": "update_type", "operator": "is", "value": "Create"}, {"field": "received_from", "operator": "is", "value": acme}},
		"actions": []object{{"field": "group_id", "value": lab}}})
	t.create("/views", "view", object{"title": "From Acme Cameras", "output": object{"columns": []string{"status", "description", "requester", "group", "updated"}},
		"all": []object{{"field": "status", "operator": "less_than", "value": "closed"}, {"field": "received_from", "operator": "is", "value": acme}}})
}
