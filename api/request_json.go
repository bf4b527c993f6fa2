package api

import "interdesk/desk"

// requestJSON is a ticket as its requester sees it.
type requestJSON struct {
	URL              string               `json:"url"`
	ID               desk.TicketID        `json:"id"`
	Status           desk.Status          `json:"status"`
	CustomStatusID   *int64               `json:"custom_status_id"`
	Priority         *desk.Priority       `json:"priority"`
	Type             *desk.TicketType     `json:"type"`
	Subject          string               `json:"subject"`
	Description      string               `json:"description"`
	OrganizationID   *desk.OrganizationID `json:"organization_id"`
	Via              viaJSON              `json:"via"`
	CustomFields     []valueJSON          `json:"custom_fields"`
	RequesterID      desk.UserID          `json:"requester_id"`
	CollaboratorIDs  []desk.UserID        `json:"collaborator_ids"`
	EmailCCIDs       []desk.UserID        `json:"email_cc_ids"`
	IsPublic         bool                 `json:"is_public"`
	DueAt            *string              `json:"due_at"`
	CanBeSolvedByMe  bool                 `json:"can_be_solved_by_me"`
	CreatedAt        string               `json:"created_at"`
	UpdatedAt        string               `json:"updated_at"`
	Recipient        *string              `json:"recipient"`
	FollowupSourceID *desk.TicketID       `json:"followup_source_id"`
	AssigneeID       *desk.UserID         `json:"assignee_id"`
	GroupID          *desk.GroupID        `json:"group_id"`
	TicketFormID     *desk.FormID         `json:"ticket_form_id"`
	Fields           []valueJSON          `json:"fields"`
}

// participantJSON is what the people of a request may know of each other.
type participantJSON struct {
	ID             desk.UserID          `json:"id"`
	Name           string               `json:"name"`
	Photo          *struct{}            `json:"photo"`
	Agent          bool                 `json:"agent"`
	OrganizationID *desk.OrganizationID `json:"organization_id"`
}

func (c *call) requestOf(cfg *desk.Config, t *desk.Ticket) requestJSON {
	values := fieldValues(cfg, t.Fields, true)
	return requestJSON{URL: c.url("requests", int64(t.ID)), ID: t.ID, Status: requestStatus(t.Status), Priority: nullString(t.Priority),
		Type: nullString(t.Type), Subject: t.Subject, Description: t.Description, OrganizationID: nullID(t.Organization),
		Via: requestVia(t.Via), CustomFields: values, RequesterID: t.Requester, CollaboratorIDs: nonNil(t.EmailCCs),
		EmailCCIDs: nonNil(t.EmailCCs), IsPublic: t.Public, DueAt: nullTime(t.DueAt), CanBeSolvedByMe: t.SolvableBy(c.user.ID),
		CreatedAt: formatTime(t.CreatedAt), UpdatedAt: formatTime(t.UpdatedAt), Recipient: nullString(t.Recipient),
		FollowupSourceID: nullID(t.FollowupOf), AssigneeID: nullID(t.Assignee), GroupID: nullID(t.Group), TicketFormID: nullID(t.Form),
		Fields: values}
}

// requestStatus: that a ticket is on hold is the desk's own affair; its requester reads open.
func requestStatus(s desk.Status) desk.Status {
	if s == desk.Hold {
		return desk.Open
	}
	return s
}

// requestVia tells the channel alone: rules and partners are the desk's own affair.
func requestVia(v desk.Via) viaJSON {
	return viaJSON{Channel: viaOf(v).Channel}
}
