package rules

import (
	"context"

	"github.com/a-h/templ"

	"interdesk/web/text"
)

// fewChoices is up to how many choices a plain select has; more are searched by typing.
const fewChoices = 8

// isWide tells whether a control needs lines of its own.
func (c control) isWide() bool {
	return c.kind == controlArea || c.kind == controlNotice || c.kind == controlHook
}

func pickAttributes(l *line) templ.Attributes {
	if len(l.value.options) <= fewChoices {
		return nil
	}
	return templ.Attributes{"data-part": "pick"}
}

func plainInput(l *line) templ.Attributes {
	switch l.value.kind {
	case controlNumber:
		return templ.Attributes{"inputmode": "decimal"}
	case controlDate:
		return templ.Attributes{"type": "date"}
	}
	return nil
}

// groupInput is under which name faults speak of a group of lines.
func groupInput(branch string) string {
	switch branch {
	case branchAll:
		return "conditions"
	case branchAny:
		return "any"
	}
	return "actions"
}

func fieldLabel(ctx context.Context, l *line) string {
	if l.branch == branchDo {
		return text.T(ctx, "rules.action")
	}
	return text.T(ctx, "rules.condition")
}

// placeholderNames are those that people ask for most.
func placeholderNames() []string {
	return []string{"ticket.id", "ticket.title", "ticket.description", "ticket.status", "ticket.link", "ticket.requester.name",
		"ticket.requester.first_name", "ticket.assignee.name", "ticket.group.name", "ticket.organization.name", "ticket.tags",
		"ticket.shared_with", "ticket.shared_with_address", "ticket.partner_ticket_id",
		"current_user.name", "current_user.signature", "ticket.account"}
}
