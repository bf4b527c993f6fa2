package rules

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/web/ui"
)

const automationsPath = "/admin/automations"

func automationRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/automations", Who: ui.Admins, Serve: showAutomations},
		{Pattern: "POST /admin/automations/order", Who: ui.Admins, Serve: orderAutomations},
		{Pattern: "GET /admin/automations/new", Who: ui.Admins, Serve: newAutomation},
		{Pattern: "POST /admin/automations/new", Who: ui.Admins, Serve: createAutomation},
		{Pattern: "POST /admin/automations/try", Who: ui.Admins, Serve: tryAutomation},
		{Pattern: "GET /admin/automations/{id}", Who: ui.Admins, Serve: showAutomation},
		{Pattern: "POST /admin/automations/{id}", Who: ui.Admins, Serve: changeAutomation},
		{Pattern: "GET /admin/automations/{id}/on", Who: ui.Admins, Serve: askAutomation},
		{Pattern: "POST /admin/automations/{id}/on", Who: ui.Admins, Serve: turnOnAutomation},
		{Pattern: "POST /admin/automations/{id}/off", Who: ui.Admins, Serve: turnOffAutomation},
		{Pattern: "POST /admin/automations/{id}/move", Who: ui.Admins, Serve: moveAutomation},
		{Pattern: "POST /admin/automations/{id}/delete", Who: ui.Admins, Serve: deleteAutomation},
		{Pattern: "GET /admin/automations/{id}/runs", Who: ui.Admins, Serve: showAutomationRuns},
	}
}

func automationPath(id desk.AutomationID) string { return automationsPath + "/" + ui.IDText(id) }

// The bounds of pages: runs in the list and in the history, tickets of a dry run.
const (
	fewRuns      = 10
	manyRuns     = 200
	dryRunShows  = 100
	dayAndMore   = 24 * time.Hour
	monthOfHours = 30 * dayAndMore
)

// automationsModel is the list of automations.
type automationsModel struct {
	rows []automationRow
	runs []store.AutomationRun
	next time.Time // when a ticket is due next; zero: none is
}

type automationRow struct {
	desk.Automation
	day, month int // how often it acted
	broken     string
	over       []string // partners with whom it shares, and no ticket can be shared
}

func showAutomations(c *ui.Call) error {
	var m automationsModel
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error { return m.read(c, tx, actor) })
	if err != nil {
		return err
	}
	return c.ShowAdmin("automations", c.T("rules.automations"), 0, automationsPage(m))
}

func (m *automationsModel) read(c *ui.Call, tx *store.Tx, actor *admin.Actor) (err error) {
	all, err := actor.Automations(c.Ctx())
	if err != nil {
		return err
	}
	day, err := tx.AutomationFirings(c.Ctx(), c.Clock().Add(-dayAndMore))
	if err != nil {
		return err
	}
	month, err := tx.AutomationFirings(c.Ctx(), c.Clock().Add(-monthOfHours))
	if err != nil {
		return err
	}
	broken := rule.AutomationProblems(actor.Config, all)
	for _, a := range all {
		m.rows = append(m.rows, automationRow{a, day[a.ID], month[a.ID], broken[a.ID], overWith(actor.Config, a.Actions)})
	}
	if m.runs, err = actor.AutomationRuns(c.Ctx(), 0, fewRuns); err != nil {
		return err
	}
	m.next, err = tx.NextDue(c.Ctx())
	return err
}

// automationModel is the page of one automation.
type automationModel struct {
	id     desk.AutomationID // 0: a new one
	title  string
	active bool
	b      *builder
	broken string
	runs   []store.AutomationRun
	trial  *dryRun
	why    *whyModel
	faults ui.Faults
}

// whyModel is why an automation acts on a ticket, or does not.
type whyModel struct {
	rule.AutomationView
	typed  string
	ticket desk.Ticket // without id: there is none such
	words  []string    // of each condition
}

func (m *automationModel) path() string {
	if m.id == 0 {
		return automationsPath + "/new"
	}
	return automationPath(m.id)
}

