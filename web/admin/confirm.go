package admin

import "interdesk/web/ui"

// confirmation asks before something is done that cannot be undone.
type confirmation struct {
	title  string
	losses []string // what will happen, a sentence each
	action string   // where the form posts
	button string
	back   string // where one goes who does not want to
	faults ui.Faults
}

func askFirst(c *ui.Call, current string, status int, m confirmation) error {
	return c.ShowAdmin(current, m.title, status, confirmPage(m))
}
