package sharetest

import (
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// The statuses of a fresh Redmine, and its one role (redmine.org/projects/redmine/wiki/Rest_IssueStatuses, Rest_Roles).
const (
	redmineNew      = 1
	redmineProgress = 2
	redmineClosed   = 5
)

// redmine answers as Redmine 5 does (redmine.org/projects/redmine/wiki/Rest_api).
func (k *Tracker) redmine(w http.ResponseWriter, r *http.Request, body []byte) {
	rest, isJSON := strings.CutSuffix(r.URL.Path, ".json")
	parts := strings.Split(strings.Trim(rest, "/"), "/")
	project := map[string]any{"id": 3, "name": "Firmware", "identifier": "firmware", "status": 1}
	switch {
	case !isJSON || r.Header.Get("X-Redmine-API-Key") != k.Token: // its answers to a wrong key have no body
		w.WriteHeader(401)
	case rest == "/users/current":
		answerJSON(w, 200, map[string]any{"user": map[string]any{"id": len(bot), "login": bot, "memberships": []any{
			map[string]any{"project": map[string]any{"id": 3, "name": "Firmware"}, "roles": []any{map[string]any{"id": 4, "name": "Reporter"}}}}}})
	case rest == "/roles/4":
		answerJSON(w, 200, map[string]any{"role": map[string]any{"id": 4, "permissions": []string{"add_issues", "edit_issues", "set_notes_private"}}})
	case rest == "/projects":
		answerJSON(w, 200, map[string]any{"projects": []any{project}, "total_count": 1})
	case k.hidden && rest != "/issue_statuses":
		w.WriteHeader(404)
	case rest == "/projects/firmware":
		answerJSON(w, 200, map[string]any{"project": project})
	case rest == "/issue_statuses":
		answerJSON(w, 200, map[string]any{"issue_statuses": []any{map[string]any{"id": redmineNew, "name": "New", "is_closed": false},
			map[string]any{"id": redmineProgress, "name": "In Progress", "is_closed": false}, map[string]any{"id": redmineClosed, "name": "Closed", "is_closed": true}}})
	case r.Method != http.MethodGet && k.denied:
		w.WriteHeader(403)
	case rest == "/issues" && r.Method == http.MethodGet:
		k.redmineList(w, r)
	case rest == "/issues" && r.Method == http.MethodPost:
		in, _ := members(body)["issue"].(map[string]any)
		k.redmineCreate(w, in)
	case len(parts) == 2 && parts[0] == "issues":
		in, _ := members(body)["issue"].(map[string]any)
		k.redmineIssue(w, r, int64(atoi(parts[1])), in)
	case len(parts) == 2 && parts[0] == "journals" && r.Method == http.MethodPut:
		k.redmineJournal(w, int64(atoi(parts[1])))
	default:
		w.WriteHeader(404)
	}
}

func (k *Tracker) redmineShow(i *Issue, journals bool) map[string]any {
	status, project := redmineNew, 3
	if !i.Open {
		status = redmineClosed
	}
	if i.MovedTo != "" {
		project = 4
	}
	out := map[string]any{"id": i.Number, "subject": i.Title, "description": i.Body, "status": map[string]any{"id": status, "name": "?"},
		"project": map[string]any{"id": project, "name": "Other"}, "updated_on": i.Updated.Format(time.RFC3339)}
	if journals {
		all := []map[string]any{{"id": 1, "notes": "", "created_on": i.Updated.Format(time.RFC3339), "user": map[string]any{"id": 1, "name": "x"}}} // a change without words
		for _, c := range i.Comments {
			all = append(all, map[string]any{"id": c.ID, "notes": c.Body, "created_on": c.Created.Format(time.RFC3339), "private_notes": c.Internal,
				"user": map[string]any{"id": len(c.Author), "name": c.Author}})
		}
		out["journals"] = all
	}
	return out
}

func (k *Tracker) redmineList(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("project_id") != "firmware" {
		w.WriteHeader(404)
		return
	}
	since, err := time.Parse(time.RFC3339, strings.TrimPrefix(q.Get("updated_on"), ">="))
	if err != nil { // its filters answer 422 to what they cannot read
		answerJSON(w, 422, map[string]any{"errors": []string{"Updated is invalid"}})
		return
	}
	all := []map[string]any{}
	for _, i := range k.issues {
		if !i.Gone && i.MovedTo == "" && !i.Updated.Before(since) && (i.Open || q.Get("status_id") == "*") { // open ones only, unless all are asked for
			all = append(all, k.redmineShow(i, false))
		}
	}
	from := min(atoi(q.Get("offset")), len(all))
	to := min(from+sizeOf(q.Get("limit"), 25, 100), len(all))
	answerJSON(w, 200, map[string]any{"issues": all[from:to], "total_count": len(all)})
}

func (k *Tracker) redmineCreate(w http.ResponseWriter, in map[string]any) {
	title, _ := in["subject"].(string)
	switch {
	case in["project_id"] != float64(3):
		answerJSON(w, 422, map[string]any{"errors": []string{"Project cannot be blank"}})
		return
	case strings.TrimSpace(title) == "":
		answerJSON(w, 422, map[string]any{"errors": []string{"Subject cannot be blank"}})
		return
	case utf8.RuneCountInString(title) > 255:
		answerJSON(w, 422, map[string]any{"errors": []string{"Subject is too long (maximum is 255 characters)"}})
		return
	}
	i := &Issue{Title: title}
	i.Body, _ = in["description"].(string)
	i.Confidential, _ = in["is_private"].(bool)
	answerJSON(w, 201, map[string]any{"issue": k.redmineShow(k.open(i), false)})
}

func (k *Tracker) redmineIssue(w http.ResponseWriter, r *http.Request, number int64, in map[string]any) {
	i := k.issue(number)
	if i == nil || i.Gone {
		w.WriteHeader(404)
		return
	}
	if r.Method != http.MethodPut {
		answerJSON(w, 200, map[string]any{"issue": k.redmineShow(i, r.URL.Query().Get("include") == "journals")})
		return
	}
	k.touch(i)
	if notes, ok := in["notes"].(string); ok && notes != "" {
		private, _ := in["private_notes"].(bool)
		k.say(i, &Remark{Author: bot, Body: notes, Internal: private})
	}
	switch in["status_id"] { // its workflow: what a role may not set is left as it is, and the answer is the same
	case float64(redmineClosed):
		i.Open = false
	case float64(redmineProgress):
		i.Open = true
	}
	if title, ok := in["subject"].(string); ok {
		i.Title = title
	}
	if text, ok := in["description"].(string); ok {
		i.Body = text
	}
	w.WriteHeader(204)
}

// redmineJournal: notes that are emptied are deleted, unless the entry tells of changes, too.
func (k *Tracker) redmineJournal(w http.ResponseWriter, id int64) {
	for _, i := range k.issues {
		for n, c := range i.Comments {
			if c.ID == id {
				k.touch(i)
				i.Comments = append(i.Comments[:n], i.Comments[n+1:]...)
				w.WriteHeader(204)
				return
			}
		}
	}
	w.WriteHeader(404)
}
