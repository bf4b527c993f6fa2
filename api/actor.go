package api

import (
	"interdesk/admin"
	"interdesk/store"
)

// asActor has the caller work in a transaction: all that reads or changes how the desk works goes through an admin.Actor.
func asActor[T any](c *call, work func(tx *store.Tx, actor *admin.Actor) (T, error)) func(tx *store.Tx) (T, error) {
	return func(tx *store.Tx) (none T, _ error) {
		actor, err := c.Admin.As(c.ctx(), tx, c.user)
		if err != nil {
			return none, err
		}
		return work(tx, actor)
	}
}

// change does work as the caller, in a transaction of its own.
func (c *call) change(work func(tx *store.Tx, actor *admin.Actor) error) error {
	return c.writeTx(func(tx *store.Tx) error {
		actor, err := c.Admin.As(c.ctx(), tx, c.user)
		if err != nil {
			return err
		}
		return work(tx, actor)
	})
}

// changeOK answers with what change leaves, once that is on disk.
func (c *call) changeOK(change func(tx *store.Tx, actor *admin.Actor) (object, error)) error {
	return c.writeOK(asActor(c, change))
}

// changeCreated answers 201 with what create stored, under its address.
func (c *call) changeCreated(create func(tx *store.Tx, actor *admin.Actor) (location string, made object, err error)) error {
	var location string
	var made object
	err := c.change(func(tx *store.Tx, actor *admin.Actor) (err error) {
		location, made, err = create(tx, actor)
		return err
	})
	if err != nil {
		return err
	}
	return c.created(location, made)
}

// changeNoContent answers 204 once remove is on disk.
func (c *call) changeNoContent(remove func(actor *admin.Actor) error) error {
	if err := c.change(func(_ *store.Tx, actor *admin.Actor) error { return remove(actor) }); err != nil {
		return err
	}
	return c.noContent()
}

// changeEmpty answers 200 with an empty object, as clients expect of reorderings and the like.
func (c *call) changeEmpty(change func(actor *admin.Actor) error) error {
	if err := c.change(func(_ *store.Tx, actor *admin.Actor) error { return change(actor) }); err != nil {
		return err
	}
	return c.ok(object{})
}

// deleteOne removes what the path names.
func (c *call) deleteOne(remove func(actor *admin.Actor, id int64) error) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.changeNoContent(func(actor *admin.Actor) error { return remove(actor, id) })
}

// deleteMany removes all that ids names, or none.
func (c *call) deleteMany(remove func(actor *admin.Actor, id int64) error) error {
	ids, err := c.namedIDs()
	if err != nil {
		return err
	}
	return c.changeNoContent(func(actor *admin.Actor) error {
		for _, id := range ids {
			if err := remove(actor, id); err != nil {
				return err
			}
		}
		return nil
	})
}
