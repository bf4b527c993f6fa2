package rules

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

const policiesPath = "/admin/slas"

func policyRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/slas", Who: ui.Admins, Serve: showPolicies},
		{Pattern: "POST /admin/slas/order", Who: ui.Admins, Serve: orderPolicies},
		{Pattern: "GET /admin/slas/new", Who: ui.Admins, Serve: newPolicy},
		{Pattern: "POST /admin/slas/new", Who: ui.Admins, Serve: createPolicy},
		{Pattern: "GET /admin/slas/{id}", Who: ui.Admins, Serve: showPolicy},
		{Pattern: "POST /admin/slas/{id}", Who: ui.Admins, Serve: changePolicy},
		{Pattern: "POST /admin/slas/{id}/move", Who: ui.Admins, Serve: movePolicy},
		{Pattern: "POST /admin/slas/{id}/delete", Who: ui.Admins, Serve: deletePolicy},
	}
}

func policyPath(id desk.PolicyID) string { return policiesPath + "/" + ui.IDText(id) }

// policyLine is a policy in the list: with its filter in words.
type policyLine struct {
	desk.Policy
	filter string
}

func showPolicies(c *ui.Call) error {
	var lines []policyLine
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		all, err := actor.Policies(c.Ctx())
		for _, p := range all {
			b := newBuilder(c, actor.Config, condition.Policy)
			b.fillFrom(p.Filter, nil)
			if err := b.fillLines(c.Ctx(), tx); err != nil {
				return err
			}
			lines = append(lines, policyLine{p, b.summary(c.Ctx())})
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("slas", c.T("rules.policies"), 0, policiesPage(lines))
}

// policyModel is the page of one policy.
type policyModel struct {
	id      desk.PolicyID // 0: a new one
	policy  desk.Policy   // but for its filter
	targets []targetRow
	b       *builder
	faults  ui.Faults
}

// targetRow is the targets of a metric, as they are typed.
type targetRow struct {
	metric desk.Metric
	times  []targetInput // by priority, what presses most first
	hours  string        // hoursCalendar, …
	mixed  bool          // priorities count different hours, as a program had it
}

type targetInput struct {
	priority desk.Priority
	typed    string
	business bool // as it was
}

// Which hours the targets of a metric count.
const (
	hoursCalendar = "calendar"
	hoursBusiness = "business"
	hoursMixed    = "mixed" // as they are
)

func (m *policyModel) path() string {
	if m.id == 0 {
		return policiesPath + "/new"
	}
	return policyPath(m.id)
}

func targetName(m desk.Metric, p desk.Priority) string {
	return "target." + string(m) + "." + string(p)
}

func hoursName(m desk.Metric) string { return "hours." + string(m) }

// rowsOf are the inputs of a policy's targets.
func rowsOf(p *desk.Policy) (rows []targetRow) {
	for _, metric := range desk.Metrics {
		row := targetRow{metric: metric, hours: hoursCalendar}
		counted := map[bool]bool{}
		for i := len(desk.Priorities) - 1; i > 0; i-- {
			in := targetInput{priority: desk.Priorities[i]}
			for _, t := range p.TargetsFor(in.priority) {
				if t.Metric == metric {
					in.typed, in.business, counted[t.Business] = spanText(t.Seconds), t.Business, true
				}
			}
			row.times = append(row.times, in)
		}
		if row.mixed = len(counted) > 1; row.mixed {
			row.hours = hoursMixed
		} else if counted[true] {
			row.hours = hoursBusiness
		}
		rows = append(rows, row)
	}
	return rows
}

// units of time that people type, in seconds.
func units() map[string]int64 {
	return map[string]int64{"": 60, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 24 * 3600}
}

var spanForm = regexp.MustCompile(`^(?:\s*\d{1,9}\s*(?:s|min|m|h|d)?)+\s*$`)

var spanPart = regexp.MustCompile(`(\d+)\s*(s|min|m|h|d)?`)

// parseSpan reads a length of time such as 4h, 1h 30m, 2d or 45, which are minutes.
func parseSpan(typed string) (seconds int64, ok bool) {
	typed = strings.ToLower(typed)
	if !spanForm.MatchString(typed) {
		return 0, false
	}
	for _, part := range spanPart.FindAllStringSubmatch(typed, -1) {
		n, err := strconv.ParseInt(part[1], 10, 64)
		if err != nil {
			return 0, false
		}
		seconds += n * units()[part[2]]
	}
	return seconds, true
}

// spanText writes what parseSpan reads. Days are 24 hours; hours stay hours up to two days.
func spanText(seconds int64) string {
	var parts []string
	take := func(size int64, unit string) {
		if n := seconds / size; n > 0 {
			parts = append(parts, strconv.FormatInt(n, 10)+unit)
			seconds %= size
		}
	}
	if seconds >= 2*24*3600 {
		take(24*3600, "d")
	}
	take(3600, "h")
	take(60, "m")
	take(1, "s")
	return strings.Join(parts, " ")
}

// parse reads the form; before is what was stored.
func (m *policyModel) parse(c *ui.Call, before []targetRow) {
	m.policy.Title, m.policy.Description = c.Value("title"), c.Value("description")
	m.policy.PartnerReplies, m.policy.PartnerPauses = c.Value("partner_replies") != "", c.Value("partner_pauses") != ""
	m.policy.Targets, m.targets, m.faults = nil, before, ui.Faults{}
	for i := range m.targets {
		row := &m.targets[i]
		row.hours = c.Value(hoursName(row.metric))
		for j := range row.times {
			m.parseTarget(c, row, &row.times[j])
		}
	}
	m.b.parse(c)
}

func (m *policyModel) parseTarget(c *ui.Call, row *targetRow, in *targetInput) {
	name := targetName(row.metric, in.priority)
	if in.typed = strings.TrimSpace(c.Value(name)); in.typed == "" {
		return
	}
	seconds, ok := parseSpan(in.typed)
	if !ok || seconds <= 0 || seconds > int64(desk.MaxWithin.Seconds()) {
		m.faults[name] = []string{c.T("rules.policy.target.wrong", c.T("sla.metric."+string(row.metric)), c.T("priority."+string(in.priority)))}
		return
	}
	business := row.hours == hoursBusiness || row.hours == hoursMixed && in.business
	m.policy.Targets = append(m.policy.Targets, desk.Target{Priority: in.priority, Metric: row.metric, Seconds: seconds, Business: business})
}

func (m *policyModel) writeTo(p *desk.Policy) {
	p.Title, p.Description, p.Targets = m.policy.Title, m.policy.Description, m.policy.Targets
	p.PartnerReplies, p.PartnerPauses = m.policy.PartnerReplies, m.policy.PartnerPauses
	p.Filter, _ = m.b.tree()
}

func (m *policyModel) show(c *ui.Call, status int) error {
	title := c.T("rules.policy.new")
	if m.id != 0 {
		title = m.policy.Title
	}
	return c.ShowAdmin("slas", title, status, policyPage(m))
}

// newPolicy opens an empty form, or one filled with another policy (from).
func newPolicy(c *ui.Call) error {
	m := &policyModel{policy: desk.Policy{PartnerReplies: true}}
	from := desk.PolicyID(c.Number("from"))
	if err := m.read(c, from); err != nil {
		return err
	}
	if from != 0 {
		m.policy.Title = c.T("rules.copy", m.policy.Title)
	}
	return m.show(c, 0)
}

func policyID(c *ui.Call) (desk.PolicyID, error) {
	id, err := c.ID("id")
	return desk.PolicyID(id), err
}

func showPolicy(c *ui.Call) error {
	id, err := policyID(c)
	if err != nil {
		return err
	}
	m := &policyModel{id: id}
	if err := m.read(c, id); err != nil {
		return err
	}
	return m.show(c, 0)
}

// read fills the form with a stored policy; with 0 it is empty.
func (m *policyModel) read(c *ui.Call, id desk.PolicyID) error {
	return c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		m.b = newBuilder(c, actor.Config, condition.Policy)
		if id != 0 {
			if m.policy, err = actor.Policy(c.Ctx(), id); err != nil {
				return err
			}
		}
		m.b.fillFrom(m.policy.Filter, nil)
		m.b.addEmptyLines()
		m.targets = rowsOf(&m.policy)
		return m.b.fillLines(c.Ctx(), tx)
	})
}

