// Package webhooks is the admin centre's pages of webhooks: which there are, how each does and which rules call it; the form
// of one, with a test of what stands in it and its signing secret; and the log of a week, from which messages are sent again.
//
// What is right for a webhook, room webhook knows. A secret that was typed is never shown again, also not where a form comes
// back with faults; only the signing secret is, to admins who ask for it.
package webhooks

import (
	"interdesk/desk"
	"interdesk/web/ui"
)

// path is where the list is.
const path = "/admin/webhooks"

func hookPath(id desk.WebhookID) string { return path + "/" + string(id) }

func logPath(id desk.WebhookID) string { return hookPath(id) + "/log" }

func messagePath(i *desk.Invocation) string { return logPath(i.Webhook) + "/" + string(i.ID) }

func hookID(c *ui.Call) desk.WebhookID { return desk.WebhookID(c.R.PathValue("id")) }

func messageID(c *ui.Call) desk.InvocationID { return desk.InvocationID(c.R.PathValue("message")) }

// Routes are the pages and their actions.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + path, Who: ui.Admins, Serve: showList},
		{Pattern: "GET " + path + "/new", Who: ui.Admins, Serve: newHook},
		{Pattern: "POST " + path, Who: ui.Admins, Serve: createHook},
		{Pattern: "POST " + path + "/test", Who: ui.Admins, Serve: testHook},
		{Pattern: "GET " + path + "/{id}", Who: ui.Admins, Serve: showHook},
		{Pattern: "POST " + path + "/{id}", Who: ui.Admins, Serve: saveHook},
		{Pattern: "POST " + path + "/{id}/test", Who: ui.Admins, Serve: testHook},
		{Pattern: "POST " + path + "/{id}/retry", Who: ui.Admins, Serve: tryNow},
		{Pattern: "POST " + path + "/{id}/secret", Who: ui.Admins, Serve: showSecret},
		{Pattern: "POST " + path + "/{id}/secret/new", Who: ui.Admins, Serve: renewSecret},
		{Pattern: "GET " + path + "/{id}/delete", Who: ui.Admins, Serve: confirmDelete},
		{Pattern: "POST " + path + "/{id}/delete", Who: ui.Admins, Serve: deleteHook},
		{Pattern: "GET " + path + "/{id}/log", Who: ui.Admins, Serve: showLog},
		{Pattern: "GET " + path + "/{id}/log/{message}", Who: ui.Admins, Serve: showMessage},
		{Pattern: "POST " + path + "/{id}/log/{message}/replay", Who: ui.Admins, Serve: replay},
		{Pattern: "POST " + path + "/{id}/replay", Who: ui.Admins, Serve: replayFailed},
	}
}
