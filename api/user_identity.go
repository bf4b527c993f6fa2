package api

import (
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

func userIdentityRoutes() []route {
	return []route{
		{"GET", "/users/{id}/identities", endUsers, (*call).listIdentities},
		{"POST", "/users/{id}/identities", endUsers, (*call).createIdentity},
		{"GET", "/users/{id}/identities/{identity}", endUsers, (*call).showIdentity},
		{"PUT", "/users/{id}/identities/{identity}", endUsers, (*call).updateIdentity},
		{"PUT", "/users/{id}/identities/{identity}/make_primary", endUsers, (*call).makeIdentityPrimary},
		{"PUT", "/users/{id}/identities/{identity}/verify", endUsers, (*call).verifyIdentity},
		{"PUT", "/users/{id}/identities/{identity}/request_verification", endUsers, (*call).requestVerification},
		{"DELETE", "/users/{id}/identities/{identity}", endUsers, (*call).deleteIdentity},
	}
}

// identityJSON is a name by which a user is known, most often an address.
type identityJSON struct {
	URL                string                 `json:"url"`
	ID                 desk.IdentityID        `json:"id"`
	UserID             desk.UserID            `json:"user_id"`
	Type               desk.IdentityKind      `json:"type"`
	Value              string                 `json:"value"`
	Verified           bool                   `json:"verified"`
	Primary            bool                   `json:"primary"`
	CreatedAt          string                 `json:"created_at"`
	UpdatedAt          string                 `json:"updated_at"`
	VerifiedAt         *string                `json:"verified_at"`
	VerificationMethod string                 `json:"verification_method"`
	UndeliverableCount int                    `json:"undeliverable_count"`
	DeliverableState   *desk.DeliverableState `json:"deliverable_state"`
}

func (c *call) identityOf(i desk.Identity) identityJSON {
	out := identityJSON{
		URL: c.url("users", int64(i.User), "identities", int64(i.ID)), ID: i.ID, UserID: i.User, Type: i.Kind, Value: i.Value,
		Verified: i.Verified, Primary: i.Primary, CreatedAt: formatTime(i.CreatedAt), UpdatedAt: formatTime(i.UpdatedAt),
		VerifiedAt: nullTime(i.VerifiedAt), VerificationMethod: "none", UndeliverableCount: i.Undelivered,
	}
	if i.Verified {
		out.VerificationMethod = "full"
	}
	if i.Kind == desk.IdentityEmail {
		out.DeliverableState = &i.State
	}
	return out
}

func (c *call) identitiesOf(all []desk.Identity) []identityJSON {
	out := make([]identityJSON, len(all))
	for n, i := range all {
		out[n] = c.identityOf(i)
	}
	return out
}

func (c *call) listIdentities() error {
	load := func(tx *store.Tx) ([]desk.Identity, error) {
		u, err := c.reachUser(tx)
		if err != nil {
			return nil, err
		}
		return tx.Identities(c.ctx(), u.ID)
	}
	return answerWholeList(c, "identities", load, func(i desk.Identity) int64 { return int64(i.ID) }, showEach(c.identityOf))
}

func (c *call) showIdentity() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachUser(tx)
		if err != nil {
			return nil, err
		}
		id, err := c.pathID("identity")
		if err != nil {
			return nil, err
		}
		i, err := tx.Identity(c.ctx(), u.ID, desk.IdentityID(id))
		return objectOf("identity", c.identityOf(i)), err
	})
}

// identityInput is what clients may say of a name.
type identityInput struct {
	Type       textInput `json:"type"`
	Value      textInput `json:"value"`
	Verified   flagInput `json:"verified"`
	Primary    flagInput `json:"primary"`
	SkipVerify flagInput `json:"skip_verify_email"`
	State      textInput `json:"deliverable_state"`
}

func (in *identityInput) identity(user desk.UserID) desk.Identity {
	i := desk.Identity{User: user, Kind: desk.IdentityKind(in.Type.v), Value: in.Value.v, Verified: in.Verified.v || in.SkipVerify.v,
		Primary: in.Primary.v, State: desk.DeliverableState(in.State.v)}
	if i.Kind == "" {
		i.Kind = desk.IdentityEmail
	}
	return i
}

func (c *call) createIdentity() error {
	var in identityInput
	if err := c.parseRecord("identity", &in); err != nil {
		return err
	}
	user, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeCreated(func(_ *store.Tx, actor *admin.Actor) (string, object, error) {
		i := in.identity(desk.UserID(user))
		err := actor.AddIdentity(c.ctx(), &i)
		return c.url("users", user, "identities", int64(i.ID)), objectOf("identity", c.identityOf(i)), err
	})
}

// identityPath reads whose name the path means, and which.
func (c *call) identityPath() (desk.UserID, desk.IdentityID, error) {
	user, err := c.pathID("id")
	if err != nil {
		return 0, 0, err
	}
	id, err := c.pathID("identity")
	return desk.UserID(user), desk.IdentityID(id), err
}

func (c *call) changeIdentity(change func(*desk.Identity)) error {
	user, id, err := c.identityPath()
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		i, err := actor.ChangeIdentity(c.ctx(), user, id, change)
		return objectOf("identity", c.identityOf(i)), err
	})
}

// updateIdentity changes the value, or that it is verified. An address is made primary by a call of its own.
func (c *call) updateIdentity() error {
	var in identityInput
	if err := c.parseRecord("identity", &in); err != nil {
		return err
	}
	return c.changeIdentity(func(i *desk.Identity) {
		setText(&i.Value, in.Value)
		i.Verified = in.Verified.or(i.Verified) || in.SkipVerify.v
		if in.State.v != "" {
			i.State = desk.DeliverableState(in.State.v)
		}
	})
}

func (c *call) verifyIdentity() error {
	return c.changeIdentity(func(i *desk.Identity) { i.Verified = true })
}

// requestVerification mails a link by which the user proves an address.
func (c *call) requestVerification() error {
	user, id, err := c.identityPath()
	if err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		u, i, err := actor.IdentityToProve(c.ctx(), user, id)
		if err != nil {
			return nil, err
		}
		return object{}, c.Notices.Verify(c.ctx(), tx, u, i)
	})
}

// makeIdentityPrimary answers with all names of the user.
func (c *call) makeIdentityPrimary() error {
	user, id, err := c.identityPath()
	if err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		if err := actor.MakePrimary(c.ctx(), user, id); err != nil {
			return nil, err
		}
		all, err := tx.Identities(c.ctx(), user)
		if err != nil {
			return nil, err
		}
		return wholeList(c, tx, "identities", all, showEach(c.identityOf))
	})
}

func (c *call) deleteIdentity() error {
	user, id, err := c.identityPath()
	if err != nil {
		return err
	}
	return c.changeNoContent(func(actor *admin.Actor) error { return actor.DeleteIdentity(c.ctx(), user, id) })
}
