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

// gitHub speaks GitHub's REST interface, version 2022-11-28, of which Gitea and Forgejo have one much like it.
type gitHub struct {
	*client
	repo  string // path of the repository
	gitea bool
}

// pageSize is how many things a list has at once: the most that each of the trackers gives.
const (
	pageSize      = 100
	giteaPageSize = 50
)

func newGitHub(c *client, t desk.Tracker) *gitHub {
	c.base = "https://api.github.com"
	if base := strings.TrimRight(t.URL, "/"); base != "https://github.com" {
		c.base = base + "/api/v3" // Enterprise
	}
	c.header.Set("Accept", "application/vnd.github+json")
	c.header.Set("X-GitHub-Api-Version", "2022-11-28")
	c.header.Set("Authorization", "Bearer "+c.token)
	return &gitHub{client: c, repo: repoPath(t.Project)}
}

func newGitea(c *client, t desk.Tracker) *gitHub {
	c.base = strings.TrimRight(t.URL, "/") + "/api/v1"
	c.header.Set("Accept", "application/json")
	c.header.Set("Authorization", "token "+c.token)
	return &gitHub{client: c, repo: repoPath(t.Project), gitea: true}
}

func repoPath(project string) string {
	owner, name, _ := strings.Cut(project, "/")
	return "/repos/" + url.PathEscape(owner) + "/" + url.PathEscape(name)
}

func (g *gitHub) user(ctx context.Context) (string, error) {
	var me struct {
		Login string `json:"login"`
	}
	_, err := g.call(ctx, http.MethodGet, "/user", nil, &me)
	if denies(err) {
		return "", nil // the token of an app is nobody's
	}
	return me.Login, err
}

// gitHubRepo is a repository. Neither tells there what the token may do with issues; only what its owner may.
type gitHubRepo struct {
	FullName    string          `json:"full_name"`
	HTMLURL     string          `json:"html_url"`
	HasIssues   bool            `json:"has_issues"`
	Archived    bool            `json:"archived"`
	Permissions map[string]bool `json:"permissions"`
}

// project finds out whether issues can be made by asking for one without a title: who may not make issues is refused before that
// is looked at, and who may hears that a title is missing.
func (g *gitHub) project(ctx context.Context) (Project, error) {
	var r gitHubRepo
	if _, err := g.call(ctx, http.MethodGet, g.repo, nil, &r); err != nil {
		return Project{}, err
	}
	switch may := r.Permissions; {
	case r.Archived:
		return Project{}, refusal(http.StatusForbidden, "The repository is archived.")
	case !r.HasIssues:
		return Project{}, refusal(http.StatusForbidden, "The repository has no issues: switch them on in its settings.")
	case may != nil && !may["push"] && !may["triage"] && !may["admin"]:
		return Project{}, refusal(http.StatusForbidden, "Whose token this is may not close issues there: a role with write or triage rights is needed.")
	}
	_, err := g.call(ctx, http.MethodPost, g.repo+"/issues", map[string]string{"title": ""}, nil)
	if f := asFault(err); f == nil || f.answer.Status != http.StatusUnprocessableEntity {
		if err == nil {
			err = refusal(http.StatusBadGateway, "The tracker makes issues without a title, which neither GitHub nor Gitea does.")
		}
		return Project{}, err
	}
	return Project{Name: r.FullName, URL: strings.TrimRight(r.HTMLURL, "/")}, nil
}

func (g *gitHub) projects(ctx context.Context) (out []Project, err error) {
	var list []gitHubRepo
	if _, err := g.call(ctx, http.MethodGet, "/user/repos?"+g.page(1)+"&sort=updated", nil, &list); err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.HasIssues && !r.Archived && len(out) < maxProjects {
			out = append(out, Project{Name: r.FullName, URL: r.HTMLURL})
		}
	}
	return out, nil
}

func (g *gitHub) page(n int) string {
	if g.gitea {
		return "limit=" + strconv.Itoa(giteaPageSize) + "&page=" + strconv.Itoa(n)
	}
	return "per_page=" + strconv.Itoa(pageSize) + "&page=" + strconv.Itoa(n)
}

type gitHubIssue struct {
	Number   int64     `json:"number"`
	Body     string    `json:"body"`
	State    string    `json:"state"`
	Updated  time.Time `json:"updated_at"`
	Comments int       `json:"comments"`
}

