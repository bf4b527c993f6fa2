package views

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// bulkForm is what can be done with many tickets: the choices, and what was chosen.
type bulkForm struct {
	statuses, assignees, groups, macros []ui.Option

	back    string // where the list is
	tickets []desk.TicketID
	whole   wholeView
	chosen  url.Values
	faults  ui.Faults
}

// wholeView is the offer to do it with all tickets of a view, which has so many.
type wholeView struct {
	id     desk.ViewID
	count  store.Count
	chosen bool
}

// The words by which the form names what is no id.
const (
	nobody = "none"
	myself = "me"
)

// bulkFormOf reads the choices that the caller has.
func bulkFormOf(c *ui.Call, actor *admin.Actor) (*bulkForm, error) {
	f := &bulkForm{}
	for _, s := range []desk.Status{desk.Open, desk.Pending, desk.Hold, desk.Solved} {
		f.statuses = append(f.statuses, ui.Option{Value: string(s), Label: c.T("status." + string(s))})
	}
	f.assignees = []ui.Option{{Value: myself, Label: c.T("views.bulk.me")}, {Value: nobody, Label: c.T("views.bulk.nobody")}}
	staff := make([]ui.Option, 0, len(actor.Config.Staff))
	for _, s := range actor.Config.Staff {
		staff = append(staff, ui.Option{Value: strconv.FormatInt(int64(s.ID), 10), Label: s.Name})
	}
	slices.SortFunc(staff, func(a, b ui.Option) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)), cmp.Compare(a.Value, b.Value))
	})
	f.assignees = append(f.assignees, staff...)
	for _, g := range actor.Config.Groups {
		f.groups = append(f.groups, ui.Option{Value: strconv.FormatInt(int64(g.ID), 10), Label: g.Name})
	}
	active := true
	macros, err := actor.Macros(c.Ctx(), admin.Filter{RuleFilter: store.RuleFilter{Active: &active}, Viewable: true})
	for i := range macros {
		f.macros = append(f.macros, ui.Option{Value: strconv.FormatInt(int64(macros[i].ID), 10), Label: macros[i].Title})
	}
	return f, err
}

// bulkRequest is what is to be done with each of the tickets.
type bulkRequest struct {
	tickets []desk.TicketID
	whole   desk.ViewID // all of this view, instead of tickets
	remove  bool        // delete them
	edits   desk.Edits
	macro   desk.MacroID
}

func (w *bulkRequest) isEmpty() bool {
	e := &w.edits
	return !w.remove && w.macro == 0 && e.Status == nil && e.Assignee == nil && e.Group == nil && len(e.AddTags)+len(e.RemoveTags) == 0
}

// readBulkRequest reads the form. Faults are those of its inputs.
func readBulkRequest(c *ui.Call) (w bulkRequest, faults ui.Faults) {
	faults = ui.Faults{}
	w.remove = c.Value("do") == "delete"
	for _, raw := range c.R.Form["ticket"] {
		if id, err := strconv.ParseInt(raw, 10, 64); err == nil && id > 0 {
			w.tickets = append(w.tickets, desk.TicketID(id))
		}
	}
	slices.Sort(w.tickets)
	w.tickets, w.whole = slices.Compact(w.tickets), desk.ViewID(c.Number("whole"))
	if s := desk.Status(c.Value("status")); s != "" {
		w.edits.Status = &s
	}
	if v := c.Value("assignee"); v != "" {
		id := desk.UserID(c.Number("assignee"))
		if v == myself {
			id = c.User.ID
		}
		w.edits.Assignee = &id
	}
	if v := c.Value("group"); v != "" {
		id := desk.GroupID(c.Number("group"))
		w.edits.Group = &id
	}
	w.edits.AddTags, w.edits.RemoveTags = desk.ParseTags(c.Value("add_tags")), desk.ParseTags(c.Value("remove_tags"))
	w.macro = desk.MacroID(c.Number("macro"))
	switch {
	case len(w.tickets) == 0 && w.whole == 0:
		faults["base"] = []string{c.T("views.bulk.fault.none")}
	case len(w.tickets) > desk.MaxSelection:
		faults["base"] = []string{text.N(c.Ctx(), "views.bulk.fault.many", desk.MaxSelection)}
	case w.edits.Status != nil && w.edits.Status.Rank() < 0:
		faults["status"] = []string{c.T("views.bulk.fault.status")}
	case w.isEmpty():
		faults["base"] = []string{c.T("views.bulk.fault.idle")}
	}
	return w, faults
}

