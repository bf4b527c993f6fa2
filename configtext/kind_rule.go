package configtext

import (
	"context"
	"fmt"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
)

func triggers() *kind {
	k := typed(kind{name: kindTrigger, folder: "triggers", title: "title"},
		func(ctx context.Context, w *work) ([]desk.Trigger, error) { return w.actor.Triggers(ctx) },
		func(t *desk.Trigger) string { return text(t.ID) },
		func(ctx context.Context, w *work, t *desk.Trigger) triggerText {
			return triggerText{Title: t.Title, Description: t.Description, Category: w.name(ctx, refCategory, text(t.Category)), Active: t.Active,
				Conditions: w.conditionsText(ctx, t.Conditions), Actions: w.actionsText(ctx, t.Actions)}
		},
		func(ctx context.Context, w *work, t *triggerText) (string, error) {
			var made desk.Trigger
			if t.into(ctx, w, &made); w.alsoWrong(rule.CheckTrigger(w.config(), made)) {
				return "", nil
			}
			err := w.actor.CreateTrigger(ctx, &made)
			return text(made.ID), err
		},
		func(ctx context.Context, w *work, id string, t *triggerText) error {
			var wanted desk.Trigger
			if t.into(ctx, w, &wanted); w.alsoWrong(rule.CheckTrigger(w.config(), wanted)) {
				return nil
			}
			_, err := w.actor.ChangeTrigger(ctx, desk.TriggerID(number(id)), func(to *desk.Trigger) error {
				to.Title, to.Description, to.Category, to.Active = wanted.Title, wanted.Description, wanted.Category, wanted.Active
				to.Conditions, to.Actions = wanted.Conditions, wanted.Actions
				return nil
			})
			return err
		})
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeleteTrigger(ctx, desk.TriggerID(number(id)))
	}
	k.order = func(o *orderText) *[]string { return &o.Triggers }
	k.reorder = func(ctx context.Context, w *work, ids []string) error {
		return w.actor.ReorderTriggers(ctx, idsOf[desk.TriggerID](ids))
	}
	return k
}

// refCategory names the categories of triggers, which stand in order.yaml alone.
const refCategory = "trigger category"

func (t *triggerText) into(ctx context.Context, w *work, to *desk.Trigger) {
	to.Title, to.Description, to.Active = t.Title, t.Description, t.Active
	to.Category = desk.CategoryID(w.idOrFault(ctx, refCategory, t.Category, "category"))
	to.Conditions, to.Actions = w.tree(ctx, "conditions", t.Conditions, condition.Trigger), w.actions(ctx, t.Actions, condition.Trigger)
}

func automations() *kind {
	k := typed(kind{name: kindAutomation, folder: "automations", title: "title"},
		func(ctx context.Context, w *work) ([]desk.Automation, error) { return w.actor.Automations(ctx) },
		func(m *desk.Automation) string { return text(m.ID) },
		func(ctx context.Context, w *work, m *desk.Automation) automationText {
			return automationText{Title: m.Title, Active: m.Active, Conditions: w.conditionsText(ctx, m.Conditions), Actions: w.actionsText(ctx, m.Actions)}
		},
		func(ctx context.Context, w *work, t *automationText) (string, error) {
			var made desk.Automation
			if t.into(ctx, w, &made); w.alsoWrong(rule.CheckAutomation(w.config(), made)) {
				return "", nil
			}
			err := w.actor.CreateAutomation(ctx, &made)
			return text(made.ID), err
		},
		func(ctx context.Context, w *work, id string, t *automationText) error {
			var wanted desk.Automation
			if t.into(ctx, w, &wanted); w.alsoWrong(rule.CheckAutomation(w.config(), wanted)) {
				return nil
			}
			_, err := w.actor.ChangeAutomation(ctx, desk.AutomationID(number(id)), func(to *desk.Automation) error {
				to.Title, to.Active, to.Conditions, to.Actions = wanted.Title, wanted.Active, wanted.Conditions, wanted.Actions
				return nil
			})
			return err
		})
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeleteAutomation(ctx, desk.AutomationID(number(id)))
	}
	k.order = func(o *orderText) *[]string { return &o.Automations }
	k.reorder = func(ctx context.Context, w *work, ids []string) error {
		return w.actor.ReorderAutomations(ctx, idsOf[desk.AutomationID](ids))
	}
	return k
}

