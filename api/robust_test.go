package api_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"interdesk/api"
	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// The tests of this file call every route that there is, so that one made later is held to the same.

// What is open beside the rest. Whoever opens another route to these callers says so here.
var (
	openToNobody = regexp.MustCompile(`^GET /api/v2/(openapi\.yaml|locales.*|users/me|ticket_forms.*|ticket_fields|ticket_fields/show_many|ticket_fields/\{id\}.*)$|^POST /api/v2/requests$`)
	openToUsers  = regexp.MustCompile(`^/attachments/token/|/api/v2/(requests.*|uploads.*|attachments/.*|api_tokens.*|tickets/\{id\}/satisfaction_rating|users/\{id\}(/password|/identities.*)?)$`)
)

// neighbours are two accounts of one server, the second one with a record of each kind.
type neighbours struct {
	*apitest.Desk
	other   *apitest.Desk
	handler http.Handler
	foreign map[string]string // what stands before an id in paths → an id of the other account
}

// besides starts two accounts on each engine.
func besides(t *testing.T, fn func(t *testing.T, n *neighbours)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := apitest.Start(t, db)
		n := &neighbours{Desk: s.Desk(t, "acme"), other: s.Desk(t, "kongen")}
		n.handler = httpkit.Front(s.API.Handler(), httpkit.Options{Logger: slog.New(slog.DiscardHandler), Translate: plainly})
		n.fill()
		fn(t, n)
	})
}

// plainly tells the faults of texts from those of the server, as every server does.
func plainly(err error) error {
	if errors.Is(err, sqldb.ErrText) {
		return desk.InvalidField("base", "InvalidValue", err.Error())
	}
	return err
}

func (n *neighbours) fill() {
	k := n.other.Admin
	condition := object{"all": array{object{"field": "status", "operator": "is", "value": "open"}}, "any": array{}}
	actions := array{object{"field": "priority", "value": "high"}}
	for range 3 {
		ticket(k, nil)
	}
	id := func(path, key string, in object) string {
		return fmt.Sprint(k.Post(path, object{key: in}, http.StatusCreated).ID(key + ".id"))
	}
	n.foreign = map[string]string{
		"tickets":            "3",
		"requests":           "3",
		"users":              fmt.Sprint(int64(k.User.ID)),
		"groups":             fmt.Sprint(k.Get("groups", 200).ID("groups.0.id")),
		"group_memberships":  fmt.Sprint(k.Get("group_memberships", 200).ID("group_memberships.0.id")),
		"brands":             fmt.Sprint(k.Get("brands", 200).ID("brands.0.id")),
		"ticket_forms":       fmt.Sprint(k.Get("ticket_forms", 200).ID("ticket_forms.0.id")),
		"trigger_categories": k.Get("trigger_categories", 200).Text("trigger_categories.0.id"),
		"api_tokens":         fmt.Sprint(k.Get("api_tokens", 200).ID("api_tokens.0.id")),
		"organizations":      id("organizations", "organization", object{"name": "Lens makers"}),
		"ticket_fields":      id("ticket_fields", "ticket_field", object{"type": "text", "title": "Batch"}),
		"triggers":           id("triggers", "trigger", object{"title": "t", "conditions": condition, "actions": actions}),
		"macros":             id("macros", "macro", object{"title": "m", "actions": actions}),
		"views":              id("views", "view", object{"title": "v", "all": condition["all"]}),
	}
}

var parameter = regexp.MustCompile(`([a-z_]+)/\{[a-z_]+\}`)

// at is a route's address with ids of the other account.
func (n *neighbours) at(path string) string {
	return parameter.ReplaceAllStringFunc(path, func(part string) string {
		before := part[:strings.IndexByte(part, '/')]
		return before + "/" + cmp.Or(n.foreign[before], "987654321")
	})
}

// ask sends a request as it is; token "" sends none.
func (n *neighbours) ask(token, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://"+n.Host("acme")+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	n.handler.ServeHTTP(w, r)
	return w
}

