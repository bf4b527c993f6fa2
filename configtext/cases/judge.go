package cases

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"interdesk/configtext"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// judge compares the ticket, and what happened with the step at hand, with what is wanted.
func (t *trial) judge(ctx context.Context, where string, want *configtext.Expectation) error {
	if want == nil {
		return nil
	}
	var now desk.Ticket
	var cfg *desk.Config
	err := t.store.Account(t.account).Read(ctx, func(tx *store.Tx) (err error) {
		if now, err = tx.Ticket(ctx, t.ticket); err != nil {
			return err
		}
		cfg, err = tx.Config(ctx)
		return err
	})
	if err != nil {
		return err
	}
	t.config, t.current = cfg, &now
	t.judgeTicket(cfg, where, want, &now)
	t.judgeFields(cfg, where, want, &now)
	t.judgeLists(cfg, where, want, &now)
	return nil
}

// none is how cases say that there is no value.
const none = "none"

func (t *trial) judgeTicket(cfg *desk.Config, where string, want *configtext.Expectation, now *desk.Ticket) {
	group, _ := cfg.Group(now.Group)
	form := ""
	for _, f := range cfg.Forms {
		if f.ID == now.Form {
			form = f.Name
		}
	}
	for _, one := range [...]struct{ key, want, got string }{
		{"status", want.Status, string(now.Status)}, {"priority", want.Priority, string(now.Priority)}, {"type", want.Type, string(now.Type)},
		{"group", want.Group, group.Name}, {"assignee", strings.ToLower(want.Assignee), cfg.Staff[now.Assignee].Email}, {"form", want.Form, form},
	} {
		if one.got == "" {
			one.got = none
		}
		if one.want != "" && one.want != one.got {
			t.fault(where+"."+one.key, fmt.Sprintf("%s is %s, not %s", one.key, one.got, one.want))
		}
	}
}

func (t *trial) judgeFields(cfg *desk.Config, where string, want *configtext.Expectation, now *desk.Ticket) {
	for _, title := range slices.Sorted(maps.Keys(want.Fields)) {
		value := want.Fields[title]
		f := fieldNamed(cfg, title)
		if f == nil {
			t.fault(where+".fields."+title, fmt.Sprintf("there is no ticket field %q", title))
			continue
		}
		got := strings.Join(now.Fields[f.ID], " ")
		wanted, _ := f.Canonical(valueOf(f, value))
		if got != strings.Join(wanted, " ") {
			t.fault(where+".fields."+title, fmt.Sprintf("%s is %q, not %q", title, got, value))
		}
	}
}

// judgeLists looks at what there can be several of.
func (t *trial) judgeLists(cfg *desk.Config, where string, want *configtext.Expectation, now *desk.Ticket) {
	not := want.Not
	if not == nil {
		not = &configtext.Refusal{}
	}
	told, fired, called := t.told(), t.fired(), t.called()
	for _, one := range [...]struct {
		key       string
		want, not []string
		got       []string
		why       func(name string) string
	}{
		{"tags", desk.NormalizeTags(want.Tags), desk.NormalizeTags(not.Tags), now.Tags, nil},
		{"notified", lower(want.Notified), lower(not.Notified), told, nil},
		{"webhooks", want.Webhooks, not.Webhooks, called, nil},
		{"fires", want.Fires, not.Fires, fired, t.whyNot},
	} {
		for i, name := range one.want {
			if slices.Contains(one.got, name) {
				continue
			}
			message := fmt.Sprintf("%s: %q is missing; there are %s", one.key, name, all(one.got))
			if one.why != nil {
				message += one.why(name)
			}
			t.fault(fmt.Sprintf("%s.%s[%d]", where, one.key, i), message)
		}
		for i, name := range one.not {
			if slices.Contains(one.got, name) {
				t.fault(fmt.Sprintf("%s.not.%s[%d]", where, one.key, i), fmt.Sprintf("%s: %q is there; there are %s", one.key, name, all(one.got)))
			}
		}
	}
	t.judgeShares(cfg, where, want, now)
}

func (t *trial) judgeShares(cfg *desk.Config, where string, want *configtext.Expectation, now *desk.Ticket) {
	if want.SharedWith == nil {
		return
	}
	var got []string
	for _, s := range now.Shares {
		if !s.Inbound && s.Active() {
			got = append(got, cfg.Agreements[s.Agreement].Name)
		}
	}
	wanted := slices.Sorted(slices.Values(want.SharedWith))
	slices.Sort(got)
	if !slices.Equal(got, wanted) {
		t.fault(where+".shared_with", fmt.Sprintf("it is shared with %s, not with %s", all(got), all(wanted)))
	}
}

func all(list []string) string {
	if len(list) == 0 {
		return none
	}
	return strings.Join(list, ", ")
}

func lower(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(s)
	}
	return out
}

// whyNot says why a rule did not act with the step at hand, in lines of their own.
func (t *trial) whyNot(title string) string {
	for i := range t.applied {
		a := &t.applied[i]
		for _, l := range t.looks(a) {
			if l.Title == title {
				return "\n    the trigger looked: " + t.reason(a.Config, l)
			}
		}
	}
	for _, m := range t.config.Automations {
		if m.Title == title {
			return "\n    the automation did not act: " + t.whyNotAutomation(m)
		}
	}
	if len(t.applied) == 0 {
		return "\n    nothing happened to the ticket in this step"
	}
	return "\n    no active rule has that title"
}

func (t *trial) reason(cfg *desk.Config, l rule.Explanation) string {
	if l.Condition == nil {
		if l.Reason != "" {
			return l.Reason
		}
		return l.Verdict
	}
	return fmt.Sprintf("condition %d of all said no: %s", *l.Index+1, t.spelled(cfg, l.Condition.Field, string(l.Condition.Operator), l.Condition.Value.Text()))
}

// spelled is a condition in words, with the titles of what its ids name.
func (t *trial) spelled(cfg *desk.Config, field, operator, value string) string {
	title := value
	if name, ok := t.named[value]; ok {
		title = name
	}
	if f, ok := cfg.Catalog().Field(field); ok {
		for _, o := range f.Choices {
			if o.Value == value && o.Title != "" {
				title = o.Title
			}
		}
		if strings.HasPrefix(f.Name, "custom_fields_") {
			field = f.Title
		}
	}
	if operator == "" {
		operator = "is"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", field, operator, title))
}

func (t *trial) whyNotAutomation(m desk.Automation) string {
	v := rule.ExplainAutomation(t.config, m, t.current, t.now)
	if v.Broken != "" {
		return v.Broken
	}
	var no []string
	for _, l := range v.Looks {
		if !l.Holds {
			no = append(no, t.spelled(t.config, l.Condition.Field, string(l.Condition.Operator), l.Condition.Value.Text()))
		}
	}
	if len(no) == 0 {
		return "its conditions hold now"
	}
	return "these do not hold now: " + strings.Join(no, "; ")
}