func (t *automationText) into(ctx context.Context, w *work, to *desk.Automation) {
	to.Title, to.Active = t.Title, t.Active
	to.Conditions, to.Actions = w.tree(ctx, "conditions", t.Conditions, condition.Automation), w.actions(ctx, t.Actions, condition.Automation)
}

func macros() *kind {
	k := typed(kind{name: kindMacro, folder: "macros", title: "title"},
		func(ctx context.Context, w *work) ([]desk.Macro, error) { return w.actor.Macros(ctx, shared()) },
		func(m *desk.Macro) string { return text(m.ID) },
		func(ctx context.Context, w *work, m *desk.Macro) macroText {
			return macroText{Title: m.Title, Description: m.Description, Active: m.Active, Restriction: w.restrictionText(ctx, m.Restriction), Actions: w.actionsText(ctx, m.Actions)}
		},
		func(ctx context.Context, w *work, t *macroText) (string, error) {
			var made desk.Macro
			if t.into(ctx, w, &made); w.alsoWrong(rule.CheckMacro(w.config(), made)) {
				return "", nil
			}
			err := w.actor.CreateMacro(ctx, &made)
			return text(made.ID), err
		},
		func(ctx context.Context, w *work, id string, t *macroText) error {
			var wanted desk.Macro
			if t.into(ctx, w, &wanted); w.alsoWrong(rule.CheckMacro(w.config(), wanted)) {
				return nil
			}
			_, err := w.actor.ChangeMacro(ctx, desk.MacroID(number(id)), func(to *desk.Macro) error {
				to.Title, to.Description, to.Active, to.Restriction, to.Actions = wanted.Title, wanted.Description, wanted.Active, wanted.Restriction, wanted.Actions
				return nil
			})
			return err
		})
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeleteMacro(ctx, desk.MacroID(number(id)))
	}
	k.order = func(o *orderText) *[]string { return &o.Macros }
	k.reorder = func(ctx context.Context, w *work, ids []string) error {
		return w.actor.ReorderMacros(ctx, idsOf[desk.MacroID](ids))
	}
	return k
}

// shared leaves out what people keep for themselves.
func shared() admin.Filter { return admin.Filter{Access: "shared"} }

func (t *macroText) into(ctx context.Context, w *work, to *desk.Macro) {
	to.Title, to.Description, to.Active = t.Title, t.Description, t.Active
	to.Restriction, to.Actions = w.restriction(ctx, t.Restriction), w.actions(ctx, t.Actions, condition.Macro)
}

func views() *kind {
	k := typed(kind{name: kindView, folder: "views", title: "title"},
		func(ctx context.Context, w *work) ([]desk.View, error) { return w.actor.Views(ctx, shared()) },
		func(v *desk.View) string { return text(v.ID) }, renderView,
		func(ctx context.Context, w *work, t *viewText) (string, error) {
			var made desk.View
			if t.into(ctx, w, &made); w.alsoWrong(rule.CheckView(w.config(), made)) {
				return "", nil
			}
			err := w.actor.CreateView(ctx, &made)
			return text(made.ID), err
		},
		func(ctx context.Context, w *work, id string, t *viewText) error {
			var wanted desk.View
			if t.into(ctx, w, &wanted); w.alsoWrong(rule.CheckView(w.config(), wanted)) {
				return nil
			}
			_, err := w.actor.ChangeView(ctx, desk.ViewID(number(id)), func(to *desk.View) error {
				to.Title, to.Description, to.Active, to.Restriction = wanted.Title, wanted.Description, wanted.Active, wanted.Restriction
				to.Conditions, to.Output = wanted.Conditions, wanted.Output
				return nil
			})
			return err
		})
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeleteView(ctx, desk.ViewID(number(id)))
	}
	k.order = func(o *orderText) *[]string { return &o.Views }
	k.reorder = func(ctx context.Context, w *work, ids []string) error {
		return w.actor.ReorderViews(ctx, idsOf[desk.ViewID](ids))
	}
	return k
}

