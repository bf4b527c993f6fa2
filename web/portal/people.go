package portal

import (
	"slices"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// person is somebody as customers know them.
type person struct {
	name  string
	team  bool // of the desk
	named bool // by their own name
}

// asSeen: agents by their alias, where they have one; people at a partner's desk, and whoever is not known any more, as
// the desk's team.
func asCustomerSees(c *ui.Call, u desk.User) person {
	if u.ID == 0 || u.Foreign != 0 {
		return person{c.T("portal.team", c.Account.Name), true, false}
	}
	return person{u.PublicName(), u.Role.Staff(), true}
}

// readPeople reads those who have the ids.
func readPeople(c *ui.Call, tx *store.Tx, ids []desk.UserID) (map[desk.UserID]person, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	seen := make(map[desk.UserID]person, len(ids))
	if len(ids) == 0 {
		return seen, nil
	}
	users, err := tx.UsersByID(c.Ctx(), ids)
	for _, u := range users {
		seen[u.ID] = asCustomerSees(c, u)
	}
	return seen, err
}

func readNames(c *ui.Call, tx *store.Tx, ids []desk.UserID) (map[desk.UserID]string, error) {
	seen, err := readPeople(c, tx, ids)
	out := make(map[desk.UserID]string, len(seen))
	for id, p := range seen {
		out[id] = p.name
	}
	return out, err
}
