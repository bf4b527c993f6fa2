package ticket

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// Explanation is what the rules made of one update.
type Explanation struct {
	Ticket desk.TicketID
	Audit  desk.AuditID
	Update *Update
	Fired  []RuleOutcome // in the order they fired
	Passed []RuleOutcome
	Broken []RuleOutcome
	Held   []RuleOutcome // their conditions held, and something kept them from acting
}

// RuleOutcome is one trigger's part in an update.
type RuleOutcome struct {
	Look      rule.Explanation
	Happened  []EventText // what it did
	Condition string      // that said no, in words
	Saw       string      // the value that it saw
	Known     bool        // what it saw is known
}

// showWhy tells of an update which rules fired, which passed it over and which condition said no.
func showWhy(c *ui.Call) error {
	id, err := ticketID(c)
	if err != nil {
		return err
	}
	audit, err := c.ID("audit")
	if err != nil {
		return err
	}
	w := Explanation{Ticket: id, Audit: desk.AuditID(audit)}
	var t desk.Ticket
	err = c.Read(func(tx *store.Tx) error {
		cfg, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		m := &model{Names: NewNames(cfg)}
		if m.Ticket, err = tx.Ticket(c.Ctx(), id); err != nil {
			return err
		}
		t = m.Ticket
		return m.readExplanation(c, tx, &w)
	})
	if err != nil {
		return err
	}
	if c.Partial() {
		return c.Fragment(0, explanationView(w))
	}
	return c.Show(ui.Page{Title: c.T("ticket.why.title"), Shell: ui.Workspace, Current: "views", Body: whyPage(w, &t)})
}

func (m *model) readExplanation(c *ui.Call, tx *store.Tx, w *Explanation) error {
	a, err := tx.Audit(c.Ctx(), w.Ticket, w.Audit)
	if err != nil {
		return err
	}
	packed, err := rule.Unpack(a.Trace)
	if err != nil {
		return err
	}
	triggers, err := tx.RuleSetTriggers(c.Ctx(), a.RuleSet)
	if err != nil && desk.KindOf(err) != desk.NotFound {
		return err
	}
	saw, err := m.readPastValues(c, tx, &a)
	if err != nil {
		return err
	}
	m.audits = []desk.Audit{a}
	if err := m.Names.learnAll(c.Ctx(), tx, &m.Ticket, append(m.authorIDs(), saw.userIDs()...)...); err != nil {
		return err
	}
	w.Update = m.describeUpdate(c.Ctx(), &a)
	members := make([]rule.Member, len(triggers))
	for i := range triggers {
		members[i] = rule.Member{ID: triggers[i].ID, Revision: triggers[i].Revision, Snapshot: &triggers[i]}
	}
	words := newConditionTexts(m.Names.Config)
	for _, look := range rule.Explain(m.Names.Config, packed, members) {
		r := RuleOutcome{Look: look}
		switch look.Verdict {
		case "fired":
			r.Happened = eventsBy(w.Update, look.Trigger)
			w.Fired = append(w.Fired, r)
			continue
		case "cannot_share", "barred":
			w.Held = append(w.Held, r)
			continue
		case "broken":
			w.Broken = append(w.Broken, r)
			continue
		}
		if look.Condition != nil {
			r.Condition = words.textOf(c.Ctx(), look.Condition)
			r.Saw, r.Known = saw.valueText(c, m, look.Condition.Field)
		}
		w.Passed = append(w.Passed, r)
	}
	slices.SortFunc(w.Fired, func(a, b RuleOutcome) int { return a.Look.Order - b.Look.Order })
	return nil
}

// eventsBy are the events of an update that a trigger caused.
func eventsBy(u *Update, id desk.TriggerID) (out []EventText) {
	for _, h := range u.Events {
		if h.By != nil && h.By.Trigger == id {
			h.By = nil
			out = append(out, h)
		}
	}
	return out
}

// conditionTexts says conditions in the words of the rule builder.
type conditionTexts struct {
	conditions map[string]*rule.ConditionDefinition
}

func newConditionTexts(cfg *desk.Config) conditionTexts {
	s := conditionTexts{map[string]*rule.ConditionDefinition{}}
	all := rule.Definitions(cfg, condition.Trigger)
	for _, list := range [][]rule.ConditionDefinition{all.ConditionsAny, all.ConditionsAll} {
		for i := range list {
			s.conditions[list[i].Subject] = &list[i]
		}
	}
	return s
}

