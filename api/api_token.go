package api

import (
	"slices"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
)

func apiTokenRoutes() []route {
	return []route{
		{"GET", "/api_tokens", endUsers, (*call).listTokens},
		{"GET", "/api_tokens/{id}", endUsers, (*call).showToken},
		{"POST", "/api_tokens", endUsers, (*call).createToken},
		{"DELETE", "/api_tokens/{id}", endUsers, (*call).deleteToken},
	}
}

// tokenJSON is an API token. FullToken is there once, in the answer that made it.
type tokenJSON struct {
	URL         string       `json:"url"`
	ID          desk.TokenID `json:"id"`
	UserID      desk.UserID  `json:"user_id"`
	Description string       `json:"description"`
	CreatedAt   string       `json:"created_at"`
	LastUsedAt  *string      `json:"last_used_at"`
	Active      bool         `json:"active"`
	FullToken   string       `json:"full_token,omitempty"`
}

func (c *call) tokenOf(t store.Token) tokenJSON {
	return tokenJSON{URL: c.url("api_tokens", int64(t.ID)), ID: t.ID, UserID: t.User, Description: t.Description,
		CreatedAt: when(t.CreatedAt), LastUsedAt: maybe(t.LastUsedAt), Active: true}
}

// ownTokens are the caller's; admins see everybody's.
func (c *call) ownTokens(tx *store.Tx) ([]store.Token, error) {
	if c.user.Role == desk.Admin {
		return tx.Tokens(c.ctx(), 0)
	}
	return tx.Tokens(c.ctx(), c.user.ID)
}

func (c *call) listTokens() error {
	return listAll(c, "api_tokens", c.ownTokens, func(t store.Token) int64 { return int64(t.ID) }, each(c.tokenOf))
}

func (c *call) reachToken(tx *store.Tx) (store.Token, error) {
	id, err := c.id("id")
	if err != nil {
		return store.Token{}, err
	}
	all, err := c.ownTokens(tx)
	if err != nil {
		return store.Token{}, err
	}
	at := slices.IndexFunc(all, func(t store.Token) bool { return t.ID == desk.TokenID(id) })
	if at < 0 {
		return store.Token{}, desk.Missing()
	}
	return all[at], nil
}

func (c *call) showToken() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		t, err := c.reachToken(tx)
		return one("api_token", c.tokenOf(t)), err
	})
}

// createToken makes a token for the caller, or for the user_id that an admin names.
func (c *call) createToken() error {
	var in struct {
		Description text   `json:"description"`
		UserID      number `json:"user_id"`
	}
	if err := c.record("api_token", &in); err != nil {
		return err
	}
	user := c.user.ID
	if in.UserID.v != 0 {
		user = desk.UserID(in.UserID.v)
	}
	if err := access.Refuse(user == c.user.ID || access.CanAdmin(c.user.Role)); err != nil {
		return err
	}
	plain, t, err := c.Access.NewToken(c.ctx(), c.account, user, in.Description.v)
	if desk.KindOf(err) == desk.NotFound {
		return desk.InvalidField("user_id", "InvalidValue", "User: does not exist")
	}
	if err != nil {
		return err
	}
	shown := c.tokenOf(t)
	shown.FullToken = plain
	return c.created(shown.URL, one("api_token", shown))
}

func (c *call) deleteToken() error {
	var t store.Token
	err := c.read(func(tx *store.Tx) (err error) {
		t, err = c.reachToken(tx)
		return err
	})
	if err != nil {
		return err
	}
	if err := c.Access.RevokeToken(c.ctx(), c.account, t.ID); err != nil {
		return err
	}
	return c.gone()
}
