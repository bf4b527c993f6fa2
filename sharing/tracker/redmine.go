package tracker

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
)

// redmine speaks Redmine's REST interface, of version 4 and later. What a role may not do Redmine often leaves undone without a word,
// so what matters is read back.
type redmine struct {
	*client
	slug string
	id   int64 // of the project, once it was read
}

func newRedmine(c *client, t desk.Tracker) *redmine {
	c.base = strings.TrimRight(t.URL, "/")
	c.header.Set("Accept", "application/json")
	c.header.Set("X-Redmine-API-Key", c.token)
	return &redmine{client: c, slug: t.Project}
}

type redmineNamed struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type redmineUser struct {
	User struct {
		ID          int64  `json:"id"`
		Login       string `json:"login"`
		Admin       bool   `json:"admin"`
		Memberships []struct {
			Project redmineNamed   `json:"project"`
			Roles   []redmineNamed `json:"roles"`
		} `json:"memberships"`
	} `json:"user"`
}

// user is named by number: comments tell no login.
func (r *redmine) user(ctx context.Context) (string, error) {
	var me redmineUser
	_, err := r.call(ctx, http.MethodGet, "/users/current.json", nil, &me)
	return strconv.FormatInt(me.User.ID, 10), err
}

type redmineProject struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	Identifier string `json:"identifier"`
	Status     int    `json:"status"` // 1: active
}

func (r *redmine) read(ctx context.Context) (redmineProject, error) {
	var got struct {
		Project redmineProject `json:"project"`
	}
	_, err := r.call(ctx, http.MethodGet, "/projects/"+url.PathEscape(r.slug)+".json", nil, &got)
	r.id = got.Project.ID
	return got.Project, err
}

// project: who may not add issues is refused before it is seen that the subject is missing.
func (r *redmine) project(ctx context.Context) (Project, error) {
	p, err := r.read(ctx)
	if err != nil {
		return Project{}, err
	}
	if p.Status > 1 {
		return Project{}, refusal(http.StatusForbidden, "The project is closed or archived.")
	}
	_, err = r.call(ctx, http.MethodPost, "/issues.json", map[string]any{"issue": map[string]any{"project_id": p.ID, "subject": ""}}, nil)
	if f := asFault(err); f == nil || f.answer.Status != http.StatusUnprocessableEntity {
		if err == nil {
			err = refusal(http.StatusBadGateway, "The tracker makes issues without a subject, which Redmine does not.")
		}
		return Project{}, err
	}
	return Project{Name: p.Identifier, URL: r.base + "/projects/" + p.Identifier}, nil
}

func (r *redmine) projects(ctx context.Context) (out []Project, err error) {
	var got struct {
		Projects []redmineProject `json:"projects"`
	}
	_, err = r.call(ctx, http.MethodGet, "/projects.json?limit="+strconv.Itoa(pageSize), nil, &got)
	for _, p := range got.Projects {
		out = append(out, Project{Name: p.Identifier, URL: r.base + "/projects/" + p.Identifier})
	}
	return out, err
}

type redmineIssue struct {
	ID       int64          `json:"id"`
	Project  redmineNamed   `json:"project"`
	Body     string         `json:"description"`
	Status   redmineNamed   `json:"status"`
	Updated  time.Time      `json:"updated_on"`
	Journals []redmineEntry `json:"journals"`
}

type redmineEntry struct {
	ID      int64        `json:"id"`
	User    redmineNamed `json:"user"`
	Notes   string       `json:"notes"`
	Created time.Time    `json:"created_on"`
	Private bool         `json:"private_notes"`
}

// statuses tells which status means that an issue is closed, in the order in which they are set up.
func (r *redmine) statuses(ctx context.Context) (open, closed []int64, err error) {
	var got struct {
		Statuses []struct {
			ID     int64 `json:"id"`
			Closed bool  `json:"is_closed"`
		} `json:"issue_statuses"`
	}
	_, err = r.call(ctx, http.MethodGet, "/issue_statuses.json", nil, &got)
	for _, s := range got.Statuses {
		if s.Closed {
			closed = append(closed, s.ID)
		} else {
			open = append(open, s.ID)
		}
	}
	return open, closed, err
}

func (r *redmine) issueOf(i *redmineIssue, closed []int64) issue {
	return issue{Number: strconv.FormatInt(i.ID, 10), Body: i.Body, Open: !slices.Contains(closed, i.Status.ID), Updated: i.Updated, Comments: unknownCount}
}

func (r *redmine) create(ctx context.Context, d draft) (issue, error) {
	if _, err := r.read(ctx); err != nil {
		return issue{}, err
	}
	in := map[string]any{"project_id": r.id, "subject": d.Title, "description": d.Body}
	if d.Confidential {
		in["is_private"] = true
	}
	var made struct {
		Issue redmineIssue `json:"issue"`
	}
	_, err := r.call(ctx, http.MethodPost, "/issues.json", map[string]any{"issue": in}, &made)
	return r.issueOf(&made.Issue, nil), err
}

func (r *redmine) at(number string) string { return "/issues/" + url.PathEscape(number) + ".json" }

func (r *redmine) put(ctx context.Context, number string, in map[string]any) error {
	_, err := r.call(ctx, http.MethodPut, r.at(number), map[string]any{"issue": in}, nil)
	return err
}

