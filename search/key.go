package search

import "strings"

// audience is of what, and by whom, a keyword can be asked.
type audience uint8

const (
	ofTickets audience = 1 << iota
	ofUsers
	ofOrganizations
	ofGroups
	byEndUsers // too
	compared   // by < and >, too
)

const (
	ofAll      = ofTickets | ofUsers | ofOrganizations | ofGroups
	ofPeople   = ofUsers | ofOrganizations
	inTicket   = ofTickets | byEndUsers
	everywhere = ofAll | byEndUsers | compared
)

// keywords names the keywords and what each can be asked of.
func keywords() map[string]audience {
	return map[string]audience{
		"status": inTicket | compared, "priority": inTicket | compared, "ticket_type": inTicket,
		"subject": inTicket, "description": inTicket, "comment": inTicket, "has_attachment": inTicket,
		"solved": inTicket | compared, "due_date": inTicket | compared,
		"assignee": ofTickets, "requester": ofTickets, "submitter": ofTickets, "cc": ofTickets, "commenter": ofTickets,
		"group": ofTickets, "via": ofTickets, "satisfaction": ofTickets, "brand": ofTickets, "form": ofTickets, "fieldvalue": ofTickets,
		"custom_field": ofTickets | compared,
		"organization": ofTickets | ofUsers, "tags": ofTickets | ofPeople, "external_id": ofTickets | ofPeople,
		"created": everywhere, "updated": everywhere, "id": everywhere,
		"name": ofPeople | ofGroups, "notes": ofPeople, "details": ofPeople,
		"email": ofUsers, "role": ofUsers, "phone": ofUsers, "is_suspended": ofUsers, "is_verified": ofUsers,
	}
}

// The types of what is found.
const (
	Ticket       = "ticket"
	User         = "user"
	Organization = "organization"
	Group        = "group"
)

// Types are all of them, in the order in which a search gives them.
func Types() []string { return []string{Ticket, User, Organization, Group} }

func audienceOf(kind string) audience {
	return map[string]audience{Ticket: ofTickets, User: ofUsers, Organization: ofOrganizations, Group: ofGroups}[kind]
}

// EndUsersMayAsk tells whether end users can search by a keyword.
func EndUsersMayAsk(key string) bool { return keywords()[key]&byEndUsers != 0 }

func canonicalKey(key string) string {
	switch key = strings.ToLower(key); key {
	case "user":
		return "name"
	case "tag":
		return "tags"
	case "created_at", "updated_at", "solved_at":
		return strings.TrimSuffix(key, "_at")
	case "due", "due_at":
		return "due_date"
	case "ticket_form":
		return "form"
	case "ticket_id":
		return "id"
	case "org":
		return "organization"
	case "satisfaction_score":
		return "satisfaction"
	case "comments":
		return "comment"
	}
	return key
}

const fieldPrefix = "custom_field_"

// isKeyword tells a keyword, or one of the words that rule the search, from a word before a colon.
func isKeyword(key string) bool {
	switch key {
	case "type", "order_by", "sort_by", "sort", "sort_order":
		return true
	case "custom_field":
		return false
	}
	return keywords()[key] != 0 || strings.HasPrefix(key, fieldPrefix)
}
