package tracker

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/store"
)

// Setup is what an admin says of a tracker.
type Setup struct {
	Kind    desk.TrackerKind
	URL     string // the tracker's, or the project's page; "": the public one of the kind, where there is one
	Project string // owner/name
	Token   string
	Name    string // what we call it; "": the project's name

	Terms   desk.Terms // only whether its comments are public here counts
	Notes   bool       // private notes travel
	Choices Choices
}

// Choices are what can be chosen anew at any time.
type Choices struct {
	Labels       []string
	Confidential bool
	KeepOpen     bool
	Closed       desk.Status
	Reopened     desk.Status
}

// ChoicesOf are those that hold.
func ChoicesOf(t *desk.Tracker) Choices {
	return Choices{t.Labels, t.Confidential, t.KeepOpen, t.Closed, t.Reopened}
}

// Bounds of what an issue gets besides its text.
const (
	maxLabels = 20
	maxLabel  = 50
	maxToken  = 1000
)

// Add makes an agreement with a tracker, once that has shown that the token may make and close issues in the project.
func (s *Service) Add(ctx context.Context, account desk.AccountID, actor desk.Actor, in Setup) (a desk.Agreement, err error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return a, err
	}
	t, err := s.trackerOf(&in)
	if err != nil {
		return a, err
	}
	if t.Project == "" {
		return a, desk.InvalidField("project", "BlankValue", "Project: write it as in the address of its page")
	}
	found, err := s.ask(ctx, &t, in.Token)
	if err != nil {
		return a, err
	}
	sealed, err := s.core.Seal(in.Token)
	if err != nil {
		return a, err
	}
	uuid, err := s.core.NewKey()
	if err != nil {
		return a, err
	}
	if in.Name = strings.TrimSpace(in.Name); in.Name == "" {
		in.Name = found.Name
	}
	if len(in.Name) > desk.MaxName {
		return a, desk.InvalidField("name", "TooLong", "Name: is too long")
	}
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		config, err := tx.Config(ctx)
		if err != nil {
			return err
		}
		now := s.core.Now()
		a = desk.Agreement{ID: desk.AgreementID(tx.NewID()), UUID: uuid, Name: in.Name, Status: desk.AgreementAccepted, Peer: desk.PeerTracker,
			RemoteURL: found.URL, LocalURL: s.core.URL(config.Account), Terms: desk.Terms{PublicComments: in.Terms.PublicComments}, ShareNotes: in.Notes,
			PeopleLimit: desk.DefaultPeopleLimit, Tracker: t, Verified: true, LastSeenAt: now, CreatedAt: now, UpdatedAt: now}
		if err := tx.InsertAgreement(ctx, &a, sealed); err != nil {
			return err
		}
		return sharing.LogCreated(ctx, tx, actor, &a)
	})
	return a, err
}

// Change changes what can be chosen, and the token unless it is "". A token must show what one must at the beginning.
func (s *Service) Change(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID, c Choices, token string) (a desk.Agreement, err error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return a, err
	}
	a, _, err = s.read(ctx, account, id)
	if err == nil {
		err = c.check()
	}
	if err != nil {
		return a, err
	}
	t, sealed := a.Tracker, ""
	if token = strings.TrimSpace(token); token != "" {
		if _, err := s.ask(ctx, &t, token); err != nil {
			return a, err
		}
		if sealed, err = s.core.Seal(token); err != nil {
			return a, err
		}
	}
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if a, err = tx.LockAgreement(ctx, id); err != nil {
			return err
		}
		before := a
		c.into(&a.Tracker)
		a.UpdatedAt = s.core.Now()
		if sealed != "" {
			a.Tracker.User = t.User
			if err := tx.SetAgreementKey(ctx, id, sealed); err != nil {
				return err
			}
		}
		if err := tx.UpdateAgreement(ctx, &a); err != nil {
			return err
		}
		return sharing.LogUpdated(ctx, tx, actor, &before, &a)
	})
	return a, err
}

