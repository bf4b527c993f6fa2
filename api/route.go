package api

import "slices"

// audience is who may use a route; each includes those after it.
type audience int

const (
	whoever audience = iota // also somebody whose credentials are wrong: they count as nobody
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

// routes is the whole interface, a line per resource.
func (a *API) routes() []route {
	return slices.Concat(
		descriptionRoutes(),
		ticketRoutes(),
		ticketListRoutes(),
		ticketBulkRoutes(),
		commentRoutes(),
		auditRoutes(),
		ticketTagRoutes(),
		shareRoutes(),
		requestRoutes(),
		uploadRoutes(),
		searchRoutes(),
		jobRoutes(),
		userRoutes(),
		groupRoutes(),
		groupMembershipRoutes(),
		organizationRoutes(),
		organizationMembershipRoutes(),
		ticketFieldRoutes(),
		ticketFormRoutes(),
		localeRoutes(),
		triggerRoutes(),
		triggerCategoryRoutes(),
		macroRoutes(),
		viewRoutes(),
		tagRoutes(),
		apiTokenRoutes(),
		brandRoutes(),
		agreementRoutes(),
		bulkRoutes(),
	)
}
