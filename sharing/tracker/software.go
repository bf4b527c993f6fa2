package tracker

import (
	"context"
	"net/http"
	"time"

	"interdesk/desk"
)

// software is one kind of tracker, at the project and with the token of an agreement. Its errors are *fault or what befell the
// connection.
type software interface {
	// user is whose the token is; "" where the tracker does not tell.
	user(ctx context.Context) (string, error)
	// project reads the project and makes sure that issues can be made and closed there.
	project(ctx context.Context) (Project, error)
	// projects lists those that the token may see, at most maxProjects.
	projects(ctx context.Context) ([]Project, error)
	create(ctx context.Context, d draft) (issue, error)
	edit(ctx context.Context, number string, e edit) error
	issue(ctx context.Context, number string) (issue, error)
	// changed lists a page of the issues that changed since a time, that time included; more tells whether another follows.
	changed(ctx context.Context, since time.Time, page int) (list []issue, more bool, err error)
	comments(ctx context.Context, number string, page int) (list []comment, more bool, err error)
	addComment(ctx context.Context, number, body string, internal bool) error
	deleteComment(ctx context.Context, number, id string) error
	// event reads what a webhook is about, once it has proved that it comes from the tracker: the number of an issue, or "".
	event(h http.Header, body []byte, secret string) (number string, ok bool)
}

// maxProjects is how many projects are offered for choice.
const maxProjects = 100

// Project is a project of a tracker.
type Project struct {
	Name string // owner/name; at Redmine its identifier
	URL  string // its page
}

// unknownCount stands where a tracker does not tell how many comments an issue has.
const unknownCount = -1

// draft is an issue to be.
type draft struct {
	Title        string
	Body         string
	Labels       []string
	Confidential bool
}

// edit is what is changed of an issue; nil: stays.
type edit struct {
	Title *string
	Body  *string
	Open  *bool
}

// issue is one as it is there.
type issue struct {
	Number   string
	Body     string
	Open     bool
	Updated  time.Time
	Comments int    // unknownCount: it does not tell
	Moved    string // where it is now, in words; "": here
}

// comment is one as it is there.
type comment struct {
	ID       string
	Author   string // by which the tracker tells people apart
	Login    string
	Name     string // as people are shown
	Body     string
	Created  time.Time
	Internal bool // for members of the project only
}

// software speaks to the tracker of an agreement.
func (s *Service) software(t desk.Tracker, token string) software {
	c := &client{http: s.http, timeout: s.options.Timeout, now: s.core.Now, token: token, header: http.Header{}}
	switch t.Kind {
	case desk.TrackerGitLab:
		return newGitLab(c, t)
	case desk.TrackerRedmine:
		return newRedmine(c, t)
	case desk.TrackerGitea:
		return newGitea(c, t)
	}
	return newGitHub(c, t)
}
