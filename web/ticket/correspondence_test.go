package ticket_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"interdesk/api/apitest"
	"interdesk/desk"
	mailin "interdesk/mail/inbound"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

// An address that writes as machines do is paused, a help desk is offered what sharing is better at, and staff say what is to be.
func TestWhoWritesByMail(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		ticket := webtest.NewTicket(t, d, "Stripes", "words", apitest.Object{"requester_id": d.EndUser.User.ID})
		other := webtest.NewTicket(t, d, "Other", "words", nil)
		there := desk.RemoteDesk{Address: "help@kongen.test", Name: webtest.Hostile, Kind: "zendesk", URL: "https://kongen.test"}
		webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.SaveRemoteDesk(ctx, &there); err != nil {
				return err
			}
			now := time.Now()
			return tx.SaveCorrespondence(ctx, &desk.Correspondence{Ticket: ticket, Address: there.Address, Desk: there.ID, RemoteTicket: "77", PausedAt: now,
				PauseReason: "It repeats itself.", UpdatedAt: now})
		}))
		page := fmt.Sprintf("/agent/tickets/%d", ticket)
		agent, admin := webtest.Open(t, d, d.Agent.User), webtest.Open(t, d, d.Admin.User)
		agent.Get(page, http.StatusOK).Escaped(t).Has(t, "Automatic mail to help@kongen.test is paused.", "It repeats itself.", "is another help desk.", "There this is ticket 77.", "Keep e-mail",
			"By mail to Eve User <eve@acme.example>").Lacks(t, "Propose an agreement", "Share this ticket")
		admin.Get(page, http.StatusOK).HasMarkup(t, "/admin/sharing/new?to=https%3A%2F%2Fkongen.test")
		webtest.Open(t, d, d.EndUser.User).Post(page+"/mail/resume", url.Values{"address": {there.Address}}, http.StatusForbidden)
		agent.Post(page+"/mail/resume", url.Values{"address": {there.Address}}, http.StatusOK).Has(t, "Automatic mail goes to help@kongen.test again.").Lacks(t, "is paused.")
		agent.Post(page+"/mail/offer", url.Values{"do": {"keep"}}, http.StatusOK).Has(t, "goes on by mail").Lacks(t, "is another help desk.")
		admin.Get(page, http.StatusOK).Has(t, "is another help desk.")
		never := url.Values{"do": {"never"}, "desk": {fmt.Sprint(there.ID)}}
		admin.Post(fmt.Sprintf("/agent/tickets/%d/mail/offer", other), never, http.StatusNotFound)
		admin.Post(page+"/mail/offer", never, http.StatusOK).Lacks(t, "is another help desk.")
	})
}

// Admins find the message as it came at the comment that it became.
func TestSourceOfACommentByMail(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		route, err := d.MailIn.Route(t.Context(), "support@acme.localhost")
		webtest.Check(t, err)
		raw := "From: Mia <mia@example.com>\nTo: support@acme.localhost\nSubject: Stripes\nMessage-ID: <1@example.com>\n\nThere are stripes\n"
		webtest.Check(t, d.MailIn.Accept(t.Context(), mailin.Envelope{To: []mailin.Route{route}}, strings.NewReader(raw)))
		var ticket desk.TicketID
		for deadline := time.Now().Add(time.Minute); ticket == 0 && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			webtest.Check(t, d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error {
				all, err := tx.TicketList(t.Context(), store.TicketQuery{Page: store.Page{Limit: 1}})
				for _, one := range all.Items {
					ticket = one.ID
				}
				return err
			}))
		}
		page := fmt.Sprintf("/agent/tickets/%d", ticket)
		shown := webtest.Open(t, d, d.Admin.User).Get(page, http.StatusOK).Has(t, "There are stripes", ".eml")
		_, to, _ := strings.Cut(shown.Body, `class="said-source" href="`)
		to, _, _ = strings.Cut(to, `"`)
		if got := webtest.Open(t, d, d.Admin.User).Get(to, http.StatusOK); got.Body != raw {
			t.Errorf("the source is %q", got.Body)
		}
		webtest.Open(t, d, d.Agent.User).Get(page, http.StatusOK).Has(t, "There are stripes").Lacks(t, ".eml")
	})
}

// Whom a reply reaches by mail is what triggers say.
func TestNobodyIsMailedWithoutATrigger(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		ticket := webtest.NewTicket(t, d, "Stripes", "words", apitest.Object{"requester_id": d.EndUser.User.ID})
		webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			all, err := tx.ActiveTriggers(ctx)
			for i := range all {
				if err == nil {
					err = tx.DeleteTrigger(ctx, all[i].ID)
				}
			}
			return err
		}))
		webtest.Open(t, d, d.Agent.User).Get(fmt.Sprintf("/agent/tickets/%d", ticket), http.StatusOK).Has(t, "Nobody outside gets this by mail.")
	})
}
