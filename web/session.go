package web

import (
	"net/http"
	"net/url"
	"strconv"

	"interdesk/web/ui"
)

// showSession tells a page's script who is signed in here; "0" is nobody. Before it sends a form, it asks.
func showSession(c *ui.Call) error {
	return c.JSON(map[string]string{"user": strconv.FormatInt(int64(c.User.ID), 10)})
}

// redirectToSignIn brings whoever must sign in to the sign-in page, and from there back to where they wanted to go: for a
// form or a part of a page that is the page on which it stands.
func (s *Site) redirectToSignIn(c *ui.Call) error {
	next := c.R.URL.RequestURI()
	switch {
	case c.Partial():
		next = ownPage(c, c.R.Header.Get("HX-Current-URL"))
	case c.R.Method != http.MethodGet:
		next = ownPage(c, c.R.Referer())
	}
	if next == "" {
		return c.Redirect("/signin")
	}
	return c.Redirect("/signin?next=" + url.QueryEscape(next))
}

// ownPage is the path of a page of this desk, "" for any other address.
func ownPage(c *ui.Call, address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host != c.R.Host {
		return ""
	}
	return ui.OwnPath(u.RequestURI())
}
