package admin

import (
	"time"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// overviewModel is how the desk is set up, and what an admin may want to do next.
type overviewModel struct {
	tiles []overviewTile
	steps []firstStep
}

// overviewTile is one kind of thing with how many there are.
type overviewTile struct {
	icon, label, path string // label is a key of the catalogue
	n                 int
	words             string // about the number
}

// firstStep is something to do next; title and words are keys of the catalogue.
type firstStep struct {
	icon, title, words, path string
}

func showOverview(c *ui.Call) error {
	var m overviewModel
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		m = overviewModel{tiles: overviewTiles(c, actor.Config), steps: firstSteps(c, actor.Config)}
		return nil
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("", c.T("admin.title"), 0, overviewPage(m))
}

func overviewTiles(c *ui.Call, cfg *desk.Config) []overviewTile {
	custom, admins, forms, partners := 0, 0, 0, map[string]bool{}
	for i := range cfg.Fields {
		if cfg.Fields[i].Type.Custom() && cfg.Fields[i].Active {
			custom++
		}
	}
	for _, m := range cfg.Staff {
		if m.Role == desk.Admin {
			admins++
		}
	}
	for _, f := range cfg.Forms {
		if f.Active {
			forms++
		}
	}
	for _, a := range cfg.Agreements {
		if a.Usable() {
			partners[a.RemoteURL] = true
		}
	}
	return []overviewTile{
		{icon: "user", label: "admin.tile.staff", path: "/admin/users?role=staff", n: len(cfg.Staff), words: text.N(c.Ctx(), "admin.tile.admins", admins)},
		{icon: "users-group", label: "admin.tile.groups", path: "/admin/groups", n: len(cfg.Groups)},
		{icon: "forms", label: "admin.tile.fields", path: "/admin/fields", n: custom, words: c.T("admin.tile.fields.limit", desk.MaxFields-len(cfg.Fields))},
		{icon: "clipboard-text", label: "admin.tile.forms", path: "/admin/forms", n: forms},
		{icon: "bolt", label: "admin.tile.triggers", path: "/admin/triggers", n: len(cfg.Triggers)},
		{icon: "arrows-exchange", label: "admin.tile.partners", path: "/admin/sharing", n: len(partners)},
	}
}

// firstSteps are what a desk still lacks, the most useful first.
func firstSteps(c *ui.Call, cfg *desk.Config) (all []firstStep) {
	waiting, linked, own := false, false, false
	for _, a := range cfg.Agreements {
		waiting = waiting || a.Inbound && a.Status == desk.AgreementPending
		linked = linked || a.Status != desk.AgreementDeclined
	}
	for i := range cfg.Fields {
		own = own || cfg.Fields[i].Type.Custom()
	}
	if waiting {
		all = append(all, firstStep{icon: "mail-opened", title: "admin.step.invited", words: "admin.step.invited.words", path: "/admin/sharing"})
	}
	if len(cfg.Staff) < 2 {
		all = append(all, firstStep{icon: "user-plus", title: "admin.step.agents", words: "admin.step.agents.words", path: "/admin/users/new?role=agent"})
	}
	if cfg.Account.TimeZone == "UTC" && c.Frame.Now.Sub(cfg.Account.CreatedAt) < 90*24*time.Hour {
		all = append(all, firstStep{icon: "clock", title: "admin.step.zone", words: "admin.step.zone.words", path: "/admin/account"})
	}
	if !own {
		all = append(all, firstStep{icon: "forms", title: "admin.step.fields", words: "admin.step.fields.words", path: "/admin/fields/new"})
	}
	if !linked {
		all = append(all, firstStep{icon: "arrows-exchange", title: "admin.step.partners", words: "admin.step.partners.words", path: "/admin/sharing"})
	}
	return all
}
