package sharetest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Tracker is a fake bug tracker with one project, acme/firmware. It is as strict as the real ones where their documentation, or
// their answers, say so; each rule names its source.
type Tracker struct {
	Kind  string // "github", "gitea", "gitlab", "redmine"
	Token string

	t        testing.TB
	server   *httptest.Server
	mu       sync.Mutex
	issues   []*Issue
	nextID   int64
	labels   []string
	denied   bool // the token may only read
	hidden   bool // the project is not there for us
	now      time.Time
	requests []*Request
	failures []*Failure
	pings    []string
	hook     string // where webhooks go; "": none is set up
	secret   string
}

// Issue is one of a tracker.
type Issue struct {
	Number       int64
	Title, Body  string
	Open         bool
	Reason       string // GitHub's state_reason
	Labels       []string
	Confidential bool
	Updated      time.Time
	Comments     []*Remark
	Gone         bool   // deleted
	MovedTo      string // where it was moved
}

// Remark is a comment of an issue.
type Remark struct {
	ID       int64
	Author   string
	Body     string
	Created  time.Time
	System   bool // GitLab's own words
	Internal bool
}

// bot is whose token it is.
const bot = "deskbot"

// trackerProject is the one project.
const trackerProject = "acme/firmware"

// NewTracker starts a tracker; it stops with the test.
func NewTracker(t testing.TB, kind string) *Tracker {
	t.Helper()
	k := &Tracker{Kind: kind, Token: "tok-" + kind + "-secret", t: t, labels: []string{"customer", "bug"}, now: time.Now().UTC().Truncate(time.Second)}
	k.server = httptest.NewUnstartedServer(http.HandlerFunc(k.serve))
	k.server.Config.ErrorLog = silent()
	k.server.Start()
	t.Cleanup(func() { k.server.CloseClientConnections(); k.server.Close() })
	return k
}

// URL is where the tracker is.
func (k *Tracker) URL() string { return k.server.URL }

// Project is the project's name.
func (k *Tracker) Project() string {
	if k.Kind == "redmine" {
		return "firmware"
	}
	return trackerProject
}

// Page is the address of the project's page.
func (k *Tracker) Page() string {
	if k.Kind == "redmine" {
		return k.URL() + "/projects/firmware"
	}
	return k.URL() + "/" + trackerProject
}

func (k *Tracker) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	request := &Request{Method: r.Method, Path: r.URL.RequestURI(), Host: r.Host, Header: r.Header.Clone(), Body: body}
	handle := k.github
	switch k.Kind {
	case "gitlab":
		handle = k.gitlab
	case "redmine":
		handle = k.redmine
	}
	locked := func(w http.ResponseWriter, r *http.Request) {
		k.mu.Lock()
		defer k.mu.Unlock()
		handle(w, r, body)
	}
	status := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	if f := k.failureFor(*request); f != nil {
		request.Status = f.play(w, r, locked)
	} else {
		locked(status, r)
		request.Status = status.status
	}
	k.mu.Lock()
	k.requests = append(k.requests, request)
	k.mu.Unlock()
}

// FailNext lets the next n matching requests fail; n < 0: all until Heal.
func (k *Tracker) FailNext(n int, f Failure) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f.left = n
	k.failures = append(k.failures, &f)
}

// Heal ends all failures.
func (k *Tracker) Heal() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failures = nil
}

func (k *Tracker) failureFor(r Request) *Failure {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, f := range k.failures {
		if f.left != 0 && (f.Match == nil || f.Match(r)) {
			f.left--
			return f
		}
	}
	return nil
}

// Requests are all that were made.
func (k *Tracker) Requests() []Request {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := make([]Request, len(k.requests))
	for n, r := range k.requests {
		out[n] = *r
	}
	return out
}

// Issues are copies of all issues, also of those that are gone.
func (k *Tracker) Issues() []Issue {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := make([]Issue, len(k.issues))
	for n, i := range k.issues {
		out[n] = *i
		out[n].Comments = nil
		for _, c := range i.Comments {
			x := *c
			out[n].Comments = append(out[n].Comments, &x)
		}
	}
	return out
}

// Said are the words of an issue's comments, without the tracker's own.
func (k *Tracker) Said(number int64) (out []string) {
	for _, i := range k.Issues() {
		for _, c := range i.Comments {
			if i.Number == number && !c.System {
				out = append(out, c.Body)
			}
		}
	}
	return out
}

// Pings are the people, and the commands, that texts of ours called there.
func (k *Tracker) Pings() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.pings)
}

// Deny has the token only read from now on; Hide has the project be as if it were not there.
func (k *Tracker) Deny(on bool) { k.mu.Lock(); k.denied = on; k.mu.Unlock() }

// Hide has the project be as if it were not there.
func (k *Tracker) Hide(on bool) { k.mu.Lock(); k.hidden = on; k.mu.Unlock() }

// Comment has a person write to an issue, and gives the comment's id.
func (k *Tracker) Comment(number int64, author, body string) (id int64) {
	k.change(number, func(i *Issue) {
		id = k.id()
		i.Comments = append(i.Comments, &Remark{ID: id, Author: author, Body: body, Created: k.now})
	})
	return id
}

