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
	"interdesk/store"
	"interdesk/web/listing"
	"interdesk/web/ui"
)

// choice is something that the command bar offers: a place to go to, or, with Do, something that the script carries out.
type choice struct {
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

// command answers what is typed into the command bar, the best first. Nothing typed gives the tickets that the browser
// says were opened last, and where one often goes.
func command(c *ui.Call) error {
	bar := &commandBar{Call: c, typed: c.Value("q")}
	if bar.typed != "" {
		if err := c.Store.IndexComments(c.Ctx()); err != nil {
			return err
		}
	}
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
	offers []choice
}

func (b *commandBar) read(tx *store.Tx) (err error) {
	b.offers = []choice{}
	if b.cfg, err = tx.Config(b.Ctx()); err != nil {
		return err
	}
	if b.typed == "" {
		return b.nothingTyped(tx)
	}
	if err := b.number(tx); err != nil {
		return err
	}
	first := len(b.offers)
	b.places()
	for _, add := range []func(*store.Tx) error{b.views, b.people, b.organizations} {
		if err := add(tx); err != nil {
			return err
		}
	}
	named := b.offers[first:]
	slices.SortStableFunc(named, func(x, y choice) int { return cmp.Compare(y.fit, x.fit) })
	if err := b.tickets(tx); err != nil {
		return err
	}
	b.offers = append(b.offers, choice{Label: b.T("command.search", clip(b.typed, 60)), Icon: "search",
		URL: "/agent/search?" + url.Values{"q": {b.typed}}.Encode()})
	return nil
}

func (b *commandBar) nothingTyped(tx *store.Tx) error {
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
				b.offers = append(b.offers, b.ticket(&found[i]))
			}
		}
	}
	b.places()
	return b.views(tx)
}

// offer adds a choice whose name fits what was typed.
func (b *commandBar) offer(o choice) {
	o.fit = fit(b.typed, o.Label)
	if b.typed == "" || o.fit > 0 {
		b.offers = append(b.offers, o)
	}
}

func (b *commandBar) ticket(t *desk.Ticket) choice {
	word := b.T("status." + string(t.Status))
	return choice{Label: listing.Title(b.Call, t), Hint: "#" + strconv.FormatInt(int64(t.ID), 10), URL: fmt.Sprintf("/agent/tickets/%d", t.ID), Status: t.Status,
		Letter: strings.ToUpper(word[:1])}
}

// number goes to the ticket whose number was typed.
func (b *commandBar) number(tx *store.Tx) error {
	id := numberIn(b.typed)
	if id == 0 {
		return nil
	}
	found, err := tx.Tickets(b.Ctx(), []desk.TicketID{id})
	if err == nil && len(found) > 0 {
		b.offers = append(b.offers, b.ticket(&found[0]))
	}
	return err
}

// places offers the pages of the navigation, and what every page can do.
func (b *commandBar) places() {
	b.offer(choice{Label: b.T("nav.new"), Icon: "plus", URL: "/agent/tickets/new"})
	for _, p := range ui.Places(b.User) {
		o := choice{Label: b.T(p.Label), Icon: p.Icon, URL: p.Path}
		if strings.HasPrefix(p.Path, "/admin/") {
			if b.typed == "" {
				continue
			}
			o.Hint = b.T("admin.title")
		}
		b.offer(o)
	}
	if b.typed == "" {
		return
	}
	b.offer(choice{Label: b.T("organizations.title"), Icon: "building", URL: "/agent/organizations"})
	b.offer(choice{Label: b.T("customers.new"), Icon: "user-plus", URL: "/agent/users/new"})
	b.offer(choice{Label: b.T("nav.profile"), Icon: "user", URL: "/profile"})
	b.offer(choice{Label: b.T("nav.theme"), Icon: "moon", Do: "theme"})
	b.offer(choice{Label: b.T("nav.help"), Icon: "help", Do: "keys"})
	b.offer(choice{Label: b.T("nav.signout"), Icon: "logout", Do: "signout"})
}

func (b *commandBar) views(tx *store.Tx) error {
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
		b.offer(choice{Label: views[i].Title, Hint: b.T("command.view"), Icon: "layout-list", URL: fmt.Sprintf("/agent/views/%d", views[i].ID)})
	}
	return err
}

func (b *commandBar) people(tx *store.Tx) error {
	found, err := tx.UsersByName(b.Ctx(), store.UserFilter{Match: b.typed}, store.Page{Limit: fewPeople})
	for i := range found.Items {
		u := &found.Items[i]
		o := choice{Label: u.Name, Hint: u.Email, Icon: "user", URL: fmt.Sprintf("/agent/users/%d", u.ID)}
		if u.Foreign != 0 {
			o.Hint = listing.PartnerName(b.Call, b.cfg, u)
		}
		o.fit = max(fit(b.typed, u.Name), fit(b.typed, u.Email), 1)
		b.offers = append(b.offers, o)
	}
	return err
}

func (b *commandBar) organizations(tx *store.Tx) error {
	found, err := tx.OrganizationsByName(b.Ctx(), b.typed, store.Page{Limit: fewOthers})
	for i := range found.Items {
		o := &found.Items[i]
		b.offer(choice{Label: o.Name, Hint: b.T("command.organization"), Icon: "building", URL: fmt.Sprintf("/agent/organizations/%d", o.ID)})
	}
	return err
}

// tickets finds tickets by words, the last of which may still be on its way.
func (b *commandBar) tickets(tx *store.Tx) error {
	words := strings.FieldsFunc(b.typed, notInWord)
	if len(words) == 0 || len(words) > 8 || numberIn(b.typed) != 0 || len([]rune(words[len(words)-1])) < 2 && len(words) == 1 {
		return nil
	}
	asked := store.Search{Type: ticketKind}
	for i, w := range words {
		if i == len(words)-1 {
			w += "*"
		}
		asked.Terms = append(asked.Terms, store.SearchTerm{Value: w})
	}
	found, err := tx.SearchTickets(b.Ctx(), store.SearchQuery{Search: asked, Config: b.cfg, Viewer: b.Actor(b.cfg), At: b.Clock(), Page: store.Page{Limit: fewTickets}})
	for i := range found.Items {
		b.offers = append(b.offers, b.ticket(&found.Items[i]))
	}
	return err
}
