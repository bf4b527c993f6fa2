package mail

import "interdesk/web/ui"

// Routes are the pages of mail.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/mail/addresses", Who: ui.Admins, Serve: showAddresses},
		{Pattern: "GET /admin/mail/addresses/new", Who: ui.Admins, Serve: newAddress},
		{Pattern: "POST /admin/mail/addresses", Who: ui.Admins, Serve: createAddress},
		{Pattern: "GET /admin/mail/addresses/{id}", Who: ui.Admins, Serve: showAddress},
		{Pattern: "POST /admin/mail/addresses/{id}", Who: ui.Admins, Serve: saveAddress},
		{Pattern: "GET /admin/mail/addresses/{id}/delete", Who: ui.Admins, Serve: confirmAddress},
		{Pattern: "POST /admin/mail/addresses/{id}/delete", Who: ui.Admins, Serve: deleteAddress},
		{Pattern: "GET /admin/mail/senders", Who: ui.Admins, Serve: showSenders},
		{Pattern: "POST /admin/mail/senders", Who: ui.Admins, Serve: addSenders},
		{Pattern: "POST /admin/mail/senders/delete", Who: ui.Admins, Serve: deleteSender},
	}
}