func renderView(ctx context.Context, w *work, v *desk.View) viewText {
	o := w.config().CanonicalOutput(v.Output)
	t := viewText{Title: v.Title, Description: v.Description, Active: v.Active, Restriction: w.restrictionText(ctx, v.Restriction),
		Conditions: w.conditionsText(ctx, v.Conditions), GroupBy: w.columnName(o.GroupBy), GroupOrder: o.GroupOrder,
		SortBy: w.columnName(o.SortBy), SortOrder: o.SortOrder}
	for _, id := range o.Columns {
		t.Columns = append(t.Columns, w.columnName(id))
	}
	return t
}

func (t *viewText) into(ctx context.Context, w *work, to *desk.View) {
	to.Title, to.Description, to.Active, to.Restriction = t.Title, t.Description, t.Active, w.restriction(ctx, t.Restriction)
	to.Conditions = w.tree(ctx, "conditions", t.Conditions, condition.View)
	to.Output = desk.Output{GroupBy: w.columnID(ctx, t.GroupBy, "group_by"), GroupOrder: t.GroupOrder, SortBy: w.columnID(ctx, t.SortBy, "sort_by"), SortOrder: t.SortOrder}
	for i, name := range t.Columns {
		to.Output.Columns = append(to.Output.Columns, w.columnID(ctx, name, fmt.Sprintf("columns[%d]", i)))
	}
}

func policies() *kind {
	k := typed(kind{name: kindPolicy, folder: "sla_policies", title: "title"},
		func(ctx context.Context, w *work) ([]desk.Policy, error) { return w.actor.Policies(ctx) },
		func(p *desk.Policy) string { return text(p.ID) },
		func(ctx context.Context, w *work, p *desk.Policy) policyText {
			t := policyText{Title: p.Title, Description: p.Description, Filter: w.conditionsText(ctx, p.Filter), PartnerReplies: p.PartnerReplies, PartnerPauses: p.PartnerPauses}
			for _, one := range p.Targets {
				t.Metrics = append(t.Metrics, targetText{string(one.Priority), string(one.Metric), int(one.Seconds), one.Business})
			}
			return t
		},
		func(ctx context.Context, w *work, t *policyText) (string, error) {
			var made desk.Policy
			if t.into(ctx, w, &made); w.alsoWrong(rule.CheckPolicy(w.config(), made)) {
				return "", nil
			}
			err := w.actor.CreatePolicy(ctx, &made)
			return text(made.ID), err
		},
		func(ctx context.Context, w *work, id string, t *policyText) error {
			var wanted desk.Policy
			if t.into(ctx, w, &wanted); w.alsoWrong(rule.CheckPolicy(w.config(), wanted)) {
				return nil
			}
			_, err := w.actor.ChangePolicy(ctx, desk.PolicyID(number(id)), func(to *desk.Policy) error {
				to.Title, to.Description, to.Filter, to.Targets = wanted.Title, wanted.Description, wanted.Filter, wanted.Targets
				to.PartnerReplies, to.PartnerPauses = wanted.PartnerReplies, wanted.PartnerPauses
				return nil
			})
			return err
		})
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.actor.DeletePolicy(ctx, desk.PolicyID(number(id)))
	}
	k.order = func(o *orderText) *[]string { return &o.Policies }
	k.reorder = func(ctx context.Context, w *work, ids []string) error {
		return w.actor.ReorderPolicies(ctx, idsOf[desk.PolicyID](ids))
	}
	return k
}

func (t *policyText) into(ctx context.Context, w *work, to *desk.Policy) {
	to.Title, to.Description, to.PartnerReplies, to.PartnerPauses = t.Title, t.Description, t.PartnerReplies, t.PartnerPauses
	to.Filter = w.tree(ctx, "filter", t.Filter, condition.Policy)
	for _, one := range t.Metrics {
		to.Targets = append(to.Targets, desk.Target{Priority: desk.Priority(one.Priority), Metric: desk.Metric(one.Metric), Seconds: int64(one.Seconds), Business: one.Business})
	}
}
