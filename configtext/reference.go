package configtext

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
)

// Rules name things by ids; texts name them by names. Both ways go over the tables here.

const customPrefix = "custom_fields_"

// words stand where an id can stand, and mean no record.
var words = []string{"", "-", "current_user", "current_groups", "requester_id", "assignee_id", "group_id", "requester_and_ccs", "all_agents", "agent", "end_user"}

// conditionRefs is what the values of conditions name.
var conditionRefs = map[string]string{
	"group_id": kindGroup, "assignee_id": refPerson, "requester_id": refPerson, "role": refPerson, "organization_id": refOrganization,
	"brand_id": refBrand, "ticket_form_id": kindForm, "schedule_id": kindSchedule, "within_schedule": kindSchedule,
	"received_from": kindInbound, "sent_to": kindOutbound, "delivered_to": kindOutbound, "sharing_failed": kindOutbound,
	"via_id": refChannel, "current_via_id": refChannel,
}

// actionRefs is what the values of actions name; of a list its first element.
var actionRefs = map[string]string{
	"group_id": kindGroup, "assignee_id": refPerson, "cc": refPerson, "follower": refPerson, "brand_id": refBrand, "ticket_form_id": kindForm,
	"set_schedule": kindSchedule, "share_ticket": kindOutbound, "unshare_ticket": kindOutbound,
	"notification_user": refPerson, "notification_sms_user": refPerson, "notification_group": kindGroup, "notification_sms_group": kindGroup,
	"notification_webhook": kindWebhook, "notification_target": refTarget,
}

// refTarget names webhooks by the numbers that they have as targets.
const refTarget = "target"

// refOf is what the values of a condition or action name; "" for nothing. The field is as the desk has it.
func (w *work) refOf(refs map[string]string, field string) string {
	if f, ok := w.config().Catalog().Field(field); ok {
		field = f.Name
	}
	if id, ok := strings.CutPrefix(field, customPrefix); ok {
		f := w.config().Field(desk.FieldID(number(id)))
		if f == nil || f.Type != desk.FieldLookup {
			return ""
		}
		return map[string]string{"zen:user": refPerson, "zen:organization": refOrganization}[f.Target]
	}
	return refs[field]
}

// fieldName is a field as texts have it: custom_fields_[its name].
func (w *work) fieldName(field string) string {
	id, ok := strings.CutPrefix(field, customPrefix)
	if !ok {
		if id, ok = strings.CutPrefix(field, "ticket_fields_"); !ok {
			return field
		}
	}
	if name, known := w.names.byID[kindField][id]; known {
		return customPrefix + "[" + name + "]"
	}
	return field
}

// fieldID is a field as the desk has it.
func (w *work) fieldID(ctx context.Context, field, path string) string {
	name, ok := strings.CutPrefix(field, customPrefix+"[")
	if !ok || !strings.HasSuffix(name, "]") {
		return field
	}
	return customPrefix + w.idAt(ctx, kindField, strings.TrimSuffix(name, "]"), path)
}

var (
	placeholderID   = regexp.MustCompile(`\b(ticket_field_(?:option_title_)?)(\d+)\b`)
	placeholderName = regexp.MustCompile(`\b(ticket_field_(?:option_title_)?)\[([^\[\]{}]+)\]`)
)

// placeholderNames has the placeholders of custom fields in a text name them: {{ticket.ticket_field_[Serial number]}}.
func (w *work) placeholderNames(s string) string {
	return placeholderID.ReplaceAllStringFunc(s, func(found string) string {
		at := placeholderID.FindStringSubmatch(found)
		if name, ok := w.names.byID[kindField][at[2]]; ok {
			return at[1] + "[" + name + "]"
		}
		return found
	})
}

func (w *work) placeholderIDs(ctx context.Context, s, path string) string {
	return placeholderName.ReplaceAllStringFunc(s, func(found string) string {
		at := placeholderName.FindStringSubmatch(found)
		return at[1] + w.idAt(ctx, kindField, at[2], path)
	})
}

// conditionsText is a tree as a text.
func (w *work) conditionsText(ctx context.Context, t condition.Tree) Conditions {
	return Conditions{All: w.branchText(ctx, t.All), Any: w.branchText(ctx, t.Any)}
}

func (w *work) branchText(ctx context.Context, list condition.Conditions) (out []Condition) {
	for _, c := range list {
		raw, _ := c.Value.MarshalJSON()
		value := ValueOf(raw)
		if ref := w.refOf(conditionRefs, c.Field); ref != "" {
			if s, ok := value.v.(string); ok && len(strings.Fields(s)) > 1 && isIDs(c.Value.List()) {
				value = Value{anyOf(c.Value.List())} // names have blanks: they stand in a list
			}
			value = value.mapTexts(func(_ int, s string) string { return w.refName(ctx, ref, s) })
		}
		out = append(out, Condition{Field: w.fieldName(c.Field), Operator: string(c.Operator), Value: value})
	}
	return out
}

func isIDs(list []string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return number(s) == 0 })
}

