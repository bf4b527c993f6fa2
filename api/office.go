package api

import (
	"interdesk/admin"
	"interdesk/store"
)

// at opens the caller's office for work in a transaction: all that reads or changes how the desk works goes through it.
func at[T any](c *call, work func(tx *store.Tx, o *admin.Office) (T, error)) func(tx *store.Tx) (T, error) {
	return func(tx *store.Tx) (none T, _ error) {
		o, err := c.Admin.Open(c.ctx(), tx, c.user)
		if err != nil {
			return none, err
		}
		return work(tx, o)
	}
}

// furnish does work in the caller's office, in a transaction of its own.
func (c *call) furnish(work func(tx *store.Tx, o *admin.Office) error) error {
	return c.write(func(tx *store.Tx) error {
		o, err := c.Admin.Open(c.ctx(), tx, c.user)
		if err != nil {
			return err
		}
		return work(tx, o)
	})
}

// furnishOK answers with what change leaves, once that is on disk.
func (c *call) furnishOK(change func(tx *store.Tx, o *admin.Office) (object, error)) error {
	return c.writeOK(at(c, change))
}

// furnishNew answers 201 with what create stored, under its address.
func (c *call) furnishNew(create func(tx *store.Tx, o *admin.Office) (location string, made object, err error)) error {
	var location string
	var made object
	err := c.furnish(func(tx *store.Tx, o *admin.Office) (err error) {
		location, made, err = create(tx, o)
		return err
	})
	if err != nil {
		return err
	}
	return c.created(location, made)
}

// furnishGone answers 204 once remove is on disk.
func (c *call) furnishGone(remove func(o *admin.Office) error) error {
	if err := c.furnish(func(_ *store.Tx, o *admin.Office) error { return remove(o) }); err != nil {
		return err
	}
	return c.gone()
}

// furnishEmpty answers 200 with an empty object, as clients expect of reorderings and the like.
func (c *call) furnishEmpty(change func(o *admin.Office) error) error {
	if err := c.furnish(func(_ *store.Tx, o *admin.Office) error { return change(o) }); err != nil {
		return err
	}
	return c.ok(object{})
}

// destroy removes what the path names.
func (c *call) destroy(remove func(o *admin.Office, id int64) error) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return c.furnishGone(func(o *admin.Office) error { return remove(o, id) })
}

// destroyMany removes all that ids names, or none.
func (c *call) destroyMany(remove func(o *admin.Office, id int64) error) error {
	ids, err := c.namedIDs()
	if err != nil {
		return err
	}
	return c.furnishGone(func(o *admin.Office) error {
		for _, id := range ids {
			if err := remove(o, id); err != nil {
				return err
			}
		}
		return nil
	})
}
