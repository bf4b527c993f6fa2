package sharing

import "interdesk/web/ui"

// Routes are the pages of sharing.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /agent/tickets/{id}/sharing", Who: ui.Staff, Serve: refreshSharing},
		{Pattern: "GET /agent/tickets/{id}/share", Who: ui.Staff, Serve: showPreview},
		{Pattern: "POST /agent/tickets/{id}/share", Who: ui.Staff, Serve: shareTicket},
		{Pattern: "GET /agent/tickets/{id}/shares/{share}", Who: ui.Staff, Serve: showTimeline},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/retry", Who: ui.Staff, Serve: retryShare},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/skip", Who: ui.Staff, Serve: skipMessage},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/review/{answer}", Who: ui.Staff, Serve: reviewMessage},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/fetch", Who: ui.Staff, Serve: fetchFiles},
		{Pattern: "GET /agent/tickets/{id}/shares/{share}/stop", Who: ui.Staff, Serve: showStop},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/unshare", Who: ui.Staff, Serve: unshareTicket},
		{Pattern: "POST /agent/tickets/{id}/shares/{share}/messages/{delivery}/replay", Who: ui.Staff, Serve: replayMessage},
		{Pattern: "GET /admin/sharing", Who: ui.Admins, Serve: showList},
		{Pattern: "POST /admin/sharing", Who: ui.Admins, Serve: sendInvitation},
		{Pattern: "GET /admin/sharing/new", Who: ui.Admins, Serve: showInvite},
		{Pattern: "GET /admin/sharing/tracker", Who: ui.Admins, Serve: showTracker},
		{Pattern: "POST /admin/sharing/tracker", Who: ui.Admins, Serve: addTracker},
		{Pattern: "POST /admin/sharing/{id}/tracker", Who: ui.Admins, Serve: changeTracker},
		{Pattern: "GET /admin/sharing/{id}", Who: ui.Admins, Serve: showAgreement},
		{Pattern: "GET /admin/sharing/{id}/map", Who: ui.Admins, Serve: showMap},
		{Pattern: "POST /admin/sharing/{id}/map", Who: ui.Admins, Serve: saveMap},
		{Pattern: "POST /admin/sharing/{id}/map/revert", Who: ui.Admins, Serve: revertMap},
		{Pattern: "POST /admin/sharing/restored", Who: ui.Admins, Serve: settleRestored},
		{Pattern: "POST /admin/sharing/{id}/move", Who: ui.Admins, Serve: moveAddress},
		{Pattern: "POST /admin/sharing/{id}", Who: ui.Admins, Serve: saveSettings},
		{Pattern: "POST /admin/sharing/{id}/{action}", Who: ui.Admins, Serve: runAction},
		{Pattern: "POST /admin/sharing/{id}/messages/{delivery}/replay", Who: ui.Admins, Serve: replayDelivery},
	}
}
