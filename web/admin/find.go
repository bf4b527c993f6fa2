package admin

import (
	"encoding/json"

	"interdesk/store"
	"interdesk/web/ui"
)

// foundOrganization is one answer to what is typed into a searchable select.
type foundOrganization struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

// found is how many choices an answer has at most.
const found = 20

// findOrganizations answers with the organizations whose name begins as typed.
func findOrganizations(c *ui.Call) error {
	out := []foundOrganization{}
	err := c.Read(func(tx *store.Tx) error {
		all, err := tx.Organizations(c.Ctx(), c.Value("q"), store.Page{Limit: found})
		for _, o := range all.Items {
			out = append(out, foundOrganization{ui.IDText(o.ID), o.Name})
		}
		return err
	})
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(c.W).Encode(out)
}
