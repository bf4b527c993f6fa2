package rule

import (
	"encoding/json"
	"slices"
	"strconv"

	"interdesk/condition"
	"interdesk/desk"
)

// hookActions call webhooks, by their ids or by the numbers of targets. Their bodies are kept on the audit unrendered
// (rules.md §9), and filled by whoever calls.
func (t *table) hookActions() []action {
	const in = condition.Trigger | condition.Automation
	byID := action{name: "notification_webhook", title: "Notify active webhook"}
	byNumber := action{name: "notification_target", title: "Notify target"}
	for i := range t.config.Webhooks {
		w := &t.config.Webhooks[i]
		if slices.Contains(w.Subscriptions, desk.ConditionalEvents) {
			byID.values = append(byID.values, condition.Option{Value: string(w.ID), Title: w.Name})
		}
		if w.TargetType != "" {
			byNumber.values = append(byNumber.values, condition.Option{Value: idText(w.Target), Title: w.Name})
		}
	}
	out := []action{byNumber, byID}
	for i := range out {
		a := &out[i]
		a.kind, a.group, a.control, a.in, a.repeatable = "notification", desk.GroupNotify, ControlHook, in, true
		a.read = func(g actionValue) (preparedAction, string) {
			n, message := readNotice(a.name, g.raw, 2)
			return preparedAction{notice: &notice{desk.EventWebhook, n}}, message
		}
		a.check = checkHook
	}
	return out
}

// checkHook refuses a webhook that is not there, or that hears of events alone, and a body that cannot be what it should.
func checkHook(g actionValue) string {
	n, _ := readNotice("notification_webhook", g.raw, 2)
	w := HookOf(g.config, n)
	switch {
	case w == nil:
		return "no webhook has the id " + strconv.Quote(n.Target)
	case w.TargetType == "" && !slices.Contains(w.Subscriptions, desk.ConditionalEvents):
		return strconv.Quote(w.Name) + " hears of events; rules call those that subscribe to " + desk.ConditionalEvents
	}
	format, templated := HookFormat(w)
	if _, pairs := HookPairs(n.Body); pairs || !templated || w.Attribute != "" {
		return ""
	}
	body, complete := FillBody(n.Body, &PlaceholderValues{Config: g.config}, format, desk.MaxHookBody)
	if !complete {
		return "the body is too long"
	}
	return BodyFault(body, format)
}

// HookOf finds the webhook that a rule's notice names; nil when there is none.
func HookOf(c *desk.Config, n desk.Notice) *desk.Webhook {
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		if string(w.ID) == n.Target || w.TargetType != "" && idText(w.Target) == n.Target {
			return w
		}
	}
	return nil
}

// HookFormat is what a body for a webhook is written in; templated is false where its requests have no body.
func HookFormat(w *desk.Webhook) (format Format, templated bool) {
	switch {
	case w.Method == "GET" || w.Method == "DELETE":
		return Form, false
	case w.Format == desk.WebhookXML:
		return XML, true
	case w.Format == desk.WebhookForm:
		return Form, true
	}
	return JSON, true
}

// HookPairs reads a body that is a list of names with their values, as forms and addresses have them.
func HookPairs(body string) (pairs [][2]string, ok bool) {
	var list [][]condition.Value
	if json.Unmarshal([]byte(body), &list) != nil {
		return nil, false
	}
	for _, p := range list {
		if len(p) != 2 || p[0].IsList() || p[1].IsList() {
			return nil, false
		}
		pairs = append(pairs, [2]string{p[0].Text(), p[1].Text()})
	}
	return pairs, true
}