// ChooseIn changes what can be chosen, within the caller's transaction.
func (s *Service) ChooseIn(ctx context.Context, tx *store.Tx, actor desk.Actor, id desk.AgreementID, c Choices) error {
	if err := sharing.NeedAdmin(actor); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	a, err := tx.LockAgreement(ctx, id)
	if err != nil {
		return err
	}
	before := a
	c.into(&a.Tracker)
	a.UpdatedAt = s.core.Now()
	if err := tx.UpdateAgreement(ctx, &a); err != nil {
		return err
	}
	return sharing.LogUpdated(ctx, tx, actor, &before, &a)
}

// Check asks the tracker whether all is well. What is not is an Invalid error, as when the tracker is set up.
func (s *Service) Check(ctx context.Context, account desk.AccountID, actor desk.Actor, id desk.AgreementID) error {
	if err := sharing.NeedAdmin(actor); err != nil {
		return err
	}
	a, key, err := s.read(ctx, account, id)
	if err != nil {
		return err
	}
	if a.PausedBy.Cold() {
		return desk.InvalidField("base", "InvalidValue", "This database was restored or copied, so nothing is sent to partners. Say first on the page Partners which one it is.")
	}
	if _, err := s.ask(ctx, &a.Tracker, key); err != nil {
		return err
	}
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return tx.RecordContact(ctx, id, s.core.Now()) })
}

// Projects lists those that a token may see, for choice.
func (s *Service) Projects(ctx context.Context, actor desk.Actor, in Setup) ([]Project, error) {
	if err := sharing.NeedAdmin(actor); err != nil {
		return nil, err
	}
	t, err := s.trackerOf(&in)
	if err != nil {
		return nil, err
	}
	all, err := s.software(t, in.Token).projects(ctx)
	if err != nil {
		return nil, faultOfField(answerOf(err, in.Token))
	}
	return all, nil
}

func (s *Service) read(ctx context.Context, account desk.AccountID, id desk.AgreementID) (a desk.Agreement, key string, err error) {
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		if a, err = tx.Agreement(ctx, id); err != nil {
			return err
		}
		if !a.IsTracker() {
			return desk.InvalidField("tracker", "InvalidValue", "Tracker: the partner is a help desk")
		}
		key, err = s.core.KeyOf(ctx, tx, id)
		return err
	})
	return a, key, err
}

// homes are where the trackers are that everybody means.
var homes = map[desk.TrackerKind]string{desk.TrackerGitHub: "https://github.com", desk.TrackerGitLab: "https://gitlab.com"}

// trackerOf makes sense of what an admin wrote. Nothing is asked yet.
func (s *Service) trackerOf(in *Setup) (desk.Tracker, error) {
	t := desk.Tracker{Kind: in.Kind, Project: strings.Trim(strings.TrimSpace(in.Project), "/")}
	switch in.Kind {
	case desk.TrackerGitHub, desk.TrackerGitea, desk.TrackerGitLab, desk.TrackerRedmine:
	default:
		return t, desk.InvalidField("kind", "InvalidValue", "Kind: must be github, gitea (also Forgejo), gitlab or redmine")
	}
	if in.Token = strings.TrimSpace(in.Token); in.Token == "" || len(in.Token) > maxToken || strings.ContainsFunc(in.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return t, desk.InvalidField("token", "InvalidValue", "Token: must be the access token that the tracker shows when it makes one")
	}
	raw := strings.TrimSpace(in.URL)
	if raw == "" {
		raw = homes[in.Kind]
	}
	if raw == "" {
		return t, desk.InvalidField("url", "BlankValue", "Address: write where the tracker is")
	}
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := s.http.CheckURL(raw)
	if err != nil {
		return t, desk.InvalidField("url", "InvalidValue", "Address: "+err.Error())
	}
	u.RawQuery, u.Fragment, u.Path = "", "", strings.TrimRight(u.Path, "/")
	if t.Project == "" {
		t.Project, u.Path = splitProject(in.Kind, u.Path)
	}
	if err := checkProject(in.Kind, t.Project); err != nil {
		return t, err
	}
	t.URL = u.String()
	in.Choices.into(&t)
	return t, in.Choices.check()
}

