package configtext

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"interdesk/desk"
)

// CaseFile is a file below tests: cases that say what tickets become under the rules of the folder.
type CaseFile struct {
	People []CasePerson `text:"people" help:"People whom the cases need, beside those whom the rules name."`
	Cases  []Case       `text:"cases,required" help:"What comes in, and what is to become of it."`

	File     string
	document *document
}

// CasePerson is somebody in cases.
type CasePerson struct {
	Email        string   `text:"email,required" help:"Their address."`
	Name         string   `text:"name" help:"Their name; without it what stands before the @."`
	Role         string   `text:"role" default:"end-user" enum:"end-user|agent|admin" help:"What they may do."`
	Groups       []string `text:"groups" help:"Of agents: their groups, the first their default; without it all."`
	Organization string   `text:"organization" help:"Their organization, which is made."`
}

// Case is one ticket and what is to become of it, update by update.
type Case struct {
	Name    string       `text:"name,required" help:"What the case is about."`
	By      string       `text:"by" help:"Whose ticket it is, by address; without it an unknown customer's."`
	Via     string       `text:"via" default:"web" enum:"web|email|api" help:"Where it comes in."`
	Partner string       `text:"received_from" help:"The inbound agreement under which a partner shares it; then the partner's person makes it."`
	Ticket  CaseTicket   `text:"ticket,required" help:"The ticket as it comes in."`
	Expect  *Expectation `text:"expect" help:"What it is to be then."`
	Updates []CaseUpdate `text:"updates" help:"What happens to it after that, one after another."`
}

// CaseTicket is what is said of a ticket.
type CaseTicket struct {
	Subject  string            `text:"subject" help:"Its subject."`
	Comment  string            `text:"comment" help:"What is said."`
	Private  bool              `text:"private" help:"The comment is for staff alone."`
	Form     string            `text:"form" help:"Its form."`
	Status   string            `text:"status" enum:"new|open|pending|hold|solved|closed" help:"Its status."`
	Priority string            `text:"priority" enum:"low|normal|high|urgent" help:"Its priority."`
	Type     string            `text:"type" enum:"question|incident|problem|task" help:"Its type."`
	Group    string            `text:"group" help:"Its group."`
	Assignee string            `text:"assignee" help:"Who works on it, by address."`
	Tags     []string          `text:"tags" help:"Tags that it gets."`
	Untag    []string          `text:"remove_tags" help:"Tags that it loses."`
	Fields   map[string]string `text:"fields" help:"Values of custom fields, by title; several apart by blanks."`
}

// CaseUpdate is one thing that happens to a ticket.
type CaseUpdate struct {
	By      string       `text:"by" help:"Who does it, by address; without it who made the ticket."`
	Via     string       `text:"via" default:"web" enum:"web|email|api" help:"Where it comes in."`
	Hours   int          `text:"after_hours" help:"How many hours later; automations that are due by then have run."`
	Reached string       `text:"delivered_to" help:"The partner who takes the shared ticket."`
	Ticket  *CaseTicket  `text:"ticket" help:"What is changed; without it only time passes."`
	Expect  *Expectation `text:"expect" help:"What the ticket is to be then."`
}

// Expectation is what a ticket is to be. What is not said is not looked at.
type Expectation struct {
	Status     string            `text:"status" enum:"new|open|pending|hold|solved|closed" help:"Its status."`
	Priority   string            `text:"priority" enum:"none|low|normal|high|urgent" help:"Its priority."`
	Type       string            `text:"type" enum:"none|question|incident|problem|task" help:"Its type."`
	Group      string            `text:"group" help:"Its group; none for none."`
	Assignee   string            `text:"assignee" help:"Who works on it, by address; none for nobody."`
	Form       string            `text:"form" help:"Its form."`
	Tags       []string          `text:"tags" help:"Tags that it has, among others."`
	Fields     map[string]string `text:"fields" help:"Values of custom fields, by title; several apart by blanks, an empty one for none."`
	SharedWith []string          `text:"shared_with" help:"Partners with whom it is shared, no others."`
	Notified   []string          `text:"notified" help:"People whom rules tell of this update, among others, by address."`
	Webhooks   []string          `text:"webhooks" help:"Webhooks that rules call with this update, among others."`
	Fires      []string          `text:"fires" help:"Rules that act with this update, among others."`
	Not        *Refusal          `text:"not" help:"What is not to be."`
}