// textOf is one condition, such as "Status is open".
func (s conditionTexts) textOf(ctx context.Context, c *condition.Condition) string {
	d := s.conditions[c.Field]
	if d == nil {
		d = &rule.ConditionDefinition{Title: c.Field}
	}
	operator, terminal := string(c.Operator), false
	if operator == "" {
		operator = "is"
	}
	for _, o := range d.Operators {
		if o.Value == operator {
			terminal = o.Terminal
		}
	}
	words := strings.TrimSuffix(d.Title, " is") + " " + textOrKey(ctx, operator, "rules.op."+d.Type+"."+operator, "rules.op."+operator)
	if terminal {
		return words
	}
	var chosen []string
	for _, v := range c.Value.List() {
		title := v
		for _, k := range d.Values {
			if k.Value == v {
				title = k.Title
				break
			}
		}
		if !strings.HasPrefix(c.Field, "custom_fields_") {
			title = textOrKey(ctx, title, "rules.value."+c.Field+"."+v, "rules.value."+v, c.Field+"."+v)
		}
		chosen = append(chosen, title)
	}
	return words + " " + orEmpty(ctx, strings.Join(chosen, ", "))
}

func orEmpty(ctx context.Context, words string) string {
	if words == "" {
		return text.T(ctx, "ticket.why.empty")
	}
	return words
}

// textOrKey is the text of the first key that the catalogue has, or else the words.
func textOrKey(ctx context.Context, words string, keys ...string) string {
	all := text.From(ctx)
	for _, key := range keys {
		if all.Has(key) {
			return all.Say(key)
		}
	}
	return words
}

// pastValues is the ticket's fields as they stood when an update was done.
type pastValues struct {
	audit  *desk.Audit
	events map[string]any // the value that the next change of a field found
	now    *desk.Ticket
	said   *desk.Comment
}

// maxLater is how many later updates are read to find out what a field was.
const maxLater = 500

// readPastValues finds out how the ticket stood after an update: what later updates found, and for the rest what it is now.
func (m *model) readPastValues(c *ui.Call, tx *store.Tx, a *desk.Audit) (pastValues, error) {
	s := pastValues{audit: a, events: map[string]any{}, now: &m.Ticket}
	later, err := tx.Audits(c.Ctx(), m.Ticket.ID, store.Page{Limit: maxLater, After: store.CursorAt(a.ID)})
	if err != nil {
		return s, err
	}
	for i := range later.Items {
		for _, e := range later.Items[i].Events {
			if _, known := s.events[e.Field]; e.Type == desk.EventChange && !known {
				s.events[e.Field] = e.Previous
			}
		}
	}
	for _, e := range a.Events {
		if e.Type != desk.EventComment {
			continue
		}
		said, err := tx.Comment(c.Ctx(), m.Ticket.ID, e.Comment)
		if err == nil {
			s.said = &said
		} else if desk.KindOf(err) != desk.NotFound {
			return s, err
		}
	}
	return s, nil
}

// userIDs are those whom the old values speak of.
func (s pastValues) userIDs() (ids []desk.UserID) {
	for _, field := range [...]string{"assignee_id", "requester_id"} {
		for _, v := range textsOf(s.events[field]) {
			ids = append(ids, *parseID[desk.UserID](v))
		}
	}
	return ids
}

// valueText is what a condition's field held, in words; known is false where that cannot be told any more.
func (s pastValues) valueText(c *ui.Call, m *model, field string) (words string, known bool) {
	switch field {
	case "update_type":
		if s.audit.Events != nil && slices.ContainsFunc(s.audit.Events, func(e desk.Event) bool { return e.Type == desk.EventCreate }) {
			return c.T("ticket.why.created"), true
		}
		return c.T("ticket.why.updated"), true
	case "comment_is_public":
		switch {
		case s.said == nil:
			return c.T("ticket.why.nocomment"), true
		case s.said.Public:
			return c.T("ticket.public"), true
		}
		return c.T("ticket.note"), true
	case "current_tags":
		field = "tags"
	}
	if id, custom := strings.CutPrefix(field, "custom_fields_"); custom {
		field = id
	}
	v, changed := s.events[field]
	if !changed {
		if v, known = currentValue(s.now, field); !known {
			return "", false
		}
	}
	if field == "tags" {
		return orEmpty(c.Ctx(), strings.Join(textsOf(v), ", ")), true
	}
	return orEmpty(c.Ctx(), m.valueText(c.Ctx(), field, v)), true
}

// currentValue is a field of the ticket as it is now, in the form that events have.
func currentValue(t *desk.Ticket, field string) (v any, known bool) {
	link := func(id int64) any {
		if id == 0 {
			return nil
		}
		return number(desk.UserID(id))
	}
	switch field {
	case "status":
		return string(t.Status), true
	case "priority":
		return string(t.Priority), true
	case "type":
		return string(t.Type), true
	case "group_id":
		return link(int64(t.Group)), true
	case "assignee_id":
		return link(int64(t.Assignee)), true
	case "requester_id":
		return link(int64(t.Requester)), true
	case "organization_id":
		return link(int64(t.Organization)), true
	case "ticket_form_id":
		return link(int64(t.Form)), true
	case "tags":
		return t.Tags, true
	}
	if id, err := strconv.ParseInt(field, 10, 64); err == nil {
		return []string(t.Fields[desk.FieldID(id)]), true
	}
	return nil, false
}
