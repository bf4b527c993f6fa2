package tracker

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
)

// gitLab speaks GitLab's REST interface, version 4.
type gitLab struct {
	*client
	path string // of the project
}

func newGitLab(c *client, t desk.Tracker) *gitLab {
	c.base = strings.TrimRight(t.URL, "/") + "/api/v4"
	c.header.Set("Accept", "application/json")
	c.header.Set("PRIVATE-TOKEN", c.token)
	return &gitLab{client: c, path: "/projects/" + url.PathEscape(t.Project)}
}

func (g *gitLab) user(ctx context.Context) (string, error) {
	var me struct {
		Username string `json:"username"`
	}
	_, err := g.call(ctx, http.MethodGet, "/user", nil, &me)
	if denies(err) {
		return "", nil
	}
	return me.Username, err
}

type gitLabAccess struct {
	Level int `json:"access_level"`
}

type gitLabProject struct {
	Path        string `json:"path_with_namespace"`
	URL         string `json:"web_url"`
	Archived    bool   `json:"archived"`
	Issues      string `json:"issues_access_level"`
	Permissions *struct {
		Project *gitLabAccess `json:"project_access"`
		Group   *gitLabAccess `json:"group_access"`
	} `json:"permissions"`
}

// planner is the least role that may close and label issues of others.
const planner = 15

func (p *gitLabProject) level() int {
	most := 0
	for _, a := range [...]*gitLabAccess{p.Permissions.Project, p.Permissions.Group} {
		if a != nil {
			most = max(most, a.Level)
		}
	}
	return most
}

// project: who may only read with this token is refused at the attempt to make an issue without a title; others hear that it is
// missing.
func (g *gitLab) project(ctx context.Context) (Project, error) {
	var p gitLabProject
	if _, err := g.call(ctx, http.MethodGet, g.path, nil, &p); err != nil {
		return Project{}, err
	}
	switch {
	case p.Archived:
		return Project{}, refusal(http.StatusForbidden, "The project is archived.")
	case p.Issues == "disabled":
		return Project{}, refusal(http.StatusForbidden, "The project has no issues: switch them on in its settings.")
	case p.Permissions != nil && p.level() < planner:
		return Project{}, refusal(http.StatusForbidden, "Whose token this is may not close issues there: the role Planner, Reporter or a higher one is needed.")
	}
	_, err := g.call(ctx, http.MethodPost, g.path+"/issues", map[string]string{}, nil)
	if f := asFault(err); f == nil || f.answer.Status != http.StatusBadRequest {
		if err == nil {
			err = refusal(http.StatusBadGateway, "The tracker makes issues without a title, which GitLab does not.")
		}
		return Project{}, err
	}
	return Project{Name: p.Path, URL: strings.TrimRight(p.URL, "/")}, nil
}

func (g *gitLab) projects(ctx context.Context) (out []Project, err error) {
	var list []gitLabProject
	_, err = g.call(ctx, http.MethodGet, "/projects?membership=true&archived=false&with_issues_enabled=true&order_by=last_activity_at&"+perPage(1), nil, &list)
	for _, p := range list {
		out = append(out, Project{Name: p.Path, URL: p.URL})
	}
	return out, err
}

func perPage(n int) string { return "per_page=" + strconv.Itoa(pageSize) + "&page=" + strconv.Itoa(n) }

type gitLabIssue struct {
	IID     int64     `json:"iid"`
	Body    string    `json:"description"`
	State   string    `json:"state"`
	Updated time.Time `json:"updated_at"`
	Notes   int       `json:"user_notes_count"`
	Moved   *int64    `json:"moved_to_id"`
}

func (i *gitLabIssue) issue() issue {
	out := issue{Number: strconv.FormatInt(i.IID, 10), Body: i.Body, Open: i.State != "closed", Updated: i.Updated, Comments: i.Notes}
	if i.Moved != nil {
		out.Moved = "another project"
	}
	return out
}