func (m *automationModel) readFrom(a *desk.Automation) {
	m.title = a.Title
	m.b.fillFrom(a.Conditions, a.Actions)
}

func (m *automationModel) parse(c *ui.Call) {
	m.title = c.Value("title")
	m.b.parse(c)
}

func (m *automationModel) writeTo(a *desk.Automation) {
	a.Title = m.title
	a.Conditions, _ = m.b.tree()
	a.Actions, _ = m.b.actions()
}

// automation is what the form says.
func (m *automationModel) automation() desk.Automation {
	a := desk.Automation{ID: m.id}
	m.writeTo(&a)
	return a
}

func (m *automationModel) show(c *ui.Call, status int) error {
	title := c.T("rules.automation.new")
	if m.id != 0 {
		title = m.title
	}
	return c.ShowAdmin("automations", title, status, automationPage(m))
}

// newAutomation opens an empty form, or one filled with another automation (from).
func newAutomation(c *ui.Call) error {
	m := &automationModel{}
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		m.b = newBuilder(c, actor.Config, condition.Automation)
		if from := c.Number("from"); from != 0 {
			a, err := actor.Automation(c.Ctx(), desk.AutomationID(from))
			if err != nil {
				return err
			}
			m.readFrom(&a)
			m.title = c.T("rules.copy", a.Title)
		}
		m.b.addEmptyLines()
		return m.b.fillLines(c.Ctx(), tx)
	})
	if err != nil {
		return err
	}
	return m.show(c, 0)
}

func automationID(c *ui.Call) (desk.AutomationID, error) {
	id, err := c.ID("id")
	return desk.AutomationID(id), err
}

// showAutomation opens an automation; ticket asks why it acts on one, or does not.
func showAutomation(c *ui.Call) error {
	id, err := automationID(c)
	if err != nil {
		return err
	}
	m := &automationModel{id: id}
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		a, err := m.open(c, actor)
		if err != nil {
			return err
		}
		m.readFrom(&a)
		m.b.addEmptyLines()
		if err := m.b.fillLines(c.Ctx(), tx); err != nil {
			return err
		}
		if typed := c.Value("ticket"); typed != "" {
			m.why, err = whyOf(c, tx, m.b, a, typed)
		}
		return err
	})
	if err != nil {
		return err
	}
	return m.show(c, 0)
}

// open reads what a stored automation's page shows around the form.
func (m *automationModel) open(c *ui.Call, actor *admin.Actor) (a desk.Automation, err error) {
	m.b = newBuilder(c, actor.Config, condition.Automation)
	if a, err = actor.Automation(c.Ctx(), m.id); err != nil {
		return a, err
	}
	m.active, m.broken = a.Active, rule.AutomationProblems(actor.Config, []desk.Automation{a})[a.ID]
	m.runs, err = actor.AutomationRuns(c.Ctx(), m.id, fewRuns)
	return a, err
}

// whyOf looks at a ticket as the automation does.
func whyOf(c *ui.Call, tx *store.Tx, b *builder, a desk.Automation, typed string) (*whyModel, error) {
	w := &whyModel{typed: typed}
	ids := idsOf[desk.TicketID]([]string{typed})
	if len(ids) == 0 {
		return w, nil
	}
	t, err := tx.Ticket(c.Ctx(), ids[0])
	if desk.KindOf(err) == desk.NotFound {
		return w, nil
	}
	if err != nil {
		return nil, err
	}
	w.ticket, w.AutomationView = t, rule.ExplainAutomation(b.cfg, a, &t, c.Clock())
	for _, list := range [][]*line{b.all, b.any} {
		w.words = append(w.words, b.phrases(c.Ctx(), list)...)
	}
	return w, nil
}

func createAutomation(c *ui.Call) error { return saveAutomation(c, 0) }

func changeAutomation(c *ui.Call) error {
	id, err := automationID(c)
	if err != nil {
		return err
	}
	return saveAutomation(c, id)
}