// splitProject takes the project out of the path of its page. At Gitea what stands before owner/name belongs to the address.
func splitProject(kind desk.TrackerKind, at string) (project, rest string) {
	before, _, _ := strings.Cut(at, "/-/") // pages of GitLab
	parts := strings.FieldsFunc(before, func(r rune) bool { return r == '/' })
	if kind == desk.TrackerRedmine {
		before, after, found := strings.Cut(at, "/projects/")
		if !found {
			return "", at
		}
		project, _, _ = strings.Cut(after, "/")
		return project, before
	}
	switch {
	case len(parts) < 2:
		return "", at
	case kind == desk.TrackerGitLab:
		return strings.Join(parts, "/"), ""
	}
	owner := len(parts) - 2
	if kind == desk.TrackerGitHub {
		owner = 0
	}
	rest = strings.Join(parts[:owner], "/")
	if rest != "" {
		rest = "/" + rest
	}
	return strings.Join(parts[owner:owner+2], "/"), rest
}

func checkProject(kind desk.TrackerKind, project string) error {
	slashes := strings.Count(project, "/")
	if kind == desk.TrackerRedmine {
		if slashes == 0 && len(project) <= 255 {
			return nil
		}
		return desk.InvalidField("project", "InvalidValue", "Project: write its identifier, as in the address of its page")
	}
	if project == "" || slashes == 1 || kind == desk.TrackerGitLab && slashes > 1 {
		if project == "" || path.Clean(project) == project && len(project) <= 255 {
			return nil
		}
	}
	return desk.InvalidField("project", "InvalidValue", "Project: write it as owner/name")
}

func (c *Choices) into(t *desk.Tracker) {
	t.Labels, t.Confidential, t.KeepOpen, t.Closed, t.Reopened = c.Labels, c.Confidential, c.KeepOpen, c.Closed, c.Reopened
}

func (c *Choices) check() error {
	faults := desk.Faults{}
	for field, status := range map[string]desk.Status{"closed_status": c.Closed, "reopened_status": c.Reopened} {
		if status != "" && (status.Rank() < 0 || status == desk.Closed || status == desk.New) {
			faults.Add(field, "InvalidValue", "The status must be open, pending, hold or solved")
		}
	}
	if len(c.Labels) > maxLabels {
		faults.Add("labels", "InvalidValue", "Labels: at most 20 can be set")
	}
	for _, l := range c.Labels {
		if strings.TrimSpace(l) != l || l == "" || len(l) > maxLabel || strings.Contains(l, ",") {
			faults.Add("labels", "InvalidValue", "Labels: each must have 1 to 50 bytes, without commas and blanks around it")
		}
	}
	return faults.Err()
}

// ask makes sure that the tracker lets us do what we shall have to, and notes whose the token is.
func (s *Service) ask(ctx context.Context, t *desk.Tracker, token string) (Project, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	there := s.software(*t, token)
	found, err := there.project(ctx)
	if err == nil {
		t.User, err = there.user(ctx)
	}
	if err == nil {
		if found.URL == "" {
			return found, desk.InvalidField("url", "InvalidValue", "Address: what answers there is no tracker of this kind")
		}
		if u, bad := url.Parse(found.URL); bad != nil || u.Host == "" {
			return found, desk.InvalidField("url", "InvalidValue", "Address: what answers there is no tracker of this kind")
		}
		return found, nil
	}
	return found, faultOfField(answerOf(err, token))
}

// faultOfField says at which field an admin has to look after a refusal.
func faultOfField(a peer.Answer) error {
	switch {
	case a.Doubtful, a.Status == 0:
		return desk.InvalidField("url", "InvalidValue", "Address: the tracker could not be asked. "+a.Sentence())
	case a.Status == http.StatusUnauthorized:
		return desk.InvalidField("token", "InvalidValue", "Token: the tracker does not know it. "+a.Sentence())
	case a.Status == http.StatusForbidden:
		return desk.InvalidField("token", "InvalidValue", "Token: it may not make issues there. "+a.Sentence())
	case a.Status == http.StatusNotFound || a.Status == http.StatusGone || a.Status/100 == 3:
		return desk.InvalidField("project", "InvalidValue", "Project: it is not there, or the token may not see it. "+a.Sentence())
	}
	return desk.InvalidField("base", "InvalidValue", "The tracker could not be asked. "+a.Sentence())
}