func createPolicy(c *ui.Call) error { return savePolicy(c, 0) }

func changePolicy(c *ui.Call) error {
	id, err := policyID(c)
	if err != nil {
		return err
	}
	return savePolicy(c, id)
}

// savePolicy carries out what the pressed button asks: a step of building, or storing.
func savePolicy(c *ui.Call, id desk.PolicyID) error {
	m := &policyModel{id: id}
	stay := false
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) (err error) {
		m.b = newBuilder(c, actor.Config, condition.Policy)
		if id != 0 {
			if m.policy, err = actor.Policy(c.Ctx(), id); err != nil {
				return err
			}
		}
		m.parse(c, rowsOf(&m.policy))
		stay = m.b.step(c)
		return m.b.fillLines(c.Ctx(), tx)
	})
	if err != nil {
		return err
	}
	if stay {
		m.faults = nil
		return m.show(c, 0)
	}
	if len(m.faults) > 0 {
		return m.show(c, http.StatusUnprocessableEntity)
	}
	return m.store(c)
}

// store writes the policy and leads back to the list.
func (m *policyModel) store(c *ui.Call) error {
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) (err error) {
		if m.id != 0 {
			_, err = actor.ChangePolicy(c.Ctx(), m.id, func(p *desk.Policy) error {
				m.writeTo(p)
				return nil
			})
			return err
		}
		var p desk.Policy
		m.writeTo(&p)
		return actor.CreatePolicy(c.Ctx(), &p)
	})
	if f, ok := ui.FaultsOf(err); ok {
		m.faults = m.b.assignFaults(f)
		if of := m.faults["filter"]; len(of) > 0 {
			m.faults["conditions"] = of
			delete(m.faults, "filter")
		}
		return m.show(c, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("rules.policy.saved"))
	return c.Redirect(policiesPath)
}

