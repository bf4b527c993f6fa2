package setup

import (
	"encoding/json"

	"interdesk/condition"
	"interdesk/desk"
)

// assigning are the rules that see to it that tickets have somebody (rules.md §4.6).
func assigning() []desk.Trigger {
	return []desk.Trigger{
		{Title: "Assign to the agent who answers first by email", Conditions: all(when("update_type", condition.Is, "Change"),
			when("current_via_id", condition.Is, "4"), when("assignee_id", condition.Is, ""), when("role", condition.IsNot, "end_user")),
			Actions: []desk.Action{act("assignee_id", "current_user")}},
	}
}

// notices are the rules that tell people what happened (rules.md §4.6). What they send goes out once mail is set up.
func notices() []desk.Trigger {
	created, changed := when("update_type", condition.Is, "Create"), when("update_type", condition.Is, "Change")
	notMine := when("assignee_id", condition.IsNot, "current_user")
	spoken := when("comment_is_public", condition.Is, true)
	open := when("ticket_is_public", condition.Is, "public")
	return []desk.Trigger{
		{Title: "Notify requester and CCs of received request", Active: true, Conditions: all(created,
			when("status", condition.IsNot, "solved"), open, spoken, when("role", condition.Is, "end_user")),
			Actions: notify("requester_and_ccs", "[Request received] {{ticket.title}}",
				"Thank you for writing. Your request has the number {{ticket.id}}, and we will answer it soon.\n\nTo add something, reply to this message.\n\n{{ticket.comments_formatted}}")},
		{Title: "Notify requester and CCs of comment update", Active: true, Conditions: all(changed, spoken),
			Actions: notify("requester_and_ccs", "[{{ticket.account}}] Re: {{ticket.title}}", "{{ticket.latest_comment_html}}")},
		{Title: "Notify requester of new proactive ticket", Active: true, Conditions: all(created, open,
			when("role", condition.Is, "agent")),
			Actions: notify("requester_and_ccs", "{{ticket.title}}", "{{ticket.latest_public_comment_html}}")},
		{Title: "Notify assignee of comment update", Active: true, Conditions: all(
			when("comment_is_public", condition.Is, "not_relevant"), notMine, when("assignee_id", condition.IsNot, "requester_id"),
			when("assignee_id", condition.NotChanged, nil), when("status", condition.NotChangedFrom, "solved")),
			Actions: notify("assignee_id", "[{{ticket.account}}] Re: {{ticket.title}}",
				"Request {{ticket.id}} has a new comment.\n\n{{ticket.comments_formatted}}")},
		{Title: "Notify assignee of assignment", Active: true, Conditions: all(when("assignee_id", condition.Changed, nil), notMine),
			Actions: notify("assignee_id", "[{{ticket.account}}] Assignment: {{ticket.title}}",
				"Request {{ticket.id}} is now yours.\n\n{{ticket.comments_formatted}}")},
		{Title: "Notify assignee of reopened ticket", Active: true, Conditions: all(notMine,
			when("status", condition.ChangedFrom, "solved"), when("status", condition.IsNot, "closed")),
			Actions: notify("assignee_id", "[{{ticket.account}}] Reopened: {{ticket.title}}",
				"Request {{ticket.id}} was solved and is open again.\n\n{{ticket.comments_formatted}}")},
		{Title: "Notify group of assignment", Active: true, Conditions: condition.Tree{
			All: condition.Conditions{when("group_id", condition.IsNot, ""), when("assignee_id", condition.Is, "")},
			Any: condition.Conditions{when("group_id", condition.Changed, nil), when("assignee_id", condition.Changed, nil)}},
			Actions: []desk.Action{act("notification_group", []string{"group_id", "[{{ticket.account}}] For your group: {{ticket.title}}",
				"Request {{ticket.id}} waits for somebody of {{ticket.group.name}}.\n\n{{ticket.comments_formatted}}"})}},
		{Title: "Notify all agents of received request", Active: true, Conditions: all(created),
			Actions: notify("all_agents", "[{{ticket.account}}] {{ticket.title}}",
				"{{ticket.requester.name}} asks:\n\n{{ticket.comments_formatted}}")},
	}
}

func notify(whom, subject, body string) []desk.Action {
	return []desk.Action{act("notification_user", []string{whom, subject, body})}
}

// act writes an action whose value is text or a list of texts, which JSON can always express.
func act(field string, value any) desk.Action {
	raw, err := json.Marshal(value)
	if err != nil {
		raw = []byte("null")
	}
	return desk.Action{Field: field, Value: raw}
}

func when(field string, op condition.Operator, value any) condition.Condition {
	return condition.Condition{Field: field, Operator: op, Value: condition.ValueOf(value)}
}

func all(conditions ...condition.Condition) condition.Tree { return condition.Tree{All: conditions} }
