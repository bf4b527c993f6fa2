package admin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

const satisfactionPath = "/admin/satisfaction"

func satisfactionRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + satisfactionPath, Who: ui.Admins, Serve: showSatisfaction},
		{Pattern: "POST " + satisfactionPath, Who: ui.Admins, Serve: saveSatisfaction},
	}
}

// satisfactionModel is how customers are asked whether they are satisfied.
type satisfactionModel struct {
	survey  desk.Survey
	reasons []string
	asking  int // active rules that ask
	faults  ui.Faults
}

func satisfactionOf(a *desk.Account) satisfactionModel {
	m := satisfactionModel{survey: a.Settings.Survey}
	m.survey.Subject, m.survey.Body = m.survey.SubjectOrDefault(), m.survey.BodyOrDefault()
	for _, r := range a.Reasons() {
		m.reasons = append(m.reasons, r.Value)
	}
	return m
}

func showSatisfaction(c *ui.Call) error {
	return satisfactionAnswer(c, 0, satisfactionOf(&c.Account))
}

func satisfactionAnswer(c *ui.Call, status int, m satisfactionModel) error {
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		m.asking = rulesThatAsk(actor.Config)
		return nil
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("satisfaction", c.T("satisfaction.nav"), status, satisfactionPage(m))
}

// rulesThatAsk counts the active rules that ask customers.
func rulesThatAsk(cfg *desk.Config) (n int) {
	asks := func(a desk.Action) bool {
		var value string
		_ = json.NewDecoder(bytes.NewReader(a.Value)).Decode(&value) // what is no text does not ask
		return a.Field == "satisfaction_score" && value == string(desk.Offered)
	}
	for _, t := range cfg.Triggers {
		if t.Active && slices.ContainsFunc(t.Actions, asks) {
			n++
		}
	}
	for _, a := range cfg.Automations {
		if a.Active && slices.ContainsFunc(a.Actions, asks) {
			n++
		}
	}
	return n
}

func saveSatisfaction(c *ui.Call) error {
	typed := satisfactionModel{survey: desk.Survey{On: c.Checked("on"), Subject: c.Value("subject"), Body: c.Value("body")},
		reasons: strings.Split(c.Value("reasons"), "\n")}
	if typed.survey.On && !strings.Contains(typed.survey.BodyOrDefault(), "satisfaction.rating_") {
		typed.faults = ui.Faults{"body": {c.T("satisfaction.body.missing")}}
		return satisfactionAnswer(c, http.StatusUnprocessableEntity, typed)
	}
	err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error {
		_, err := actor.ChangeAccount(c.Ctx(), func(a *desk.Account) error {
			s := &a.Settings.Survey
			s.On, s.Subject, s.Body = typed.survey.On, typed.survey.Subject, typed.survey.Body
			a.SetReasons(typed.reasons, c.Clock())
			return nil
		})
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			typed.faults = f
			return satisfactionAnswer(c, status, typed)
		})
	}
	c.ToastSuccess(c.T("satisfaction.saved"))
	return c.Redirect(satisfactionPath)
}