func anyOf(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func (w *work) refName(ctx context.Context, ref, s string) string {
	if slices.Contains(words, s) {
		return s
	}
	return w.name(ctx, ref, s)
}

func (w *work) refID(ctx context.Context, ref, s, path string) string {
	if slices.Contains(words, s) {
		return s
	}
	return w.idAt(ctx, ref, s, path)
}

// actionsText are actions as texts.
func (w *work) actionsText(ctx context.Context, list []desk.Action) (out []Action) {
	for _, a := range list {
		ref := w.refOf(actionRefs, a.Field)
		value := ValueOf(a.Value).mapTexts(func(at int, s string) string {
			if ref != "" && at <= 0 {
				return w.refName(ctx, ref, s)
			}
			return w.placeholderNames(s)
		})
		out = append(out, Action{Field: w.fieldName(a.Field), Value: value})
	}
	return out
}

// tree is a text's conditions as the desk has them; key is where they stand.
func (w *work) tree(ctx context.Context, key string, t Conditions, place condition.Place) condition.Tree {
	return condition.Tree{All: w.branch(ctx, key+".all", t.All, place), Any: w.branch(ctx, key+".any", t.Any, place)}
}

func (w *work) branch(ctx context.Context, key string, list []Condition, place condition.Place) (out condition.Conditions) {
	for i, c := range list {
		path := fmt.Sprintf("%s[%d]", key, i)
		field := w.fieldID(ctx, c.Field, path+".field")
		w.checkCondition(field, c, path, place)
		value := c.Value
		if ref := w.refOf(conditionRefs, field); ref != "" {
			value = value.mapTexts(func(_ int, s string) string { return w.refID(ctx, ref, s, path+".value") })
		}
		out = append(out, condition.Condition{Field: field, Operator: condition.Operator(c.Operator), Value: condition.ValueOf(value.JSON())})
	}
	return out
}

// checkCondition says what there is instead of a field or an operator that is not.
func (w *work) checkCondition(field string, c Condition, path string, place condition.Place) {
	f, ok := w.config().Catalog().Field(field)
	switch {
	case !ok && field == customPrefix:
	case !ok || !f.In.Has(place):
		var all []string
		for _, f := range w.config().Catalog().Fields() {
			if f.In.Has(place) && !strings.HasPrefix(f.Name, customPrefix) {
				all = append(all, f.Name)
			}
		}
		slices.Sort(all)
		w.fault(path+".field", fmt.Sprintf("%s has no condition %q; there are %s, and custom_fields_[title]", place, c.Field, strings.Join(all, ", ")))
	case !f.Offers(condition.Operator(c.Operator), place):
		var all []string
		for _, op := range f.Operators {
			if f.Offers(op, place) {
				all = append(all, string(op))
			}
		}
		w.fault(path+".operator", fmt.Sprintf("%s cannot be compared by %q; use %s", c.Field, c.Operator, strings.Join(all, ", ")))
	}
}

// actions are a text's actions as the desk has them.
func (w *work) actions(ctx context.Context, list []Action, place condition.Place) (out []desk.Action) {
	known := actionNames(w.config(), place)
	for i, a := range list {
		path := "actions[" + strconv.Itoa(i) + "]"
		field := w.fieldID(ctx, a.Field, path+".field")
		if !strings.HasPrefix(field, customPrefix) && !slices.Contains(known, field) {
			w.fault(path+".field", fmt.Sprintf("%s has no action %q; there are %s, and custom_fields_[title]", place, a.Field, strings.Join(known, ", ")))
		}
		ref := w.refOf(actionRefs, field)
		value := a.Value.mapTexts(func(at int, s string) string {
			if ref != "" && at <= 0 {
				return w.refID(ctx, ref, s, path+".value")
			}
			return w.placeholderIDs(ctx, s, path+".value")
		})
		out = append(out, desk.Action{Field: field, Value: value.JSON()})
	}
	return out
}

// actionNames are the actions of a place, without those of custom fields.
func actionNames(c *desk.Config, place condition.Place) (names []string) {
	for _, a := range rule.Definitions(c, place).Actions {
		if !strings.HasPrefix(a.Subject, customPrefix) {
			names = append(names, a.Subject)
		}
	}
	slices.Sort(names)
	return names
}

func (w *work) restrictionText(ctx context.Context, r desk.Restriction) *Restriction {
	if r.Type != "Group" {
		return nil
	}
	out := &Restriction{}
	for _, id := range r.IDs {
		out.Groups = append(out.Groups, w.name(ctx, kindGroup, text(desk.GroupID(id))))
	}
	return out
}

func (w *work) restriction(ctx context.Context, r *Restriction) desk.Restriction {
	if r == nil {
		return desk.Restriction{}
	}
	out := desk.Restriction{Type: "Group"}
	for i, name := range r.Groups {
		out.IDs = append(out.IDs, w.idOrFault(ctx, kindGroup, name, fmt.Sprintf("restriction.groups[%d]", i)))
	}
	return out
}

// columnName is a column as texts have it.
func (w *work) columnName(id string) string {
	if number(id) == 0 {
		return id
	}
	return w.fieldName(customPrefix + id)
}

func (w *work) columnID(ctx context.Context, name, path string) string {
	return strings.TrimPrefix(w.fieldID(ctx, name, path), customPrefix)
}
