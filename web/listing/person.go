package listing

import (
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// Person is somebody in a list, with the names of what they belong to.
type Person struct {
	desk.User
	OrganizationName string
	PartnerName      string // whose desk they are at; "" for our own people
}

// People reads what a page of people shows.
func People(c *ui.Call, tx *store.Tx, cfg *desk.Config, users []desk.User) ([]Person, error) {
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
	out := make([]Person, len(users))
	for i := range users {
		out[i] = Person{User: users[i], OrganizationName: names[users[i].Organization], PartnerName: PartnerName(c, cfg, &users[i])}
	}
	return out, nil
}

// PartnerName names the desk that a placeholder person belongs to.
func PartnerName(c *ui.Call, cfg *desk.Config, u *desk.User) string {
	if u.Foreign == 0 {
		return ""
	}
	if a, ok := cfg.Agreements[u.Foreign]; ok && a.Name != "" {
		return a.Name
	}
	return c.T("customers.partner.gone")
}
