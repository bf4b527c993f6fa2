package sharing

import (
	"context"
	"net/http"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/tracker"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// trackerModel is the page that adds a bug tracker, and the part of an agreement's page that sets one up.
type trackerModel struct {
	kind, url, project, token, name string
	public, notes                   bool
	labels                          string // with commas between
	keep, confidential              bool
	closed, reopened                string
	projects                        []tracker.Project // to choose from; nil: they were not asked for
	faults                          ui.Faults
}

func showTracker(c *ui.Call) error {
	return trackerPage(c, trackerModel{kind: string(desk.TrackerGitHub), closed: string(desk.Solved), reopened: string(desk.Open)}, 0)
}

func trackerPage(c *ui.Call, m trackerModel, status int) error {
	return c.Show(ui.Page{Title: c.T("tracker.new"), Shell: ui.Admin, Current: "partners", Status: status, Body: trackerForm(m)})
}

// readTracker reads the form.
func readTracker(c *ui.Call) trackerModel {
	return trackerModel{kind: c.Value("kind"), url: c.Value("url"), project: c.Value("project"), token: c.Value("token"), name: c.Value("name"),
		public: c.Checked("public"), notes: c.Checked("notes"), labels: c.Value("labels"), keep: c.Checked("keep"), confidential: c.Checked("confidential"),
		closed: c.Value("closed"), reopened: c.Value("reopened")}
}

func (m *trackerModel) choices() tracker.Choices {
	out := tracker.Choices{Confidential: m.confidential, KeepOpen: m.keep, Closed: desk.Status(m.closed), Reopened: desk.Status(m.reopened)}
	for label := range strings.SplitSeq(m.labels, ",") {
		if label = strings.TrimSpace(label); label != "" {
			out.Labels = append(out.Labels, label)
		}
	}
	return out
}

// addTracker adds the tracker, or lists the projects that its token may see.
func addTracker(c *ui.Call) error {
	m := readTracker(c)
	actor, err := actorOf(c)
	if err != nil {
		return err
	}
	in := tracker.Setup{Kind: desk.TrackerKind(m.kind), URL: m.url, Project: m.project, Token: m.token, Name: m.name,
		Terms: desk.Terms{PublicComments: m.public}, Notes: m.notes, Choices: m.choices()}
	if c.Value("do") == "projects" {
		in.Project = ""
		m.projects, err = c.Trackers.Projects(c.Ctx(), actor, in)
		if err == nil {
			return trackerPage(c, m, 0)
		}
		return trackerAgain(c, m, err)
	}
	a, err := c.Trackers.Add(c.Ctx(), c.Account.ID, actor, in)
	if err != nil {
		return trackerAgain(c, m, err)
	}
	c.ToastSuccess(c.T("tracker.added", a.Name))
	return c.Redirect(agreementPath(a.ID))
}

func trackerAgain(c *ui.Call, m trackerModel, err error) error {
	faults, ok := ui.FaultsOf(err)
	if !ok {
		return err
	}
	m.faults = trackerFaults(faults)
	return trackerPage(c, m, http.StatusUnprocessableEntity)
}

// trackerFaults are faults by the names of the form's inputs.
func trackerFaults(faults ui.Faults) ui.Faults {
	out := ui.Faults{}
	for field, words := range faults {
		out[strings.TrimSuffix(field, "_status")] = words
	}
	return out
}

// changeTracker stores what is chosen for a tracker, and a new token.
func changeTracker(c *ui.Call) error {
	m, err := readAgreement(c)
	if err != nil {
		return err
	}
	m.tracker = readTracker(c)
	actor, err := actorOf(c)
	if err != nil {
		return err
	}
	_, err = c.Trackers.Change(c.Ctx(), c.Account.ID, actor, m.line.ID, m.tracker.choices(), m.tracker.token)
	if faults, ok := ui.FaultsOf(err); ok {
		m.tracker.faults = trackerFaults(faults)
		return agreementPage(c, m, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("sharing.settings.saved"))
	return c.Redirect(agreementPath(m.line.ID))
}

// trackerOf is what was chosen for the tracker of an agreement.
func trackerOf(a *desk.Agreement) trackerModel {
	t := &a.Tracker
	return trackerModel{kind: string(t.Kind), labels: strings.Join(t.Labels, ", "), keep: t.KeepOpen, confidential: t.Confidential,
		closed: string(tracker.ClosedStatus(t)), reopened: string(tracker.ReopenedStatus(t))}
}

func checkTracker(on actionTarget) (string, desk.AgreementID, error) {
	return "tracker.done.check", on.id, on.trackers.Check(on, on.account, on.actor, on.id)
}

func askTracker(on actionTarget) (string, desk.AgreementID, error) {
	return "tracker.done.ask", on.id, on.trackers.AskNow(on, on.account, on.actor, on.id)
}

// kindOptions are the kinds of tracker.
func kindOptions(ctx context.Context) (out []ui.Option) {
	for _, k := range [...]desk.TrackerKind{desk.TrackerGitHub, desk.TrackerGitea, desk.TrackerGitLab, desk.TrackerRedmine} {
		out = append(out, ui.Option{Value: string(k), Label: text.T(ctx, "tracker.kind."+string(k))})
	}
	return out
}

// statusOptions are what a ticket can become.
func statusOptions(ctx context.Context) (out []ui.Option) {
	for _, s := range [...]desk.Status{desk.Open, desk.Pending, desk.Hold, desk.Solved} {
		out = append(out, ui.Option{Value: string(s), Label: text.T(ctx, "status."+string(s))})
	}
	return out
}

func projectOptions(all []tracker.Project) (out []ui.Option) {
	for _, p := range all {
		out = append(out, ui.Option{Value: p.Name, Label: p.Name})
	}
	return out
}
