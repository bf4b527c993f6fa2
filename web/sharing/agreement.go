package sharing

import (
	"net/http"
	"slices"
	"sort"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/tracker"
	"interdesk/store"
	"interdesk/web/ui"
)

// agreementModel is one agreement among all there is with its partner.
type agreementModel struct {
	line     agreement.Line
	out, in  *agreement.Line // what counts of each direction; this agreement where it is of that direction
	partner  agreement.Partner
	stopped  []sharing.ShareStatus // shares that go on only when somebody acts
	dead     []desk.Delivery
	messages []desk.Delivery
	before   desk.DeliveryID
	older    desk.DeliveryID
	settings localSettings
	faults   ui.Faults
	tracker  trackerModel // of a bug tracker
	hook     tracker.Hook
}

// localSettings are what is ours alone in an agreement, as its form has them.
type localSettings struct {
	name    string
	notes   bool
	pass    bool
	people  int
	dialect string
	words   string // a line for each: their word = our status
}

// maxDead is how many messages that were given up are shown, and taken up at once.
const maxDead = 100

func showAgreement(c *ui.Call) error {
	m, err := readAgreement(c)
	if err != nil {
		return err
	}
	return agreementPage(c, m, 0)
}

func agreementPage(c *ui.Call, m agreementModel, status int) error {
	return c.Show(ui.Page{Title: m.line.Name, Shell: ui.Admin, Current: "partners", Status: status, Body: agreementDetails(m)})
}

func readAgreement(c *ui.Call) (m agreementModel, err error) {
	id, err := c.ID("id")
	if err != nil {
		return m, err
	}
	m.before = desk.DeliveryID(c.Number("before"))
	err = c.Read(func(tx *store.Tx) error {
		partners, err := agreement.Partners(c.Ctx(), tx)
		if err != nil {
			return err
		}
		if err := m.findPartner(partners, desk.AgreementID(id)); err != nil {
			return err
		}
		if m.dead, err = tx.DeadDeliveries(c.Ctx(), m.line.ID, maxDead); err != nil {
			return err
		}
		if err := m.readStopped(c, tx); err != nil {
			return err
		}
		m.dead = slices.DeleteFunc(m.dead, func(d desk.Delivery) bool { return d.Ticket == 0 || m.isStopped(d.Share) }) // those stand elsewhere
		m.messages, err = tx.AgreementDeliveries(c.Ctx(), m.line.ID, m.before, sharing.TimelinePage)
		return err
	})
	if len(m.messages) == sharing.TimelinePage {
		m.older = m.messages[len(m.messages)-1].ID
	}
	m.tracker, m.hook = trackerOf(&m.line.Agreement), c.Trackers.HookOf(c.Account.ID, &m.line.Agreement)
	m.settings = localSettings{m.line.Name, m.line.ShareNotes, m.line.PassNotes, m.line.PeopleLimit, string(m.line.Dialect), statusLines(m.line.StatusMap)}
	return m, err
}

// maxStopped is how many shares that stopped are shown.
const maxStopped = 100

func (m *agreementModel) readStopped(c *ui.Call, tx *store.Tx) error {
	found, err := tx.SharesIn(c.Ctx(), m.line.ID, []desk.ShareState{desk.ShareFailed, desk.ShareRefused}, 0, maxStopped)
	for _, share := range found {
		phase := sharing.Failed
		if share.State == desk.ShareRefused {
			phase = sharing.Refused
		}
		m.stopped = append(m.stopped, sharing.ShareStatus{Share: share, Agreement: m.line.Agreement, Phase: phase, Reason: share.Reason})
	}
	return err
}

func (m *agreementModel) isStopped(id desk.ShareID) bool {
	return slices.ContainsFunc(m.stopped, func(s sharing.ShareStatus) bool { return s.Share.ID == id })
}

func (m *agreementModel) findPartner(partners []agreement.Partner, id desk.AgreementID) error {
	for _, p := range partners {
		i := slices.IndexFunc(p.Lines, func(l agreement.Line) bool { return l.ID == id })
		if i < 0 {
			continue
		}
		m.partner, m.line = p, p.Lines[i]
		m.out, m.in = p.Current(false), p.Current(true)
		if m.line.Inbound {
			m.in = &m.line
		} else {
			m.out = &m.line
		}
		return nil
	}
	return desk.Missing()
}

// changesByItself tells whether the page is likely to change by itself.
func (m *agreementModel) changesByItself() bool {
	h := m.partner.Health()
	return h.Waiting+h.Failing > 0 || m.out != nil && (m.out.Status == desk.AgreementPending || !m.out.WishedAt.IsZero() && m.out.Usable())
}

// saveSettings renames an agreement and sets what is ours alone in it.
func saveSettings(c *ui.Call) error {
	m, err := readAgreement(c)
	if err != nil {
		return err
	}
	m.settings = localSettings{c.Value("name"), c.Checked("notes"), c.Checked("pass"), int(c.Number("people")), c.Value("dialect"), c.R.FormValue("words")}
	if c.Value("people") == "" {
		m.settings.people = m.line.PeopleLimit
	}
	err = m.settings.saveTo(c, &m.line.Agreement)
	if faults, ok := ui.FaultsOf(err); ok {
		m.faults = ui.Faults{}
		for field, words := range faults {
			switch field {
			case "status_map":
				field = "words"
			case "people_limit":
				field = "people"
			}
			m.faults[field] = words
		}
		return agreementPage(c, m, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("sharing.settings.saved"))
	return c.Redirect(agreementPath(m.line.ID))
}

func (s localSettings) saveTo(c *ui.Call, a *desk.Agreement) error {
	words, err := s.statusMap(c)
	if err != nil {
		return err
	}
	actor, err := actorOf(c)
	if err != nil {
		return err
	}
	if s.name != a.Name {
		if _, err := c.Agreements.Rename(c.Ctx(), c.Account.ID, actor, a.ID, s.name); err != nil {
			return err
		}
	}
	dialect := desk.Dialect(s.dialect)
	if dialect != desk.DialectDefault && dialect != desk.DialectRT {
		dialect = desk.DialectUnknown
	}
	_, err = c.Agreements.Configure(c.Ctx(), c.Account.ID, actor, a.ID, agreement.Settings{ShareNotes: s.notes, PassNotes: s.pass, PeopleLimit: s.people, Dialect: dialect, StatusMap: words})
	return err
}

// statusMap reads lines of "word = status".
func (s localSettings) statusMap(c *ui.Call) (map[string]string, error) {
	words := map[string]string{}
	for line := range strings.Lines(s.words) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		theirs, ours, ok := strings.Cut(line, "=")
		theirs, ours = strings.TrimSpace(theirs), strings.ToLower(strings.TrimSpace(ours))
		if !ok || ours == "" {
			return nil, desk.InvalidField("words", "InvalidValue", c.T("sharing.settings.words.fault", line))
		}
		words[theirs] = ours
	}
	return words, nil
}

func statusLines(words map[string]string) string {
	var lines []string
	for theirs, ours := range words {
		lines = append(lines, theirs+" = "+ours)
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
