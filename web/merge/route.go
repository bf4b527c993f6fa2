package merge

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// Routes are the pages on which tickets are merged.
func Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /agent/tickets/{id}/merge", Who: ui.Staff, Serve: show},
		{Pattern: "POST /agent/tickets/{id}/merge", Who: ui.Staff, Serve: merge},
		{Pattern: "GET " + manyPath, Who: ui.Staff, Serve: show},
		{Pattern: "POST " + manyPath, Who: ui.Staff, Serve: merge},
	}
}

// manyPath is where several tickets are merged; the query names them.
const manyPath = "/agent/merge"

// request is what is to be merged into what.
type request struct {
	sources []desk.TicketID
	many    bool            // they were ticked in a list; into may be among them
	ticked  []desk.TicketID // all of them
	typed   string          // what stands in the field for the number
	into    desk.TicketID   // 0 before it was chosen, or when what was typed is no number
	back    string          // the list where they were ticked
}

// readRequest reads the path, the query and the form. Tickets that nobody named are NotFound.
func readRequest(c *ui.Call) (r request, err error) {
	r.typed, r.back = c.Value("into"), ui.OwnPath(c.Value("back"))
	if n, err := strconv.ParseInt(strings.TrimPrefix(r.typed, "#"), 10, 64); err == nil && n > 0 {
		r.into = desk.TicketID(n)
	}
	if c.R.PathValue("id") != "" {
		id, err := c.ID("id")
		r.sources = []desk.TicketID{desk.TicketID(id)}
		return r, err
	}
	r.many = true
	for _, raw := range c.R.Form["ticket"] {
		if id, err := strconv.ParseInt(raw, 10, 64); err == nil && id > 0 {
			r.ticked = append(r.ticked, desk.TicketID(id))
		}
	}
	slices.Sort(r.ticked)
	r.ticked = slices.Compact(r.ticked)
	r.sources = slices.DeleteFunc(slices.Clone(r.ticked), func(id desk.TicketID) bool { return id == r.into })
	if len(r.sources) == 0 || len(r.ticked) > desk.MaxBulk {
		return r, desk.Missing()
	}
	return r, nil
}

// path is the page, without what was chosen.
func (r *request) path() string {
	if !r.many {
		return ticketPath(r.sources[0]) + "/merge"
	}
	return manyPath
}

// pathInto is the page with a ticket chosen; 0 is the page where it is chosen.
func (r *request) pathInto(id desk.TicketID) string {
	q := url.Values{}
	if id != 0 {
		q.Set("into", ui.IDText(id))
	}
	for _, t := range r.ticked {
		q.Add("ticket", ui.IDText(t))
	}
	if r.back != "" {
		q.Set("back", r.back)
	}
	if len(q) == 0 {
		return r.path()
	}
	return r.path() + "?" + q.Encode()
}

// leave is where one goes who does not merge.
func (r *request) leave() string {
	switch {
	case !r.many:
		return ticketPath(r.sources[0])
	case r.back != "":
		return r.back
	}
	return "/agent"
}

func ticketPath(id desk.TicketID) string { return "/agent/tickets/" + ui.IDText(id) }

// show is the page where the other ticket is chosen, and once it is, the page that shows what merging would do.
func show(c *ui.Call) error {
	r, err := readRequest(c)
	if err != nil {
		return err
	}
	if c.Partial() && c.HasValue("recent") {
		return showRecent(c, &r)
	}
	return answer(c, &r, form{}, nil)
}

// answer shows the page that a request leads to; with faults, why nothing was merged.
func answer(c *ui.Call, r *request, typed form, faults ui.Faults) error {
	m := &model{request: r, form: typed, faults: faults}
	err := c.Read(func(tx *store.Tx) error { return m.read(c, tx) })
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(m.faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	page := ui.Page{Title: m.title(c.Ctx()), Current: "views", Status: status, Body: choosePage(m)}
	if m.target != nil {
		page.Body = previewPage(m)
	}
	return c.Show(page)
}
