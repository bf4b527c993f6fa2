package partner

import "interdesk/web/page"

// Routes are the pages of sharing.
func Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /agent/tickets/{id}/sharing", Who: page.Staff, Serve: refresh},
		{Pattern: "GET /agent/tickets/{id}/share", Who: page.Staff, Serve: showPreview},
		{Pattern: "POST /agent/tickets/{id}/share", Who: page.Staff, Serve: share},
		{Pattern: "GET /agent/tickets/{id}/shares/{share}", Who: page.Staff, Serve: showTimeline},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/retry", Who: page.Staff, Serve: retry},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/unshare", Who: page.Staff, Serve: unshare},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/messages/{delivery}/replay", Who: page.Staff, Serve: replay},
		{Pattern: "GET /admin/sharing", Who: page.Admins, Serve: showList},
		{Pattern: "POST /admin/sharing", Who: page.Admins, Serve: invite},
		{Pattern: "GET /admin/sharing/new", Who: page.Admins, Serve: showInvite},
		{Pattern: "GET /admin/sharing/{id}", Who: page.Admins, Serve: showAgreement},
		{Pattern: "POST /admin/sharing/{id}", Who: page.Admins, Serve: saveSettings},
		{Pattern: "POST /admin/sharing/{id}/{deed}", Who: page.Admins, Serve: act},
		{Pattern: "POST /admin/sharing/{id}/messages/{delivery}/replay", Who: page.Admins, Serve: replayLetter},
	}
}
