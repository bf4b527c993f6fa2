package admin

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store"
)

// maxUsersNamed is how many rules an error names that a field is used by; it counts the others.
const maxUsersNamed = 10

// checkUnused refuses to delete a field that active rules speak of: without it they could not even be edited.
func (a *Actor) checkUnused(ctx context.Context, f *desk.TicketField) error {
	users, err := a.rulesWith(ctx, f.ID)
	if err != nil || len(users) == 0 {
		return err
	}
	more := ""
	if n := len(users) - maxUsersNamed; n > 0 {
		users, more = users[:maxUsersNamed], fmt.Sprintf(" and %d more", n)
	}
	return desk.InvalidField("base", "InUse", f.Title+": is used by "+strings.Join(users, ", ")+more+"; take it out of them, or deactivate them, first")
}

// rulesWith names the active rules that speak of a field, by its id: in conditions, actions, columns and placeholders.
func (a *Actor) rulesWith(ctx context.Context, id desk.FieldID) (out []string, err error) {
	word, err := regexp.Compile(`(^|[^0-9])` + strconv.FormatInt(int64(id), 10) + `([^0-9]|$)`)
	if err != nil {
		return nil, err
	}
	note := func(kind, title string, parts ...any) {
		if word.MatchString(meaning(parts...)) {
			out = append(out, kind+" "+strconv.Quote(title))
		}
	}
	active := true
	triggers, err := a.tx.ActiveTriggers(ctx)
	for _, t := range triggers {
		note("trigger", t.Title, t.Conditions, t.Actions)
	}
	if err != nil {
		return nil, err
	}
	automations, err := a.tx.ActiveAutomations(ctx)
	for _, m := range automations {
		note("automation", m.Title, m.Conditions, m.Actions)
	}
	if err != nil {
		return nil, err
	}
	policies, err := a.tx.Policies(ctx)
	for _, p := range policies {
		note("policy", p.Title, p.Filter)
	}
	if err != nil {
		return nil, err
	}
	forms, err := a.tx.Forms(ctx)
	for _, f := range forms {
		note("form", f.Name, f.AgentConditions, f.EndUserConditions)
	}
	if err != nil {
		return nil, err
	}
	macros, err := a.tx.Macros(ctx, store.RuleFilter{Active: &active})
	for _, m := range macros {
		note("macro", m.Title, m.Actions)
	}
	if err != nil {
		return nil, err
	}
	views, err := a.tx.Views(ctx, store.RuleFilter{Active: &active})
	for _, v := range views {
		note("view", v.Title, v.Conditions, v.Output)
	}
	return out, err
}

// checkTags refuses a tag that another field owns: setting one would set the other. What the field has already it keeps.
func (a *Actor) checkTags(ctx context.Context, before, f *desk.TicketField) error {
	all, err := a.tx.Fields(ctx)
	if err != nil {
		return err
	}
	faults, had := desk.Faults{}, before.Tags()
	for _, tag := range f.Tags() {
		for i := range all {
			if o := &all[i]; o.ID != f.ID && !slices.Contains(had, tag) && slices.Contains(o.Tags(), tag) {
				faults.Add(tagMember(f.Type), "DuplicateValue", fmt.Sprintf("%s: the tag %s belongs to the field %q already", f.Title, tag, o.Title))
			}
		}
	}
	return faults.Err()
}

// tagMember is where clients say the tags of a field.
func tagMember(t desk.FieldType) string {
	if t == desk.FieldCheckbox {
		return "tag"
	}
	return "custom_field_options"
}
