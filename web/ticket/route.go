package ticket

import (
	"strconv"

	"interdesk/desk"
	"interdesk/web/ui"
)

// Routes are the ticket's page, its parts and its actions.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /agent/tickets/{id}", Who: ui.Staff, Serve: showTicket},
		{Pattern: "POST /agent/tickets/{id}", Who: ui.Staff, Serve: submitForm},
		{Pattern: "GET /agent/tickets/{id}/news", Who: ui.Staff, Serve: showNews},
		{Pattern: "GET /agent/tickets/{id}/fields", Who: ui.Staff, Serve: showFields},
		{Pattern: "GET /agent/tickets/{id}/macros", Who: ui.Staff, Serve: showMacros},
		{Pattern: "GET /agent/tickets/{id}/macros/{macro}", Who: ui.Staff, Serve: showMacro},
		{Pattern: "GET /agent/tickets/{id}/audits/{audit}/why", Who: ui.Staff, Serve: showWhy},
		{Pattern: "GET /agent/tickets/{id}/mails/{mail}", Who: ui.Admins, Serve: showSource},
		{Pattern: "GET /agent/tickets/{id}/comments/{comment}/body", Who: ui.Staff, Serve: showBody},
		{Pattern: "POST /agent/tickets/{id}/comments/{comment}/hide", Who: ui.Staff, Serve: hideComment},
		{Pattern: "GET /agent/tickets/{id}/comments/{comment}/redact", Who: ui.Staff, Serve: showRedaction},
		{Pattern: "POST /agent/tickets/{id}/comments/{comment}/redact", Who: ui.Staff, Serve: redactComment},
		{Pattern: "POST /agent/tickets/{id}/mail/resume", Who: ui.Staff, Serve: resumeMail},
		{Pattern: "POST /agent/tickets/{id}/mail/offer", Who: ui.Staff, Serve: answerOffer},
		{Pattern: "POST /agent/tickets/{id}/delete", Who: ui.Staff, Serve: removeTicket},
		{Pattern: "POST /agent/tickets/{id}/spam", Who: ui.Staff, Serve: markAsSpam},
		{Pattern: "POST /agent/uploads", Who: ui.Staff, Serve: uploadFile},
		{Pattern: "POST /agent/uploads/{token}/delete", Who: ui.Staff, Serve: dropUpload},
		{Pattern: "GET /agent/suggest/{what}", Who: ui.Staff, Serve: showSuggestions},
	}
}

// ticketID reads the ticket of the path.
func ticketID(c *ui.Call) (desk.TicketID, error) {
	id, err := c.ID("id")
	return desk.TicketID(id), err
}

// Path is where a ticket's page is.
func Path(id desk.TicketID) string { return "/agent/tickets/" + number(id) }

func number[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }
