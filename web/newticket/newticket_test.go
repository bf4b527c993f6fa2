package newticket_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

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
		webtest.StaffOnly(t, d, "/agent/tickets/new", "/agent/tickets/new/fields")
		agent := webtest.Open(t, d, d.Agent.User)
		webtest.Open(t, d, d.EndUser.User).Post("/agent/tickets/new", url.Values{"subject": {"x"}}, http.StatusForbidden)
		for _, path := range []string{fmt.Sprintf("/agent/tickets/new?requester=%d", other.EndUser.User.ID), "/agent/tickets/new?followup=999"} {
			agent.Get(path, http.StatusNotFound)
		}
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
			v := url.Values{"requester": {eve}, "subject": {"The lens " + webtest.Hostile}, "comment": {"It is foggy"}, "public": {"true"}, "status": {"open"}}
			for i := 0; i+1 < len(more); i += 2 {
				v.Set(more[i], more[i+1])
			}
			return v
		}
		made := func(a *webtest.Answer) desk.Ticket {
			t.Helper()
			var found desk.Ticket
			webtest.Check(t, d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error {
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
		a.Escaped(t)
		got := made(a)
		if got.Requester != d.EndUser.User.ID || got.Status != desk.Open || got.Priority != desk.High || fmt.Sprint(got.Tags) != "[lens vip]" || !got.Public {
			t.Errorf("got %+v, want it public, open, high, tagged lens and vip, asked by Eve", got)
		}
		got = made(agent.Post("/agent/tickets/new", form("requester", "", "person.email", " New@Post.example ", "person.name", "Nina New", "public", "false"), http.StatusOK))
		agent.Get(fmt.Sprintf("/agent/users/%d", got.Requester), http.StatusOK).Has(t, "Nina New", "new@post.example")
		if got.Public {
			t.Error("got a public ticket, want its only comment to stay a note")
		}
		got = made(agent.Post("/agent/tickets/new", form("requester", "", "person.email", "eve@acme.example"), http.StatusOK))
		if got.Requester != d.EndUser.User.ID {
			t.Errorf("got requester %d, want %d, whose address it is", got.Requester, d.EndUser.User.ID)
		}

		for _, c := range []struct{ key, value, says string }{
			{"requester", "", "Say who asks"}, {"subject", " ", "Give the ticket a subject"}, {"comment", "", "Write the first comment"},
			{"person.email", webtest.Hostile, "This is not an address"}, {"person.name", "Only Name", "Give the address"},
			{"requester", fmt.Sprint(other.EndUser.User.ID), "Requester"}, {"assignee", "0/" + eve, "Assignee"},
		} {
			a := agent.Post("/agent/tickets/new", form(c.key, c.value), http.StatusUnprocessableEntity)
			a.Has(t, c.says)
			a.Escaped(t)
			if c.key != "comment" {
				a.Has(t, "It is foggy")
			}
		}
	})
}
