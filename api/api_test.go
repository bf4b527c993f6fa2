package api_test

import (
	"net/http"
	"strings"
	"testing"

	"interdesk/api"
	"interdesk/api/apitest"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// Every route is described, and nothing is described that is not there.
func TestDescriptionIsComplete(t *testing.T) {
	t.Parallel()
	doc, err := apitest.Description()
	if err != nil {
		t.Fatal(err)
	}
	shape := func(method, path string) string {
		parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
		for i, p := range parts {
			if strings.HasPrefix(p, "{") {
				parts[i] = "{}"
			}
		}
		return method + " " + strings.Join(parts, "/")
	}
	served := map[string]bool{}
	for _, r := range api.Routes() {
		method, path, _ := strings.Cut(r, " ")
		served[shape(method, path)] = true
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			s := shape(method, path)
			if !served[s] {
				t.Errorf("%s is described but not served", s)
			}
			delete(served, s)
		}
	}
	for s := range served {
		t.Errorf("%s is not described", s)
	}
}

func TestDescriptionIsServed(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		got := d.Nobody.Get("openapi.yaml", 200)
		if !strings.HasPrefix(string(got.Body), "# The API of Interdesk") {
			t.Errorf("%.60s", got.Body)
		}
	})
}

func TestSignIn(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		d.Nobody.With(t, "Authorization", "Bearer "+d.Agent.Token).Get("tickets", 200)
		basic := &http.Request{Header: http.Header{}}
		basic.SetBasicAuth(d.Admin.User.Email, d.Password)
		d.Nobody.With(t, "Authorization", basic.Header.Get("Authorization")).Get("tickets", 200)
		if got := d.Nobody.With(t, "Authorization", "Bearer x").Get("tickets", 401); got.Text("error") != "invalid_token" {
			t.Errorf("%s", got.Body)
		}
		if got := d.Nobody.Get("nothing", 404); got.Text("error") != "InvalidEndpoint" {
			t.Errorf("%s", got.Body)
		}
	})
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := apitest.Start(t, db, apitest.WithRate(3)).Desk(t, "acme")
		for range 3 {
			if got := d.Agent.Get("tickets", 200); got.Header.Get("X-Rate-Limit") != "3" || got.Header.Get("Retry-After") != "" {
				t.Errorf("%v", got.Header)
			}
		}
		if got := d.Agent.Get("tickets", 429); got.Header.Get("Retry-After") == "" {
			t.Errorf("%v", got.Header)
		}
		d.Admin.Get("tickets", 200)
	})
}

func TestUnchangedAnswerIsNotSentAgain(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		ticket(d.Agent, nil)
		tag := d.Agent.Get("tickets", 200).Header.Get("ETag")
		d.Agent.With(t, "If-None-Match", tag).Get("tickets", 304)
	})
}
