package api

import (
	"interdesk/desk"
	"interdesk/store"
)

func deletedUserRoutes() []route {
	return []route{
		{"GET", "/deleted_users", agents, (*call).listDeletedUsers},
		{"GET", "/deleted_users/count", agents, (*call).countDeletedUsers},
		{"GET", "/deleted_users/{id}", agents, (*call).showDeletedUser},
	}
}

// deletedUserOf is what is left to say of somebody who was deleted.
func (c *call) deletedUserOf(u desk.User) object {
	p := c.personOf(&u)
	return object{{"id", u.ID}, {"url", c.url("deleted_users", int64(u.ID))}, {"name", u.Name}, {"email", u.Email}, {"created_at", p.CreatedAt},
		{"updated_at", p.UpdatedAt}, {"time_zone", p.TimeZone}, {"phone", p.Phone}, {"shared_phone_number", p.SharedPhoneNumber}, {"photo", nil},
		{"locale_id", p.LocaleID}, {"locale", p.Locale}, {"organization_id", p.OrganizationID}, {"role", p.Role}, {"active", false}}
}

func (c *call) listDeletedUsers() error {
	return answerList(c, listSpec[desk.User]{
		key: "deleted_users",
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.User], error) {
			return tx.Users(c.ctx(), store.UserFilter{Deleted: true}, p)
		},
		count: c.deletedUsers,
		show:  showEach(c.deletedUserOf),
	})
}

func (c *call) deletedUsers(tx *store.Tx) (int, error) {
	return tx.CountUsers(c.ctx(), store.UserFilter{Deleted: true})
}

func (c *call) countDeletedUsers() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		n, err := c.deletedUsers(tx)
		return objectOf("count", c.countObject(n)), err
	})
}

func (c *call) showDeletedUser() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := tx.User(c.ctx(), desk.UserID(id))
		if err == nil && u.Active {
			err = desk.Missing()
		}
		return objectOf("deleted_user", c.deletedUserOf(u)), err
	})
}
