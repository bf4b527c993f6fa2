package search

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// person is somebody in a list, with the names of what they belong to.
type person struct {
	desk.User
	organization string
	partner      string // whose desk they are at; "" for our own people
}

// peopleOf reads what a page of people shows.
func peopleOf(c *ui.Call, tx *store.Tx, cfg *desk.Config, users []desk.User) ([]person, error) {
	var ids []desk.OrganizationID
	for i := range users {
		if users[i].Organization != 0 {
			ids = append(ids, users[i].Organization)
		}
	}
	found, err := tx.OrganizationsByID(c.Ctx(), ids)
	if err != nil {
		return nil, err
	}
	names := make(map[desk.OrganizationID]string, len(found))
	for i := range found {
		names[found[i].ID] = found[i].Name
	}
	out := make([]person, len(users))
	for i := range users {
		out[i] = person{User: users[i], organization: names[users[i].Organization], partner: partnerOf(c, cfg, &users[i])}
	}
	return out, nil
}

// partnerOf names the desk that a placeholder person belongs to.
func partnerOf(c *ui.Call, cfg *desk.Config, u *desk.User) string {
	if u.Foreign == 0 {
		return ""
	}
	if a, ok := cfg.Agreements[u.Foreign]; ok && a.Name != "" {
		return a.Name
	}
	return c.T("customers.partner.gone")
}
