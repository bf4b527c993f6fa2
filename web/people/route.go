package people

import (
	"slices"

	"interdesk/web/page"
)

// Routes are the pages of the admin centre that this package serves.
func Routes() []page.Route {
	return slices.Concat(accountRoutes(), tokenRoutes())
}

func accountRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /admin", Who: page.Admins, Serve: showOverview},
		{Pattern: "GET /admin/account", Who: page.Admins, Serve: showAccount},
		{Pattern: "POST /admin/account", Who: page.Admins, Serve: saveAccount},
	}
}

func tokenRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /admin/tokens", Who: page.Admins, Serve: showTokens},
		{Pattern: "POST /admin/tokens", Who: page.Admins, Serve: createToken},
		{Pattern: "GET /admin/tokens/{id}/delete", Who: page.Admins, Serve: confirmToken},
		{Pattern: "POST /admin/tokens/{id}/delete", Who: page.Admins, Serve: deleteToken},
	}
}
