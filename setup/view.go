package setup

import (
	"interdesk/condition"
	"interdesk/desk"
)

// views are the lists that an agent works from (rules.md §6.5).
func views() []desk.View {
	unsolved := when("status", condition.LessThan, "solved")
	tasks := all(when("type", condition.Is, "task"), unsolved, when("assignee_id", condition.Is, "current_user"))
	overdue := all(append(tasks.All[:len(tasks.All):len(tasks.All)], when("due_at", condition.GreaterThan, "0"))...)
	columns := []string{"nice_id", "description", "requester", "created", "updated", "group", "assignee"}
	show := func(group, sort, order string) desk.Output {
		return desk.Output{Columns: columns, GroupBy: group, GroupOrder: "asc", SortBy: sort, SortOrder: order}
	}
	return []desk.View{
		{Title: "Your unsolved tickets", Active: true, Conditions: all(unsolved, when("assignee_id", condition.Is, "current_user")),
			Output: show("status", "nice_id", "desc")},
		{Title: "Unassigned tickets", Active: true, Conditions: all(unsolved, when("assignee_id", condition.Is, "")),
			Output: show("", "created", "asc")},
		{Title: "All unsolved tickets", Active: true, Conditions: all(unsolved), Output: show("assignee", "created", "asc")},
		{Title: "Recently updated tickets", Active: true, Conditions: all(when("status", condition.LessThan, "closed"),
			when("updated_at", condition.LessThan, "24")), Output: show("", "updated", "desc")},
		{Title: "Pending tickets", Active: true, Conditions: all(when("status", condition.Is, "pending")),
			Output: show("", "updated", "asc")},
		{Title: "Recently solved tickets", Active: true, Conditions: all(when("status", condition.Is, "solved"),
			when("SOLVED", condition.LessThan, "48")), Output: show("", "updated", "desc")},
		{Title: "Current tasks", Conditions: tasks, Output: show("", "due_date", "asc")},
		{Title: "Overdue tasks", Conditions: overdue, Output: show("", "due_date", "asc")},
	}
}
