package rules

import (
	"context"
	"strconv"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

func numberText(n int) string { return strconv.Itoa(n) }

func boolText(b bool) string { return strconv.FormatBool(b) }

func switchWords(ctx context.Context, on bool) string {
	if on {
		return text.T(ctx, "action.deactivate")
	}
	return text.T(ctx, "action.activate")
}

// saveLabel is where an order is posted; nowhere while only some of the rows are shown.
func saveLabel(match, path string) string {
	if match != "" {
		return ""
	}
	return path
}

func triggerTitle(ctx context.Context, m *triggerModel) string {
	if m.id == 0 {
		return text.T(ctx, "rules.trigger.new")
	}
	return text.T(ctx, "rules.trigger")
}

// trialCount says how many tickets matched, of how many.
func trialCount(ctx context.Context, t *trial) string {
	if len(t.found) == trialShows {
		return text.T(ctx, "rules.try.most", numberText(trialShows), numberText(t.looked))
	}
	return text.N(ctx, "rules.try.count", len(t.found), numberText(t.looked))
}

// choices are the partners; with more than one, none is chosen beforehand.
func (m *recipeModel) choices(ctx context.Context) []ui.Option {
	if m.Partner != 0 {
		return m.partners
	}
	return append([]ui.Option{{Label: text.T(ctx, "rules.choose")}}, m.partners...)
}

// possible tells whether there is what the recipe needs.
func (m *recipeModel) possible() bool {
	if m.Name.NeedsPartner() {
		return len(m.partners) > 0
	}
	return !m.off
}

func (m *recipeModel) tagHint(ctx context.Context) string {
	if m.Name.NeedsTag() {
		return text.T(ctx, "rules.recipe.tag.hint")
	}
	return text.T(ctx, "rules.recipe.tag.optional")
}

func categoryName(m *categoriesModel, cat desk.TriggerCategory) string {
	if m.at == cat.ID && len(m.faults) > 0 {
		return m.typed
	}
	return cat.Name
}

func newCategoryName(m *categoriesModel) string {
	if m.at == 0 {
		return m.typed
	}
	return ""
}

// words are the texts that macros and views have each of their own.
func (m restrictedModel) words(ctx context.Context, part string) string {
	key := m.kind
	if m.own {
		key = "own"
	}
	return text.T(ctx, "rules.restricted."+key+part)
}

func (m restrictedModel) orderPath() string {
	if m.own {
		return ""
	}
	return m.path + "/order"
}

func macroTitle(ctx context.Context, m *macroModel) string {
	if m.id == 0 {
		return text.T(ctx, "rules.macro.new")
	}
	return text.T(ctx, "rules.macro")
}

func viewTitle(ctx context.Context, m *viewModel) string {
	if m.id == 0 {
		return text.T(ctx, "rules.view.new")
	}
	return text.T(ctx, "rules.view")
}

func previewCount(ctx context.Context, n store.Count) string {
	if n.Capped {
		return text.T(ctx, "rules.preview.many", numberText(n.N))
	}
	return text.N(ctx, "rules.preview.count", n.N)
}

// options are for whom a macro or view can be.
func (a *audience) options(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: "", Label: text.T(ctx, "rules.who.all")}, {Value: "Group", Label: text.T(ctx, "rules.who.group")},
		{Value: "User", Label: text.T(ctx, "rules.who.me")}}
}

// dryRunCount says on how many tickets an automation would act now.
func dryRunCount(ctx context.Context, t *dryRun) string {
	if len(t.found) == dryRunShows {
		return text.T(ctx, "rules.dry.most", numberText(dryRunShows))
	}
	return text.N(ctx, "rules.dry.count", len(t.found))
}

// hoursOptions are which hours the targets of a metric can count.
func hoursOptions(ctx context.Context, row targetRow) []ui.Option {
	options := []ui.Option{{Value: hoursCalendar, Label: text.T(ctx, "rules.policy.calendar")}, {Value: hoursBusiness, Label: text.T(ctx, "rules.policy.business")}}
	if row.mixed {
		options = append(options, ui.Option{Value: hoursMixed, Label: text.T(ctx, "rules.policy.mixed")})
	}
	return options
}

func whyTyped(m *automationModel) string {
	if m.why == nil {
		return ""
	}
	return m.why.typed
}

// whySays is what is to be said of a ticket: a key of the catalogue below rules.why.
func whySays(w *whyModel) string {
	switch {
	case w.Broken != "":
		return "broken"
	case w.ticket.Status == desk.Closed:
		return "closed"
	case w.Rounds >= desk.MaxAutomationRounds:
		return "rounds"
	case w.Acts:
		return "acts"
	case w.Next.IsZero():
		return "never"
	}
	return "next"
}
