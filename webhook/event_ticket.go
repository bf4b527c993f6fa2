package webhook

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/notify"
)

// changedNames are the events of changed properties, by the names of these in audits.
func changedNames() map[string]string {
	return map[string]string{
		"status": "status_changed", "priority": "priority_changed", "type": "type_changed", "subject": "subject_changed",
		"assignee_id": "agent_assignment_changed", "group_id": "group_assignment_changed", "requester_id": "requester_changed",
		"organization_id": "organization_changed", "brand_id": "brand_changed", "ticket_form_id": "form_changed",
		"problem_id": "problem_link_changed", "external_id": "external_id_changed", "due_at": "task_due_at_changed", "tags": "tags_changed",
	}
}

// happenings are the events of an update. A new ticket is one event, with those of its files: what it begins with is in the detail.
func happenings(a *desk.Audit) (out []happening) {
	for _, e := range netChanges(a) {
		switch e.Type {
		case desk.EventCreate:
			if len(out) == 0 || out[0].name != "ticket.created" {
				out = append([]happening{{name: "ticket.created"}}, out...)
			}
		case desk.EventComment:
			out = append(out, happening{name: "ticket.comment_added", about: e.Comment},
				happening{name: "ticket.attachment_linked_to_comment", about: e.Comment, files: true})
		case desk.EventCommentPrivacy:
			out = append(out, happening{name: "ticket.comment_made_private", about: e.Comment})
		case desk.EventRedaction:
			out = append(out, happening{name: "ticket.comment_redacted", about: e.Comment})
		case desk.EventFileRedaction:
			out = append(out, happening{name: "ticket.attachment_redacted_from_comment", event: map[string]any{"comment": map[string]any{
				"id": idText(e.Comment), "attachment": map[string]any{"id": idText(e.Attachment)}}}})
		case desk.EventChange:
			out = append(out, changed(&e))
			if a.Via.Channel == desk.ChannelMerge && e.Field == "status" && e.Value == string(desk.Closed) {
				out = append(out, happening{name: "ticket.merged", event: map[string]any{"target_ticket": map[string]any{"id": idText(a.Via.Source)}}})
			}
		case desk.EventFollowers:
			out = append(out, happening{name: "ticket.followers_changed", event: map[string]any{"current": e.Value, "previous": e.Previous}})
		case desk.EventEmailCCs:
			out = append(out, happening{name: "ticket.email_ccs_changed", event: map[string]any{"current": e.Value, "previous": e.Previous}})
		}
	}
	if len(out) > 0 && out[0].name == "ticket.created" {
		out = slices.DeleteFunc(out, func(h happening) bool { return h.name != "ticket.created" && !h.files })
	}
	return slices.DeleteFunc(out, func(h happening) bool { return h.name == "" })
}

// netChanges are the events of an audit with one change for each property, from what it was to what it became, rules included.
func netChanges(a *desk.Audit) (out []desk.Event) {
	first := map[string]int{}
	for _, e := range a.Events {
		if e.Type != desk.EventChange && e.Type != desk.EventFollowers && e.Type != desk.EventEmailCCs {
			out = append(out, e)
			continue
		}
		key := string(e.Type) + e.Field
		if at, had := first[key]; had {
			out[at].Value = e.Value
			continue
		}
		first[key] = len(out)
		out = append(out, e)
	}
	return slices.DeleteFunc(out, func(e desk.Event) bool {
		_, changes := first[string(e.Type)+e.Field]
		return changes && fmt.Sprint(e.Value) == fmt.Sprint(e.Previous)
	})
}

// changed is the event of a changed property.
func changed(e *desk.Event) happening {
	name, known := changedNames()[e.Field]
	if !known {
		if _, err := strconv.ParseInt(e.Field, 10, 64); err != nil {
			return happening{}
		}
		return happening{name: "ticket.custom_field_changed", field: e.Field,
			event: map[string]any{"current": map[string]any{"value": e.Value}, "previous": map[string]any{"value": e.Previous}}}
	}
	h := happening{name: "ticket." + name, event: map[string]any{"current": e.Value, "previous": e.Previous}}
	switch e.Field {
	case "status", "priority", "type":
		h.event = map[string]any{"current": shouted(e.Value), "previous": shouted(e.Previous)}
	case "tags":
		now, was := texts(e.Value), texts(e.Previous)
		h.event = map[string]any{"tags_added": without(now, was), "tags_removed": without(was, now)}
	}
	return h
}

// shouted: events have words such as OPEN in capitals.
func shouted(v any) any {
	if s, ok := v.(string); ok {
		return strings.ToUpper(s)
	}
	return v
}

