package api

import (
	"slices"
	"strings"
	"time"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
)

func automationRoutes() []route {
	return []route{
		{"GET", "/automations", agents, (*call).listAutomations},
		{"GET", "/automation", agents, (*call).listAutomations}, // as a client has it
		{"GET", "/automations/active", agents, (*call).listActiveAutomations},
		{"GET", "/automations/search", agents, (*call).searchAutomations},
		{"GET", "/automations/definitions", agents, (*call).automationDefinitions},
		{"GET", "/automations/runs", admins, (*call).listAutomationRuns},
		{"GET", "/automations/{id}", agents, (*call).showAutomation},
		{"GET", "/automations/{id}/runs", admins, (*call).listAutomationRuns},
		{"POST", "/automations", admins, (*call).createAutomation},
		{"PUT", "/automations/{id}", admins, (*call).updateAutomation},
		{"DELETE", "/automations/{id}", admins, (*call).deleteAutomation},
		{"PUT", "/automations/update_many", admins, (*call).updateManyAutomations},
		{"DELETE", "/automations/destroy_many", admins, (*call).destroyManyAutomations},
	}
}

// automationJSON is an automation.
type automationJSON struct {
	URL        string            `json:"url"`
	ID         desk.AutomationID `json:"id"`
	Title      string            `json:"title"`
	RawTitle   string            `json:"raw_title"`
	Active     bool              `json:"active"`
	Default    bool              `json:"default"`
	Position   int               `json:"position"`
	Conditions condition.Tree    `json:"conditions"`
	Actions    []desk.Action     `json:"actions"`
	CreatedAt  string            `json:"created_at"`
	UpdatedAt  string            `json:"updated_at"`
}

func (c *call) automationOf(a desk.Automation) automationJSON {
	return automationJSON{URL: c.url("automations", int64(a.ID)), ID: a.ID, Title: a.Title, RawTitle: a.Title, Active: a.Active, Default: a.Default,
		Position: a.Position, Conditions: a.Conditions, Actions: nonNil(a.Actions), CreatedAt: formatTime(a.CreatedAt), UpdatedAt: formatTime(a.UpdatedAt)}
}

// automationInput is what clients may say of an automation. Conditions stand directly in it, or below "conditions".
type automationInput struct {
	ID         numberInput     `json:"id"` // of update_many
	Title      textInput       `json:"title"`
	RawTitle   textInput       `json:"raw_title"`
	Active     flagInput       `json:"active"`
	Position   numberInput     `json:"position"`
	Conditions treeInput       `json:"conditions"`
	All        conditionsInput `json:"all"`
	Any        conditionsInput `json:"any"`
	Actions    actionsInput    `json:"actions"`
}

// change is what ChangeAutomation is to do. Whoever names one branch of the conditions names both (rules.md §1.1).
func (in *automationInput) change(a *desk.Automation) error {
	if in.RawTitle.set && !in.Title.set {
		in.Title = in.RawTitle
	}
	setText(&a.Title, in.Title)
	a.Active = in.Active.or(a.Active)
	if in.Position.set {
		a.Position = in.Position.position()
	}
	if tree := in.Conditions.orElse(in.All, in.Any); tree.isSet() {
		a.Conditions = condition.Tree{All: tree.All.v, Any: tree.Any.v}
	}
	if in.Actions.set {
		a.Actions = in.Actions.v
	}
	return nil
}

func (c *call) listAutomations() error {
	return c.automationsWhere(func(desk.Automation) bool { return true })
}

func (c *call) listActiveAutomations() error {
	return c.automationsWhere(func(a desk.Automation) bool { return a.Active })
}

func (c *call) searchAutomations() error {
	query := strings.ToLower(c.query.Get("query"))
	return c.automationsWhere(func(a desk.Automation) bool { return strings.Contains(strings.ToLower(a.Title), query) })
}

