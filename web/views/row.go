package views

import (
	"strings"
	"time"
	"unicode/utf8"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// How much of a text stands on a line.
const (
	wordsLength = 160
	cellLength  = 120
)

// row is one ticket on its line.
type row struct {
	id       desk.TicketID
	version  int64
	status   desk.Status
	subject  string
	words    string // the newest that the customer may read
	strong   bool   // changed since the reader last saw it
	partners []ui.PartnerShare
	clock    *ui.Clock // of what is promised; a wide window shows it in its column, where there is one
	waiting  *ui.Waiting
	cells    []cell
	updated  time.Time
	group    string // heading above the line, "" where the one before has the same
}

// clipLine shortens a text to one line of so many characters.
func clipLine(s string, characters int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= characters || utf8.RuneCountInString(s) <= characters {
		return s
	}
	return string([]rune(s)[:characters-1]) + "…"
}

// readRows reads what a page of tickets shows. under is the heading that stands above already.
func readRows(c *ui.Call, tx *store.Tx, cfg *desk.Config, o desk.Output, columns []column, tickets []desk.Ticket, under string) ([]row, error) {
	ids := make([]desk.TicketID, len(tickets))
	for i := range tickets {
		ids[i] = tickets[i].ID
	}
	seen, err := tx.SeenVersions(c.Ctx(), c.User.ID, ids)
	if err != nil {
		return nil, err
	}
	words, err := tx.LatestExcerpts(c.Ctx(), ids, wordsLength)
	if err != nil {
		return nil, err
	}
	n, err := readNames(c, tx, cfg, o, columns, tickets)
	if err != nil {
		return nil, err
	}
	by, grouped := cfg.Column(o.GroupBy)
	none := c.T("views.group.none", columnTitle(c.Ctx(), by))
	out := make([]row, len(tickets))
	for i := range tickets {
		t := &tickets[i]
		r := &out[i]
		*r = row{id: t.ID, version: t.Version, status: t.Status, subject: t.Subject, words: clipLine(words[t.ID], wordsLength),
			strong: seen[t.ID] < t.Version, partners: ui.PartnerShares(cfg, t), clock: ui.ForemostClock(t), waiting: ui.WaitingOf(cfg, t),
			updated: t.UpdatedAt, cells: make([]cell, len(columns))}
		if r.subject == "" {
			r.subject = c.T("views.untitled", t.ID)
		}
		for j := range columns {
			r.cells[j] = cellFor(c.Ctx(), cfg, n, &columns[j], t)
		}
		if grouped && by.Sortable {
			group := groupTitle(c.Ctx(), cfg, n, by, t)
			if group == "" {
				group = none
			}
			if group != under {
				r.group, under = group, group
			}
		}
	}
	return out, nil
}

// readNames reads the names that the columns speak of. Those of the staff are known.
func readNames(c *ui.Call, tx *store.Tx, cfg *desk.Config, o desk.Output, columns []column, tickets []desk.Ticket) (*nameTable, error) {
	shown := map[string]bool{o.GroupBy: true}
	for i := range columns {
		shown[columns[i].ID] = true
	}
	n := &nameTable{organizations: map[desk.OrganizationID]string{}}
	var people []desk.UserID
	var organizations []desk.OrganizationID
	met, housed := map[desk.UserID]bool{}, map[desk.OrganizationID]bool{}
	meet := func(column string, id desk.UserID) {
		if _, staff := cfg.Staff[id]; shown[column] && id != 0 && !staff && !met[id] {
			met[id] = true
			people = append(people, id)
		}
	}
	for i := range tickets {
		t := &tickets[i]
		meet("requester", t.Requester)
		meet("submitter", t.Submitter)
		meet("assignee", t.Assignee)
		if shown["organization"] && t.Organization != 0 && !housed[t.Organization] {
			housed[t.Organization] = true
			organizations = append(organizations, t.Organization)
		}
	}
	var err error
	if n.people, err = tx.UserNames(c.Ctx(), people); err != nil {
		return nil, err
	}
	found, err := tx.OrganizationsByID(c.Ctx(), organizations)
	for i := range found {
		n.organizations[found[i].ID] = found[i].Name
	}
	return n, err
}
