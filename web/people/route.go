package people

import (
	"slices"

	"interdesk/web/page"
)

// Routes are the pages of the admin centre that this package serves.
func Routes() []page.Route {
	return slices.Concat(accountRoutes(), tokenRoutes(), userRoutes(adminDoor(), page.Admins), userRoutes(agentDoor(), page.Staff), passwordRoutes(adminDoor()), groupRoutes(), organizationRoutes(), fieldRoutes(), formRoutes())
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

func userRoutes(d door, who page.Audience) []page.Route {
	return []page.Route{
		{Pattern: "GET " + d.base + "/new", Who: who, Serve: d.showNew},
		{Pattern: "POST " + d.base, Who: who, Serve: d.create},
		{Pattern: "GET " + d.base + "/{id}" + d.suffix, Who: who, Serve: d.show},
		{Pattern: "POST " + d.base + "/{id}" + d.suffix, Who: who, Serve: d.save},
		{Pattern: "POST " + d.base + "/{id}/signout", Who: who, Serve: d.signOut},
		{Pattern: "GET " + d.base + "/{id}/delete", Who: who, Serve: d.confirmDelete},
		{Pattern: "POST " + d.base + "/{id}/delete", Who: who, Serve: d.delete},
	}
}

func passwordRoutes(d door) []page.Route {
	return []page.Route{
		{Pattern: "GET /admin/users", Who: page.Admins, Serve: showUsers},
		{Pattern: "POST " + d.base + "/{id}/password", Who: page.Admins, Serve: d.setPassword},
		{Pattern: "GET /agent/find/organizations", Who: page.Staff, Serve: findOrganizations},
	}
}

func groupRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /admin/groups", Who: page.Admins, Serve: showGroups},
		{Pattern: "GET /admin/groups/new", Who: page.Admins, Serve: newGroup},
		{Pattern: "POST /admin/groups", Who: page.Admins, Serve: createGroup},
		{Pattern: "GET /admin/groups/{id}", Who: page.Admins, Serve: showGroup},
		{Pattern: "POST /admin/groups/{id}", Who: page.Admins, Serve: saveGroup},
		{Pattern: "GET /admin/groups/{id}/delete", Who: page.Admins, Serve: confirmGroup},
		{Pattern: "POST /admin/groups/{id}/delete", Who: page.Admins, Serve: deleteGroup},
	}
}

func organizationRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /admin/organizations", Who: page.Admins, Serve: showOrganizations},
		{Pattern: "GET /admin/organizations/new", Who: page.Admins, Serve: newOrganization},
		{Pattern: "POST /admin/organizations", Who: page.Admins, Serve: createOrganization},
		{Pattern: "GET /admin/organizations/{id}", Who: page.Admins, Serve: showOrganization},
		{Pattern: "POST /admin/organizations/{id}", Who: page.Admins, Serve: saveOrganization},
		{Pattern: "GET /admin/organizations/{id}/delete", Who: page.Admins, Serve: confirmOrganization},
		{Pattern: "POST /admin/organizations/{id}/delete", Who: page.Admins, Serve: deleteOrganization},
	}
}

func fieldRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /admin/fields", Who: page.Admins, Serve: showFields},
		{Pattern: "GET /admin/fields/new", Who: page.Admins, Serve: newField},
		{Pattern: "POST /admin/fields", Who: page.Admins, Serve: createField},
		{Pattern: "POST /admin/fields/order", Who: page.Admins, Serve: orderFields},
		{Pattern: "GET /admin/fields/{id}", Who: page.Admins, Serve: showField},
		{Pattern: "POST /admin/fields/{id}", Who: page.Admins, Serve: saveField},
		{Pattern: "POST /admin/fields/{id}/move", Who: page.Admins, Serve: moveField},
		{Pattern: "POST /admin/fields/{id}/active", Who: page.Admins, Serve: switchField},
		{Pattern: "GET /admin/fields/{id}/delete", Who: page.Admins, Serve: confirmField},
		{Pattern: "POST /admin/fields/{id}/delete", Who: page.Admins, Serve: deleteField},
	}
}

func formRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /admin/forms", Who: page.Admins, Serve: showForms},
		{Pattern: "GET /admin/forms/new", Who: page.Admins, Serve: newForm},
		{Pattern: "POST /admin/forms", Who: page.Admins, Serve: createForm},
		{Pattern: "POST /admin/forms/order", Who: page.Admins, Serve: orderForms},
		{Pattern: "POST /admin/forms/preview", Who: page.Admins, Serve: previewForm},
		{Pattern: "GET /admin/forms/{id}", Who: page.Admins, Serve: showForm},
		{Pattern: "POST /admin/forms/{id}", Who: page.Admins, Serve: saveForm},
		{Pattern: "POST /admin/forms/{id}/move", Who: page.Admins, Serve: moveForm},
		{Pattern: "POST /admin/forms/{id}/clone", Who: page.Admins, Serve: cloneForm},
		{Pattern: "GET /admin/forms/{id}/delete", Who: page.Admins, Serve: confirmForm},
		{Pattern: "POST /admin/forms/{id}/delete", Who: page.Admins, Serve: deleteForm},
	}
}
