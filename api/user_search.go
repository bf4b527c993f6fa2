package api

import (
	"strings"
	"unicode/utf8"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/search"
	"interdesk/store"
)

// maxExternalIDs is how many external ids show_many takes.
const maxExternalIDs = 100

func (c *call) usersByExternalID(tx *store.Tx, listed string) ([]desk.User, error) {
	ids := strings.Split(listed, ",")
	if len(ids) > maxExternalIDs {
		return nil, httpkit.TooMany("Parameter  cannot specify more than 100 values", maxExternalIDs)
	}
	var out []desk.User
	for _, id := range ids {
		found, err := listOfFound(tx.UserByExternalID(c.ctx(), strings.TrimSpace(id)))
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// searchUsers takes a query in the search language, or an external id; role narrows either.
func (c *call) searchUsers() error {
	asked, err := search.Parse(c.query.Get("query"))
	if err != nil {
		return err
	}
	asked.Type = search.User
	ask := func(key, value string) {
		asked.Terms = append(asked.Terms, search.Term{Key: key, Op: ":", Value: value})
	}
	if external := c.query.Get("external_id"); external != "" {
		ask("external_id", external)
	}
	for _, name := range [...]string{"role", "role[]"} {
		for _, role := range c.query[name] {
			ask("role", role)
		}
	}
	if len(asked.Terms) == 0 {
		return c.usersOf(store.UserFilter{})
	}
	query := func(tx *store.Tx, p store.Page) (store.SearchQuery, error) {
		cfg, err := tx.Config(c.ctx())
		return store.SearchQuery{Page: p, Search: asked, Config: cfg, Viewer: c.actor(cfg), At: c.Clock()}, err
	}
	return answerList(c, listSpec[desk.User]{
		key: "users",
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.User], error) {
			q, err := query(tx, p)
			if err != nil {
				return store.Listed[desk.User]{}, err
			}
			return tx.SearchUsers(c.ctx(), q)
		},
		count: func(tx *store.Tx) (int, error) {
			q, err := query(tx, store.Page{})
			if err != nil {
				return 0, err
			}
			n, err := tx.CountSearchedUsers(c.ctx(), q)
			return n.N, err
		},
		show: c.showUsers,
	})
}

// autocompleteUsers finds our own people by how a word of their name, or their address, begins.
func (c *call) autocompleteUsers() error {
	name, err := c.nameTyped("name")
	if err != nil {
		return err
	}
	return c.usersOf(store.UserFilter{Match: name, Local: true})
}

// nameTyped is what is being typed of a name: a parameter of the query or, in a POST, a member of the body.
func (c *call) nameTyped(key string) (string, error) {
	name := c.query.Get(key)
	if name == "" && c.r.Method == "POST" && c.r.ContentLength != 0 {
		var in struct {
			Name textInput `json:"name"`
			Text textInput `json:"text"`
		}
		if err := c.parseBody(&in); err != nil {
			return "", err
		}
		name = map[string]string{"name": in.Name.v, "text": in.Text.v}[key]
	}
	return name, checkSearchName(key, &name)
}

// checkSearchName checks the beginning of a name, by which autocompletion finds: long enough to mean something, and not longer than
// any name, since engines bound their patterns.
func checkSearchName(key string, name *string) error {
	*name = strings.TrimSpace(*name)
	if n := utf8.RuneCountInString(*name); n < 2 || n > 255 {
		return httpkit.BadRequest("InvalidValue", "Parameter "+key+" must have from 2 to 255 characters")
	}
	return nil
}
