package ticket

import (
	"strconv"

	"interdesk/desk"
	"interdesk/web/page"
)

// Routes are the ticket's page, its parts and its actions.
func Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /agent/tickets/{id}", Who: page.Staff, Serve: show},
		{Pattern: "POST /agent/tickets/{id}", Who: page.Staff, Serve: save},
		{Pattern: "GET /agent/tickets/{id}/news", Who: page.Staff, Serve: showNews},
		{Pattern: "GET /agent/tickets/{id}/fields", Who: page.Staff, Serve: showFields},
		{Pattern: "GET /agent/tickets/{id}/macros", Who: page.Staff, Serve: showMacros},
		{Pattern: "GET /agent/tickets/{id}/macros/{macro}", Who: page.Staff, Serve: showMacro},
		{Pattern: "GET /agent/tickets/{id}/audits/{audit}/why", Who: page.Staff, Serve: showWhy},
		{Pattern: "GET /agent/tickets/{id}/comments/{comment}/body", Who: page.Staff, Serve: showBody},
		{Pattern: "POST /agent/tickets/{id}/comments/{comment}/hide", Who: page.Staff, Serve: hide},
		{Pattern: "POST /agent/tickets/{id}/delete", Who: page.Staff, Serve: remove},
		{Pattern: "POST /agent/uploads", Who: page.Staff, Serve: upload},
		{Pattern: "POST /agent/uploads/{token}/delete", Who: page.Staff, Serve: dropUpload},
		{Pattern: "GET /agent/suggest/{what}", Who: page.Staff, Serve: suggest},
	}
}

// ticketID reads the ticket of the path.
func ticketID(c *page.Call) (desk.TicketID, error) {
	id, err := c.ID("id")
	return desk.TicketID(id), err
}

// Path is where a ticket's page is.
func Path(id desk.TicketID) string { return "/agent/tickets/" + number(id) }

func number[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }
