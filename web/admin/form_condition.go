package admin

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// conditionsModel is the conditions of a form, for agents or for customers.
type conditionsModel struct {
	cfg     *desk.Config
	form    desk.TicketForm
	agents  bool
	all     []desk.FormCondition // as they were chosen
	parents []ui.Option          // what can decide: a field and one of its values
	faults  ui.Faults
}

func (m conditionsModel) audience() string {
	if m.agents {
		return "agents"
	}
	return "customers"
}

func (m conditionsModel) path() string { return "/admin/forms/" + ui.IDText(m.form.ID) + "/conditions" }

func (m conditionsModel) action() string { return m.path() + "?for=" + m.audience() }

// stored are the conditions that the page is about, as the form has them.
func (m *conditionsModel) stored(f *desk.TicketForm) *[]desk.FormCondition {
	if m.agents {
		return &f.AgentConditions
	}
	return &f.EndUserConditions
}

func inputOf(i int, name string) string { return "c." + strconv.Itoa(i) + "." + name }

func parentValue(f desk.FieldID, value string) string { return ui.IDText(f) + "=" + value }

// parentOptions are what conditions can hang on.
func parentOptions(ctx context.Context, cfg *desk.Config, form *desk.TicketForm) (out []ui.Option) {
	for _, id := range form.Fields {
		f := cfg.Field(id)
		if f == nil || !f.Active || !f.Type.CanDecide() {
			continue
		}
		add := func(value, label string) {
			out = append(out, ui.Option{Value: parentValue(id, value), Label: f.Title + ": " + label})
		}
		switch f.Type {
		case desk.FieldCheckbox:
			add("true", text.T(ctx, "word.yes"))
			add("false", text.T(ctx, "word.no"))
		case desk.FieldPriority:
			for _, p := range []desk.Priority{desk.Low, desk.Normal, desk.High, desk.Urgent} {
				add(string(p), text.T(ctx, "priority."+string(p)))
			}
		case desk.FieldTicketType:
			for _, k := range []desk.TicketType{desk.Question, desk.Incident, desk.Problem, desk.Task} {
				add(string(k), text.T(ctx, "type."+string(k)))
			}
		}
		for _, o := range f.Options {
			add(o.Value, o.Name)
		}
	}
	return out
}

// parentsFor are the parents, and the one that a condition has though it cannot be chosen any more.
func (m conditionsModel) parentsFor(one *desk.FormCondition) []ui.Option {
	has := parentValue(one.Parent, one.Value)
	if slices.ContainsFunc(m.parents, func(o ui.Option) bool { return o.Value == has }) {
		return m.parents
	}
	return append(slices.Clone(m.parents), ui.Option{Value: has, Label: m.title(one.Parent) + ": " + one.Value})
}

func (m conditionsModel) title(id desk.FieldID) string {
	if f := m.cfg.Field(id); f != nil {
		return f.Title
	}
	return ui.IDText(id)
}

// childOptions are the fields that a condition can show besides those that it does.
func (m conditionsModel) childOptions(ctx context.Context, one *desk.FormCondition) []ui.Option {
	out := []ui.Option{{Label: text.T(ctx, "admin.forms.add.choose")}}
	for _, id := range m.form.Fields {
		f := m.cfg.Field(id)
		if f != nil && f.Active && f.Type.CanBeConditional() && id != one.Parent &&
			!slices.ContainsFunc(one.Children, func(c desk.ConditionalField) bool { return c.ID == id }) {
			out = append(out, ui.Option{Value: ui.IDText(id), Label: f.Title})
		}
	}
	return out
}

// When a field is required, as the page's choice says it: statuses with commas between.
const (
	notRequired     = ""
	requiredToSolve = "solved"
	requiredAlways  = "new,open,pending,hold,solved"
)

func requirement(c *desk.ConditionalField, agents bool) string {
	var on []string
	for _, s := range desk.RequirableStatuses {
		if agents && c.RequiredFor(s) {
			on = append(on, string(s))
		}
	}
	if !agents && c.Required {
		return requiredAlways
	}
	return strings.Join(on, ",")
}

func (m conditionsModel) requirements(ctx context.Context, now string) []ui.Option {
	out := []ui.Option{{Value: notRequired, Label: text.T(ctx, "admin.conditions.optional")}}
	if m.agents {
		out = append(out, ui.Option{Value: requiredToSolve, Label: text.T(ctx, "admin.conditions.solve")})
	}
	out = append(out, ui.Option{Value: requiredAlways, Label: text.T(ctx, "admin.conditions.always")})
	if !slices.ContainsFunc(out, func(o ui.Option) bool { return o.Value == now }) {
		var words []string
		for _, s := range strings.Split(now, ",") {
			words = append(words, text.T(ctx, "status."+s))
		}
		out = append(out, ui.Option{Value: now, Label: text.T(ctx, "admin.conditions.some", strings.Join(words, ", "))})
	}
	return out
}

// typeConditions reads what the page says.
func (m *conditionsModel) typeConditions(c *ui.Call) {
	for i := 0; c.Value(inputOf(i, "parent")) != ""; i++ {
		field, value, _ := strings.Cut(c.Value(inputOf(i, "parent")), "=")
		id, _ := strconv.ParseInt(field, 10, 64)
		one := desk.FormCondition{Parent: desk.FieldID(id), Value: value}
		for _, child := range idsOf[desk.FieldID](c, inputOf(i, "child")) {
			one.Children = append(one.Children, m.typedChild(child, c.Value(inputOf(i, "required."+ui.IDText(child)))))
		}
		if more := desk.FieldID(c.Number(inputOf(i, "add"))); more != 0 {
			one.Children = append(one.Children, desk.ConditionalField{ID: more})
		}
		m.all = append(m.all, one)
	}
}

func (m *conditionsModel) typedChild(id desk.FieldID, required string) desk.ConditionalField {
	child := desk.ConditionalField{ID: id, Required: required != notRequired}
	if m.agents {
		child.RequiredOn = []desk.Status{}
		for _, s := range strings.FieldsFunc(required, func(r rune) bool { return r == ',' }) {
			child.RequiredOn = append(child.RequiredOn, desk.Status(s))
		}
		child.Required = slices.Contains(child.RequiredOn, desk.Solved)
	}
	return child
}

// applyConditionStep carries out what a button asks for, without storing anything.
func (m *conditionsModel) applyConditionStep(c *ui.Call) bool {
	do, key, _ := strings.Cut(c.Value("do"), ":")
	at, child, _ := strings.Cut(key, ":")
	i, err := strconv.Atoi(at)
	switch {
	case do == "add":
		if field, value, ok := strings.Cut(c.Value("add"), "="); ok {
			id, _ := strconv.ParseInt(field, 10, 64)
			m.all = append(m.all, desk.FormCondition{Parent: desk.FieldID(id), Value: value})
		}
		return true
	case err != nil || i < 0 || i >= len(m.all):
		return false
	case do == "remove":
		m.all = slices.Delete(m.all, i, i+1)
	case do == "drop":
		m.all[i].Children = slices.DeleteFunc(m.all[i].Children, func(f desk.ConditionalField) bool { return ui.IDText(f.ID) == child })
	}
	return true
}

func showConditions(c *ui.Call) error { return conditionsAnswer(c, 0, conditionsModel{}, true) }

func conditionsAnswer(c *ui.Call, status int, m conditionsModel, afresh bool) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	m.agents = c.Value("for") != "customers"
	err = c.ReadAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		m.cfg = actor.Config
		m.form, err = actor.Form(c.Ctx(), desk.FormID(id))
		return err
	})
	if err != nil {
		return err
	}
	if afresh {
		m.all = *m.stored(&m.form)
	}
	m.parents = parentOptions(c.Ctx(), m.cfg, &m.form)
	return c.ShowAdmin("forms", c.T("admin.conditions.title", m.form.Name), status, conditionsPage(m))
}

func saveConditions(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	m := conditionsModel{agents: c.Value("for") != "customers"}
	m.typeConditions(c)
	if m.applyConditionStep(c) {
		return conditionsAnswer(c, 0, m, false)
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		m.form, err = actor.ChangeForm(c.Ctx(), desk.FormID(id), func(f *desk.TicketForm) error {
			*m.stored(f) = m.all
			return nil
		})
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			m.faults = f
			return conditionsAnswer(c, status, m, false)
		})
	}
	c.ToastSuccess(c.T("admin.forms.saved", m.form.Name))
	return c.Redirect("/admin/forms/" + ui.IDText(id))
}