func (i *gitHubIssue) issue() issue {
	return issue{Number: strconv.FormatInt(i.Number, 10), Body: i.Body, Open: i.State != "closed", Updated: i.Updated, Comments: i.Comments}
}

func (g *gitHub) create(ctx context.Context, d draft) (issue, error) {
	in := map[string]any{"title": d.Title, "body": d.Body}
	if len(d.Labels) > 0 {
		labels, err := g.labels(ctx, d.Labels)
		if err != nil {
			return issue{}, err
		}
		in["labels"] = labels
	}
	var made gitHubIssue
	_, err := g.call(ctx, http.MethodPost, g.repo+"/issues", in, &made)
	return made.issue(), err
}

// labels are labels as a new issue names them: by name at GitHub, which makes those that are not there, by id at Gitea.
func (g *gitHub) labels(ctx context.Context, names []string) (any, error) {
	if !g.gitea {
		return names, nil
	}
	var known []struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	if _, err := g.call(ctx, http.MethodGet, g.repo+"/labels?"+g.page(1), nil, &known); err != nil {
		return nil, err
	}
	ids := []int64{}
	for _, l := range known {
		for _, name := range names {
			if strings.EqualFold(l.Name, name) {
				ids = append(ids, l.ID)
			}
		}
	}
	return ids, nil
}

func (g *gitHub) edit(ctx context.Context, number string, e edit) error {
	in := map[string]any{}
	if e.Title != nil {
		in["title"] = *e.Title
	}
	if e.Body != nil {
		in["body"] = *e.Body
	}
	if e.Open != nil {
		in["state"], in["state_reason"] = "closed", "completed"
		if *e.Open {
			in["state"], in["state_reason"] = "open", "reopened"
		}
		if g.gitea {
			delete(in, "state_reason")
		}
	}
	_, err := g.call(ctx, http.MethodPatch, g.at(number), in, nil)
	return err
}

func (g *gitHub) at(number string) string { return g.repo + "/issues/" + url.PathEscape(number) }

func (g *gitHub) issue(ctx context.Context, number string) (issue, error) {
	var got gitHubIssue
	_, err := g.call(ctx, http.MethodGet, g.at(number), nil, &got)
	return got.issue(), err
}

func (g *gitHub) changed(ctx context.Context, since time.Time, page int) (out []issue, more bool, err error) {
	query := "?state=all&since=" + url.QueryEscape(since.UTC().Format(time.RFC3339)) + "&" + g.page(page)
	if g.gitea {
		query += "&type=issues"
	} else {
		query += "&sort=updated&direction=asc"
	}
	var list []gitHubIssue
	h, err := g.call(ctx, http.MethodGet, g.repo+"/issues"+query, nil, &list)
	for n := range list {
		out = append(out, list[n].issue())
	}
	return out, err == nil && hasNext(h), err
}

func (g *gitHub) comments(ctx context.Context, number string, page int) (out []comment, more bool, err error) {
	var list []struct {
		ID   int64 `json:"id"`
		User struct {
			ID    int64  `json:"id"`
			Login string `json:"login"`
		} `json:"user"`
		Body    string    `json:"body"`
		Created time.Time `json:"created_at"`
	}
	h, err := g.call(ctx, http.MethodGet, g.at(number)+"/comments?"+g.page(page), nil, &list)
	for _, c := range list {
		out = append(out, comment{ID: strconv.FormatInt(c.ID, 10), Author: strconv.FormatInt(c.User.ID, 10), Login: c.User.Login, Name: c.User.Login,
			Body: c.Body, Created: c.Created})
	}
	return out, err == nil && hasNext(h), err
}

func (g *gitHub) addComment(ctx context.Context, number, body string, _ bool) error {
	_, err := g.call(ctx, http.MethodPost, g.at(number)+"/comments", map[string]string{"body": body}, nil)
	return err
}

func (g *gitHub) deleteComment(ctx context.Context, _, id string) error {
	_, err := g.call(ctx, http.MethodDelete, g.repo+"/issues/comments/"+url.PathEscape(id), nil, nil)
	return err
}

// event: Gitea and Forgejo sign with GitHub's header, too.
func (g *gitHub) event(h http.Header, body []byte, secret string) (string, bool) {
	signature, _ := strings.CutPrefix(h.Get("X-Hub-Signature-256"), "sha256=")
	if !signed(body, secret, signature) {
		return "", false
	}
	return numberIn(body, "issue", "number"), true
}
