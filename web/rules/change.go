package rules

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// changeNames puts what a trigger would change into words.
type changeNames struct {
	cfg   *desk.Config
	users map[string]string
}

// read finds out who is meant by the ids of people in changes.
func (n *changeNames) read(ctx context.Context, tx *store.Tx, found []triedTicket) error {
	n.users = map[string]string{}
	var ids []desk.UserID
	for _, t := range found {
		for _, e := range t.changes {
			if e.Field == "requester_id" || e.Field == "assignee_id" || e.Type == desk.EventFollowers || e.Type == desk.EventEmailCCs {
				ids = append(ids, idsOf[desk.UserID](slices.Concat(textsOf(e.Value), textsOf(e.Previous)))...)
			}
		}
	}
	slices.Sort(ids)
	users, err := tx.UsersByID(ctx, slices.Compact(ids))
	for _, u := range users {
		n.users[ui.IDText(u.ID)] = u.Name
	}
	return err
}

func textsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	}
	return nil
}

// changeText is one change, for people.
func (n *changeNames) changeText(ctx context.Context, e desk.Event) string {
	switch e.Type {
	case desk.EventChange:
		return n.changeParts(ctx, e)
	case desk.EventSharing:
		a := n.cfg.Agreements[e.Agreement]
		return text.T(ctx, "rules.change."+e.Action, a.Name)
	case desk.EventError:
		return text.T(ctx, "rules.change.error", e.Message)
	case desk.EventFollowers, desk.EventEmailCCs:
		return text.T(ctx, "rules.change."+string(e.Type), strings.Join(n.namesOf(e.Value), ", "))
	}
	if e.Notice != nil {
		return text.T(ctx, "rules.change.notice", text.T(ctx, "rules.action."+e.Notice.Action), clipText(e.Notice.Subject))
	}
	return string(e.Type)
}

func (n *changeNames) changeParts(ctx context.Context, e desk.Event) string {
	if e.Field == "tags" {
		was, now := textsOf(e.Previous), textsOf(e.Value)
		var marks []string
		for _, t := range now {
			if !slices.Contains(was, t) {
				marks = append(marks, "+"+t)
			}
		}
		for _, t := range was {
			if !slices.Contains(now, t) {
				marks = append(marks, "−"+t)
			}
		}
		return text.T(ctx, "rules.change.tags", strings.Join(marks, " "))
	}
	return text.T(ctx, "rules.change.field", n.fieldTitle(e.Field), n.valueText(ctx, e.Field, e.Previous), n.valueText(ctx, e.Field, e.Value))
}

// fieldTitle is what a field of an event is called.
func (n *changeNames) fieldTitle(name string) string {
	if id, err := strconv.ParseInt(name, 10, 64); err == nil {
		if f := n.cfg.Field(desk.FieldID(id)); f != nil {
			return f.Title
		}
	}
	if f, ok := n.cfg.Catalog().Field(name); ok {
		return f.Title
	}
	return name
}

func (n *changeNames) valueText(ctx context.Context, field string, v any) string {
	list := n.namesOf(v)
	if len(list) == 0 || list[0] == "" {
		return text.T(ctx, "rules.none")
	}
	name := field
	if _, err := strconv.ParseInt(field, 10, 64); err == nil {
		name = "custom_fields_" + field
	}
	f, _ := n.cfg.Catalog().Field(name)
	for i, one := range list {
		for _, o := range f.Choices {
			if o.Value == one {
				list[i] = choiceTitle(ctx, field, o)
			}
		}
		list[i] = clipText(list[i])
	}
	return strings.Join(list, ", ")
}

// choiceTitle is what a value of a field is called.
func choiceTitle(ctx context.Context, field string, o condition.Option) string {
	switch field {
	case "status":
		return text.T(ctx, "status."+o.Value)
	case "priority":
		return text.T(ctx, "priority."+o.Value)
	case "type":
		return text.T(ctx, "type."+o.Value)
	}
	return o.Title
}

func (n *changeNames) namesOf(v any) []string {
	out := slices.Clone(textsOf(v))
	for i, one := range out {
		if name, ok := n.users[one]; ok {
			out[i] = name
		}
	}
	return out
}
