package api

import (
	"encoding/json"
	"strconv"

	"interdesk/desk"
)

type metadataJSON struct {
	System systemJSON      `json:"system"`
	Custom json.RawMessage `json:"custom"`
	*doubtJSON
}

// doubtJSON is what speaks against a comment's author, with Zendesk's numbers; nil where nothing does.
type doubtJSON struct {
	Flags   []desk.CommentFlag                   `json:"flags"`
	Options map[desk.CommentFlag]map[string]bool `json:"flags_options"`
	Trusted bool                                 `json:"trusted"`
}

func doubtOf(v *desk.Via) *doubtJSON {
	if len(v.Flags) == 0 {
		return nil
	}
	d := &doubtJSON{Flags: v.Flags, Options: map[desk.CommentFlag]map[string]bool{}, Trusted: v.Trusted()}
	for _, f := range v.Flags {
		d.Options[f] = map[string]bool{"trusted": f.Trusted()}
	}
	return d
}

type systemJSON struct {
	Client    string      `json:"client,omitempty"`
	IPAddress string      `json:"ip_address,omitempty"`
	By        desk.UserID `json:"on_behalf_by,omitempty"` // the admin who acted in the author's name
}

func systemOf(c desk.Client) systemJSON { return systemJSON{c.Agent, c.IP, c.By} }

var emptyObject = json.RawMessage("{}")

// auditOf is the record of one update, with the comments that its events speak of; nobody sees an event of a comment that is
// not there.
func (c *call) auditOf(a *desk.Audit, comments map[desk.CommentID]*desk.Comment) object {
	custom := a.Metadata
	if len(custom) == 0 {
		custom = emptyObject
	}
	events := make([]object, 0, len(a.Events))
	for i := range a.Events {
		if e := c.eventOf(a, &a.Events[i], comments); e != nil {
			events = append(events, e)
		}
	}
	return object{{"id", nullID(a.ID)}, {"ticket_id", a.Ticket}, {"created_at", formatTime(a.CreatedAt)}, {"author_id", signerID(a.Author)},
		{"metadata", metadataJSON{systemOf(a.Client), custom, doubtOf(&a.Via)}}, {"events", events}, {"via", viaOf(a.Via)}}
}

// signerID: the system signs with -1, as clients know it.
func signerID(u desk.UserID) desk.UserID {
	if u == 0 {
		return -1
	}
	return u
}

// eventOf is one event in the shape of its type (rules.md §9); it has a via only where that differs from the audit's.
func (c *call) eventOf(a *desk.Audit, e *desk.Event, comments map[desk.CommentID]*desk.Comment) object {
	o := object{{"id", e.ID}, {"type", e.Type}}
	switch e.Type {
	case desk.EventComment:
		m := comments[e.Comment]
		if m == nil {
			return nil
		}
		o = append(o, c.commentEvent(a, m)...)
	case desk.EventCreate:
		o = append(o, member{"field_name", e.Field}, member{"value", e.Value})
	case desk.EventChange:
		o = append(o, member{"field_name", e.Field}, member{"value", e.Value}, member{"previous_value", e.Previous})
	case desk.EventCommentPrivacy:
		o = append(o, member{"comment_id", e.Comment}, member{"public", e.Value == "true"})
	case desk.EventRedaction:
		o = append(o, member{"comment_id", e.Comment})
	case desk.EventFileRedaction:
		o = append(o, member{"comment_id", e.Comment}, member{"attachment_id", e.Attachment})
	case desk.EventSharing:
		o = append(o, member{"agreement_id", e.Agreement}, member{"action", e.Action})
	case desk.EventMacro:
		o = append(o, member{"macro_id", strconv.FormatInt(int64(e.Macro), 10)}, member{"macro_title", e.Message}, member{"macro_deleted", false})
	case desk.EventFollowers:
		o = append(o, member{"previous_followers", userNumbers(e.Previous)}, member{"current_followers", userNumbers(e.Value)})
	case desk.EventEmailCCs:
		o = append(o, member{"previous_email_ccs", e.Previous}, member{"current_email_ccs", e.Value})
	case desk.EventNotification, desk.EventGroupNotice, desk.EventWebhook:
		o = append(o, noticeOf(e)...)
	case desk.EventRating:
		o = append(o, member{"score", e.Value}, member{"assignee_id", nullID(e.Assignee)}, member{"body", nullString(e.Message)})
	case desk.EventError, desk.EventRecovery, desk.EventMail:
		o = append(o, member{"message", e.Message})
	}
	if e.Via != nil {
		o = append(o, member{"via", viaOf(*e.Via)})
	}
	return o
}

func (c *call) commentEvent(a *desk.Audit, m *desk.Comment) object {
	return object{{"author_id", m.Author}, {"body", m.Body}, {"html_body", c.htmlOf(m)}, {"plain_body", m.Body}, {"public", m.Public},
		{"attachments", c.attachmentsOf(m.Attachments)}, {"audit_id", a.ID}, {"trusted", m.Via.Trusted()}}
}

// noticeOf shows the templates as they stand in the rule: who sends mail or calls hooks fills them in.
func noticeOf(e *desk.Event) object {
	n := e.Notice
	if n == nil {
		return nil
	}
	if e.Type == desk.EventWebhook {
		return object{{"webhook_id", n.Target}, {"body", n.Body}}
	}
	return object{{"subject", n.Subject}, {"body", n.Body}, {"recipients", nonNil(n.To)}, {"recipient", n.Target}}
}

// userNumbers are a list of users as numbers; events keep texts, and clients read those of copied people so.
func userNumbers(v any) []int64 {
	out := []int64{}
	add := func(s string) {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			out = append(out, id)
		}
	}
	switch list := v.(type) {
	case []string: // as just made
		for _, s := range list {
			add(s)
		}
	case []any: // as read back
		for _, s := range list {
			text, _ := s.(string)
			add(text)
		}
	}
	return out
}