// changeOnePolicy changes the policy that the path names and leads back to the list.
func changeOnePolicy(c *ui.Call, said string, work func(actor *admin.Actor, id desk.PolicyID) error) error {
	id, err := policyID(c)
	if err != nil {
		return err
	}
	if err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return work(actor, id) }); err != nil {
		return err
	}
	if said != "" {
		c.ToastSuccess(said)
	}
	return c.Redirect(policiesPath)
}

func deletePolicy(c *ui.Call) error {
	return changeOnePolicy(c, c.T("rules.policy.deleted"), func(actor *admin.Actor, id desk.PolicyID) error {
		return actor.DeletePolicy(c.Ctx(), id)
	})
}

// movePolicy moves a policy one place up or down.
func movePolicy(c *ui.Call) error {
	return changeOnePolicy(c, "", func(actor *admin.Actor, id desk.PolicyID) error {
		all, err := actor.Policies(c.Ctx())
		if err != nil {
			return err
		}
		var ids []desk.PolicyID
		for _, p := range all {
			ids = append(ids, p.ID)
		}
		return move(c, ids, id, actor.ReorderPolicies)
	})
}

// orderPolicies takes the order in which the policies were dragged.
func orderPolicies(c *ui.Call) error {
	return reorder(c, func(actor *admin.Actor, ids []desk.PolicyID) error { return actor.ReorderPolicies(c.Ctx(), ids) })
}
