package rule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
)

// noticeActions are accepted, checked for their form and kept on the audit with their templates unrendered (rules.md §9).
// The first element of each value is who or what is told, the last the body.
func noticeActions() []action {
	const in = condition.Trigger | condition.Automation
	people := []condition.Option{{Value: "requester_id", Title: "(requester)"},
		{Value: "requester_and_ccs", Title: "(requester and CCs)"}, {Value: "assignee_id", Title: "(assignee)"},
		{Value: "current_user", Title: "(current user)"}, {Value: "all_agents", Title: "(all agents)"}}
	groups := []condition.Option{{Value: "group_id", Title: "(assigned group)"}}
	return []action{
		noticeAction("notification_user", "Email user", desk.EventNotification, in, 3, people),
		noticeAction("notification_group", "Email group", desk.EventGroupNotice, in, 3, groups),
		noticeAction("notification_sms_user", "Text user", desk.EventNotification, in, 3, people),
		noticeAction("notification_sms_group", "Text group", desk.EventGroupNotice, in, 3, groups),
	}
}

func noticeAction(name, title string, event desk.EventType, in condition.Place, parts int, words []condition.Option) action {
	a := action{name: name, title: title, kind: "notification", group: desk.GroupNotify, in: in, repeatable: true, values: words}
	if a.refers = desk.RefersToPeople; event == desk.EventGroupNotice {
		a.refers = desk.RefersToGroups
	}
	a.read = func(g actionValue) (preparedAction, string) {
		n, message := readNotice(name, g.raw, parts)
		return preparedAction{notice: &notice{event, n}}, message
	}
	a.check = func(g actionValue) string {
		n, _ := readNotice(name, g.raw, parts)
		return a.checkRecipient(g.config, n.Target)
	}
	return a
}

// readNotice takes a list apart. With three parts the middle one is the subject, of a text message the number it is sent
// from. A body that is not a text (pairs for a form) stays JSON.
func readNotice(name string, raw json.RawMessage, parts int) (desk.Notice, string) {
	var list []condition.Value
	if json.Unmarshal(raw, &list) != nil || len(list) != parts {
		shape := [...]string{2: "[recipient, body]", 3: "[recipient, subject, body]"}[parts]
		return desk.Notice{}, "takes a list: " + shape
	}
	n := desk.Notice{Action: name, Target: strings.TrimSpace(list[0].Text()), Body: list[parts-1].Text()}
	if list[parts-1].IsList() {
		body, _ := list[parts-1].MarshalJSON()
		n.Body = string(body)
	}
	if parts == 3 {
		n.Subject = list[1].Text()
	}
	if n.Target == "" {
		return n, "needs a recipient"
	}
	return n, ""
}

func (a *action) checkRecipient(c *desk.Config, target string) string {
	if slices.ContainsFunc(a.values, func(o condition.Option) bool { return o.Value == target }) {
		return ""
	}
	n, message := readID(target)
	if message != "" {
		return a.unlistedMessage(target)
	}
	if _, ok := c.Group(desk.GroupID(n)); !ok && a.refers == desk.RefersToGroups {
		return fmt.Sprintf("no group has the id %d", n)
	}
	return ""
}