func (g *gitLab) create(ctx context.Context, d draft) (issue, error) {
	in := map[string]any{"title": d.Title, "description": d.Body, "confidential": d.Confidential, "labels": strings.Join(d.Labels, ",")}
	var made gitLabIssue
	_, err := g.call(ctx, http.MethodPost, g.path+"/issues", in, &made)
	return made.issue(), unfit(err)
}

// unfit: GitLab refuses content by 400, where others say 422.
func unfit(err error) error {
	if f := asFault(err); f != nil && f.answer.Status == http.StatusBadRequest {
		f.answer.Status = http.StatusUnprocessableEntity
	}
	return err
}

func (g *gitLab) edit(ctx context.Context, number string, e edit) error {
	in := map[string]any{}
	if e.Title != nil {
		in["title"] = *e.Title
	}
	if e.Body != nil {
		in["description"] = *e.Body
	}
	if e.Open != nil {
		in["state_event"] = "close"
		if *e.Open {
			in["state_event"] = "reopen"
		}
	}
	_, err := g.call(ctx, http.MethodPut, g.at(number), in, nil)
	return unfit(err)
}

func (g *gitLab) at(number string) string { return g.path + "/issues/" + url.PathEscape(number) }

func (g *gitLab) issue(ctx context.Context, number string) (issue, error) {
	var got gitLabIssue
	_, err := g.call(ctx, http.MethodGet, g.at(number), nil, &got)
	return got.issue(), err
}

func (g *gitLab) changed(ctx context.Context, since time.Time, page int) (out []issue, more bool, err error) {
	query := "?scope=all&order_by=updated_at&sort=asc&updated_after=" + url.QueryEscape(since.UTC().Add(-time.Second).Format(time.RFC3339)) + "&" + perPage(page)
	var list []gitLabIssue
	h, err := g.call(ctx, http.MethodGet, g.path+"/issues"+query, nil, &list)
	for n := range list {
		out = append(out, list[n].issue())
	}
	return out, err == nil && hasNext(h), err
}

func (g *gitLab) comments(ctx context.Context, number string, page int) (out []comment, more bool, err error) {
	var list []struct {
		ID       int64     `json:"id"`
		Body     string    `json:"body"`
		Created  time.Time `json:"created_at"`
		System   bool      `json:"system"`
		Internal bool      `json:"internal"`
		Author   struct {
			ID       int64  `json:"id"`
			Username string `json:"username"`
			Name     string `json:"name"`
		} `json:"author"`
	}
	h, err := g.call(ctx, http.MethodGet, g.at(number)+"/notes?sort=asc&order_by=created_at&"+perPage(page), nil, &list)
	for _, n := range list {
		if n.System { // GitLab's own log of what happened
			continue
		}
		out = append(out, comment{ID: strconv.FormatInt(n.ID, 10), Author: strconv.FormatInt(n.Author.ID, 10), Login: n.Author.Username, Name: n.Author.Name,
			Body: n.Body, Created: n.Created, Internal: n.Internal})
	}
	return out, err == nil && hasNext(h), err
}

func (g *gitLab) addComment(ctx context.Context, number, body string, internal bool) error {
	_, err := g.call(ctx, http.MethodPost, g.at(number)+"/notes", map[string]any{"body": body, "internal": internal}, nil)
	return unfit(err)
}

func (g *gitLab) deleteComment(ctx context.Context, number, id string) error {
	_, err := g.call(ctx, http.MethodDelete, g.at(number)+"/notes/"+url.PathEscape(id), nil, nil)
	return err
}

// event: GitLab sends the secret itself. Events of issues name them among their attributes, those of notes beside them.
func (g *gitLab) event(h http.Header, body []byte, secret string) (string, bool) {
	if !sameSecret(h.Get("X-Gitlab-Token"), secret) {
		return "", false
	}
	if number := numberIn(body, "issue", "iid"); number != "" {
		return number, true
	}
	return numberIn(body, "object_attributes", "iid"), true
}
