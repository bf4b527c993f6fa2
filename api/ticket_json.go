package api

import (
	"interdesk/desk"
)

// ticketJSON is a ticket, its members in the order in which clients see them.
type ticketJSON struct {
	URL                  string               `json:"url"`
	ID                   desk.TicketID        `json:"id"`
	ExternalID           *string              `json:"external_id"`
	Via                  viaJSON              `json:"via"`
	CreatedAt            string               `json:"created_at"`
	UpdatedAt            string               `json:"updated_at"`
	GeneratedTimestamp   int64                `json:"generated_timestamp"`
	Type                 *desk.TicketType     `json:"type"`
	Subject              string               `json:"subject"`
	RawSubject           string               `json:"raw_subject"`
	Description          string               `json:"description"`
	Priority             *desk.Priority       `json:"priority"`
	Status               desk.Status          `json:"status"`
	Recipient            *string              `json:"recipient"`
	RequesterID          desk.UserID          `json:"requester_id"`
	SubmitterID          desk.UserID          `json:"submitter_id"`
	AssigneeID           *desk.UserID         `json:"assignee_id"`
	OrganizationID       *desk.OrganizationID `json:"organization_id"`
	GroupID              *desk.GroupID        `json:"group_id"`
	CollaboratorIDs      []desk.UserID        `json:"collaborator_ids"`
	FollowerIDs          []desk.UserID        `json:"follower_ids"`
	EmailCCIDs           []desk.UserID        `json:"email_cc_ids"`
	ForumTopicID         *int64               `json:"forum_topic_id"`
	ProblemID            *desk.TicketID       `json:"problem_id"`
	HasIncidents         bool                 `json:"has_incidents"`
	IsPublic             bool                 `json:"is_public"`
	DueAt                *string              `json:"due_at"`
	Tags                 []string             `json:"tags"`
	CustomFields         []valueJSON          `json:"custom_fields"`
	SatisfactionRating   ratingJSON           `json:"satisfaction_rating"`
	SharingAgreementIDs  []desk.AgreementID   `json:"sharing_agreement_ids"`
	CustomStatusID       *int64               `json:"custom_status_id"`
	Fields               []valueJSON          `json:"fields"`
	FollowupIDs          []desk.TicketID      `json:"followup_ids"`
	TicketFormID         *desk.FormID         `json:"ticket_form_id"`
	BrandID              desk.BrandID         `json:"brand_id"`
	AllowChannelback     bool                 `json:"allow_channelback"`
	AllowAttachments     bool                 `json:"allow_attachments"`
	FromMessagingChannel bool                 `json:"from_messaging_channel"`

	// Sideloads that stand in the ticket itself.
	CommentCount *int                         `json:"comment_count,omitempty"`
	SLAs         *slasJSON                    `json:"slas,omitempty"`
	MetricSet    *metricJSON                  `json:"metric_set,omitempty"`
	MetricEvents map[string][]metricEventJSON `json:"metric_events,omitempty"`
}

// valueJSON is what a ticket says in one custom field: null, text, truth or a list of tags.
type valueJSON struct {
	ID    desk.FieldID `json:"id"`
	Value any          `json:"value"`
}

func (c *call) ticketOf(cfg *desk.Config, t *desk.Ticket) ticketJSON {
	values := fieldValues(cfg, t.Fields, false)
	return ticketJSON{
		URL: c.url("tickets", int64(t.ID)), ID: t.ID, ExternalID: nullString(t.ExternalID), Via: viaOf(t.Via),
		CreatedAt: formatTime(t.CreatedAt), UpdatedAt: formatTime(t.UpdatedAt), GeneratedTimestamp: t.UpdatedAt.Unix(),
		Type: nullString(t.Type), Subject: t.Subject, RawSubject: t.Subject, Description: t.Description,
		Priority: nullString(t.Priority), Status: t.Status, Recipient: nullString(t.Recipient),
		RequesterID: t.Requester, SubmitterID: t.Submitter, AssigneeID: nullID(t.Assignee),
		OrganizationID: nullID(t.Organization), GroupID: nullID(t.Group),
		CollaboratorIDs: nonNil(t.Collaborators()), FollowerIDs: nonNil(t.Followers), EmailCCIDs: nonNil(t.EmailCCs),
		ProblemID: nullID(t.Problem), IsPublic: t.Public, DueAt: nullTime(t.DueAt), Tags: nonNil(t.Tags),
		CustomFields: values, SatisfactionRating: ratingIn(cfg, &t.Rating), SharingAgreementIDs: sharedUnder(t), Fields: values, FollowupIDs: nonNil(t.Followups),
		TicketFormID: nullID(t.Form), BrandID: t.Brand, AllowAttachments: true,
	}
}

// fieldValues lists every active custom field, null where the ticket says nothing. portal leaves out what end users do
// not see.
func fieldValues(cfg *desk.Config, values map[desk.FieldID]desk.FieldValue, portal bool) []valueJSON {
	out := make([]valueJSON, 0, len(cfg.Fields))
	for i := range cfg.Fields {
		f := &cfg.Fields[i]
		if f.Active && f.Type.Custom() && (!portal || f.VisibleInPortal) {
			out = append(out, valueJSON{f.ID, fieldValue(f, values[f.ID])})
		}
	}
	return out
}

func fieldValue(f *desk.TicketField, v desk.FieldValue) any {
	switch {
	case f.Type == desk.FieldCheckbox:
		return v.Text() == "true"
	case f.Type == desk.FieldMultiselect && len(v) > 0:
		return []string(v)
	case len(v) == 0:
		return nil
	}
	return v.Text()
}

// sharedUnder lists the agreements under which the ticket is shared now, in either direction.
func sharedUnder(t *desk.Ticket) []desk.AgreementID {
	out := []desk.AgreementID{}
	for _, s := range t.Shares {
		if s.Active() {
			out = append(out, s.Agreement)
		}
	}
	return out
}
