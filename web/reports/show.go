package reports

import (
	"net/http"
	"net/url"
	"strconv"

	"interdesk/report"
	"interdesk/web/ui"
)

// usual is how many days a report covers unless somebody says otherwise.
const usual = 30

// reportModel is a report on its page.
type reportModel struct {
	days   int    // of the quick choice; 0: from and to were given
	from   string // as typed
	to     string
	report *report.Report // nil when the span was none
	faults ui.Faults
}

func (a *reportPages) showReport(c *ui.Call) error {
	m, err := a.readReport(c)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if m.faults != nil {
		status = http.StatusUnprocessableEntity
	}
	return c.Show(ui.Page{Title: c.T("nav.reports"), Shell: ui.Workspace, Current: "reports", Status: status, Body: reportsPage(m)})
}

// readReport makes the report that the query asks for.
func (a *reportPages) readReport(c *ui.Call) (m reportModel, err error) {
	span, err := m.span(c)
	if faults, ok := ui.FaultsOf(err); ok {
		m.faults = faults
		return m, nil
	}
	if err != nil {
		return m, err
	}
	m.report, err = a.reporter(c).Report(c.Ctx(), c.Account.ID, span)
	return m, err
}

func (m *reportModel) span(c *ui.Call) (report.Span, error) {
	now := c.Frame.In(c.Frame.Now)
	m.days, m.from, m.to = int(c.Number("days")), c.Value("from"), c.Value("to")
	if m.days == 0 && (m.from != "" || m.to != "") {
		return report.Between(m.from, m.to, now.Location())
	}
	if m.days != 7 && m.days != 90 {
		m.days = usual
	}
	s := report.LastDays(m.days, now)
	m.from, m.to = s.First.String(), s.Last.String()
	return s, nil
}

// address is another page about the same span.
func (m reportModel) address(path string) string {
	q := url.Values{"from": {m.from}, "to": {m.to}}
	if m.days != 0 {
		q = url.Values{"days": {strconv.Itoa(m.days)}}
	}
	return path + "?" + q.Encode()
}
