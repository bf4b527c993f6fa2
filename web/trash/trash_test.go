package trash_test

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

const page = "/agent/trash"

func each(t *testing.T, test func(t *testing.T, d *apitest.Desk)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) { test(t, webtest.Start(t, db).Desk(t, "acme")) })
}

func at(id desk.TicketID) string { return fmt.Sprintf("/agent/tickets/%d", id) }

// remove deletes new tickets as an agent would, and gives the last answer.
func remove(t *testing.T, d *apitest.Desk, agent *webtest.Browser, subjects ...string) (ids []desk.TicketID, last *webtest.Answer) {
	t.Helper()
	for _, s := range subjects {
		id := webtest.NewTicket(t, d, s, "What was said", nil)
		ids, last = append(ids, id), agent.Post(at(id)+"/delete", nil, http.StatusOK)
	}
	return ids, last
}

// press is the form of the page, with a button pressed.
func press(button string, ids ...desk.TicketID) url.Values {
	form := url.Values{"do": {button}}
	for _, id := range ids {
		form.Add("ticket", fmt.Sprint(id))
	}
	return form
}

func TestWhoMay(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		webtest.StaffOnly(t, d, page)
		agent := webtest.Open(t, d, d.Agent.User)
		ids, _ := remove(t, d, agent, "Order")
		agent.Get(page, http.StatusOK).Has(t, "Order").Lacks(t, "Delete for good")
		agent.Post(page, press("erase", ids...), http.StatusForbidden).Has(t, "Only admins")
		webtest.Open(t, d, d.EndUser.User).Post(page, press("restore", ids...), http.StatusForbidden)
		other := d.Server.Desk(t, "other")
		webtest.Open(t, other, other.Admin.User).Post(page, press("erase", ids...), http.StatusOK).Has(t, "Somebody else has dealt with one")
		agent.Post(page, press("burn", ids...), http.StatusNotFound)
		agent.Get(page, http.StatusOK).Has(t, "Order")
	})
}

func TestWhatIsDeletedIsListedAndRestored(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		agent := webtest.Open(t, d, d.Agent.User)
		agent.Get(page, http.StatusOK).Has(t, "The trash is empty")
		ids, deleted := remove(t, d, agent, "First", "Second "+webtest.Hostile, "Third")
		deleted.ArrivedAt(t, "/agent/views/").Has(t, fmt.Sprintf("Ticket #%d is deleted. Undo", ids[2]))
		list := agent.Get(page, http.StatusOK).Escaped(t).Has(t, "First", "Second <script>", "Third", "Ben Agent", "in 30 days")
		if strings.Index(list.Body, "Third") > strings.Index(list.Body, "First") {
			t.Error("the one that was deleted first comes first")
		}
		agent.Post(page, url.Values{"from": {"toast"}, "one": {fmt.Sprint(ids[2])}}, http.StatusOK).ArrivedAt(t, at(ids[2])).Has(t, "The ticket is back.", "Third")
		agent.Post(page, url.Values{"one": {fmt.Sprint(ids[2])}}, http.StatusOK).ArrivedAt(t, page).Has(t, "Somebody else has dealt with one.")
		agent.Post(page, press("restore", ids...), http.StatusOK).Has(t, "2 tickets are back.", "Somebody else has dealt with one.", "The trash is empty")
		agent.Post(page, press("restore"), http.StatusOK).Has(t, "Tick what it is about")
		agent.Get(at(ids[0]), http.StatusOK).Has(t, "First")
	})
}

func TestAdminsEraseForGood(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		admin := webtest.Open(t, d, d.Admin.User)
		ids, _ := remove(t, d, admin, "First", "Second", "Third")
		admin.Get(page, http.StatusOK).HasMarkup(t, "This cannot be undone.")
		gone := admin.Post(page, press("erase", ids[:2]...), http.StatusOK).ArrivedAt(t, page).Has(t, "2 tickets are deleted for good.", "Third")
		gone.Lacks(t, "First", "Second")
		admin.Post(page, press("restore", ids[0]), http.StatusOK).Has(t, "Somebody else has dealt with one.")
	})
}

func TestTheListGoesOn(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		var ids []desk.TicketID
		for n := range 45 {
			ids = append(ids, webtest.NewTicket(t, d, fmt.Sprintf("Ticket %02d.", n), "x", nil))
		}
		webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for _, id := range ids {
				if err := d.Tickets.DeleteIn(ctx, tx, desk.Actor{ID: d.Admin.User.ID, Role: desk.Admin}, desk.Via{}, id); err != nil {
					return err
				}
			}
			return nil
		}))
		agent := webtest.Open(t, d, d.Agent.User)
		first := agent.Get(page, http.StatusOK).Has(t, "Ticket 44.", "Ticket 05.")
		first.Lacks(t, "Ticket 04.")
		_, more, _ := strings.Cut(first.Body, `hx-get="`)
		more, _, _ = strings.Cut(more, `"`)
		rest := agent.Htmx().Get(strings.ReplaceAll(more, "&amp;", "&"), http.StatusOK).Has(t, "Ticket 04.", "Ticket 00.")
		rest.Lacks(t, "Ticket 05.", "<html")
		agent.Get(page+"?after=rubbish", http.StatusUnprocessableEntity)
	})
}

func TestSpam(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		agent := webtest.Open(t, d, d.Agent.User)
		own := webtest.NewTicket(t, d, "From a colleague", "x", nil)
		agent.Get(at(own), http.StatusOK).Lacks(t, "Mark as spam")
		id := webtest.NewTicket(t, d, "Buy now", "x", apitest.Object{"requester_id": d.EndUser.User.ID})
		agent.Get(at(id), http.StatusOK).Has(t, "Mark as spam").HasMarkup(t, "Eve User is suspended")
		agent.Post(at(id)+"/spam", nil, http.StatusOK).ArrivedAt(t, "/agent/views/").Has(t, "its requester is suspended")
		agent.Get(at(id), http.StatusNotFound)
		agent.Get(page, http.StatusOK).Has(t, "Buy now")
		if u := d.Admin.Get(fmt.Sprintf("users/%d", d.EndUser.User.ID), http.StatusOK); !strings.Contains(string(u.Body), `"suspended":true`) {
			t.Errorf("the requester is not suspended: %s", u.Body)
		}
	})
}
