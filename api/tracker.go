package api

import (
	"encoding/json"
	"errors"

	"interdesk/desk"
	"interdesk/sharing/tracker"
)

// trackerJSON is what an agreement with a bug tracker has besides.
type trackerJSON struct {
	Kind         desk.TrackerKind `json:"kind"`
	URL          string           `json:"url"`
	Project      string           `json:"project"`
	User         *string          `json:"user"` // whose the token is
	Labels       []string         `json:"labels"`
	Confidential bool             `json:"confidential"`
	KeepOpen     bool             `json:"keep_open"`
	Closed       desk.Status      `json:"closed_status"`
	Reopened     desk.Status      `json:"reopened_status"`
	HookURL      string           `json:"webhook_url"`
	HookSecret   *string          `json:"webhook_secret"` // for admins only
}

func (c *call) trackerOf(a *desk.Agreement) *trackerJSON {
	if !a.IsTracker() {
		return nil
	}
	t, hook := &a.Tracker, c.Trackers.HookOf(c.account, a)
	out := &trackerJSON{Kind: t.Kind, URL: t.URL, Project: t.Project, User: nullString(t.User), Labels: nonNil(t.Labels), Confidential: t.Confidential, KeepOpen: t.KeepOpen,
		Closed: tracker.ClosedStatus(t), Reopened: tracker.ReopenedStatus(t), HookURL: hook.URL}
	if c.user.Role == desk.Admin {
		out.HookSecret = &hook.Secret
	}
	return out
}

// trackerInput names a bug tracker to share with. Kind, address and project stay as they were made.
type trackerInput struct {
	set          bool
	Kind         textInput  `json:"kind"`
	URL          textInput  `json:"url"`
	Project      textInput  `json:"project"`
	Token        textInput  `json:"token"`
	Labels       textsInput `json:"labels"`
	Confidential flagInput  `json:"confidential"`
	KeepOpen     flagInput  `json:"keep_open"`
	Closed       textInput  `json:"closed_status"`
	Reopened     textInput  `json:"reopened_status"`
}

func (in *trackerInput) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	type members trackerInput
	if err := json.Unmarshal(raw, (*members)(in)); err != nil {
		return errors.New(`must be an object such as {"kind":"github","project":"acme/firmware","token":"…"}; ` + err.Error())
	}
	in.set = true
	return nil
}

// choices are what is chosen, where the input says so, else as it was.
func (in *trackerInput) choices(was tracker.Choices) tracker.Choices {
	if in.Labels.set {
		was.Labels = in.Labels.v
	}
	was.Confidential, was.KeepOpen = in.Confidential.or(was.Confidential), in.KeepOpen.or(was.KeepOpen)
	if in.Closed.set {
		was.Closed = desk.Status(in.Closed.v)
	}
	if in.Reopened.set {
		was.Reopened = desk.Status(in.Reopened.v)
	}
	return was
}

// addTracker makes an agreement with a bug tracker. What customers' words should not reach stays here unless it is asked for.
func (c *call) addTracker(in *agreementInput, actor desk.Actor) (desk.Agreement, error) {
	t := &in.Tracker
	return c.Trackers.Add(c.ctx(), c.account, actor, tracker.Setup{
		Kind: desk.TrackerKind(t.Kind.v), URL: t.URL.v, Project: t.Project.v, Token: t.Token.v, Name: in.Name.v,
		Terms: desk.Terms{PublicComments: in.PublicComments.or(false)}, Notes: in.ShareNotes.or(false), Choices: t.choices(tracker.Choices{}),
	})
}

// trackerStep changes what can be chosen of a tracker, and its token.
func (c *call) trackerStep(in *agreementInput) agreementStep {
	return func(actor desk.Actor, a desk.Agreement) (desk.Agreement, error) {
		t := &in.Tracker
		if !t.set {
			return a, nil
		}
		if t.Kind.v != "" && t.Kind.v != string(a.Tracker.Kind) || t.Project.v != "" && t.Project.v != a.Tracker.Project || t.URL.v != "" && t.URL.v != a.Tracker.URL {
			return a, desk.InvalidField("tracker", "InvalidValue", "Tracker: kind, url and project stay as they were made; make a new agreement")
		}
		return c.Trackers.Change(c.ctx(), c.account, actor, a.ID, t.choices(tracker.ChoicesOf(&a.Tracker)), t.Token.v)
	}
}
