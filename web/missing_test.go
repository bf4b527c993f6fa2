package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web"
	"interdesk/web/webtest"
)

// An id that is nobody's, or another account's, names nothing on any page: it is no reason to go elsewhere.
func TestUnknownIDs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		admin := webtest.Open(t, d, d.Admin.User)
		inPath := regexp.MustCompile(`\{[^}]*\}`)
		for _, pattern := range web.Patterns() {
			method, path, _ := strings.Cut(pattern, " ")
			if path == "/agent/uploads/{token}/delete" || !strings.Contains(path, "{") { // what is gone may go again
				continue
			}
			path = inPath.ReplaceAllString(path, "987654321")
			if method == http.MethodPost {
				admin.Post(path, url.Values{"x": {"1"}}, http.StatusNotFound)
			} else {
				admin.Get(path, http.StatusNotFound)
			}
		}
	})
}

// The short address of a ticket leads everybody to where they read it.
func TestShortAddress(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		id := d.EndUser.Post("requests", map[string]any{"request": map[string]any{"subject": "Stripes", "comment": map[string]any{"body": "b"}}}, 201).ID("request.id")
		short := fmt.Sprintf("/tickets/%d", id)
		webtest.Open(t, d, d.Agent.User).Get(short, http.StatusOK).ArrivedAt(t, "/agent"+short)
		webtest.Open(t, d, d.EndUser.User).Get(short, http.StatusOK).ArrivedAt(t, fmt.Sprintf("/requests/%d", id))
		webtest.Open(t, d, desk.User{}).Get(short, http.StatusOK).ArrivedAt(t, "/signin?next=")
	})
}
