package sharetest

import (
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// github answers as GitHub Enterprise (docs.github.com/rest, 2022-11-28) or as Gitea and Forgejo (their swagger) do.
func (k *Tracker) github(w http.ResponseWriter, r *http.Request, body []byte) {
	prefix, scheme := "/api/v3", "Bearer "
	if k.Kind == "gitea" {
		prefix, scheme = "/api/v1", "token "
	}
	message := func(code int, words string) { answerJSON(w, code, map[string]string{"message": words}) }
	rest, ok := strings.CutPrefix(r.URL.Path, prefix)
	switch {
	case !ok:
		message(404, "Not Found")
		return
	case r.Header.Get("User-Agent") == "": // docs.github.com/rest/using-the-rest-api/getting-started: "User agent required"
		message(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header")
		return
	case r.Header.Get("Authorization") != scheme+k.Token:
		message(401, "Bad credentials")
		return
	case rest == "/user":
		answerJSON(w, 200, map[string]any{"id": 7, "login": bot})
		return
	case rest == "/user/repos":
		answerJSON(w, 200, []any{k.githubRepo()})
		return
	}
	rest, ok = strings.CutPrefix(rest, "/repos/"+trackerProject)
	if !ok || k.hidden { // docs: what a token may not see is 404, not 403
		message(404, "Not Found")
		return
	}
	k.githubProject(w, r, rest, body)
}

func (k *Tracker) githubRepo() map[string]any {
	return map[string]any{"full_name": trackerProject, "html_url": k.server.URL + "/" + trackerProject, "has_issues": true, "archived": false,
		"permissions": map[string]bool{"admin": false, "push": true, "pull": true}}
}

func (k *Tracker) githubProject(w http.ResponseWriter, r *http.Request, rest string, body []byte) {
	parts := strings.Split(strings.Trim(rest, "/"), "/")
	switch {
	case rest == "":
		answerJSON(w, 200, k.githubRepo())
	case r.Method != http.MethodGet && k.denied: // what a fine-grained token without "Issues: write" is told
		answerJSON(w, 403, map[string]string{"message": "Resource not accessible by personal access token"})
	case rest == "/labels":
		var all []map[string]any
		for n, l := range k.labels {
			all = append(all, map[string]any{"id": n + 1, "name": l})
		}
		answerJSON(w, 200, all)
	case rest == "/issues" && r.Method == http.MethodGet:
		k.githubList(w, r)
	case rest == "/issues" && r.Method == http.MethodPost:
		k.githubCreate(w, members(body))
	case len(parts) == 3 && parts[1] == "comments" && r.Method == http.MethodDelete:
		for _, i := range k.issues {
			for n, c := range i.Comments {
				if c.ID == int64(atoi(parts[2])) {
					k.touch(i)
					i.Comments = append(i.Comments[:n], i.Comments[n+1:]...)
					w.WriteHeader(204)
					return
				}
			}
		}
		answerJSON(w, 404, map[string]string{"message": "Not Found"})
	case len(parts) >= 2 && parts[0] == "issues":
		k.githubIssue(w, r, parts, members(body))
	default:
		answerJSON(w, 404, map[string]string{"message": "Not Found"})
	}
}

func (k *Tracker) githubShow(i *Issue) map[string]any {
	state := "open"
	if !i.Open {
		state = "closed"
	}
	return map[string]any{"number": i.Number, "title": i.Title, "body": i.Body, "state": state, "comments": len(i.Comments),
		"updated_at": i.Updated.Format(time.RFC3339), "html_url": k.server.URL + "/" + trackerProject + "/issues/" + itoa(int(i.Number))}
}

func (k *Tracker) githubList(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	since, err := time.Parse(time.RFC3339, q.Get("since"))
	if err != nil && q.Get("since") != "" {
		answerJSON(w, 422, map[string]string{"message": "Validation Failed"})
		return
	}
	all := []map[string]any{}
	for _, i := range k.issues { // "since: only show results that were last updated after the given time", which includes it
		if !i.Gone && i.MovedTo == "" && !i.Updated.Before(since) {
			all = append(all, k.githubShow(i))
		}
	}
	size := sizeOf(q.Get("per_page"), 30, 100)
	if k.Kind == "gitea" {
		size = sizeOf(q.Get("limit"), 30, 50) // MAX_RESPONSE_ITEMS
	}
	answerJSON(w, 200, paged(w, r, all, size))
}

func (k *Tracker) githubCreate(w http.ResponseWriter, in map[string]any) {
	title, _ := in["title"].(string)
	body, _ := in["body"].(string)
	invalid := func(words string) {
		answerJSON(w, 422, map[string]any{"message": "Validation Failed", "errors": []any{words}})
	}
	switch {
	case strings.TrimSpace(title) == "":
		invalid("title is missing")
		return
	case utf8.RuneCountInString(title) > 256: // GitHub's own answer: "title is too long (maximum is 256 characters)"
		invalid("title is too long (maximum is 256 characters)")
		return
	case utf8.RuneCountInString(body) > 65536: // GitHub's own answer
		invalid("body is too long (maximum is 65536 characters)")
		return
	}
	i := &Issue{Title: title, Body: body}
	list, _ := in["labels"].([]any)
	for _, l := range list {
		name, isText := l.(string)
		if k.Kind == "gitea" { // swagger CreateIssueOption: "list of label ids"
			n, isNumber := l.(float64)
			if !isNumber || int(n) < 1 || int(n) > len(k.labels) {
				answerJSON(w, 422, map[string]string{"message": "json: cannot unmarshal string into Go struct field CreateIssueOption.labels of type int64"})
				return
			}
			name, isText = k.labels[int(n)-1], true
		}
		if isText {
			i.Labels = append(i.Labels, name)
		}
	}
	answerJSON(w, 201, k.githubShow(k.open(i)))
}

func (k *Tracker) githubIssue(w http.ResponseWriter, r *http.Request, parts []string, in map[string]any) {
	i := k.issue(int64(atoi(parts[1])))
	switch {
	case i == nil:
		answerJSON(w, 404, map[string]string{"message": "Not Found"})
		return
	case i.MovedTo != "": // docs: "If the issue was transferred, 301"
		w.Header().Set("Location", i.MovedTo)
		answerJSON(w, 301, map[string]string{"message": "Moved Permanently", "url": i.MovedTo})
		return
	case i.Gone && k.Kind == "gitea":
		answerJSON(w, 404, map[string]string{"message": "issue does not exist"})
		return
	case i.Gone: // docs: "If the issue was deleted from a repository where the user has read access, 410"
		answerJSON(w, 410, map[string]string{"message": "This issue was deleted"})
		return
	case len(parts) == 2 && r.Method == http.MethodGet:
		answerJSON(w, 200, k.githubShow(i))
	case len(parts) == 2 && r.Method == http.MethodPatch:
		k.githubEdit(w, i, in)
	case len(parts) == 3 && parts[2] == "comments" && r.Method == http.MethodGet:
		k.githubComments(w, r, i)
	case len(parts) == 3 && parts[2] == "comments" && r.Method == http.MethodPost:
		body, _ := in["body"].(string)
		if strings.TrimSpace(body) == "" || utf8.RuneCountInString(body) > 65536 {
			answerJSON(w, 422, map[string]string{"message": "Validation Failed"})
			return
		}
		c := k.say(i, &Remark{Author: bot, Body: body})
		answerJSON(w, 201, map[string]any{"id": c.ID, "body": c.Body})
	default:
		answerJSON(w, 404, map[string]string{"message": "Not Found"})
	}
}

func (k *Tracker) githubEdit(w http.ResponseWriter, i *Issue, in map[string]any) {
	state, said := in["state"].(string)
	reason, _ := in["state_reason"].(string)
	if said && state != "open" && state != "closed" {
		answerJSON(w, 422, map[string]string{"message": "Validation Failed"})
		return
	}
	switch reason { // docs: "Can be one of: completed, not_planned, duplicate, reopened, null"
	case "", "completed", "not_planned", "duplicate", "reopened":
	default:
		answerJSON(w, 422, map[string]string{"message": "Validation Failed"})
		return
	}
	k.touch(i)
	if said {
		i.Open, i.Reason = state == "open", reason
	}
	if title, ok := in["title"].(string); ok {
		i.Title = title
	}
	if body, ok := in["body"].(string); ok {
		i.Body = body
	}
	answerJSON(w, 200, k.githubShow(i))
}

func (k *Tracker) githubComments(w http.ResponseWriter, r *http.Request, i *Issue) {
	all := []map[string]any{}
	for _, c := range i.Comments {
		all = append(all, map[string]any{"id": c.ID, "body": c.Body, "created_at": c.Created.Format(time.RFC3339),
			"user": map[string]any{"id": len(c.Author), "login": c.Author}})
	}
	if k.Kind == "gitea" { // it gives them all at once, whatever page is asked for
		answerJSON(w, 200, all)
		return
	}
	answerJSON(w, 200, paged(w, r, all, sizeOf(r.URL.Query().Get("per_page"), 30, 100)))
}
