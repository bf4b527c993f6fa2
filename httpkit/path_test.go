package httpkit_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"interdesk/httpkit"
)

func TestPaths(t *testing.T) {
	t.Parallel()
	var served string
	h := httpkit.OneSlash(httpkit.StripJSON(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { served = r.URL.EscapedPath() })))
	for asked, want := range map[string]string{
		"/api/v2/tickets/1":             "/api/v2/tickets/1",
		"/api/v2/tickets/1.json":        "/api/v2/tickets/1",
		"/api/v2//tickets.json":         "/api/v2/tickets",
		"//api///v2/tickets//1":         "/api/v2/tickets/1",
		"/api/v2//uploads/a%2Fb.json":   "/api/v2/uploads/a%2Fb",
		"/api/v2/tickets/":              "/api/v2/tickets/",
		"/attachments/token/x//?name=y": "/attachments/token/x/",
	} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "http://acme.localhost"+asked, nil))
		if served != want {
			t.Errorf("%s is served as %s, want %s", asked, served, want)
		}
	}
}
