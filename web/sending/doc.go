// Package sending is the admin centre's page of how mail goes out: by which relay, whether that takes letters and which ones
// wait, signatures (DKIM) with the records that the domain's DNS must have, and the account's layout of letters with a
// preview.
//
// Each step is proven before it counts: a relay is signed in to before it is kept, letters are signed only once the DNS
// has the key, and a test letter shows whether mail arrives.
package sending

import (
	"net"

	"interdesk/mail/outbound"
	"interdesk/web/ui"
)

// path is where the page is.
const path = "/admin/mail/sending"

// pages serves the page and its actions.
type pages struct{ dns outbound.Resolver }

// Routes are the page and its actions.
func Routes() []ui.Route {
	p := &pages{dns: net.DefaultResolver}
	return []ui.Route{
		{Pattern: "GET " + path, Who: ui.Admins, Serve: showSending},
		{Pattern: "POST " + path + "/test", Who: ui.Admins, Serve: sendTest},
		{Pattern: "POST " + path + "/retry", Who: ui.Admins, Serve: retryNow},
		{Pattern: "POST " + path + "/relay", Who: ui.Admins, Serve: saveRelay},
		{Pattern: "POST " + path + "/relay/delete", Who: ui.Admins, Serve: dropRelay},
		{Pattern: "POST " + path + "/key", Who: ui.Admins, Serve: makeKey},
		{Pattern: "POST " + path + "/key/check", Who: ui.Admins, Serve: p.checkKey},
		{Pattern: "POST " + path + "/key/delete", Who: ui.Admins, Serve: deleteKey},
		{Pattern: "POST " + path + "/layout", Who: ui.Admins, Serve: saveLayout},
		{Pattern: "POST " + path + "/preview", Who: ui.Admins, Serve: previewLayout},
	}
}