func (r *redmine) edit(ctx context.Context, number string, e edit) error {
	in := map[string]any{}
	if e.Title != nil {
		in["subject"] = *e.Title
	}
	if e.Body != nil {
		in["description"] = *e.Body
	}
	if len(in) > 0 {
		if err := r.put(ctx, number, in); err != nil {
			return err
		}
	}
	if e.Open == nil {
		return nil
	}
	return r.setOpen(ctx, number, *e.Open)
}

// setOpen sets the first status that means it and that the workflow allows: one that it does not is left unset without a word.
func (r *redmine) setOpen(ctx context.Context, number string, want bool) error {
	open, closed, err := r.statuses(ctx)
	if err != nil {
		return err
	}
	choice := closed
	if want {
		choice = open
	}
	for _, status := range choice {
		got, err := r.get(ctx, number)
		if err != nil || slices.Contains(closed, got.Status.ID) != want {
			return err
		}
		if err := r.put(ctx, number, map[string]any{"status_id": status}); err != nil {
			return err
		}
	}
	got, err := r.get(ctx, number)
	if err == nil && slices.Contains(closed, got.Status.ID) == want {
		err = refusal(http.StatusUnprocessableEntity, "The workflow there lets this account set no status that opens or closes the issue.")
	}
	return err
}

func (r *redmine) get(ctx context.Context, number string) (redmineIssue, error) {
	var got struct {
		Issue redmineIssue `json:"issue"`
	}
	_, err := r.call(ctx, http.MethodGet, r.at(number)+"?include=journals", nil, &got)
	return got.Issue, err
}

func (r *redmine) issue(ctx context.Context, number string) (issue, error) {
	got, err := r.get(ctx, number)
	if err != nil {
		return issue{}, err
	}
	_, closed, err := r.statuses(ctx)
	if err != nil {
		return issue{}, err
	}
	if _, err := r.read(ctx); err != nil {
		return issue{}, err
	}
	out := r.issueOf(&got, closed)
	if got.Project.ID != r.id {
		out.Moved = "the project " + got.Project.Name
	}
	return out, nil
}

func (r *redmine) changed(ctx context.Context, since time.Time, page int) (out []issue, more bool, err error) {
	_, closed, err := r.statuses(ctx)
	if err != nil {
		return nil, false, err
	}
	var got struct {
		Issues []redmineIssue `json:"issues"`
		Total  int            `json:"total_count"`
	}
	offset := (page - 1) * pageSize
	query := fmt.Sprintf("?project_id=%s&status_id=*&sort=updated_on&limit=%d&offset=%d&updated_on=%s", url.QueryEscape(r.slug), pageSize, offset,
		url.QueryEscape(">="+since.UTC().Format(time.RFC3339)))
	_, err = r.call(ctx, http.MethodGet, "/issues.json"+query, nil, &got)
	for n := range got.Issues {
		out = append(out, r.issueOf(&got.Issues[n], closed))
	}
	return out, offset+len(got.Issues) < got.Total && len(got.Issues) > 0, err
}

// comments are those entries of an issue's journal that say something.
func (r *redmine) comments(ctx context.Context, number string, _ int) (out []comment, more bool, err error) {
	got, err := r.get(ctx, number)
	for _, e := range got.Journals {
		if e.Notes == "" {
			continue
		}
		author := strconv.FormatInt(e.User.ID, 10)
		out = append(out, comment{ID: strconv.FormatInt(e.ID, 10), Author: author, Login: author, Name: e.User.Name, Body: e.Notes, Created: e.Created, Internal: e.Private})
	}
	return out, false, err
}

func (r *redmine) addComment(ctx context.Context, number, body string, internal bool) error {
	in := map[string]any{"notes": body}
	if internal {
		may, err := r.maySetPrivate(ctx)
		if err != nil {
			return err
		}
		if !may { // Redmine would make it public without a word
			return refusal(http.StatusUnprocessableEntity, "The role of this account may not set notes private there.")
		}
		in["private_notes"] = true
	}
	return r.put(ctx, number, in)
}

// maySetPrivate asks for the permissions of our roles in the project.
func (r *redmine) maySetPrivate(ctx context.Context) (bool, error) {
	var me redmineUser
	if _, err := r.call(ctx, http.MethodGet, "/users/current.json?include=memberships", nil, &me); err != nil || me.User.Admin {
		return me.User.Admin, err
	}
	if _, err := r.read(ctx); err != nil {
		return false, err
	}
	for _, m := range me.User.Memberships {
		for _, role := range m.Roles {
			if m.Project.ID != r.id {
				continue
			}
			var got struct {
				Role struct {
					Permissions []string `json:"permissions"`
				} `json:"role"`
			}
			if _, err := r.call(ctx, http.MethodGet, fmt.Sprintf("/roles/%d.json", role.ID), nil, &got); err != nil {
				return false, err
			}
			if slices.Contains(got.Role.Permissions, "set_notes_private") {
				return true, nil
			}
		}
	}
	return false, nil
}

// deleteComment empties a note, which deletes it. Redmine can do that since version 5.
func (r *redmine) deleteComment(ctx context.Context, _, id string) error {
	_, err := r.call(ctx, http.MethodPut, "/journals/"+url.PathEscape(id)+".json", map[string]any{"journal": map[string]any{"notes": ""}}, nil)
	if isGone(err) {
		return refusal(http.StatusUnprocessableEntity, "This Redmine cannot take notes back.")
	}
	return err
}

// event: Redmine has no webhooks of its own.
func (r *redmine) event(http.Header, []byte, string) (string, bool) { return "", false }
