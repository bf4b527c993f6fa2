package ticket

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/web/text"
)

// Update is one audit in plain words.
type Update struct {
	Ticket desk.TicketID
	ID     desk.AuditID
	Author string
	At     time.Time
	Via    desk.Via
	Events []EventText
	Looked bool // rules looked at it, so that there is something to tell about why
}

// EventText is one event in plain words.
type EventText struct {
	icon  string // "" for none
	Words string
	From  string // what was before, and is now; both empty when Words say it all
	To    string
	By    *desk.Via // the rule that did it; nil: the author
	// Source is where an admin reads the source of the mail that this is about.
	Source string
}

func (m *model) describeUpdate(ctx context.Context, a *desk.Audit) *Update {
	u := &Update{Ticket: a.Ticket, ID: a.ID, Author: m.Names.User(ctx, a.Author), At: a.CreatedAt, Via: a.Via, Looked: a.RuleSet != 0 && len(a.Trace) > 0}
	for i := range a.Events {
		if h, ok := m.describeEvent(ctx, &a.Events[i]); ok {
			if v := a.Events[i].Via; v != nil && v.Channel == desk.ChannelRule {
				h.By = v
			}
			u.Events = append(u.Events, h)
		}
	}
	return u
}

// describeEvent says an event in words. Comments stand by themselves, and what a new ticket starts without is not told.
func (m *model) describeEvent(ctx context.Context, e *desk.Event) (h EventText, ok bool) {
	switch e.Type {
	case desk.EventComment:
		return h, false
	case desk.EventCreate, desk.EventChange:
		return m.describeChange(ctx, e)
	case desk.EventFollowers:
		return m.peopleChanged(ctx, text.T(ctx, "ticket.followers"), e), true
	case desk.EventEmailCCs:
		return m.peopleChanged(ctx, text.T(ctx, "ticket.ccs"), e), true
	case desk.EventSharing:
		return m.describeSharing(ctx, e), true
	case desk.EventMacro:
		name := m.Names.Macros[e.Macro]
		if name == "" {
			return EventText{icon: "wand", Words: text.T(ctx, "ticket.event.macro")}, true
		}
		return EventText{icon: "wand", Words: text.T(ctx, "ticket.event.macro.named", name)}, true
	case desk.EventCommentPrivacy:
		return EventText{icon: "lock", Words: text.T(ctx, "ticket.event.hidden")}, true
	case desk.EventRedaction:
		return EventText{icon: "lock", Words: text.T(ctx, "ticket.event.redacted")}, true
	case desk.EventFileRedaction:
		return EventText{icon: "lock", Words: text.T(ctx, "ticket.event.redacted.file", e.Message)}, true
	case desk.EventRating:
		words := text.T(ctx, "satisfaction.rated."+strings.Join(textsOf(e.Value), ""))
		if e.Message != "" {
			words += " “" + e.Message + "”"
		}
		return EventText{icon: "mood-smile", Words: words}, true
	case desk.EventError:
		return EventText{icon: "alert-triangle", Words: e.Message}, true
	case desk.EventRecovery, desk.EventMail:
		return EventText{icon: "mail", Words: e.Message}, true
	case desk.EventNotification, desk.EventGroupNotice, desk.EventWebhook:
		return m.describeRequest(ctx, e)
	}
	return EventText{Words: string(e.Type)}, true
}

// describeSharing is what happened to a share.
func (m *model) describeSharing(ctx context.Context, e *desk.Event) EventText {
	name := m.Names.Config.Agreements[e.Agreement].Name
	switch e.Action {
	case desk.ActionUnshared:
		return EventText{icon: "link-off", Words: text.T(ctx, "ticket.event.unshared", name)}
	case desk.ActionDelivered:
		return EventText{icon: "check", Words: text.T(ctx, "ticket.event.delivered", name)}
	case desk.ActionFailed:
		return EventText{icon: "alert-triangle", Words: text.T(ctx, "ticket.event.failed", name)}
	}
	return EventText{icon: "arrows-exchange", Words: text.T(ctx, "ticket.event.shared", name)}
}

// describeRequest is a notification or a call that a rule asked for.
func (m *model) describeRequest(ctx context.Context, e *desk.Event) (EventText, bool) {
	if e.Notice == nil {
		return EventText{}, false
	}
	if e.Type == desk.EventWebhook {
		name := e.Notice.Target
		if w := rule.HookOf(m.Names.Config, *e.Notice); w != nil {
			name = w.Name
		}
		return EventText{icon: "webhook", Words: text.T(ctx, "ticket.event.webhook", name)}, true
	}
	return EventText{icon: "mail", Words: text.T(ctx, "ticket.event.notice", m.recipientName(ctx, e))}, true
}

func (m *model) recipientName(ctx context.Context, e *desk.Event) string {
	target := e.Notice.Target
	id, err := strconv.ParseInt(target, 10, 64)
	switch {
	case err != nil && e.Type == desk.EventGroupNotice:
		return text.T(ctx, "ticket.group")
	case err != nil:
		switch target {
		case "requester_id", "assignee_id", "current_user", "all_agents", "requester_and_ccs":
			return text.T(ctx, "ticket.to."+target)
		}
		return target
	case e.Type == desk.EventGroupNotice:
		g, _ := m.Names.Config.Group(desk.GroupID(id))
		return g.Name
	}
	return m.Names.User(ctx, desk.UserID(id))
}

