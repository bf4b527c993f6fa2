package customers_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func TestWhoMay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d, other := s.Desk(t, "acme"), s.Desk(t, "other")
		webtest.StaffOnly(t, d, "/agent/customers", "/agent/organizations", fmt.Sprintf("/agent/users/%d", d.EndUser.User.ID))
		agent := webtest.Open(t, d, d.Agent.User)
		stranger := fmt.Sprintf("/agent/users/%d", other.EndUser.User.ID)
		for _, path := range []string{stranger, "/agent/users/1", "/agent/users/x", "/agent/organizations/1", "/agent/customers?organization=1"} {
			agent.Get(path, http.StatusNotFound)
		}
		agent.Get("/agent/customers?after=rubbish", http.StatusUnprocessableEntity)
	})
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		org := desk.Organization{Name: "Lumen " + webtest.Hostile, DomainNames: []string{"lumen.example"}, Details: webtest.Hostile}
		partner := desk.Agreement{UUID: strings.Repeat("a", 40), Name: "Kongen", RemoteURL: "https://kongen.example/sharing", Status: desk.AgreementAccepted}
		odd := desk.User{Name: webtest.Hostile, Email: "odd@acme.example", Role: desk.EndUser, Details: webtest.Hostile, Notes: webtest.Hostile, Tags: []string{"vip"}, Suspended: true}
		far := desk.User{Name: "Kari Far", Role: desk.EndUser}
		webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertOrganization(ctx, &org); err != nil {
				return err
			}
			partner.ID = desk.AgreementID(tx.NewID())
			if err := tx.InsertAgreement(ctx, &partner, "sealed"); err != nil {
				return err
			}
			odd.Organization, far.Foreign = org.ID, partner.ID
			if err := tx.InsertUser(ctx, &odd); err != nil {
				return err
			}
			return tx.InsertUser(ctx, &far)
		}))
		webtest.NewTicket(t, d, "Asked "+webtest.Hostile, "words", apitest.Object{"requester_id": odd.ID})
		agent := webtest.Open(t, d, d.Agent.User)

		a := agent.Get("/agent/customers", http.StatusOK)
		a.Has(t, "Eve User", "eve@acme.example", "Suspended")
		a.Lacks(t, "Ada Admin", "Kari Far")
		a.Escaped(t)
		agent.Get("/agent/customers?who=team", http.StatusOK).Has(t, "Ben Agent", "Ada Admin")
		agent.Get("/agent/customers?who=partners", http.StatusOK).Has(t, "Kari Far", "Kongen")
		agent.Get("/agent/customers?q=ev", http.StatusOK).Has(t, "Eve User")
		agent.Get("/agent/customers?q=%25", http.StatusOK).Has(t, "Nobody found")
		agent.Get(fmt.Sprintf("/agent/customers?organization=%d", org.ID), http.StatusOK).Lacks(t, "Eve User")

		a = agent.Get(fmt.Sprintf("/agent/users/%d", odd.ID), http.StatusOK)
		a.Escaped(t)
		a.Has(t, "odd@acme.example", "Requested 1", "Asked", "vip", "Edit")
		a = agent.Get(fmt.Sprintf("/agent/users/%d", far.ID), http.StatusOK)
		a.Has(t, "A person at Kongen")
		a.Lacks(t, "/agent/tickets/new?requester", fmt.Sprintf("/agent/users/%d/edit", far.ID))
		agent.Get(fmt.Sprintf("/agent/users/%d?list=assigned", d.Agent.User.ID), http.StatusOK).Has(t, "Assigned 0", "No tickets assigned")

		agent.Get("/agent/organizations", http.StatusOK).Has(t, "Lumen", "lumen.example")
		agent.Get("/agent/organizations?q=nope", http.StatusOK).Has(t, "No such organization")
		a = agent.Get(fmt.Sprintf("/agent/organizations/%d", org.ID), http.StatusOK)
		a.Escaped(t)
		a.Has(t, "lumen.example", "Asked", "People 1")
		a.Lacks(t, "/admin/organizations/")
		agent.Get(fmt.Sprintf("/agent/organizations/%d?list=people", org.ID), http.StatusOK).Has(t, "odd@acme.example")
	})
}

func TestListsOfPeopleGoOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for i := range 45 {
				if err := tx.InsertUser(ctx, &desk.User{Name: fmt.Sprintf("Person %03d", 44-i), Role: desk.EndUser}); err != nil {
					return err
				}
			}
			return nil
		}))
		agent := webtest.Open(t, d, d.Agent.User)
		a := agent.Get("/agent/customers?q=person", http.StatusOK)
		a.Has(t, "Person 000", "Person 039")
		a.Lacks(t, "Person 040")
		_, rest, _ := strings.Cut(a.Body, `hx-get="`)
		next, _, _ := strings.Cut(rest, `"`)
		more := agent.Htmx().Get(strings.ReplaceAll(next, "&amp;", "&"), http.StatusOK)
		more.Has(t, "Person 040", "Person 044")
		more.Lacks(t, "Person 039", "Load more")
	})
}
