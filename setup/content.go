package setup

import "interdesk/desk"

// Content is what an account begins with, without ids and times.
type Content struct {
	Group       desk.Group // the default one, with the first admin in it
	Fields      []desk.TicketField
	Form        desk.TicketForm // shows all fields
	Categories  []Category
	Automations []desk.Automation
	Views       []desk.View
}

// Category is a category of triggers with those in it, both in the order they run.
type Category struct {
	Name     string
	Triggers []desk.Trigger
}

// Standard is the content of every new account.
func Standard() Content {
	return Content{
		Group:       desk.Group{Name: "Support", Description: "Answers all requests", Default: true, Public: true},
		Fields:      fields(),
		Form:        desk.TicketForm{Position: desk.LastPosition, Name: "Default form", Active: true, Default: true, EndUserVisible: true},
		Categories:  []Category{{"Initial triggers", assigning()}, {"Notifications", notices()}},
		Automations: automations(),
		Views:       views(),
	}
}

// fields are those that every ticket has.
func fields() []desk.TicketField {
	all := []desk.TicketField{
		{Type: desk.FieldSubject, Title: "Subject", VisibleInPortal: true, EditableInPortal: true, RequiredInPortal: true},
		{Type: desk.FieldDescription, Title: "Description", Description: "Tell us what happened and what you need. We answer as soon as we can.",
			VisibleInPortal: true, EditableInPortal: true, RequiredInPortal: true},
		{Type: desk.FieldStatus, Title: "Status", Description: "Where the request stands"},
		{Type: desk.FieldTicketType, Title: "Type", Description: "Question, incident, problem or task"},
		{Type: desk.FieldPriority, Title: "Priority", Description: "How soon it must be done"},
		{Type: desk.FieldGroup, Title: "Group", Description: "The team that works on it"},
		{Type: desk.FieldAssignee, Title: "Assignee", Description: "The agent who works on it", Required: true},
	}
	for i := range all {
		all[i].Active, all[i].TitleInPortal = true, all[i].Title
	}
	return all
}
