package wire

import (
	"fmt"
	"maps"
	"slices"
)

// Ticket is the message about a shared ticket (nhd §5.2). The members stand in the order in which Zendesk's client writes them.
type Ticket struct {
	UUID         Opt[string]    `json:"uuid,omitzero"`
	Subject      Opt[string]    `json:"subject,omitzero"`
	RequestedAt  Opt[Date]      `json:"requested_at,omitzero"` // when the requester opened it, not when it was shared
	Status       Opt[string]    `json:"status,omitzero"`       // a word of the wire: see StatusMap
	Requester    Opt[Actor]     `json:"requester,omitzero"`
	Comments     Opt[[]Comment] `json:"comments,omitzero"` // POST: the whole history, oldest first; PUT: new ones
	CurrentActor Opt[Actor]     `json:"current_actor,omitzero"`
	Tags         Opt[[]string]  `json:"tags,omitzero"`        // the full set, as stated: see NormaliseTags
	OriginalID   Opt[string]    `json:"original_id,omitzero"` // number at the origin, for display
	CustomFields Opt[Fields]    `json:"custom_fields,omitzero"`
	CustomStatus Opt[string]    `json:"custom_status,omitzero"` // name of the custom status
	Interdesk    Opt[Extension] `json:"interdesk,omitzero"`     // between two Interdesks only
}

// DecodeTicket reads a ticket message. A comment uuid that comes twice counts once, the first wins. The error is an *Error.
func DecodeTicket(body []byte) (Ticket, error) {
	r, err := newReader(body)
	if err != nil {
		return Ticket{}, err
	}
	t := Ticket{
		UUID:         r.uuid("uuid"),
		Subject:      r.line("subject", maxSubject),
		RequestedAt:  r.date("requested_at"),
		Status:       r.line("status", maxWord),
		Requester:    r.actor("requester"),
		Comments:     r.comments("comments"),
		CurrentActor: r.bystander("current_actor"),
		Tags:         r.texts("tags", maxTagsStated, maxName),
		OriginalID:   r.word("original_id"),
		CustomFields: r.fields("custom_fields"),
		CustomStatus: r.line("custom_status", maxName),
		Interdesk:    r.extension("interdesk"),
	}
	return t, *r.problem
}

func (r reader) comments(name string) Opt[[]Comment] {
	items := r.array(name, MaxComments)
	if !items.IsSet() {
		return Opt[[]Comment]{State: items.State}
	}
	comments := make([]Comment, 0, len(items.Value))
	seen := make(map[string]bool, len(items.Value))
	for i, item := range items.Value {
		entry := fmt.Sprintf("%s[%d]", name, i)
		members, ok := item.(map[string]any)
		if !ok {
			r.refuse(entry, "must be an object")
			break
		}
		comment := r.child(entry, members).comment()
		if !seen[comment.UUID] {
			comments = append(comments, comment)
		}
		seen[comment.UUID] = true
	}
	return Some(comments)
}

// CheckShare refuses a POST that lacks a mandatory member or whose uuid is not that of the path (nhd §2, §5.2). The error is an *Error.
func (t Ticket) CheckShare(pathUUID string) error {
	var problem error
	r := reader{problem: &problem}
	r.samePath(need(r, "uuid", t.UUID), pathUUID)
	need(r, "subject", t.Subject)
	need(r, "requested_at", t.RequestedAt)
	need(r, "status", t.Status)
	need(r, "requester", t.Requester)
	need(r, "comments", t.Comments)
	return problem
}

// EncodeTicket writes every member that is set. Dates become UTC (nhd §12).
func EncodeTicket(t Ticket) ([]byte, error) { return marshal(t) }

// StatesAnything reports whether the message says something of the ticket itself, beside comments.
func (t Ticket) StatesAnything() bool {
	return t.Subject.IsSet() || t.Status.IsSet() || t.Requester.IsSet() || t.Tags.IsSet() || t.CustomFields.IsSet()
}

// UnreadableDates returns the dates that could not be read, for the note that nhd §12 asks for.
func (t Ticket) UnreadableDates() []string {
	raw := map[string]bool{}
	note := func(d Date) {
		if d.Raw != "" {
			raw[d.Raw] = true
		}
	}
	note(t.RequestedAt.Value)
	for _, comment := range t.Comments.Value {
		note(comment.AuthoredAt)
	}
	return slices.Sorted(maps.Keys(raw))
}