// eachRoute calls fn for every route, with method and path apart.
func eachRoute(fn func(route, method, path string)) {
	for _, route := range api.Routes() {
		method, path, _ := strings.Cut(route, " ")
		fn(route, method, path)
	}
}

func TestEveryRouteKnowsItsCallers(t *testing.T) {
	besides(t, func(t *testing.T, n *neighbours) {
		eachRoute(func(route, method, path string) {
			open := openToNobody.MatchString(route)
			for who, token := range map[string]string{"nobody": "", "an admin of another account": n.other.Admin.Token} {
				got := n.ask(token, method, n.at(path), "{}").Code
				if refused := got == http.StatusUnauthorized; refused == open && !(open && token != "") || got >= 500 {
					t.Errorf("%s as %s: %d", route, who, got)
				}
			}
			got := n.ask(n.EndUser.Token, method, n.at(path), "{}").Code
			if open || openToUsers.MatchString(path) && !strings.HasSuffix(path, "users/{id}/requests") && route != "DELETE /api/v2/users/{id}" && route != "POST /api/v2/users/{id}/password" {
				if got == http.StatusUnauthorized || got >= 500 {
					t.Errorf("%s as an end user: %d", route, got)
				}
			} else if got != http.StatusForbidden {
				t.Errorf("%s as an end user: %d, want 403", route, got)
			}
		})
	})
}

// records is a body in which every write finds its record.
func records() string {
	text := object{"name": "Other", "title": "Other", "subject": "Other", "value": "other", "status": "inactive",
		"comment": object{"body": "Other"}, "actions": array{}, "description": "Other"}
	body := object{"tags": array{"other"}, "password": "correct horse battery", "previous_password": "x"}
	for _, key := range strings.Fields("ticket request user group organization ticket_field ticket_form trigger trigger_category macro view sharing_agreement custom_field_option share group_membership api_token") {
		body[key] = text
	}
	raw, _ := json.Marshal(body)
	return string(raw)
}

func TestAccountsAreClosedToEachOther(t *testing.T) {
	besides(t, func(t *testing.T, n *neighbours) {
		before := n.everything()
		eachRoute(func(route, method, path string) {
			if !strings.Contains(path, "{") {
				if strings.HasSuffix(path, "_many") && method != http.MethodPost {
					n.ask(n.Admin.Token, method, path+"?ids="+n.foreign[strings.Split(path, "/")[3]], records())
				}
				return
			}
			for who, token := range map[string]string{"agent": n.Agent.Token, "admin": n.Admin.Token} {
				got := n.ask(token, method, n.at(path), records())
				if got.Code < 400 || got.Code >= 500 {
					t.Errorf("%s as %s with ids of another account: %d %s", route, who, got.Code, got.Body)
				}
			}
		})
		if after := n.everything(); after != before {
			t.Errorf("the other account has changed from\n%s\nto\n%s", before, after)
		}
	})
}

// everything is what the other account's admin sees of its records.
func (n *neighbours) everything() string {
	var all strings.Builder
	for _, kind := range strings.Fields("tickets users groups group_memberships organizations ticket_fields ticket_forms triggers trigger_categories macros views") {
		all.Write(n.other.Admin.Get(kind, 200).Body)
	}
	return all.String()
}

