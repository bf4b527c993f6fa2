package api

import (
	"errors"
	"net/http"
	"slices"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

func (c *call) createUser() error {
	var in userInput
	if err := c.parseRecord("user", &in); err != nil {
		return err
	}
	password, err := c.Admin.Password(c.ctx(), c.user, in.Password.v)
	if err != nil {
		return err
	}
	return c.changeCreated(func(tx *store.Tx, actor *admin.Actor) (string, object, error) {
		u, err := c.insertUser(tx, actor, &in, password)
		return c.url("users", int64(u.ID)), objectOf("user", c.userOf(&u)), err
	})
}

func (c *call) insertUser(tx *store.Tx, actor *admin.Actor, in *userInput, password admin.Password) (u desk.User, err error) {
	if err := c.userEdit(tx, in)(&u); err != nil {
		return u, err
	}
	if err := actor.CreateUser(c.ctx(), &u, password); err != nil {
		return u, err
	}
	return c.withAddresses(tx, actor, in, u)
}

// editUser changes a user and gives them the addresses that are said of them beside the one they have.
func (c *call) editUser(tx *store.Tx, actor *admin.Actor, in *userInput, id desk.UserID, password admin.Password) (desk.User, error) {
	u, err := actor.ChangeUser(c.ctx(), id, password, c.userEdit(tx, in))
	if err != nil {
		return u, err
	}
	return c.withAddresses(tx, actor, in, u)
}

// withAddresses gives a user the names that are said of them and that they do not have yet. One may be the primary address, or
// prove who they are, so that the user is read anew.
func (c *call) withAddresses(tx *store.Tx, actor *admin.Actor, in *userInput, u desk.User) (desk.User, error) {
	more := in.addresses(&u)
	if len(more) == 0 || !c.isStaff() {
		return u, nil
	}
	has, err := tx.Identities(c.ctx(), u.ID)
	if err != nil {
		return u, err
	}
	for _, one := range more {
		i := one.identity(u.ID)
		if err := i.Check().Err(); err != nil {
			return u, err
		}
		same := func(known desk.Identity) bool { return known.Kind == i.Kind && known.Value == i.Value }
		if slices.ContainsFunc(has, same) {
			continue
		}
		if err := actor.AddIdentity(c.ctx(), &i); err != nil {
			return u, err
		}
		has = append(has, i)
	}
	return tx.User(c.ctx(), u.ID)
}

// createOrUpdateUser knows a user again by external id or address.
func (c *call) createOrUpdateUser() error {
	var in userInput
	if err := c.parseRecord("user", &in); err != nil {
		return err
	}
	password, err := c.Admin.Password(c.ctx(), c.user, in.Password.v)
	if err != nil {
		return err
	}
	var u desk.User
	var made bool
	err = c.change(func(tx *store.Tx, actor *admin.Actor) (err error) {
		u, made, err = c.putUser(tx, actor, &in, password)
		return err
	})
	if err != nil {
		return err
	}
	if made {
		return c.created(c.url("users", int64(u.ID)), objectOf("user", c.userOf(&u)))
	}
	return c.ok(objectOf("user", c.userOf(&u)))
}

func (c *call) putUser(tx *store.Tx, actor *admin.Actor, in *userInput, password admin.Password) (u desk.User, made bool, err error) {
	known, err := c.sameUser(tx, in)
	if desk.KindOf(err) == desk.NotFound {
		u, err = c.insertUser(tx, actor, in, password)
		return u, true, err
	}
	if err != nil {
		return u, false, err
	}
	u, err = c.editUser(tx, actor, in, known.ID, password)
	return u, false, err
}

func (c *call) sameUser(tx *store.Tx, in *userInput) (desk.User, error) {
	if in.ExternalID.v != "" {
		u, err := tx.UserByExternalID(c.ctx(), in.ExternalID.v)
		if desk.KindOf(err) != desk.NotFound || err == nil {
			return u, err
		}
	}
	if in.Email.v != "" {
		return tx.UserByAddress(c.ctx(), in.Email.v)
	}
	return desk.User{}, desk.Missing()
}

func (c *call) updateUser() error {
	var in userInput
	if err := c.parseRecord("user", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	password, err := c.Admin.Password(c.ctx(), c.user, in.Password.v)
	if err != nil {
		return err
	}
	return c.changeOK(func(tx *store.Tx, actor *admin.Actor) (object, error) {
		u, err := c.editUser(tx, actor, &in, desk.UserID(id), password)
		return objectOf("user", c.userObject(&u)), err
	})
}

// deleteUser answers with the user, no longer active.
func (c *call) deleteUser() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		u, err := actor.DeleteUser(c.ctx(), desk.UserID(id))
		return objectOf("user", c.userOf(&u)), err
	})
}

// mergeUser merges the user of the path into the one of the body, who stays.
func (c *call) mergeUser() error {
	var in struct {
		ID numberInput `json:"id"`
	}
	if err := c.parseRecord("user", &in); err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeOK(func(_ *store.Tx, actor *admin.Actor) (object, error) {
		u, err := actor.MergeUser(c.ctx(), desk.UserID(id), desk.UserID(in.ID.v))
		return objectOf("user", c.userOf(&u)), err
	})
}

// setPassword is an admin's way, without the old password.
func (c *call) setPassword() error {
	plain, _, err := c.newPassword()
	if err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	password, err := c.Admin.Password(c.ctx(), c.user, plain)
	if err != nil {
		return err
	}
	return c.changeEmpty(func(actor *admin.Actor) error { return actor.SetPassword(c.ctx(), desk.UserID(id), password) })
}

// changePassword is everybody's own way. The old password is checked as a sign-in is, with its brake on guessing.
func (c *call) changePassword() error {
	password, previous, err := c.newPassword()
	if err != nil {
		return err
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	if desk.UserID(id) != c.user.ID {
		return access.ForbidUnless(false)
	}
	proof := c.r.Clone(c.ctx())
	proof.Header.Del("X-On-Behalf-Of")
	proof.SetBasicAuth(c.user.Email, previous)
	known, err := c.Access.Authenticate(c.ctx(), c.account, proof, httpkit.About(c.r).Client)
	var e *desk.Error
	if errors.As(err, &e) && e.Kind == desk.Unauthenticated || err == nil && known.User.ID != c.user.ID {
		return desk.InvalidField("previous_password", "InvalidValue", "Previous password: is not right")
	}
	if err != nil {
		return err
	}
	if err := c.Access.SetPassword(c.ctx(), c.account, c.user.ID, password); err != nil {
		return err
	}
	return c.answer(http.StatusOK, object{})
}

func (c *call) newPassword() (password, previous string, err error) {
	var in struct {
		Password textInput `json:"password"`
		Previous textInput `json:"previous_password"`
	}
	if err := c.parseBody(&in); err != nil {
		return "", "", err
	}
	if in.Password.v == "" {
		return "", "", blankError("password")
	}
	return in.Password.v, in.Previous.v, nil
}