// startBulk has a job do what the form says.
func (p *pages) startBulk(c *ui.Call) error {
	_ = c.Value("do") // reads the form
	w, faults := readBulkRequest(c)
	if c.Value("do") == "merge" {
		return p.startMerge(c, w)
	}
	if len(faults) == 0 && w.whole != 0 {
		var err error
		if w.tickets, faults, err = ticketsOfView(c, w.whole); err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		return p.showBulkAgain(c, w, faults)
	}
	var started store.BulkJob
	err := c.Write(func(tx *store.Tx) (err error) {
		started, err = enqueueBulk(c, tx, w)
		return err
	})
	if desk.KindOf(err) == desk.Unavailable {
		return p.showBulkAgain(c, w, ui.Faults{"base": {c.T("views.bulk.fault.busy")}})
	}
	if faults, ok := ui.FaultsOf(err); ok {
		return p.showBulkAgain(c, w, faults)
	}
	if err != nil {
		return err
	}
	if c.Partial() {
		return c.Fragment(0, bulkState(progressOf(&started, returnPath(c))))
	}
	return c.Redirect("/agent/bulk/" + started.ID + "?" + url.Values{"back": {returnPath(c)}}.Encode())
}

// startMerge leads to where the ticked tickets are merged into one of them.
func (p *pages) startMerge(c *ui.Call, w bulkRequest) error {
	if w.whole != 0 || len(w.tickets) < 2 || len(w.tickets) > desk.MaxBulk {
		return p.showBulkAgain(c, w, ui.Faults{"base": {c.T("views.bulk.fault.merge", desk.MaxBulk)}})
	}
	q := url.Values{"back": {returnPath(c)}}
	for _, id := range w.tickets {
		q.Add("ticket", ui.IDText(id))
	}
	return c.Redirect("/agent/merge?" + q.Encode())
}

// ticketsOfView are all tickets that a view has for the caller. Where they are none, or too many, faults say so.
func ticketsOfView(c *ui.Call, id desk.ViewID) (tickets []desk.TicketID, faults ui.Faults, err error) {
	err = c.Read(func(tx *store.Tx) error {
		tickets = nil
		actor, err := c.Admin.As(c.Ctx(), tx, c.User)
		if err != nil {
			return err
		}
		v, err := actor.View(c.Ctx(), id)
		if err != nil {
			return err
		}
		q := store.ViewQuery{Config: actor.Config, Tree: v.Conditions, Viewer: access.ActorOf(actor.Config, c.User), At: c.Clock()}
		for more := true; more && len(tickets) <= desk.MaxSelection; {
			found, err := tx.TicketsWhere(c.Ctx(), q)
			if err != nil {
				return err
			}
			for i := range found.Items {
				tickets = append(tickets, found.Items[i].ID)
			}
			q.After, more = found.After, found.More
		}
		return nil
	})
	switch {
	case err == nil && len(tickets) == 0:
		faults = ui.Faults{"base": {c.T("views.bulk.fault.empty")}}
	case len(tickets) > desk.MaxSelection:
		faults = ui.Faults{"base": {text.N(c.Ctx(), "views.bulk.fault.whole", desk.MaxSelection)}}
	}
	return tickets, faults, err
}

// showBulkAgain shows the form with its faults and what was chosen.
func (p *pages) showBulkAgain(c *ui.Call, w bulkRequest, faults ui.Faults) error {
	if c.Partial() {
		return c.Fragment(http.StatusUnprocessableEntity, bulkRefused(faults))
	}
	var f *bulkForm
	err := c.Read(func(tx *store.Tx) error {
		actor, err := c.Admin.As(c.Ctx(), tx, c.User)
		if err == nil {
			f, err = bulkFormOf(c, actor)
		}
		return err
	})
	if err != nil {
		return err
	}
	f.faults, f.tickets, f.chosen, f.back = faults, w.tickets, c.R.Form, returnPath(c)
	if w.whole != 0 {
		f.tickets, f.whole = nil, wholeView{id: w.whole, chosen: true}
	}
	return c.Show(ui.Page{Title: c.T("views.bulk.title"), Current: "views", Status: http.StatusUnprocessableEntity, Body: bulkPage(f)})
}

// returnPath is the list from which the form was sent: an address of our own lists, whatever the form says.
func returnPath(c *ui.Call) string {
	to, err := url.Parse(c.Value("back"))
	if err != nil || to.Host != "" || to.Scheme != "" || !strings.HasPrefix(to.Path, "/agent/") {
		return "/agent"
	}
	return to.RequestURI()
}

// enqueueBulk stores the work. With a macro each ticket has an update of its own, made of the macro and then of the form; why
// none can be made is told with the results.
func enqueueBulk(c *ui.Call, tx *store.Tx, w bulkRequest) (store.BulkJob, error) {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return store.BulkJob{}, err
	}
	b := ticketing.Bulk{ID: ticketing.NewBulkID(), Actor: access.ActorOf(cfg, c.User), Via: c.Via()}
	switch {
	case w.remove:
		b.Delete = w.tickets
	case w.macro != 0:
		err = applyMacro(c, tx, cfg, w, &b)
	default:
		b.Each, b.Same = w.tickets, &desk.Update{Edits: w.edits, Client: c.Client()}
	}
	if err != nil {
		return store.BulkJob{}, err
	}
	return c.Tickets.Enqueue(c.Ctx(), tx, b)
}