// garbage are bodies that no write can mean anything by.
func garbage() map[string]string {
	bodies := map[string]string{
		"half":    `{"ticket":`,
		"a list":  `[{"subject":"x"}]`,
		"null":    `null`,
		"a text":  `"x"`,
		"two":     `{} {}`,
		"no text": "\xff\xfe{\x00}\x00",
		"depth":   strings.Repeat(`{"ticket":`, 5000) + "1" + strings.Repeat("}", 5000),
	}
	for what, value := range map[string]string{"lists": `[]`, "texts": `"x"`, "numbers": `1e999`, "odd members": `{"id":-1,"name":{"a":[]},"title":[[]],
		"subject":[{}],"comment":[7],"position":1e300,"tags":{"x":{}},"conditions":7,"actions":[[null]],"all":{"x":1},"status":{},"user_id":"\u0000",
		"group_id":99999999999999999999999,"email":{"\u0000":[]},"custom_fields":[[[]]],"role":[],"ids":{}}`} {
		bodies[what] = `{` + strings.TrimSuffix(strings.ReplaceAll(`"ticket":V,"tickets":V,"request":V,"user":V,"users":V,"group":V,"organization":V,"organizations":V,
			"ticket_field":V,"ticket_form":V,"trigger":V,"triggers":V,"trigger_category":V,"macro":V,"macros":V,"view":V,"views":V,"sharing_agreement":V,
			"custom_field_option":V,"share":V,"group_membership":V,"group_memberships":V,"api_token":V,"tags":{"x":[]},"password":[],"ids":{"x":1},
			"trigger_ids":{},"ticket_field_ids":{},"ticket_form_ids":{},"name":{}`, "V", value), ",") + `}`
	}
	return bodies
}

// bodiless are writes that take everything from their address.
var bodiless = regexp.MustCompile(`/(clone|replay|retry|make_private|make_default|mark_as_spam|restore)$`)

func TestGarbageIsRefused(t *testing.T) {
	besides(t, func(t *testing.T, n *neighbours) {
		n.foreign["tickets"] = fmt.Sprint(ticket(n.Admin, nil)) // so that some writes find what they are about
		for _, kind := range []string{"groups", "ticket_forms", "users", "brands"} {
			n.foreign[kind] = fmt.Sprint(n.Admin.Get(kind, 200).ID(kind + ".0.id"))
		}
		bodies := garbage()
		eachRoute(func(route, method, path string) {
			if method == http.MethodGet || method == http.MethodDelete {
				return
			}
			for what, body := range bodies {
				got := n.ask(n.Admin.Token, method, n.at(path), body)
				if got.Code >= 500 || got.Code < 400 && !bodiless.MatchString(path) {
					t.Errorf("%s with %s: %d %s", route, what, got.Code, got.Body)
				}
				if got.Code >= 400 && !strings.Contains(got.Body.String(), `"error"`) {
					t.Errorf("%s with %s says no error: %s", route, what, got.Body)
				}
			}
		})
	})
}

func TestOddQueriesAreAnswered(t *testing.T) {
	besides(t, func(t *testing.T, n *neighbours) {
		long := strings.Repeat("_", 30_000)
		queries := []string{"page[size]=0", "page[size]=x&page[after]=%00", "page[after]=YzoneA", "page=-1", "page=99999999999999999999", "per_page=1e9",
			"ids=1,x,%00", "sort=%27", "sort_by=%00&sort_order=up", "query=%00", "query=" + long, "name=" + long, "include=%ff,,x", "no_such=1", "%zz"}
		eachRoute(func(route, method, path string) {
			if method != http.MethodGet {
				return
			}
			for _, q := range queries {
				if got := n.ask(n.Admin.Token, method, n.at(path)+"?"+q, ""); got.Code >= 500 {
					t.Errorf("%s?%.40s: %d %s", route, q, got.Code, got.Body)
				}
			}
		})
	})
}

// Where what is said of a position cannot be true, records still come one after the other.
func TestPositionsBeyondReason(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for _, position := range []any{int64(1)<<62 + 1, -5, "999999999999"} {
			d.Admin.Post("ticket_forms", object{"ticket_form": object{"name": "Other", "position": position}}, 201)
			d.Admin.Post("ticket_forms", object{"ticket_form": object{"name": "Another"}}, 201)
		}
	})
}

// A write of tags that has misspelt its only member must not take all tags away.
func TestTagsMustBeThere(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := ticket(d.Agent, object{"tags": array{"kept"}})
		path := fmt.Sprintf("tickets/%d/tags", id)
		d.Agent.Post(path, object{"tag": array{"new"}}, 400)
		if got := d.Agent.Get(path, 200).Text("tags.0"); got != "kept" {
			t.Errorf("got %q", got)
		}
	})
}
