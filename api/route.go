package api

import (
	"slices"
	"strings"

	"interdesk/upload"
)

// audience is who may use a route; each includes those after it.
type audience int

const (
	whoever audience = iota // also somebody whose password is wrong: they count as nobody
	anyone                  // also without credentials
	endUsers
	agents
	admins
)

// route is one row of a resource's table. path is relative to /api/v2.
type route struct {
	method string
	path   string
	who    audience
	serve  func(*call) error
}

// fullPath is the route's path from the root.
func (r route) fullPath() string {
	if strings.HasPrefix(r.path, upload.ContentPath) {
		return r.path
	}
	return strings.TrimSuffix(Prefix, "/") + r.path
}

// Routes lists what is served, as "GET /api/v2/tickets/{id}".
func Routes() []string {
	var out []string
	for _, r := range routes() {
		out = append(out, r.method+" "+r.fullPath())
	}
	return out
}

// routes is the whole interface, a line per resource.
func routes() []route {
	return slices.Concat(
		descriptionRoutes(),
		ticketRoutes(),
		ticketListRoutes(),
		ticketBulkRoutes(),
		trashRoutes(),
		commentRoutes(), redactionRoutes(),
		auditRoutes(),
		incrementalRoutes(),
		ticketTagRoutes(),
		shareRoutes(), correspondenceRoutes(),
		requestRoutes(),
		uploadRoutes(),
		searchRoutes(),
		jobRoutes(),
		userRoutes(),
		userIdentityRoutes(),
		suspendedTicketRoutes(),
		groupRoutes(),
		groupMembershipRoutes(),
		organizationRoutes(),
		organizationMembershipRoutes(),
		ticketFieldRoutes(), personFieldRoutes(),
		ticketFormRoutes(),
		localeRoutes(),
		triggerRoutes(),
		automationRoutes(),
		triggerRecipeRoutes(),
		triggerCategoryRoutes(),
		macroRoutes(),
		viewRoutes(),
		tagRoutes(),
		apiTokenRoutes(),
		brandRoutes(),
		scheduleRoutes(),
		policyRoutes(),
		configTextRoutes(),
		ticketMetricRoutes(),
		satisfactionRoutes(),
		deletedUserRoutes(),
		auditLogRoutes(),
		importRoutes(),
		recipientAddressRoutes(),
		mailboxRoutes(),
		webhookRoutes(),
		webhookInvocationRoutes(),
		targetRoutes(),
		settingsRoutes(),
		agreementRoutes(),
		shareMapRoutes(),
		bulkRoutes(),
	)
}