// texts is a list as audits keep it, in memory or read back.
func texts(v any) []string {
	switch v := v.(type) {
	case []string:
		return v
	case []any:
		out := make([]string, 0, len(v))
		for _, one := range v {
			out = append(out, fmt.Sprint(one))
		}
		return out
	}
	return nil
}

func without(all, those []string) []string {
	return nonNil(slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(those, s) }))
}

// events are what webhooks that subscribe to them hear of an update.
func events(config *desk.Config, view *notify.StaffView) (out []*desk.Invocation) {
	t, audit := view.Ticket(), view.Audit()
	e := envelope{Account: config.Account.ID, Subject: fmt.Sprintf("zen:ticket:%d", t.ID), Time: audit.CreatedAt.UTC(), Version: ticketVersion,
		Detail: ticketDetail(t, audit)}
	all := happenings(audit)
	for i := range config.Webhooks {
		w := &config.Webhooks[i]
		n := 0
		for _, h := range all {
			if !w.Active || !w.Subscribes(h.name) {
				continue
			}
			for _, event := range eventsOf(config, view, w, h) {
				h.event = event
				m := e.invocation(w, h, fmt.Sprintf("%d/%d", config.Account.ID, audit.ID), n)
				m.Ticket = t.ID
				out = append(out, m)
				n++
			}
		}
	}
	return out
}

// eventsOf is what is particular about an event, once for each file where it is about files.
func eventsOf(config *desk.Config, view *notify.StaffView, w *desk.Webhook, h happening) []map[string]any {
	switch {
	case h.files:
		return fileEvents(view, w, h.about)
	case h.about != 0:
		return []map[string]any{{"comment": commentEvent(view, h.about)}}
	case h.field != "":
		h.event["custom_field"] = fieldEvent(config, h.field)
	}
	return []map[string]any{h.event}
}

func commentEvent(view *notify.StaffView, id desk.CommentID) map[string]any {
	out := map[string]any{"id": idText(id), "is_public": false}
	c := view.Comment(id)
	if c == nil {
		return out
	}
	author := view.Person(c.Author)
	out["is_public"], out["body"] = c.Public, c.Body
	out["author"] = map[string]any{"id": idText(c.Author), "is_staff": author.Role.Staff(), "name": author.Name}
	return out
}

func fileEvents(view *notify.StaffView, w *desk.Webhook, id desk.CommentID) (out []map[string]any) {
	c := view.Comment(id)
	if c == nil {
		return nil
	}
	for i := range c.Attachments {
		a := &c.Attachments[i]
		out = append(out, map[string]any{"comment": map[string]any{"id": idText(id), "attachment": map[string]any{"id": idText(a.ID), "filename": a.FileName,
			"content_type": a.ContentType, "content_url": view.FileURL(a, w.CreatedBy), "is_public": c.Public}}})
	}
	return out
}

func fieldEvent(config *desk.Config, digits string) map[string]any {
	out := map[string]any{"id": digits}
	n, _ := strconv.ParseInt(digits, 10, 64)
	if f := config.Field(desk.FieldID(n)); f != nil {
		out["title"], out["type"] = f.Title, f.Type
	}
	return out
}

// ticketDetail is the ticket as events have it.
func ticketDetail(t *desk.Ticket, a *desk.Audit) map[string]any {
	return map[string]any{
		"actor_id": idText(a.Author), "assignee_id": idText(t.Assignee), "brand_id": idText(t.Brand), "created_at": timeText(t.CreatedAt),
		"custom_status": nil, "description": t.Description, "external_id": orNull(t.ExternalID), "form_id": idText(t.Form), "group_id": idText(t.Group),
		"id": idText(t.ID), "is_public": t.Public, "organization_id": idText(t.Organization), "priority": orNull(strings.ToUpper(string(t.Priority))),
		"requester_id": idText(t.Requester), "status": strings.ToUpper(string(t.Status)), "subject": t.Subject, "submitter_id": idText(t.Submitter),
		"tags": nonNil(t.Tags), "type": orNull(strings.ToUpper(string(t.Type))), "updated_at": timeText(t.UpdatedAt),
		"via": map[string]any{"channel": channelName(t.Via.Channel)},
	}
}

// channelName is how a ticket came about, in the words of events.
func channelName(c desk.Channel) string {
	switch c {
	case desk.ChannelMail:
		return "mail"
	case desk.ChannelAPI:
		return "web_service"
	case desk.ChannelSharing:
		return "ticket_sharing"
	case desk.ChannelClosed:
		return "closed_ticket"
	case desk.ChannelImport:
		return "import"
	}
	return "web_form"
}
