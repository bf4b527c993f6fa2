package api

import (
	"bytes"
	"encoding/json"
	"errors"

	"interdesk/desk"
)

// ticketInput is what may be said of a ticket in POST and PUT. Clients send whole tickets back; what only we set is not
// here and ignored.
type ticketInput struct {
	ID                      numberInput  `json:"id"` // of bulk updates
	Subject                 textInput    `json:"subject"`
	Description             textInput    `json:"description"` // of a new ticket: its first comment
	Comment                 commentInput `json:"comment"`
	Status                  textInput    `json:"status"`
	Priority                textInput    `json:"priority"`
	Type                    textInput    `json:"type"`
	RequesterID             numberInput  `json:"requester_id"`
	Requester               personInput  `json:"requester"`
	SubmitterID             numberInput  `json:"submitter_id"`
	AssigneeID              numberInput  `json:"assignee_id"`
	AssigneeEmail           textInput    `json:"assignee_email"`
	GroupID                 numberInput  `json:"group_id"`
	OrganizationID          numberInput  `json:"organization_id"`
	BrandID                 numberInput  `json:"brand_id"`
	TicketFormID            numberInput  `json:"ticket_form_id"`
	ProblemID               numberInput  `json:"problem_id"`
	ExternalID              textInput    `json:"external_id"`
	Recipient               textInput    `json:"recipient"`
	DueAt                   timeInput    `json:"due_at"`
	Tags                    textsInput   `json:"tags"`
	AdditionalTags          textsInput   `json:"additional_tags"`
	RemoveTags              textsInput   `json:"remove_tags"`
	Fields                  fieldsInput  `json:"fields"`
	CustomFields            fieldsInput  `json:"custom_fields"`
	CollaboratorIDs         peopleInput  `json:"collaborator_ids"`
	Collaborators           peopleInput  `json:"collaborators"`
	AdditionalCollaborators peopleInput  `json:"additional_collaborators"`
	Followers               peopleInput  `json:"followers"`
	EmailCCs                peopleInput  `json:"email_ccs"`
	SharingAgreementIDs     numbersInput `json:"sharing_agreement_ids"`
	MacroIDs                numbersInput `json:"macro_ids"`
	MacroID                 numberInput  `json:"macro_id"`
	FollowupSourceID        numberInput  `json:"via_followup_source_id"`
	ViaID                   numberInput  `json:"via_id"`
	Metadata                rawInput     `json:"metadata"`
	SafeUpdate              flagInput    `json:"safe_update"`
	UpdatedStamp            timeInput    `json:"updated_stamp"`
}

// rawInput keeps a member as it was sent.
type rawInput struct{ v json.RawMessage }

func (r *rawInput) UnmarshalJSON(raw []byte) error {
	if len(raw) > desk.MaxMetadata {
		return errors.New("is too long (32 KiB at most)")
	}
	if raw = bytes.TrimSpace(raw); string(raw) != "null" {
		r.v = bytes.Clone(raw)
	}
	return nil
}

// commentInput is a comment, or its text alone. "value" is an old name of "body".
type commentInput struct {
	set      bool
	Body     string
	HTML     string
	Public   *bool
	AuthorID int64
	Uploads  []string
}

func (in *commentInput) UnmarshalJSON(raw []byte) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '{' {
		s, err := scalar(raw)
		in.set, in.Body = s != "", s
		return err
	}
	var c struct {
		Body     textInput   `json:"body"`
		Value    textInput   `json:"value"`
		HTMLBody textInput   `json:"html_body"`
		Public   flagInput   `json:"public"`
		Private  flagInput   `json:"private"`
		AuthorID numberInput `json:"author_id"`
		Uploads  textsInput  `json:"uploads"`
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return err
	}
	in.Body, in.HTML, in.AuthorID, in.Uploads = c.Body.v, c.HTMLBody.v, c.AuthorID.v, c.Uploads.v
	if in.Body == "" {
		in.Body = c.Value.v
	}
	if in.HTML != "" {
		in.Body = "" // the plain form is made from the HTML, so that the two say the same
	}
	in.Public = c.Public.ptr()
	if in.Public == nil && c.Private.set {
		public := !c.Private.v
		in.Public = &public
	}
	in.set = in.Body != "" || in.HTML != "" || len(in.Uploads) > 0
	return nil
}