func (m *model) peopleChanged(ctx context.Context, label string, e *desk.Event) EventText {
	names := func(v any) string {
		var out []string
		for _, id := range textsOf(v) {
			out = append(out, m.Names.User(ctx, *parseID[desk.UserID](id)))
		}
		return strings.Join(out, ", ")
	}
	return EventText{Words: label, From: orNothing(ctx, names(e.Previous)), To: orNothing(ctx, names(e.Value))}
}

func orNothing(ctx context.Context, s string) string {
	if s == "" {
		return text.T(ctx, "ticket.empty")
	}
	return s
}

// describeChange is a field that got another value.
func (m *model) describeChange(ctx context.Context, e *desk.Event) (h EventText, ok bool) {
	if e.Field == "tags" {
		return tagsChanged(ctx, e)
	}
	from, to := m.valueText(ctx, e.Field, e.Previous), m.valueText(ctx, e.Field, e.Value)
	if e.Type == desk.EventCreate {
		if to == "" || e.Field == "brand_id" || e.Field == "requester_id" || e.Field == "subject" {
			return h, false
		}
		return EventText{Words: m.fieldLabel(ctx, e.Field), To: to}, true
	}
	return EventText{Words: m.fieldLabel(ctx, e.Field), From: orNothing(ctx, from), To: orNothing(ctx, to)}, true
}

func tagsChanged(ctx context.Context, e *desk.Event) (EventText, bool) {
	was, now := textsOf(e.Previous), textsOf(e.Value)
	var words []string
	added := slices.DeleteFunc(slices.Clone(now), func(t string) bool { return slices.Contains(was, t) })
	removed := slices.DeleteFunc(slices.Clone(was), func(t string) bool { return slices.Contains(now, t) })
	if len(added) > 0 {
		words = append(words, text.T(ctx, "ticket.event.tags.added", strings.Join(added, ", ")))
	}
	if len(removed) > 0 {
		words = append(words, text.T(ctx, "ticket.event.tags.removed", strings.Join(removed, ", ")))
	}
	return EventText{icon: "tag", Words: strings.Join(words, " · ")}, len(words) > 0
}

// textsOf are the values of an event, as just made or as read back.
func textsOf(v any) (out []string) {
	switch list := v.(type) {
	case []string:
		return list
	case []any:
		for _, s := range list {
			out = append(out, fmt.Sprint(s))
		}
	case string:
		out = append(out, list)
	}
	return out
}

// fieldLabel is what a field of an event is called.
func (m *model) fieldLabel(ctx context.Context, field string) string {
	if id, err := strconv.ParseInt(field, 10, 64); err == nil {
		if f := m.Names.Config.Field(desk.FieldID(id)); f != nil {
			return f.Title
		}
		return text.T(ctx, "ticket.field.gone")
	}
	switch field {
	case "subject", "status", "priority", "type", "requester_id", "organization_id", "group_id", "assignee_id", "brand_id", "ticket_form_id",
		"problem_id", "external_id", "due_at", "satisfaction_score":
		return text.T(ctx, "ticket.label."+field)
	}
	return field
}

// valueText is a value of an event's field, as people read it.
func (m *model) valueText(ctx context.Context, field string, v any) string {
	said := strings.Join(textsOf(v), ",")
	if said == "" {
		return ""
	}
	switch field {
	case "status":
		return text.T(ctx, "status."+said)
	case "satisfaction_score":
		return text.T(ctx, "satisfaction.score."+said)
	case "priority":
		return text.T(ctx, "priority."+said)
	case "type":
		return text.T(ctx, "type."+said)
	case "requester_id", "assignee_id":
		return m.Names.User(ctx, *parseID[desk.UserID](said))
	case "organization_id":
		return m.Names.Organization(*parseID[desk.OrganizationID](said))
	case "group_id":
		if g, ok := m.Names.Config.Group(*parseID[desk.GroupID](said)); ok {
			return g.Name
		}
		return "#" + said
	case "problem_id":
		return m.Names.Ticket(*parseID[desk.TicketID](said))
	case "ticket_form_id":
		return m.formName(said)
	case "due_at":
		return m.dateText(said)
	}
	return m.fieldValue(ctx, field, said)
}

func (m *model) formName(id string) string {
	for _, f := range m.Names.Config.Forms {
		if number(f.ID) == id {
			return f.Name
		}
	}
	return "#" + id
}

func (m *model) dateText(stamp string) string {
	t, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return stamp
	}
	return t.In(locationOf(m.Names.Config)).Format("2 Jan 2006")
}

func (m *model) fieldValue(ctx context.Context, field, said string) string {
	id, err := strconv.ParseInt(field, 10, 64)
	if err != nil {
		return said
	}
	f := m.Names.Config.Field(desk.FieldID(id))
	if f == nil {
		return said
	}
	p := fieldProperty(ctx, m.Names, f, desk.FieldValue(valuesOf(said)))
	return p.TextOf(ctx, p.Base)
}

// usersNamedIn are the people whom the events of an audit speak of.
func usersNamedIn(a *desk.Audit) (ids []desk.UserID) {
	for i := range a.Events {
		e := &a.Events[i]
		switch {
		case e.Type == desk.EventFollowers || e.Type == desk.EventEmailCCs || e.Field == "assignee_id" || e.Field == "requester_id":
			for _, v := range append(textsOf(e.Value), textsOf(e.Previous)...) {
				ids = append(ids, *parseID[desk.UserID](v))
			}
		case e.Notice != nil && e.Type == desk.EventNotification:
			ids = append(ids, *parseID[desk.UserID](e.Notice.Target))
		}
	}
	return ids
}