// Refusal is what a ticket is not to be.
type Refusal struct {
	Tags     []string `text:"tags" help:"Tags that it has not."`
	Notified []string `text:"notified" help:"People whom no rule tells."`
	Webhooks []string `text:"webhooks" help:"Webhooks that no rule calls."`
	Fires    []string `text:"fires" help:"Rules that do not act."`
}

// At is a problem at a path in the file, such as "cases[2].expect.tags".
func (c *CaseFile) At(path, message string) Problem { return c.document.problemAt(path, message) }

// Cases reads the cases of a folder.
func Cases(f Folder) (files []*CaseFile, problems []Problem) {
	p := &parsed{}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !strings.HasPrefix(name, testsDir+"/") || !strings.HasSuffix(name, ".yaml") || isHidden(name) {
			continue
		}
		if d := p.read(name, f[name], reflect.TypeFor[CaseFile]()); d != nil {
			c := d.text.(*CaseFile)
			c.File, c.document = name, d
			files = append(files, c)
		}
	}
	return files, p.problems
}

// Partners are the agreements of a folder, as they are to be there before it can be applied to an account without partners.
func Partners(f Folder) (out []desk.Agreement) {
	for _, d := range parse(f).docs {
		t, ok := d.text.(*agreementText)
		if !ok || d.unread {
			continue
		}
		a := desk.Agreement{Name: t.Name, Inbound: d.kind.name == kindInbound, Status: desk.AgreementAccepted, RemoteSubdomain: t.Subdomain, RemoteURL: t.SharingURL,
			Terms: desk.Terms{PublicComments: t.Public, SyncTags: t.Tags, SyncFields: t.Fields}, ShareNotes: t.ShareNotes, PassNotes: t.PassNotes,
			PeopleLimit: t.PeopleLimit, StatusMap: t.StatusMap, Map: t.Map.shareMap(), Dialect: desk.Dialect(t.Dialect)}
		if t.Ended {
			a.Status = desk.AgreementInactive
		}
		if r := t.Tracker; r != nil {
			a.Peer, a.Tracker = desk.PeerTracker, desk.Tracker{Kind: desk.TrackerKind(r.Kind), URL: r.URL, Project: r.Project, Labels: r.Labels,
				Confidential: r.Confidential, KeepOpen: r.KeepOpen, Closed: desk.Status(r.Closed), Reopened: desk.Status(r.Reopened)}
		}
		out = append(out, a)
	}
	return out
}

// HookSecrets are secrets for all webhooks of a folder that need one, made up.
func HookSecrets(f Folder) map[string]string {
	out := map[string]string{}
	for _, d := range parse(f).docs {
		if t, ok := d.text.(*webhookText); ok && t.Auth != nil {
			out[d.name] = "made up"
		}
	}
	return out
}

// Named are the names that the folder's files give to things of other kinds than files have: addresses of people and names
// of organizations, as far as rules speak of them.
func Named(f Folder) (people, organizations []string) {
	note := func(to *[]string, name string) {
		if !slices.Contains(words, name) && number(name) == 0 && !slices.Contains(*to, name) {
			*to = append(*to, name)
		}
	}
	look := func(ref string, v Value, all bool) {
		v.mapTexts(func(at int, s string) string {
			switch {
			case ref == refPerson && (all || at <= 0):
				note(&people, s)
			case ref == refOrganization:
				note(&organizations, s)
			}
			return s
		})
	}
	for _, d := range parse(f).docs {
		conditions, actions := rulesOf(d.text)
		for _, c := range conditions {
			look(conditionRefs[c.Field], c.Value, true)
		}
		for _, a := range actions {
			look(actionRefs[a.Field], a.Value, false)
		}
	}
	return people, organizations
}

func rulesOf(text any) (conditions []Condition, actions []Action) {
	switch t := text.(type) {
	case *triggerText:
		return slices.Concat(t.Conditions.All, t.Conditions.Any), t.Actions
	case *automationText:
		return slices.Concat(t.Conditions.All, t.Conditions.Any), t.Actions
	case *viewText:
		return slices.Concat(t.Conditions.All, t.Conditions.Any), nil
	case *policyText:
		return slices.Concat(t.Filter.All, t.Filter.Any), nil
	case *macroText:
		return nil, t.Actions
	}
	return nil, nil
}
