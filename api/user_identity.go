package api

import (
	"interdesk/desk"
	"interdesk/store"
)

// identityJSON is an address by which a user is known. Each of our users has one at most, under the user's own id.
type identityJSON struct {
	URL                string      `json:"url"`
	ID                 desk.UserID `json:"id"`
	UserID             desk.UserID `json:"user_id"`
	Type               string      `json:"type"`
	Value              string      `json:"value"`
	Verified           bool        `json:"verified"`
	Primary            bool        `json:"primary"`
	CreatedAt          string      `json:"created_at"`
	UpdatedAt          string      `json:"updated_at"`
	UndeliverableCount int         `json:"undeliverable_count"`
	DeliverableState   string      `json:"deliverable_state"`
}

func (c *call) identitiesOf(u *desk.User) []identityJSON {
	if u.Email == "" {
		return []identityJSON{}
	}
	return []identityJSON{{
		URL: c.url("users", int64(u.ID), "identities", int64(u.ID)), ID: u.ID, UserID: u.ID, Type: "email", Value: u.Email,
		Verified: u.Verified, Primary: true, CreatedAt: formatTime(u.CreatedAt), UpdatedAt: formatTime(u.UpdatedAt),
		DeliverableState: "deliverable",
	}}
}

func (c *call) listIdentities() error {
	load := func(tx *store.Tx) ([]identityJSON, error) {
		u, err := c.reachUser(tx)
		return c.identitiesOf(&u), err
	}
	same := func(i identityJSON) identityJSON { return i }
	return answerWholeList(c, "identities", load, func(i identityJSON) int64 { return int64(i.ID) }, showEach(same))
}

func (c *call) showIdentity() error {
	id, err := c.pathID("identity")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachUser(tx)
		if err != nil {
			return nil, err
		}
		if u.Email == "" || u.ID != desk.UserID(id) {
			return nil, desk.Missing()
		}
		return objectOf("identity", c.identitiesOf(&u)[0]), nil
	})
}
