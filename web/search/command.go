package search

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/search"
	"interdesk/store"
	"interdesk/web/listing"
	"interdesk/web/ui"
)

// commandChoice is something that the command bar offers: a place to go to, or, with Do, something that the script carries out.
type commandChoice struct {
	Label  string      `json:"label"`
	Hint   string      `json:"hint,omitempty"`
	URL    string      `json:"url,omitempty"`
	Do     string      `json:"do,omitempty"`
	Icon   string      `json:"icon,omitempty"`
	Status desk.Status `json:"status,omitempty"`
	Letter string      `json:"letter,omitempty"` // of the status
	fit    int
}

// How much of each sort the bar offers.
const (
	fewTickets = 6
	fewPeople  = 5
	fewOthers  = 4
	fewPlaces  = 8
)

// showCommands answers what is typed into the command bar, the best first. Nothing typed gives the tickets that the browser
// says were opened last, and where one often goes.
func showCommands(c *ui.Call) error {
	bar := &commandBar{Call: c, typed: c.Value("q")}
	if err := c.Read(bar.read); err != nil {
		return err
	}
	return c.JSON(bar.offers)
}

// commandBar gathers what is offered.
type commandBar struct {
	*ui.Call
	typed  string
	cfg    *desk.Config
	offers []commandChoice
}

func (b *commandBar) read(tx *store.Tx) (err error) {
	b.offers = []commandChoice{}
	if b.cfg, err = tx.Config(b.Ctx()); err != nil {
		return err
	}
	if b.typed == "" {
		return b.addUsual(tx)
	}
	if err := b.addNumber(tx); err != nil {
		return err
	}
	first := len(b.offers)
	b.addPlaces()
	for _, add := range []func(*store.Tx) error{b.addViews, b.addPeople, b.addOrganizations} {
		if err := add(tx); err != nil {
			return err
		}
	}
	named := b.offers[first:]
	slices.SortStableFunc(named, func(x, y commandChoice) int { return cmp.Compare(y.fit, x.fit) })
	if err := b.addTickets(tx); err != nil {
		return err
	}
	b.offers = append(b.offers, commandChoice{Label: b.T("command.search", clipText(b.typed, 60)), Icon: "search",
		URL: "/agent/search?" + url.Values{"q": {b.typed}}.Encode()})
	return nil
}

func (b *commandBar) addUsual(tx *store.Tx) error {
	var ids []desk.TicketID
	for text := range strings.SplitSeq(b.Value("recent"), ",") {
		if id := numberIn(text); id != 0 && len(ids) < fewTickets {
			ids = append(ids, id)
		}
	}
	found, err := tx.Tickets(b.Ctx(), ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		for i := range found {
			if found[i].ID == id {
				b.offers = append(b.offers, offeredTicket(b.Call, &found[i]))
			}
		}
	}
	b.addPlaces()
	return b.addViews(tx)
}

// addFitting adds a choice whose name fits what was typed.
func (b *commandBar) addFitting(o commandChoice) {
	o.fit = fitScore(b.typed, o.Label)
	if b.typed == "" || o.fit > 0 {
		b.offers = append(b.offers, o)
	}
}

func offeredTicket(c *ui.Call, t *desk.Ticket) commandChoice {
	word := c.T("status." + string(t.Status))
	return commandChoice{Label: listing.Title(c, t), Hint: "#" + strconv.FormatInt(int64(t.ID), 10), URL: fmt.Sprintf("/agent/tickets/%d", t.ID), Status: t.Status,
		Letter: strings.ToUpper(word[:1])}
}

// addNumber goes to the ticket whose number was typed.
func (b *commandBar) addNumber(tx *store.Tx) error {
	id := numberIn(b.typed)
	if id == 0 {
		return nil
	}
	found, err := tx.Tickets(b.Ctx(), []desk.TicketID{id})
	if err == nil && len(found) > 0 {
		b.offers = append(b.offers, offeredTicket(b.Call, &found[0]))
	}
	return err
}