// saveAutomation carries out what the pressed button asks: a step of building, a dry run, or storing.
func saveAutomation(c *ui.Call, id desk.AutomationID) error {
	m := &automationModel{id: id}
	stay := false
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		m.b = newBuilder(c, actor.Config, condition.Automation)
		if id != 0 {
			if _, err := m.open(c, actor); err != nil {
				return err
			}
		}
		m.parse(c)
		if stay = m.b.step(c); c.Value("step") == "try" {
			stay, m.trial = true, dryRunOf(c, tx, actor, m.automation())
			m.faults = m.trial.faults
		}
		return m.b.fillLines(c.Ctx(), tx)
	})
	if err != nil {
		return err
	}
	if stay {
		m.faults = m.b.assignFaults(m.faults)
		return m.show(c, 0)
	}
	return m.store(c)
}

// store writes the automation, a new one off, and leads on.
func (m *automationModel) store(c *ui.Call) error {
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		if m.id != 0 {
			_, err = actor.ChangeAutomation(c.Ctx(), m.id, func(a *desk.Automation) error {
				m.writeTo(a)
				return nil
			})
			return err
		}
		a := m.automation() // off: turning it on shows first what it would do
		if err = actor.CreateAutomation(c.Ctx(), &a); err == nil {
			m.id = a.ID
		}
		return err
	})
	if f, ok := ui.FaultsOf(err); ok {
		m.faults = m.b.assignFaults(f)
		return m.show(c, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("rules.automation.saved"))
	if c.Value("step") == "on" {
		return c.Redirect(automationPath(m.id) + "/on")
	}
	return c.Redirect(automationsPath)
}

// changeOneAutomation changes the automation that the path names and leads back to the list.
func changeOneAutomation(c *ui.Call, said string, work func(actor *admin.Actor, id desk.AutomationID) error) error {
	id, err := automationID(c)
	if err != nil {
		return err
	}
	if err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return work(actor, id) }); err != nil {
		return err
	}
	if said != "" {
		c.ToastSuccess(said)
	}
	return c.Redirect(automationsPath)
}

func turnOffAutomation(c *ui.Call) error {
	return setAutomationActive(c, false, c.T("rules.automation.off"))
}

// turnOnAutomation says on its page why it cannot be on.
func turnOnAutomation(c *ui.Call) error {
	err := setAutomationActive(c, true, c.T("rules.automation.on"))
	if err == nil {
		return nil
	}
	return ui.AnswerFaults(err, func(status int, f ui.Faults) error { return askAutomationAgain(c, status, f) })
}

func setAutomationActive(c *ui.Call, on bool, said string) error {
	return changeOneAutomation(c, said, func(actor *admin.Actor, id desk.AutomationID) error {
		_, err := actor.ChangeAutomation(c.Ctx(), id, func(a *desk.Automation) error {
			a.Active = on
			return nil
		})
		return err
	})
}

func deleteAutomation(c *ui.Call) error {
	return changeOneAutomation(c, c.T("rules.automation.deleted"), func(actor *admin.Actor, id desk.AutomationID) error {
		return actor.DeleteAutomation(c.Ctx(), id)
	})
}

// moveAutomation moves an automation one place up or down.
func moveAutomation(c *ui.Call) error {
	return changeOneAutomation(c, "", func(actor *admin.Actor, id desk.AutomationID) error {
		all, err := actor.Automations(c.Ctx())
		if err != nil {
			return err
		}
		var ids []desk.AutomationID
		for _, a := range all {
			ids = append(ids, a.ID)
		}
		return move(c, ids, id, actor.ReorderAutomations)
	})
}

// orderAutomations takes the order in which the automations were dragged.
func orderAutomations(c *ui.Call) error {
	return reorder(c, func(actor *admin.Actor, ids []desk.AutomationID) error { return actor.ReorderAutomations(c.Ctx(), ids) })
}

// runsModel is the history of one automation.
type runsModel struct {
	desk.Automation
	runs []store.AutomationRun
}

