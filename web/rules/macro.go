package rules

import "interdesk/web/page"

func macroRoutes() []page.Route { return nil }

func viewRoutes() []page.Route { return nil }
