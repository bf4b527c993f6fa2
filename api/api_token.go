package api

import (
	"interdesk/admin"
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
		CreatedAt: formatTime(t.CreatedAt), LastUsedAt: nullTime(t.LastUsedAt), Active: true}
}

func (c *call) listTokens() error {
	return answerWholeList(c, "api_tokens", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]store.Token, error) {
		return actor.Tokens(c.ctx())
	}), func(t store.Token) int64 { return int64(t.ID) }, showEach(c.tokenOf))
}

func (c *call) showToken() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		t, err := actor.Token(c.ctx(), desk.TokenID(id))
		return objectOf("api_token", c.tokenOf(t)), err
	}))
}

// createToken makes a token for the caller, or for the user_id that an admin names.
func (c *call) createToken() error {
	var in struct {
		Description textInput   `json:"description"`
		UserID      numberInput `json:"user_id"`
	}
	if err := c.parseRecord("api_token", &in); err != nil {
		return err
	}
	user := c.user.ID
	if in.UserID.v != 0 {
		user = desk.UserID(in.UserID.v)
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		plain, t, err := actor.CreateToken(c.ctx(), user, in.Description.v)
		shown := c.tokenOf(t)
		shown.FullToken = plain
		return shown.URL, objectOf("api_token", shown), err
	})
}

func (c *call) deleteToken() error {
	return c.deleteOne(func(actor *admin.Actor, id int64) error { return actor.DeleteToken(c.ctx(), desk.TokenID(id)) })
}
