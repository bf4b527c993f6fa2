package setup

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// CreateAccount opens a help desk with the Standard content and its first admin, whose password hash is hash. Taken
// subdomains and hosts are Invalid errors of "subdomain".
func CreateAccount(ctx context.Context, s *store.Store, a desk.Account, host string, admin desk.User, hash string) (desk.Account, desk.User, error) {
	if a.TimeZone == "" {
		a.TimeZone = "UTC"
	}
	admin.Role, admin.Verified = desk.Admin, true
	if err := a.Check().Err(); err != nil {
		return a, admin, err
	}
	if err := admin.Check().Err(); err != nil {
		return a, admin, err
	}
	if a.ID == 0 {
		a.ID = desk.AccountID(s.NewID())
	}
	created := admin
	err := s.Account(a.ID).Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertAccount(ctx, &a, host); err != nil {
			return err
		}
		created = admin
		return Standard().insert(ctx, tx, &created, hash)
	})
	return a, created, err
}

// insert stores the content and the first admin, who gets an id.
func (c Content) insert(ctx context.Context, tx *store.Tx, admin *desk.User, hash string) error {
	if err := tx.InsertGroup(ctx, &c.Group); err != nil {
		return err
	}
	admin.DefaultGroup = c.Group.ID
	if err := tx.InsertUser(ctx, admin); err != nil {
		return err
	}
	if err := tx.SetPasswordHash(ctx, admin.ID, hash); err != nil {
		return err
	}
	for _, part := range []func(context.Context, *store.Tx) error{c.insertForm, c.insertTriggers, c.insertAutomations, c.insertViews} {
		if err := part(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func (c Content) insertForm(ctx context.Context, tx *store.Tx) error {
	for _, f := range c.Fields {
		if err := tx.InsertField(ctx, &f); err != nil {
			return err
		}
		c.Form.Fields = append(c.Form.Fields, f.ID)
	}
	return tx.InsertForm(ctx, &c.Form)
}

func (c Content) insertTriggers(ctx context.Context, tx *store.Tx) error {
	for _, category := range c.Categories {
		stored := desk.TriggerCategory{Name: category.Name}
		if err := tx.InsertCategory(ctx, &stored); err != nil {
			return err
		}
		for _, t := range category.Triggers {
			t.Category = stored.ID
			if err := tx.InsertTrigger(ctx, &t, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c Content) insertAutomations(ctx context.Context, tx *store.Tx) error {
	for _, a := range c.Automations {
		if err := tx.InsertAutomation(ctx, &a); err != nil {
			return err
		}
	}
	return nil
}

func (c Content) insertViews(ctx context.Context, tx *store.Tx) error {
	for _, v := range c.Views {
		if err := tx.InsertView(ctx, &v); err != nil {
			return err
		}
	}
	return nil
}