func showAutomationRuns(c *ui.Call) error {
	id, err := automationID(c)
	if err != nil {
		return err
	}
	var m runsModel
	err = c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		if m.Automation, err = actor.Automation(c.Ctx(), id); err != nil {
			return err
		}
		m.runs, err = actor.AutomationRuns(c.Ctx(), id, manyRuns)
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("automations", c.T("rules.automation.runs.title", m.Title), 0, automationRunsPage(m))
}

// secondsText is a length of time as a reader wants it.
func secondsText(d time.Duration) string {
	if d < time.Minute {
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return d.Round(time.Minute).String()[:len(d.Round(time.Minute).String())-2]
}

// lookHours is a number of hours. A stamp that is a moment ahead of the clock counts as now.
func lookHours(h float64) string {
	return strings.Replace(strconv.FormatFloat(h, 'f', 1, 64), "-0.0", "0.0", 1)
}

// dryRun is what an automation would do now.
type dryRun struct {
	found  []triedTicket
	names  changeNames
	faults ui.Faults
}

// tryAutomation tries what stands in the form.
func tryAutomation(c *ui.Call) error {
	var t *dryRun
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		m := &automationModel{id: desk.AutomationID(c.Number("id")), b: newBuilder(c, actor.Config, condition.Automation)}
		m.parse(c)
		t = dryRunOf(c, tx, actor, m.automation())
		return nil
	})
	if err != nil {
		return err
	}
	return c.Fragment(http.StatusOK, dryRunResult(t))
}

// dryRunOf finds the tickets on which an automation would act now. What is wrong with it is among the faults.
func dryRunOf(c *ui.Call, tx *store.Tx, actor *admin.Actor, a desk.Automation) *dryRun {
	out := &dryRun{names: changeNames{cfg: actor.Config}}
	if a.Title == "" {
		a.Title = c.T("rules.automation.new") // a name is not needed to try
	}
	judge, err := rule.TryAutomation(actor.Config, a)
	if err == nil {
		err = out.find(c.Ctx(), tx, actor.Config, judge, a, c.Clock())
	}
	if f, ok := ui.FaultsOf(err); ok {
		out.faults = f
	} else if err != nil {
		out.faults = ui.Faults{"base": {c.T("rules.try.failed")}}
	}
	return out
}

func (t *dryRun) find(ctx context.Context, tx *store.Tx, cfg *desk.Config, judge *rule.AutomationTrial, a desk.Automation, now time.Time) error {
	tree := a.Conditions
	tree.All = append(condition.Conditions{{Field: "status", Operator: condition.LessThan, Value: condition.ValueOf("closed")}}, tree.All...)
	list, err := tx.TicketsWhere(ctx, store.ViewQuery{Page: store.Page{Limit: dryRunShows}, Config: cfg, Tree: tree, Place: condition.Automation,
		At: now, Output: desk.Output{SortBy: "nice_id", SortOrder: "asc"}})
	if err != nil {
		return err
	}
	for _, one := range list.Items {
		if acts, changes := judge.Judge(one, now); acts {
			t.found = append(t.found, triedTicket{ticket: one, changes: changes})
		}
	}
	return t.names.read(ctx, tx, t.found)
}

// askAutomationModel asks before an automation is turned on.
type askAutomationModel struct {
	desk.Automation
	trial  *dryRun
	faults ui.Faults
}

func askAutomation(c *ui.Call) error { return askAutomationAgain(c, 0, nil) }

// askAutomationAgain shows what an automation would do at once when it is turned on.
func askAutomationAgain(c *ui.Call, status int, faults ui.Faults) error {
	id, err := automationID(c)
	if err != nil {
		return err
	}
	m := askAutomationModel{faults: faults}
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		if m.Automation, err = actor.Automation(c.Ctx(), id); err == nil {
			m.trial = dryRunOf(c, tx, actor, m.Automation)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("automations", c.T("rules.ask.title", m.Title), status, askAutomationPage(m))
}
