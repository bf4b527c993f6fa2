package ticket

import (
	"net/http"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/search"
	"interdesk/store"
	"interdesk/web/ui"
)

// suggestion is an option as the searching select wants it.
type suggestion struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

const maxSuggestions = 20

// showSuggestions answers what is typed into a property with what it may mean.
func showSuggestions(c *ui.Call) error {
	ask, known := map[string]func(*ui.Call, *store.Tx, string) ([]suggestion, error){
		"tags": suggestTags, "people": suggestPeople, "staff": suggestStaff, "assignees": suggestAssignees,
		"organizations": suggestOrganizations, "problems": suggestProblems, "tickets": suggestTickets,
	}[c.R.PathValue("what")]
	if !known {
		return desk.Missing()
	}
	found := []suggestion{}
	err := c.Read(func(tx *store.Tx) error {
		some, err := ask(c, tx, c.Value("q"))
		found = append(found[:0], some...)
		return err
	})
	if err != nil {
		return err
	}
	return answerJSON(c, http.StatusOK, found)
}

func suggestTags(c *ui.Call, tx *store.Tx, q string) (out []suggestion, err error) {
	tags, err := tx.TagsLike(c.Ctx(), strings.ToLower(q), maxSuggestions)
	for _, tag := range tags {
		out = append(out, suggestion{tag, tag})
	}
	return out, err
}

// suggestPeople offers to add whoever has an address that nobody has.
func suggestPeople(c *ui.Call, tx *store.Tx, q string) ([]suggestion, error) {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return nil, err
	}
	users, err := tx.Users(c.Ctx(), store.UserFilter{Match: q, Local: true}, store.Page{Limit: maxSuggestions})
	if err != nil {
		return nil, err
	}
	out := suggestionsOf(users.Items)
	for n, u := range users.Items {
		if out[n].Text, err = markDesk(c, tx, cfg, u.Email, out[n].Text); err != nil {
			return nil, err
		}
	}
	email, ok := desk.NormalizeEmail(q)
	if _, host, _ := strings.Cut(email, "@"); !ok || !strings.Contains(host, ".") { // half an address, while it is typed
		return out, err
	}
	_, err = tx.UserByAddress(c.Ctx(), email)
	if desk.KindOf(err) == desk.NotFound {
		words, err := markDesk(c, tx, cfg, email, c.T("ticket.person.add", email))
		return append(out, suggestion{newPerson + email, words}), err
	}
	return out, err
}

// markDesk says of a person who may be chosen that a help desk receives their mail.
func markDesk(c *ui.Call, tx *store.Tx, cfg *desk.Config, email, words string) (string, error) {
	if email == "" {
		return words, nil
	}
	d, err := deskBehind(c, tx, cfg, email)
	if err == nil && d.URL != "" {
		words = c.T("ticket.person.desk", words)
	}
	return words, err
}

func suggestStaff(c *ui.Call, tx *store.Tx, q string) ([]suggestion, error) {
	return suggestUsers(c, tx, store.UserFilter{Match: q, Local: true, Roles: []desk.Role{desk.Agent, desk.Admin}})
}

func suggestUsers(c *ui.Call, tx *store.Tx, f store.UserFilter) ([]suggestion, error) {
	users, err := tx.Users(c.Ctx(), f, store.Page{Limit: maxSuggestions})
	return suggestionsOf(users.Items), err
}

func suggestionsOf(users []desk.User) (out []suggestion) {
	for _, u := range users {
		s := suggestion{number(u.ID), u.Name}
		if u.Email != "" {
			s.Text += " <" + u.Email + ">"
		}
		out = append(out, s)
	}
	return out
}

// suggestAssignees looks through the groups and their people, by either's name.
func suggestAssignees(c *ui.Call, tx *store.Tx, q string) (out []suggestion, err error) {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return nil, err
	}
	q = strings.ToLower(q)
	members := membersByGroup(cfg)
	for _, g := range cfg.Groups {
		whole := strings.Contains(strings.ToLower(g.Name), q)
		if whole {
			out = append(out, suggestion{assignmentValue(g.ID, 0), g.Name})
		}
		for _, m := range members[g.ID] {
			if whole || strings.Contains(strings.ToLower(m.Name), q) {
				out = append(out, suggestion{assignmentValue(g.ID, m.ID), g.Name + " / " + m.Name})
			}
		}
	}
	return out[:min(len(out), 2*maxSuggestions)], nil
}

func suggestOrganizations(c *ui.Call, tx *store.Tx, q string) (out []suggestion, err error) {
	found, err := tx.Organizations(c.Ctx(), q, store.Page{Limit: maxSuggestions})
	for _, o := range found.Items {
		out = append(out, suggestion{number(o.ID), o.Name})
	}
	return out, err
}

func suggestProblems(c *ui.Call, tx *store.Tx, q string) ([]suggestion, error) {
	return searchTickets(c, tx, "type:problem ", q)
}

func suggestTickets(c *ui.Call, tx *store.Tx, q string) ([]suggestion, error) {
	return searchTickets(c, tx, "type:ticket ", q)
}

// searchTickets finds tickets by number or by their words.
func searchTickets(c *ui.Call, tx *store.Tx, narrow, q string) (out []suggestion, err error) {
	cfg, err := tx.Config(c.Ctx())
	if err != nil {
		return nil, err
	}
	if id, no := strconv.ParseInt(strings.TrimPrefix(q, "#"), 10, 64); no == nil && id > 0 {
		t, err := tx.Ticket(c.Ctx(), desk.TicketID(id))
		if err == nil && (narrow != "type:problem " || t.Type == desk.Problem) {
			return []suggestion{ticketSuggestion(&t)}, nil
		}
		if err != nil && desk.KindOf(err) != desk.NotFound {
			return nil, err
		}
	}
	query, err := search.Parse(narrow + q)
	if desk.KindOf(err) == desk.Invalid && err != nil {
		return nil, nil // half a query, while it is typed
	}
	if err != nil {
		return nil, err
	}
	query.Typing = true
	found, err := tx.SearchTickets(c.Ctx(), store.SearchQuery{Page: store.Page{Limit: maxSuggestions}, Search: query, Config: cfg, Viewer: c.Actor(cfg), At: c.Clock()})
	for i := range found.Items {
		out = append(out, ticketSuggestion(&found.Items[i]))
	}
	return out, err
}

func ticketSuggestion(t *desk.Ticket) suggestion {
	return suggestion{number(t.ID), "#" + number(t.ID) + " " + t.Subject}
}