// automationsWhere lists automations in the order they run, or as sort_by says; active narrows the list.
func (c *call) automationsWhere(fits func(desk.Automation) bool) error {
	return answerWholeList(c, "automations", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.Automation, error) {
		all, err := actor.Automations(c.ctx())
		all = slices.DeleteFunc(all, func(a desk.Automation) bool {
			return !fits(a) || c.query.Has("active") && c.queryFlag("active") != a.Active
		})
		c.sortRules(len(all), func(by string) {
			sortBy(all, by, func(a desk.Automation) ruleKeys {
				return ruleKeys{a.Title, a.CreatedAt.UnixMicro(), a.UpdatedAt.UnixMicro()}
			})
		})
		return all, err
	}), func(a desk.Automation) int64 { return int64(a.ID) }, showEach(c.automationOf))
}

func (c *call) automationDefinitions() error { return c.showDefinitions(condition.Automation) }

func (c *call) showAutomation() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		a, err := actor.Automation(c.ctx(), desk.AutomationID(id))
		return objectOf("automation", c.automationOf(a)), err
	}))
}

func (c *call) createAutomation() error {
	var in automationInput
	if err := c.parseRecord("automation", &in); err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		a := desk.Automation{Active: true}
		if err := in.change(&a); err != nil {
			return "", nil, err
		}
		err := actor.CreateAutomation(c.ctx(), &a)
		shown := c.automationOf(a)
		return shown.URL, objectOf("automation", shown), err
	})
}

func (c *call) updateAutomation() error {
	var in automationInput
	if err := c.parseRecord("automation", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		a, err := actor.ChangeAutomation(c.ctx(), desk.AutomationID(id), in.change)
		return objectOf("automation", c.automationOf(a)), err
	})
}

func (c *call) removeAutomation(actor *admin.Actor, id int64) error {
	return actor.DeleteAutomation(c.ctx(), desk.AutomationID(id))
}

func (c *call) deleteAutomation() error { return c.deleteOne(c.removeAutomation) }

func (c *call) destroyManyAutomations() error { return c.deleteMany(c.removeAutomation) }

// updateManyAutomations changes all or none.
func (c *call) updateManyAutomations() error {
	in, err := recordsOf[automationInput](c, "automations")
	if err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		out := make([]desk.Automation, len(in))
		for i := range in {
			if out[i], err = actor.ChangeAutomation(c.ctx(), desk.AutomationID(in[i].ID.v), in[i].change); err != nil {
				return nil, err
			}
		}
		return wholeList(c, tx, "automations", out, showEach(c.automationOf))
	})
}

// runJSON is a run of automations that looked at tickets. An extension.
type runJSON struct {
	ID        desk.RunID `json:"id"`
	StartedAt string     `json:"started_at"`
	Took      float64    `json:"took_seconds"`
	Late      float64    `json:"late_seconds"`
	Looked    int        `json:"looked"`
	Fired     int        `json:"fired"`
	Capped    int        `json:"capped"`
	Failed    int        `json:"failed"`
}

func runOf(r store.AutomationRun) runJSON {
	return runJSON{ID: r.ID, StartedAt: formatTime(r.StartedAt), Took: seconds(r.Took), Late: seconds(r.Late), Looked: r.Looked, Fired: r.Fired,
		Capped: r.Capped, Failed: r.Failed}
}

func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

// runsShown is how many runs are listed.
const runsShown = 100

// listAutomationRuns lists the last runs, or those in which one automation acted.
func (c *call) listAutomationRuns() error {
	var id int64
	if c.r.PathValue("id") != "" {
		var err error
		if id, err = c.pathID("id"); err != nil {
			return err
		}
	}
	return answerWholeList(c, "automation_runs", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]store.AutomationRun, error) {
		return actor.AutomationRuns(c.ctx(), desk.AutomationID(id), runsShown)
	}), func(r store.AutomationRun) int64 { return int64(r.ID) }, showEach(runOf))
}
