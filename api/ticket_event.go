package api

import (
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

// ticketEventsOf shows updates as the export of ticket events does: each with its changes as child_events, in the words of Zendesk's
// export. What comments say comes along with include=comment_events.
func (c *call) ticketEventsOf(tx *store.Tx, audits []desk.Audit) ([]object, error) {
	comments, err := c.commentsIn(tx, audits)
	if err != nil {
		return nil, err
	}
	out := make([]object, len(audits))
	for i := range audits {
		a := &audits[i]
		children := []object{}
		for k := range a.Events {
			if child := c.childEventOf(a, &a.Events[k], comments); child != nil {
				children = append(children, child)
			}
		}
		custom := a.Metadata
		if len(custom) == 0 {
			custom = emptyObject
		}
		out[i] = object{{"child_events", children}, {"id", a.ID}, {"ticket_id", a.Ticket}, {"timestamp", a.CreatedAt.Unix()},
			{"created_at", formatTime(a.CreatedAt)}, {"updater_id", signerID(a.Author)}, {"via", viaTitle(a.Via)},
			{"system", systemOf(a.Client)}, {"metadata", custom}, {"event_type", "Audit"}}
	}
	return out, nil
}

// childEventOf is one change of an update; nil for what no longer is there.
func (c *call) childEventOf(a *desk.Audit, e *desk.Event, comments map[desk.CommentID]*desk.Comment) object {
	via := a.Via
	if e.Via != nil {
		via = *e.Via
	}
	o := object{{"id", e.ID}, {"via", viaTitle(via)}, {"via_reference_id", viaReference(via)}}
	switch e.Type {
	case desk.EventComment:
		m := comments[e.Comment]
		if m == nil {
			return nil
		}
		if c.includes("comment_events") {
			o = append(append(o, member{"type", "Comment"}), c.commentEvent(a, m)...)
			o = append(o, member{"created_at", formatTime(m.CreatedAt)})
		} else {
			o = append(o, member{"comment_present", true}, member{"comment_public", m.Public})
		}
	case desk.EventCreate, desk.EventChange:
		o = append(o, changeOf(e)...)
	default:
		o = append(o, c.eventOf(a, e, comments)[2:]...) // its id and type are said here already
	}
	return append(o, member{"event_type", e.Type})
}

// changeOf names the field and what it says now, and before.
func changeOf(e *desk.Event) object {
	var o object
	if _, err := strconv.ParseInt(e.Field, 10, 64); err == nil {
		o = object{{"custom_ticket_fields", map[string]any{e.Field: e.Value}}}
	} else {
		o = object{{e.Field, e.Value}}
	}
	if e.Type == desk.EventCreate {
		return o
	}
	o = append(o, member{"previous_value", e.Previous})
	if e.Field == "tags" {
		was, now := textsIn(e.Previous), textsIn(e.Value)
		o = append(o, member{"added_tags", without(now, was)}, member{"removed_tags", without(was, now)})
	}
	return o
}

// textsIn are the texts of a list, as just made or as read back.
func textsIn(v any) (out []string) {
	switch list := v.(type) {
	case []string:
		return list
	case []any:
		for _, s := range list {
			if text, ok := s.(string); ok {
				out = append(out, text)
			}
		}
	case string:
		return strings.Fields(list)
	}
	return out
}

func without(list, gone []string) []string {
	out := []string{}
	for _, s := range list {
		if !slices.Contains(gone, s) {
			out = append(out, s)
		}
	}
	return out
}

// viaTitle is where something came from, in the words of the export of ticket events.
func viaTitle(v desk.Via) string {
	switch v.Channel {
	case desk.ChannelWeb:
		return "Web form"
	case desk.ChannelMail:
		return "Mail"
	case desk.ChannelRule:
		return "Rule"
	case desk.ChannelProblem:
		return "Linked problem"
	case desk.ChannelGroupDeletion:
		return "Group deletion"
	case desk.ChannelUserChange:
		return "User change"
	case desk.ChannelUserDeletion:
		return "User deletion"
	case desk.ChannelGroupChange:
		return "Group change"
	case desk.ChannelMerge:
		return "Ticket merge"
	case desk.ChannelBatch:
		return "Batch update"
	case desk.ChannelClosed:
		return "Closed ticket"
	case desk.ChannelSharing, desk.ChannelDelivery:
		return "Ticket sharing"
	case desk.ChannelImport:
		return "Import"
	}
	return "Web service"
}

// viaReference is the id of what a rule, a partner or another ticket had to do with it; nil where there is none.
func viaReference(v desk.Via) *int64 {
	for _, id := range []int64{int64(v.Trigger), int64(v.Automation), int64(v.Agreement), int64(v.Source)} {
		if id != 0 {
			return &id
		}
	}
	return nil
}