// newComment is the comment in the write path's words, nil when nothing is said.
func (in *commentInput) newComment() *desk.NewComment {
	if !in.set {
		return nil
	}
	return &desk.NewComment{Author: desk.UserID(in.AuthorID), Body: in.Body, HTML: in.HTML, Public: in.Public, Uploads: in.Uploads}
}

// fieldsInput is a list of {id, value}, or an object of values by id.
type fieldsInput struct{ v map[desk.FieldID][]string }

func (in *fieldsInput) UnmarshalJSON(raw []byte) error {
	in.v = map[desk.FieldID][]string{}
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" {
		return nil
	}
	if len(raw) > 0 && raw[0] == '{' {
		var byID map[string]fieldText
		if err := json.Unmarshal(raw, &byID); err != nil {
			return err
		}
		for key, v := range byID {
			id, err := parseWhole(key)
			if err != nil {
				return err
			}
			in.v[desk.FieldID(id)] = v
		}
		return nil
	}
	var list []struct {
		ID    numberInput `json:"id"`
		Value fieldText   `json:"value"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	for _, f := range list {
		in.v[desk.FieldID(f.ID.v)] = f.Value
	}
	return nil
}

// fieldText is the value of a custom field: one scalar, commas and all, or a list.
type fieldText []string

func (v *fieldText) UnmarshalJSON(raw []byte) error {
	if raw = bytes.TrimSpace(raw); len(raw) > 0 && raw[0] == '[' {
		var list textsInput
		err := list.UnmarshalJSON(raw)
		*v = list.v
		return err
	}
	s, err := scalar(raw)
	if s != "" {
		*v = []string{s}
	}
	return err
}

// personInput names somebody: by id, by address, or with a name for one who is not known yet.
type personInput struct {
	set    bool
	ID     int64
	Name   string
	Email  string
	Remove bool // action "delete", where a list is changed person by person
}

func (in *personInput) UnmarshalJSON(raw []byte) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '{' {
		return in.parseShort(raw)
	}
	var p struct {
		ID        numberInput `json:"id"`
		UserID    numberInput `json:"user_id"`
		Name      textInput   `json:"name"`
		UserName  textInput   `json:"user_name"`
		Email     textInput   `json:"email"`
		UserEmail textInput   `json:"user_email"`
		Action    textInput   `json:"action"`
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return err
	}
	in.ID, in.Name, in.Email = p.ID.v, p.Name.v, p.Email.v
	if p.UserID.v != 0 {
		in.ID = p.UserID.v
	}
	if p.UserName.v != "" {
		in.Name = p.UserName.v
	}
	if p.UserEmail.v != "" {
		in.Email = p.UserEmail.v
	}
	in.Remove = p.Action.v == "delete" || p.Action.v == "remove"
	in.set = in.ID != 0 || in.Email != "" || in.Name != ""
	return nil
}

// parseShort reads an id or an address that stands alone.
func (in *personInput) parseShort(raw []byte) error {
	s, err := scalar(raw)
	if err != nil || s == "" {
		return err
	}
	in.set = true
	if in.ID, err = parseWhole(s); err != nil {
		in.ID, in.Email = 0, s
	}
	return nil
}

// peopleInput is a list of people; one alone counts as a list.
type peopleInput struct {
	set bool
	v   []personInput
}

func (in *peopleInput) UnmarshalJSON(raw []byte) error {
	in.set = true
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" {
		in.set = false
		return nil
	}
	if len(raw) > 0 && raw[0] == '[' {
		return json.Unmarshal(raw, &in.v)
	}
	in.v = make([]personInput, 1)
	return in.v[0].UnmarshalJSON(raw)
}
