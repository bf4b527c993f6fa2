package sharing

import "interdesk/web/ui"

// Routes are the pages of sharing.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /agent/tickets/{id}/sharing", Who: ui.Staff, Serve: refresh},
		{Pattern: "GET /agent/tickets/{id}/share", Who: ui.Staff, Serve: showPreview},
		{Pattern: "POST /agent/tickets/{id}/share", Who: ui.Staff, Serve: share},
		{Pattern: "GET /agent/tickets/{id}/shares/{share}", Who: ui.Staff, Serve: showTimeline},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/retry", Who: ui.Staff, Serve: retry},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/unshare", Who: ui.Staff, Serve: unshare},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/messages/{delivery}/replay", Who: ui.Staff, Serve: replay},
		{Pattern: "GET /admin/sharing", Who: ui.Admins, Serve: showList},
		{Pattern: "POST /admin/sharing", Who: ui.Admins, Serve: invite},
		{Pattern: "GET /admin/sharing/new", Who: ui.Admins, Serve: showInvite},
		{Pattern: "GET /admin/sharing/{id}", Who: ui.Admins, Serve: showAgreement},
		{Pattern: "POST /admin/sharing/{id}", Who: ui.Admins, Serve: saveSettings},
		{Pattern: "POST /admin/sharing/{id}/{deed}", Who: ui.Admins, Serve: act},
		{Pattern: "POST /admin/sharing/{id}/messages/{delivery}/replay", Who: ui.Admins, Serve: replayLetter},
	}
}