// EditComment has somebody write a comment anew.
func (k *Tracker) EditComment(number, id int64, body string) {
	k.change(number, func(i *Issue) { i.find(id).Body = body })
}

// DeleteComment has somebody delete a comment.
func (k *Tracker) DeleteComment(number, id int64) {
	k.change(number, func(i *Issue) {
		i.Comments = slices.DeleteFunc(i.Comments, func(c *Remark) bool { return c.ID == id })
	})
}

// SetOpen has a person close an issue or open it again.
func (k *Tracker) SetOpen(number int64, open bool) {
	k.change(number, func(i *Issue) { i.Open = open })
}

// Delete has an issue be deleted, Move has it be moved elsewhere.
func (k *Tracker) Delete(number int64) { k.change(number, func(i *Issue) { i.Gone = true }) }

// Move has an issue be moved elsewhere.
func (k *Tracker) Move(number int64, to string) { k.change(number, func(i *Issue) { i.MovedTo = to }) }

// Webhook has the tracker call an address from now on.
func (k *Tracker) Webhook(url, secret string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.hook, k.secret = url, secret
}

func (i *Issue) find(id int64) *Remark {
	for _, c := range i.Comments {
		if c.ID == id {
			return c
		}
	}
	return &Remark{}
}

// change does something to an issue, and calls the webhook.
func (k *Tracker) change(number int64, do func(*Issue)) {
	k.t.Helper()
	k.mu.Lock()
	for _, i := range k.issues {
		if i.Number == number {
			k.touch(i)
			do(i)
		}
	}
	hook, secret := k.hook, k.secret
	k.mu.Unlock()
	if hook != "" {
		if code := k.CallHook(hook, secret, number); code/100 != 2 {
			k.t.Errorf("the webhook was answered %d", code)
		}
	}
}

// CallHook sends a webhook about an issue and gives the answer's status.
func (k *Tracker) CallHook(url, secret string, number int64) int {
	k.t.Helper()
	body := fmt.Appendf(nil, `{"action":"edited","issue":{"number":%d,"iid":%d},"object_attributes":{"iid":%d}}`, number, number, number)
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		k.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if k.Kind == "gitlab" {
		req.Header.Set("X-Gitlab-Token", secret)
	} else {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		req.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	res, err := newHTTPClient().Do(req)
	if err != nil {
		k.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// touch moves the tracker's clock on: its times are whole seconds.
func (k *Tracker) touch(i *Issue) {
	k.now = k.now.Add(time.Second)
	i.Updated = k.now
}

func (k *Tracker) id() int64 { k.nextID++; return 1000 + k.nextID }

func (k *Tracker) issue(number int64) *Issue {
	for _, i := range k.issues {
		if i.Number == number {
			return i
		}
	}
	return nil
}

func (k *Tracker) open(i *Issue) *Issue {
	i.Number, i.Open = int64(len(k.issues)+1), true
	k.touch(i)
	k.issues = append(k.issues, i)
	k.act(i.Body)
	return i
}

func (k *Tracker) say(i *Issue, r *Remark) *Remark {
	k.touch(i)
	r.ID, r.Created = k.id(), k.now
	i.Comments = append(i.Comments, r)
	k.act(r.Body)
	return r
}

// What people's names do at all three; what commands do at GitLab (docs.gitlab.com/user/project/quick_actions: "at the start of a line").
var (
	called  = regexp.MustCompile(`(^|[^0-9A-Za-z_])@[0-9A-Za-z_]+`)
	pointed = regexp.MustCompile(`(^|[^0-9A-Za-z_&/])#[0-9]+`)
	ordered = regexp.MustCompile(`(?m)^\s*/[a-z_]+`)
)

func (k *Tracker) act(body string) {
	k.pings = append(k.pings, called.FindAllString(body, -1)...)
	k.pings = append(k.pings, pointed.FindAllString(body, -1)...)
	if k.Kind == "gitlab" {
		k.pings = append(k.pings, ordered.FindAllString(body, -1)...)
	}
}

func answerJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(code)
	if v != nil {
		_ = json.NewEncoder(w).Encode(v)
	}
}

// members reads a body; what has none, or is none, is empty.
func members(body []byte) map[string]any {
	m := map[string]any{}
	_ = json.Unmarshal(body, &m)
	return m
}

// paged cuts a page out of a list and names the next one in a Link header, as RFC 8288 has it and all three do.
func paged[T any](w http.ResponseWriter, r *http.Request, all []T, size int) []T {
	page := max(1, atoi(r.URL.Query().Get("page")))
	from := min((page-1)*size, len(all))
	to := min(from+size, len(all))
	if to < len(all) {
		next := *r.URL
		q := next.Query()
		q.Set("page", itoa(page+1))
		next.RawQuery = q.Encode()
		w.Header().Set("Link", "<http://"+r.Host+next.String()+`>; rel="next"`)
	}
	return all[from:to]
}

// sizeOf is how many things a page has.
func sizeOf(text string, otherwise, most int) int {
	if n := atoi(text); n > 0 {
		return min(n, most)
	}
	return otherwise
}

func atoi(text string) int {
	n := 0
	for _, c := range strings.TrimSpace(text) {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}
