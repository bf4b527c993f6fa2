package search_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func TestCustomers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		org := desk.Organization{Name: "Lumen " + hostile, DomainNames: []string{"lumen.example"}, Details: hostile}
		partner := desk.Agreement{UUID: strings.Repeat("a", 40), Name: "Kongen", RemoteURL: "https://kongen.example/sharing", Status: desk.AgreementAccepted}
		odd := desk.User{Name: hostile, Email: "odd@acme.example", Role: desk.EndUser, Details: hostile, Notes: hostile, Tags: []string{"vip"}, Suspended: true}
		far := desk.User{Name: "Kari Far", Role: desk.EndUser}
		check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
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
		ticket(t, d, "Asked "+hostile, "words", apitest.Object{"requester_id": odd.ID})
		agent := webtest.Open(t, d, d.Agent.User)

		a := agent.Get("/agent/customers", http.StatusOK)
		a.Has(t, "Eve User", "eve@acme.example", "Suspended")
		a.Lacks(t, "Ada Admin", "Kari Far")
		escaped(t, a)
		agent.Get("/agent/customers?who=team", http.StatusOK).Has(t, "Ben Agent", "Ada Admin")
		agent.Get("/agent/customers?who=partners", http.StatusOK).Has(t, "Kari Far", "Kongen")
		agent.Get("/agent/customers?q=ev", http.StatusOK).Has(t, "Eve User")
		agent.Get("/agent/customers?q=%25", http.StatusOK).Has(t, "Nobody found")
		agent.Get(fmt.Sprintf("/agent/customers?organization=%d", org.ID), http.StatusOK).Lacks(t, "Eve User")

		a = agent.Get(fmt.Sprintf("/agent/users/%d", odd.ID), http.StatusOK)
		escaped(t, a)
		a.Has(t, "odd@acme.example", "Requested 1", "Asked", "vip", "Edit")
		a = agent.Get(fmt.Sprintf("/agent/users/%d", far.ID), http.StatusOK)
		a.Has(t, "A person at Kongen")
		a.Lacks(t, "/agent/tickets/new?requester", fmt.Sprintf("/agent/users/%d/edit", far.ID))
		agent.Get(fmt.Sprintf("/agent/users/%d?list=assigned", d.Agent.User.ID), http.StatusOK).Has(t, "Assigned 0", "No tickets assigned")

		agent.Get("/agent/organizations", http.StatusOK).Has(t, "Lumen", "lumen.example")
		agent.Get("/agent/organizations?q=nope", http.StatusOK).Has(t, "No such organization")
		a = agent.Get(fmt.Sprintf("/agent/organizations/%d", org.ID), http.StatusOK)
		escaped(t, a)
		a.Has(t, "lumen.example", "Asked", "People 1")
		a.Lacks(t, "/admin/organizations/")
		agent.Get(fmt.Sprintf("/agent/organizations/%d?list=people", org.ID), http.StatusOK).Has(t, "odd@acme.example")
	})
}

func TestListsOfPeopleGoOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
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

func TestNewTicket(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d, other := s.Desk(t, "acme"), s.Desk(t, "other")
		agent := webtest.Open(t, d, d.Agent.User)
		eve := fmt.Sprint(d.EndUser.User.ID)
		agent.Get("/agent/tickets/new?requester="+eve, http.StatusOK).Has(t, "Eve User")

		form := func(more ...string) url.Values {
			v := url.Values{"requester": {eve}, "subject": {"The lens " + hostile}, "comment": {"It is foggy"}, "public": {"true"}, "status": {"open"}}
			for i := 0; i+1 < len(more); i += 2 {
				v.Set(more[i], more[i+1])
			}
			return v
		}
		made := func(a *webtest.Answer) desk.Ticket {
			t.Helper()
			var found desk.Ticket
			check(t, d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error {
				list, err := tx.TicketList(t.Context(), store.TicketQuery{Page: store.Page{Limit: 1}, Desc: true})
				if err == nil {
					found = list.Items[0]
				}
				return err
			}))
			if want := fmt.Sprintf("/agent/tickets/%d", found.ID); a.Path != want {
				t.Errorf("arrived at %s, want %s", a.Path, want)
			}
			return found
		}
		a := agent.Post("/agent/tickets/new", form("tags", "vip, lens", "priority", "high"), http.StatusOK)
		escaped(t, a)
		got := made(a)
		if got.Requester != d.EndUser.User.ID || got.Status != desk.Open || got.Priority != desk.High || fmt.Sprint(got.Tags) != "[lens vip]" || !got.Public {
			t.Errorf("made %+v", got)
		}
		got = made(agent.Post("/agent/tickets/new", form("requester", "", "person.email", " New@Post.example ", "person.name", "Nina New", "public", "false"), http.StatusOK))
		agent.Get(fmt.Sprintf("/agent/users/%d", got.Requester), http.StatusOK).Has(t, "Nina New", "new@post.example")
		if got.Public {
			t.Error("a note became public")
		}
		got = made(agent.Post("/agent/tickets/new", form("requester", "", "person.email", "eve@acme.example"), http.StatusOK))
		if got.Requester != d.EndUser.User.ID {
			t.Error("a known address made somebody new")
		}

		for _, c := range []struct{ key, value, says string }{
			{"requester", "", "Say who asks"}, {"subject", " ", "Give the ticket a subject"}, {"comment", "", "Write the first comment"},
			{"person.email", hostile, "This is not an address"}, {"person.name", "Only Name", "Give the address"},
			{"requester", fmt.Sprint(other.EndUser.User.ID), "Requester"}, {"assignee", "0/" + eve, "Assignee"},
		} {
			a := agent.Post("/agent/tickets/new", form(c.key, c.value), http.StatusUnprocessableEntity)
			a.Has(t, c.says)
			escaped(t, a)
			if c.key != "comment" {
				a.Has(t, "It is foggy")
			}
		}
	})
}
