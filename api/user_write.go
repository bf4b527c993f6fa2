package api

import (
	"errors"
	"net/http"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

func (c *call) createUser() error {
	var in userInput
	if err := c.record("user", &in); err != nil {
		return err
	}
	hash, err := c.passwordHash(in.Password)
	if err != nil {
		return err
	}
	return c.writeNew(func(tx *store.Tx) (string, object, error) {
		u, err := c.insertUser(tx, &in, hash)
		return c.url("users", int64(u.ID)), one("user", c.userOf(&u)), err
	})
}

// passwordHash takes its time before the transaction begins. No password, no hash.
func (c *call) passwordHash(in text) (string, error) {
	if in.v == "" {
		return "", nil
	}
	if c.user.Role != desk.Admin {
		return "", access.Refuse(false)
	}
	return c.Access.Hash(c.ctx(), in.v)
}

func (c *call) insertUser(tx *store.Tx, in *userInput, hash string) (desk.User, error) {
	u := desk.User{Role: desk.EndUser}
	if err := c.changeUser(tx, in, &u); err != nil {
		return u, err
	}
	if err := tx.InsertUser(c.ctx(), &u); err != nil || hash == "" {
		return u, err
	}
	return u, tx.SetPasswordHash(c.ctx(), u.ID, hash)
}

// createOrUpdateUser knows a user again by external id or address.
func (c *call) createOrUpdateUser() error {
	var in userInput
	if err := c.record("user", &in); err != nil {
		return err
	}
	hash, err := c.passwordHash(in.Password)
	if err != nil {
		return err
	}
	var u desk.User
	var made bool
	err = c.write(func(tx *store.Tx) (err error) {
		u, made, err = c.putUser(tx, &in, hash)
		return err
	})
	if err != nil {
		return err
	}
	c.Access.Forget(c.account)
	if made {
		return c.created(c.url("users", int64(u.ID)), one("user", c.userOf(&u)))
	}
	return c.ok(one("user", c.userOf(&u)))
}

func (c *call) putUser(tx *store.Tx, in *userInput, hash string) (u desk.User, made bool, err error) {
	known, err := c.sameUser(tx, in)
	if desk.KindOf(err) == desk.NotFound {
		u, err = c.insertUser(tx, in, hash)
		return u, true, err
	}
	if err != nil {
		return u, false, err
	}
	u, err = c.storeUser(tx, in, known, hash)
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
		return tx.UserByEmail(c.ctx(), in.Email.v)
	}
	return desk.User{}, desk.Missing()
}

func (c *call) storeUser(tx *store.Tx, in *userInput, u desk.User, hash string) (desk.User, error) {
	if !u.Active {
		return u, desk.Missing()
	}
	if err := access.Refuse(access.CanManageUser(c.viewer(), u)); err != nil {
		return u, err
	}
	if err := c.changeUser(tx, in, &u); err != nil {
		return u, err
	}
	if err := tx.UpdateUser(c.ctx(), &u); err != nil || hash == "" {
		return u, err
	}
	return u, tx.SetPasswordHash(c.ctx(), u.ID, hash)
}

func (c *call) updateUser() error {
	var in userInput
	if err := c.record("user", &in); err != nil {
		return err
	}
	hash, err := c.passwordHash(in.Password)
	if err != nil {
		return err
	}
	var u desk.User
	err = c.write(func(tx *store.Tx) (err error) {
		if u, err = c.reachUser(tx); err != nil {
			return err
		}
		u, err = c.storeUser(tx, &in, u, hash)
		return err
	})
	if err != nil {
		return err
	}
	c.Access.Forget(c.account)
	return c.ok(one("user", c.shown(&u)))
}

// deleteUser answers with the user, no longer active.
func (c *call) deleteUser() error {
	var u desk.User
	err := c.write(func(tx *store.Tx) (err error) {
		if u, err = c.reachUser(tx); err != nil {
			return err
		}
		u, err = c.removeUser(tx, u)
		return err
	})
	if err != nil {
		return err
	}
	c.Access.Forget(c.account)
	return c.ok(one("user", c.userOf(&u)))
}

func (c *call) removeUser(tx *store.Tx, u desk.User) (desk.User, error) {
	if err := access.Refuse(access.CanDeleteUser(c.viewer(), u)); err != nil {
		return u, err
	}
	if err := tx.DeleteUser(c.ctx(), u.ID); err != nil {
		return u, err
	}
	return tx.User(c.ctx(), u.ID)
}

// setPassword is an admin's way, without the old password.
func (c *call) setPassword() error {
	password, _, err := c.newPassword()
	if err != nil {
		return err
	}
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return c.storePassword(desk.UserID(id), password)
}

// changePassword is everybody's own way. The old password is checked as a sign-in is, with its brake on guessing.
func (c *call) changePassword() error {
	password, previous, err := c.newPassword()
	if err != nil {
		return err
	}
	id, err := c.id("id")
	if err != nil {
		return err
	}
	if desk.UserID(id) != c.user.ID {
		return access.Refuse(false)
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
	return c.storePassword(c.user.ID, password)
}

func (c *call) newPassword() (password, previous string, err error) {
	var in struct {
		Password text `json:"password"`
		Previous text `json:"previous_password"`
	}
	if err := c.whole(&in); err != nil {
		return "", "", err
	}
	if in.Password.v == "" {
		return "", "", required("password")
	}
	return in.Password.v, in.Previous.v, nil
}

func (c *call) storePassword(id desk.UserID, password string) error {
	err := c.read(func(tx *store.Tx) error {
		u, err := tx.User(c.ctx(), id)
		if err == nil && (!u.Active || u.Foreign != 0) {
			err = desk.Missing()
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := c.Access.SetPassword(c.ctx(), c.account, id, password); err != nil {
		return err
	}
	return c.answer(http.StatusOK, object{})
}
