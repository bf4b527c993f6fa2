package store_test

import (
	"testing"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestNewEndUsersFindTheirOrganization(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		photo := desk.Organization{Name: "Photo", DomainNames: []string{"photo.example", "ph_to.example"}}
		later := desk.Organization{Name: "Later", DomainNames: []string{"photo.example", "one@mail.example"}}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertOrganization(ctx, &photo); err != nil {
				return err
			}
			return tx.InsertOrganization(ctx, &later)
		})
		for name, c := range map[string]struct {
			user desk.User
			want desk.OrganizationID
		}{
			"domain":            {desk.User{Email: "pia@photo.example", Role: desk.EndUser}, photo.ID},
			"second domain":     {desk.User{Email: "pia@ph_to.example", Role: desk.EndUser}, photo.ID},
			"no pattern":        {desk.User{Email: "pia@phxto.example", Role: desk.EndUser}, 0},
			"part of a domain":  {desk.User{Email: "pia@x.photo.example", Role: desk.EndUser}, 0},
			"address":           {desk.User{Email: "one@mail.example", Role: desk.EndUser}, later.ID},
			"another address":   {desk.User{Email: "two@mail.example", Role: desk.EndUser}, 0},
			"has one":           {desk.User{Email: "pio@photo.example", Role: desk.EndUser, Organization: later.ID}, later.ID},
			"agent":             {desk.User{Email: "agent@photo.example", Role: desk.Agent}, 0},
			"without address":   {desk.User{Role: desk.EndUser}, 0},
			"person of partner": {desk.User{Role: desk.EndUser, Foreign: 5}, 0},
		} {
			u := c.user
			u.Name = name
			write(t, acme, func(tx *store.Tx) error { return tx.InsertUser(ctx, &u) })
			read(t, acme, func(tx *store.Tx) error {
				got, err := tx.User(ctx, u.ID)
				wantSame(t, name, []desk.OrganizationID{u.Organization, got.Organization}, []desk.OrganizationID{c.want, c.want})
				return err
			})
		}
	})
}
