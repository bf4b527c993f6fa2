package partner

import "interdesk/web/page"

// Routes are the pages of sharing.
func Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /agent/tickets/{id}/sharing", Who: page.Staff, Serve: refresh},
	}
}
