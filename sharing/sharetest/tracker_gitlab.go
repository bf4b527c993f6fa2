package sharetest

import (
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// gitlab answers as GitLab's REST interface, version 4 (docs.gitlab.com/api).
func (k *Tracker) gitlab(w http.ResponseWriter, r *http.Request, body []byte) {
	message := func(code int, words any) { answerJSON(w, code, map[string]any{"message": words}) }
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/api/v4")
	switch {
	case !ok:
		message(404, "404 Not Found")
		return
	case r.Header.Get("PRIVATE-TOKEN") != k.Token:
		message(401, "401 Unauthorized")
		return
	case rest == "/user":
		answerJSON(w, 200, map[string]any{"id": 7, "username": bot, "name": "Desk Bot"})
		return
	case rest == "/projects":
		answerJSON(w, 200, []any{k.gitlabProject()})
		return
	}
	// docs: "the ID or URL-encoded path of the project"; a path that is not encoded names nothing
	rest, ok = strings.CutPrefix(rest, "/projects/acme%2Ffirmware")
	if !ok || k.hidden {
		message(404, "404 Project Not Found")
		return
	}
	parts := strings.Split(strings.Trim(rest, "/"), "/")
	switch {
	case rest == "":
		answerJSON(w, 200, k.gitlabProject())
	case parts[0] != "issues":
		message(404, "404 Not Found")
	case r.Method != http.MethodGet && k.denied:
		message(403, "403 Forbidden")
	case len(parts) == 1 && r.Method == http.MethodGet:
		k.gitlabList(w, r)
	case len(parts) == 1 && r.Method == http.MethodPost:
		k.gitlabCreate(w, members(body))
	default:
		k.gitlabIssue(w, r, parts, members(body))
	}
}

func (k *Tracker) gitlabProject() map[string]any {
	return map[string]any{"path_with_namespace": trackerProject, "web_url": k.server.URL + "/" + trackerProject, "archived": false, "issues_access_level": "enabled",
		"permissions": map[string]any{"project_access": map[string]int{"access_level": 20}, "group_access": nil}}
}

func (k *Tracker) gitlabShow(i *Issue) map[string]any {
	state, moved, notes := "opened", any(nil), 0
	if !i.Open {
		state = "closed"
	}
	if i.MovedTo != "" {
		moved = 99
	}
	for _, c := range i.Comments {
		if !c.System {
			notes++
		}
	}
	return map[string]any{"id": 5000 + i.Number, "iid": i.Number, "title": i.Title, "description": i.Body, "state": state, "user_notes_count": notes,
		"updated_at": i.Updated.Format(time.RFC3339), "moved_to_id": moved}
}

func (k *Tracker) gitlabList(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	since, err := time.Parse(time.RFC3339, q.Get("updated_after"))
	if err != nil && q.Get("updated_after") != "" {
		answerJSON(w, 400, map[string]string{"error": "updated_after is invalid"})
		return
	}
	all := []map[string]any{}
	for _, i := range k.issues {
		if !i.Gone && i.Updated.After(since) {
			all = append(all, k.gitlabShow(i))
		}
	}
	answerJSON(w, 200, paged(w, r, all, sizeOf(q.Get("per_page"), 20, 100)))
}

func (k *Tracker) gitlabCreate(w http.ResponseWriter, in map[string]any) {
	title, _ := in["title"].(string)
	body, _ := in["description"].(string)
	switch {
	case strings.TrimSpace(title) == "": // its own answer to a parameter that is missing
		answerJSON(w, 400, map[string]string{"error": "title is missing"})
		return
	case utf8.RuneCountInString(title) > 255: // its own answer
		answerJSON(w, 400, map[string]any{"message": map[string]any{"title": []string{"is too long (maximum is 255 characters)"}}})
		return
	}
	i := &Issue{Title: title, Body: body}
	i.Confidential, _ = in["confidential"].(bool)
	if labels, _ := in["labels"].(string); labels != "" { // docs: "Comma-separated label names"
		i.Labels = strings.Split(labels, ",")
	}
	answerJSON(w, 201, k.gitlabShow(k.open(i)))
}

func (k *Tracker) gitlabIssue(w http.ResponseWriter, r *http.Request, parts []string, in map[string]any) {
	i := k.issue(int64(atoi(parts[1])))
	if i == nil || i.Gone {
		answerJSON(w, 404, map[string]string{"message": "404 Issue Not Found"})
		return
	}
	switch {
	case len(parts) == 2 && r.Method == http.MethodGet:
		answerJSON(w, 200, k.gitlabShow(i))
	case len(parts) == 2 && r.Method == http.MethodPut:
		k.gitlabEdit(w, i, in)
	case len(parts) == 3 && r.Method == http.MethodGet:
		k.gitlabNotes(w, r, i)
	case len(parts) == 3 && r.Method == http.MethodPost:
		body, _ := in["body"].(string)
		if body == "" {
			answerJSON(w, 400, map[string]string{"error": "body is missing"})
			return
		}
		internal, _ := in["internal"].(bool)
		c := k.say(i, &Remark{Author: bot, Body: body, Internal: internal})
		answerJSON(w, 201, map[string]any{"id": c.ID, "body": c.Body})
	case len(parts) == 4 && r.Method == http.MethodDelete:
		for n, c := range i.Comments {
			if c.ID == int64(atoi(parts[3])) {
				k.touch(i)
				i.Comments = append(i.Comments[:n], i.Comments[n+1:]...)
				w.WriteHeader(204)
				return
			}
		}
		answerJSON(w, 404, map[string]string{"message": "404 Note Not Found"})
	default:
		answerJSON(w, 404, map[string]string{"message": "404 Not Found"})
	}
}

func (k *Tracker) gitlabEdit(w http.ResponseWriter, i *Issue, in map[string]any) {
	event, _ := in["state_event"].(string)
	if event != "" && event != "close" && event != "reopen" {
		answerJSON(w, 400, map[string]string{"error": "state_event does not have a valid value"})
		return
	}
	if len(in) == 0 { // docs: "at least one of the following parameters is required"
		answerJSON(w, 400, map[string]string{"error": "title, description, state_event are missing, at least one parameter must be provided"})
		return
	}
	k.touch(i)
	if title, ok := in["title"].(string); ok {
		i.Title = title
	}
	if body, ok := in["description"].(string); ok {
		i.Body = body
	}
	if event != "" {
		i.Open = event == "reopen"
		i.Comments = append(i.Comments, &Remark{ID: k.id(), Author: bot, Body: event, Created: k.now, System: true})
	}
	answerJSON(w, 200, k.gitlabShow(i))
}

func (k *Tracker) gitlabNotes(w http.ResponseWriter, r *http.Request, i *Issue) {
	all := []map[string]any{}
	for _, c := range i.Comments {
		all = append(all, map[string]any{"id": c.ID, "body": c.Body, "created_at": c.Created.Format(time.RFC3339), "system": c.System, "internal": c.Internal,
			"author": map[string]any{"id": len(c.Author), "username": c.Author, "name": c.Author}})
	}
	answerJSON(w, 200, paged(w, r, all, sizeOf(r.URL.Query().Get("per_page"), 20, 100)))
}
