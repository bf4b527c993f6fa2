package rules

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// audience is for whom a macro or view is, as the form has it.
type audience struct {
	who    string   // "", "Group" or "User"
	groups []string // ids
	user   desk.UserID
	fixed  bool // it is for its maker alone, and nothing can be chosen
}

func (a *audience) readFrom(r desk.Restriction) {
	a.who = r.Type
	for _, id := range r.IDs {
		if r.Type == "Group" {
			a.groups = append(a.groups, strconv.FormatInt(id, 10))
		} else {
			a.user = desk.UserID(id)
		}
	}
}

func (a *audience) parse(c *ui.Call) {
	a.who, a.groups = c.Value("who"), valuesOf(c, "groups")
	if !a.fixed && a.user == 0 {
		a.user = desk.UserID(c.Number("user"))
	}
}

// restriction is what the form says. Whoever chooses "only me" means themselves, unless it was somebody's already.
func (a *audience) restriction(me desk.User) desk.Restriction {
	switch {
	case a.fixed:
		return desk.Restriction{Type: "User", IDs: []int64{int64(me.ID)}}
	case a.who == "Group":
		return desk.Restriction{Type: "Group", IDs: idsOf[int64](a.groups)}
	case a.who == "User" && a.user != 0:
		return desk.Restriction{Type: "User", IDs: []int64{int64(a.user)}}
	case a.who == "User":
		return desk.Restriction{Type: "User", IDs: []int64{int64(me.ID)}}
	}
	return desk.Restriction{}
}

// restrictedPages is where macros or views of one sort are: those of the desk, or an agent's own.
type restrictedPages struct {
	path  string
	key   string // in the navigation
	own   bool
	shell ui.Shell
}

func (k restrictedPages) pathOf(id int64) string { return k.path + "/" + strconv.FormatInt(id, 10) }

func (k restrictedPages) listFilter() admin.Filter {
	if k.own {
		return admin.Filter{Access: "personal"}
	}
	return admin.Filter{}
}

// restrictedRow is one macro or view in its list.
type restrictedRow struct {
	id      int64
	title   string
	words   string
	who     string
	active  bool
	changed time.Time
	broken  string   // why it cannot be applied
	over    []string // partners with whom it shares, and no ticket can be shared
}

// audienceText says for whom something is.
func audienceText(c *ui.Call, cfg *desk.Config, r desk.Restriction) string {
	switch r.Type {
	case "":
		return c.T("rules.who.all")
	case "User":
		for _, id := range r.IDs {
			if desk.UserID(id) != c.User.ID {
				return cfg.Staff[desk.UserID(id)].Name
			}
		}
		return c.T("rules.who.me")
	}
	var names []string
	for _, id := range r.IDs {
		if g, ok := cfg.Group(desk.GroupID(id)); ok {
			names = append(names, g.Name)
		}
	}
	return strings.Join(names, ", ")
}

// change does something to one macro or view and leads back to the list.
func (k restrictedPages) change(c *ui.Call, said string, work func(actor *admin.Actor, id int64) error) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	if err := c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return work(actor, id) }); err != nil {
		return err
	}
	if said != "" {
		c.ToastSuccess(said)
	}
	return c.Redirect(k.path)
}

// afterStep is a list of values after a step such as "up.column.status".
func afterStep(list []string, what, value string) []string {
	i := slices.Index(list, value)
	switch {
	case i < 0:
	case what == "drop":
		return slices.Delete(list, i, i+1)
	default:
		return movedTo(list, value, what)
	}
	return list
}

func groupOptions(cfg *desk.Config) (out []ui.Option) {
	for _, g := range cfg.Groups {
		out = append(out, ui.Option{Value: ui.IDText(g.ID), Label: g.Name})
	}
	return out
}

// noConditions is the conditions of what has none.
func noConditions() condition.Tree { return condition.Tree{} }

// page answers with a page where this sort of macros or views is.
func (k restrictedPages) page(c *ui.Call, title string, status int, body templ.Component) error {
	return c.Show(ui.Page{Title: title, Shell: k.shell, Current: k.key, Status: status, Body: body})
}
