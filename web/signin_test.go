package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"interdesk/desk"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		webtest.StaffOnly(t, d, "/agent/keys")
		agent := webtest.Open(t, d, d.Agent.User)
		agent.Get("/agent/keys", http.StatusOK).Has(t, "Ctrl", "Enter")
		agent.Htmx().Get("/agent/keys", http.StatusOK).Lacks(t, "<html")
	})
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		acme, other := s.Desk(t, "acme"), s.Desk(t, "other")
		nobody := webtest.Open(t, acme, desk.User{})

		a := nobody.Get("/profile", http.StatusOK)
		if a.Path != "/signin?next=%2Fprofile" {
			t.Errorf("led to %s, want /signin?next=%%2Fprofile", a.Path)
		}
		form := url.Values{"email": {"ben@acme.example"}, "password": {"wrong"}, "next": {"https://evil.example/"}}
		nobody.Post("/signin", form, http.StatusUnprocessableEntity).Has(t, "do not fit together")
		nobody.Post("/signin", url.Values{}, http.StatusUnprocessableEntity).Has(t, "Write your email address")

		ben := webtest.Open(t, acme, acme.Agent.User)
		ben.Get("/profile", http.StatusOK).Has(t, "Ben Agent", "this browser")
		foreign := webtest.Open(t, other, desk.User{})
		foreign.Post("/signin", url.Values{"email": {"ben@acme.example"}, "password": {acme.Password}}, http.StatusUnprocessableEntity)

		again := webtest.Open(t, acme, acme.Agent.User) // signs the first browser out: its password was set anew
		ben.Get("/profile", http.StatusOK).ArrivedAt(t, "/signin")
		again.Post("/signout", nil, http.StatusOK).Has(t, "signed out")
		again.Get("/profile", http.StatusOK).ArrivedAt(t, "/signin")
	})
}

func TestSignInHasABrake(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		nobody := webtest.Open(t, acme, desk.User{})
		form := url.Values{"email": {"ben@acme.example"}, "password": {"wrong"}}
		for range 5 {
			nobody.Post("/signin", form, http.StatusUnprocessableEntity)
		}
		a := nobody.Post("/signin", form, http.StatusTooManyRequests)
		a.Has(t, "Too many failed sign-ins")
		if a.Header.Get("Retry-After") == "" {
			t.Error("got no Retry-After, want one")
		}
	})
}

func TestProfile(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		acme := webtest.Start(t, db).Desk(t, "acme")
		eve := webtest.Open(t, acme, acme.EndUser.User)
		eve.Post("/profile/password", url.Values{"old": {"wrong"}, "password": {"a good new one"}}, http.StatusUnprocessableEntity).Has(t, "not your present password")
		eve.Post("/profile/password", url.Values{"old": {acme.Password}, "password": {"short"}}, http.StatusUnprocessableEntity).Has(t, "look at one thing again")
		eve.Post("/profile/password", url.Values{"old": {acme.Password}, "password": {"a good new one"}}, http.StatusOK).Has(t, "this browser")

		second := webtest.Open(t, acme, desk.User{})
		second.Post("/signin", url.Values{"email": {"eve@acme.example"}, "password": {"a good new one"}, "next": {"/profile"}}, http.StatusOK)
		eve.Post("/profile/sessions/end", nil, http.StatusOK).Has(t, "Signed out everywhere else")
		second.Get("/profile", http.StatusOK).ArrivedAt(t, "/signin")
		eve.Get("/profile", http.StatusOK)
		eve.Get("/no/such/page", http.StatusNotFound).Has(t, "no such page")
	})
}