// addPlaces offers the pages of the navigation, and what every page can do.
func (b *commandBar) addPlaces() {
	b.addFitting(commandChoice{Label: b.T("nav.new"), Icon: "plus", URL: "/agent/tickets/new"})
	for _, p := range ui.Places(b.User) {
		o := commandChoice{Label: b.T(p.Label), Icon: p.Icon, URL: p.Path}
		if strings.HasPrefix(p.Path, "/admin/") {
			if b.typed == "" {
				continue
			}
			o.Hint = b.T("admin.title")
		}
		b.addFitting(o)
	}
	if b.typed == "" {
		return
	}
	b.addFitting(commandChoice{Label: b.T("organizations.title"), Icon: "building", URL: "/agent/organizations"})
	b.addFitting(commandChoice{Label: b.T("customers.new"), Icon: "user-plus", URL: "/agent/users/new"})
	b.addFitting(commandChoice{Label: b.T("trash.title"), Icon: "trash", URL: ui.TrashPath})
	b.addFitting(commandChoice{Label: b.T("nav.profile"), Icon: "user", URL: "/profile"})
	b.addFitting(commandChoice{Label: b.T("nav.theme"), Icon: "moon", Do: "theme"})
	b.addFitting(commandChoice{Label: b.T("nav.help"), Icon: "help", Do: "keys"})
	b.addFitting(commandChoice{Label: b.T("nav.signout"), Icon: "logout", Do: "signout"})
}

func (b *commandBar) addViews(tx *store.Tx) error {
	actor, err := b.Admin.As(b.Ctx(), tx, b.User)
	if err != nil {
		return err
	}
	active := true
	views, err := actor.Views(b.Ctx(), admin.Filter{RuleFilter: store.RuleFilter{Active: &active}, Viewable: true})
	if b.typed == "" {
		views = views[:min(len(views), fewPlaces)]
	}
	for i := range views {
		b.addFitting(commandChoice{Label: views[i].Title, Hint: b.T("command.view"), Icon: "layout-list", URL: fmt.Sprintf("/agent/views/%d", views[i].ID)})
	}
	return err
}

func (b *commandBar) addPeople(tx *store.Tx) error {
	found, err := tx.UsersByName(b.Ctx(), store.UserFilter{Match: b.typed}, store.Page{Limit: fewPeople})
	for i := range found.Items {
		u := &found.Items[i]
		o := commandChoice{Label: u.Name, Hint: u.Email, Icon: "user", URL: fmt.Sprintf("/agent/users/%d", u.ID)}
		if u.Foreign != 0 {
			o.Hint = listing.PartnerName(b.Call, b.cfg, u)
		}
		o.fit = max(fitScore(b.typed, u.Name), fitScore(b.typed, u.Email), 1)
		b.offers = append(b.offers, o)
	}
	return err
}

func (b *commandBar) addOrganizations(tx *store.Tx) error {
	found, err := tx.OrganizationsByName(b.Ctx(), b.typed, store.Page{Limit: fewOthers})
	for i := range found.Items {
		o := &found.Items[i]
		b.addFitting(commandChoice{Label: o.Name, Hint: b.T("command.organization"), Icon: "building", URL: fmt.Sprintf("/agent/organizations/%d", o.ID)})
	}
	return err
}

// addTickets finds tickets by words, the last of which may still be on its way.
func (b *commandBar) addTickets(tx *store.Tx) error {
	if numberIn(b.typed) != 0 || len([]rune(b.typed)) < 2 {
		return nil
	}
	found, err := ticketsTyped(b.Call, tx, b.cfg, b.typed)
	for i := range found {
		b.offers = append(b.offers, offeredTicket(b.Call, &found[i]))
	}
	return err
}

// ticketsTyped finds tickets by a query that is being typed; as long as it makes no sense, none.
func ticketsTyped(c *ui.Call, tx *store.Tx, cfg *desk.Config, typed string) ([]desk.Ticket, error) {
	asked, err := search.Parse(typed)
	if err != nil || len(asked.Terms) == 0 || !canFind(&asked, ticketKind) {
		return nil, nil //nolint:nilerr // it is not finished
	}
	asked.Type, asked.Typing = ticketKind, true
	found, err := tx.SearchTickets(c.Ctx(), store.SearchQuery{Search: asked, Config: cfg, Viewer: c.Actor(cfg), At: c.Clock(), Page: store.Page{Limit: fewTickets}})
	if desk.KindOf(err) == desk.Invalid {
		err = nil
	}
	return found.Items, err
}
