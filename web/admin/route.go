package admin

import (
	"slices"

	"interdesk/web/ui"
)

// Routes are the pages of the admin centre that this package serves.
func Routes() []ui.Route {
	return slices.Concat(accountRoutes(), auditRoutes(), satisfactionRoutes(), tokenRoutes(), userRoutes(adminUserPages(), ui.Admins), userRoutes(agentUserPages(), ui.Staff), passwordRoutes(adminUserPages()), groupRoutes(), organizationRoutes(), scheduleRoutes(), personFieldRoutes(), fieldRoutes(), formRoutes())
}

func accountRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin", Who: ui.Admins, Serve: showOverview},
		{Pattern: "GET /admin/account", Who: ui.Admins, Serve: showAccount},
		{Pattern: "POST /admin/account", Who: ui.Admins, Serve: saveAccount},
	}
}

func tokenRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/tokens", Who: ui.Admins, Serve: showTokens},
		{Pattern: "POST /admin/tokens", Who: ui.Admins, Serve: createToken},
		{Pattern: "GET /admin/tokens/{id}/delete", Who: ui.Admins, Serve: confirmToken},
		{Pattern: "POST /admin/tokens/{id}/delete", Who: ui.Admins, Serve: deleteToken},
	}
}

func userRoutes(d userPages, who ui.Audience) []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + d.base + "/new", Who: who, Serve: d.showNew},
		{Pattern: "POST " + d.base, Who: who, Serve: d.createUser},
		{Pattern: "GET " + d.base + "/{id}" + d.suffix, Who: who, Serve: d.showStored},
		{Pattern: "POST " + d.base + "/{id}" + d.suffix, Who: who, Serve: d.saveUser},
		{Pattern: "POST " + d.base + "/{id}/signout", Who: who, Serve: d.signOut},
		{Pattern: "POST " + d.base + "/{id}/merge", Who: who, Serve: d.mergeUser},
		{Pattern: "GET " + d.base + "/{id}/delete", Who: who, Serve: d.confirmDelete},
		{Pattern: "POST " + d.base + "/{id}/delete", Who: who, Serve: d.deleteUser},
	}
}

func passwordRoutes(d userPages) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/users", Who: ui.Admins, Serve: showUsers},
		{Pattern: "POST " + d.base + "/{id}/password", Who: ui.Admins, Serve: d.setPassword},
		{Pattern: "GET /agent/find/organizations", Who: ui.Staff, Serve: findOrganizations},
	}
}

func groupRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/groups", Who: ui.Admins, Serve: showGroups},
		{Pattern: "GET /admin/groups/new", Who: ui.Admins, Serve: newGroup},
		{Pattern: "POST /admin/groups", Who: ui.Admins, Serve: createGroup},
		{Pattern: "GET /admin/groups/{id}", Who: ui.Admins, Serve: showGroup},
		{Pattern: "POST /admin/groups/{id}", Who: ui.Admins, Serve: saveGroup},
		{Pattern: "GET /admin/groups/{id}/delete", Who: ui.Admins, Serve: confirmGroup},
		{Pattern: "POST /admin/groups/{id}/delete", Who: ui.Admins, Serve: deleteGroup},
	}
}

func organizationRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/organizations", Who: ui.Admins, Serve: showOrganizations},
		{Pattern: "GET /admin/organizations/new", Who: ui.Admins, Serve: newOrganization},
		{Pattern: "POST /admin/organizations", Who: ui.Admins, Serve: createOrganization},
		{Pattern: "GET /admin/organizations/{id}", Who: ui.Admins, Serve: showOrganization},
		{Pattern: "POST /admin/organizations/{id}", Who: ui.Admins, Serve: saveOrganization},
		{Pattern: "GET /admin/organizations/{id}/delete", Who: ui.Admins, Serve: confirmOrganization},
		{Pattern: "POST /admin/organizations/{id}/delete", Who: ui.Admins, Serve: deleteOrganization},
	}
}

func fieldRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/fields", Who: ui.Admins, Serve: showFields},
		{Pattern: "GET /admin/fields/new", Who: ui.Admins, Serve: newField},
		{Pattern: "POST /admin/fields", Who: ui.Admins, Serve: createField},
		{Pattern: "POST /admin/fields/order", Who: ui.Admins, Serve: orderFields},
		{Pattern: "GET /admin/fields/{id}", Who: ui.Admins, Serve: showField},
		{Pattern: "POST /admin/fields/{id}", Who: ui.Admins, Serve: saveField},
		{Pattern: "POST /admin/fields/{id}/move", Who: ui.Admins, Serve: moveField},
		{Pattern: "POST /admin/fields/{id}/active", Who: ui.Admins, Serve: switchField},
		{Pattern: "GET /admin/fields/{id}/delete", Who: ui.Admins, Serve: confirmField},
		{Pattern: "POST /admin/fields/{id}/delete", Who: ui.Admins, Serve: deleteField},
	}
}

func formRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/forms", Who: ui.Admins, Serve: showForms},
		{Pattern: "GET /admin/forms/new", Who: ui.Admins, Serve: newForm},
		{Pattern: "POST /admin/forms", Who: ui.Admins, Serve: createForm},
		{Pattern: "POST /admin/forms/order", Who: ui.Admins, Serve: orderForms},
		{Pattern: "POST /admin/forms/preview", Who: ui.Admins, Serve: previewForm},
		{Pattern: "GET /admin/forms/{id}", Who: ui.Admins, Serve: showForm},
		{Pattern: "POST /admin/forms/{id}", Who: ui.Admins, Serve: saveForm},
		{Pattern: "GET /admin/forms/{id}/conditions", Who: ui.Admins, Serve: showConditions},
		{Pattern: "POST /admin/forms/{id}/conditions", Who: ui.Admins, Serve: saveConditions},
		{Pattern: "POST /admin/forms/{id}/move", Who: ui.Admins, Serve: moveForm},
		{Pattern: "POST /admin/forms/{id}/clone", Who: ui.Admins, Serve: cloneForm},
		{Pattern: "GET /admin/forms/{id}/delete", Who: ui.Admins, Serve: confirmForm},
		{Pattern: "POST /admin/forms/{id}/delete", Who: ui.Admins, Serve: deleteForm},
	}
}
