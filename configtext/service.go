package configtext

import (
	"interdesk/admin"
	"interdesk/sharing/agreement"
	"interdesk/sharing/tracker"
	"interdesk/store"
	"interdesk/webhook"
)

// Service writes accounts as texts and applies texts to accounts. Everything goes through the rooms that people's own changes
// go through.
type Service struct {
	Store      *store.Store
	Admin      *admin.Service
	Webhooks   *webhook.Service
	Agreements *agreement.Service
	Trackers   *tracker.Service
}
