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
		admin.Get(page, http.StatusOK).HasMarkup(t, "/admin/sharing/new?desk="+fmt.Sprint(there.ID)+"&amp;ticket="+fmt.Sprint(ticket)+"&amp;to=https%3A%2F%2Fkongen.test")
		webtest.Open(t, d, d.EndUser.User).Post(page+"/mail/resume", url.Values{"address": {there.Address}}, http.StatusForbidden)
		agent.Post(page+"/mail/resume", url.Values{"address": {there.Address}}, http.StatusOK).Has(t, "Automatic mail goes to help@kongen.test again.").Lacks(t, "is paused.")
		say := func(what string) url.Values { return url.Values{"do": {what}, "desk": {fmt.Sprint(there.ID)}} }
		agent.Post(page+"/mail/offer", say("keep"), http.StatusOK).Has(t, "goes on by mail", "stays mail.", "Ask again").Lacks(t, "is another help desk.")
		admin.Get(page, http.StatusOK).Has(t, "stays mail.").Lacks(t, "is another help desk.")
		agent.Post(page+"/mail/offer", say("ask"), http.StatusOK).Has(t, "It is open again", "is another help desk.")
		admin.Post(fmt.Sprintf("/agent/tickets/%d/mail/offer", other), say("never"), http.StatusNotFound)
		admin.Post(page+"/mail/offer", say("never"), http.StatusOK).Lacks(t, "is another help desk.")
	})
}

// A ticket waits for the agreement that was proposed for it, is shared once that is accepted, and says how it stands.
func TestTicketWaitsForItsAgreement(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d, kongen := s.Desk(t, "acme"), s.Desk(t, "kongen")
		ticket := webtest.NewTicket(t, d, "Stripes", "words", nil)
		there := desk.RemoteDesk{Address: "support@kongen.localhost", Name: "Kongen", Kind: "interdesk", URL: "http://" + s.Host("kongen")}
		webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.SaveRemoteDesk(ctx, &there); err != nil {
				return err
			}
			return tx.SaveCorrespondence(ctx, &desk.Correspondence{Ticket: ticket, Address: there.Address, Desk: there.ID, RemoteTicket: "77", UpdatedAt: time.Now()})
		}))
		page, admin := fmt.Sprintf("/agent/tickets/%d", ticket), webtest.Open(t, d, d.Admin.User)
		ask := url.Values{"to": {there.URL}, "ticket": {fmt.Sprint(ticket)}, "desk": {fmt.Sprint(there.ID)}, "public": {"on"}, "ways": {"one"}}
		admin.Get("/admin/sharing/new?"+ask.Encode(), http.StatusOK).Has(t, fmt.Sprintf("Once they accept, ticket %d is shared", ticket))
		admin.Post("/admin/sharing", ask, http.StatusOK).Has(t, "is shared with its history as soon as", "Until then it goes on by mail.", "Do not share")
		agent := webtest.Open(t, d, d.Agent.User)
		agent.Post(page+"/mail/offer", url.Values{"do": {"ask"}, "desk": {fmt.Sprint(there.ID)}}, http.StatusOK).Has(t, "proposed to it and not answered yet", "Share once they accept")
		var in desk.Agreement
		for deadline := time.Now().Add(time.Minute); in.ID == 0 && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			all, err := s.Agreements.Agreements(t.Context(), kongen.Account.ID)
			webtest.Check(t, err)
			for _, a := range all {
				in = a
			}
		}
		out, err := s.Agreements.Agreements(t.Context(), d.Account.ID)
		webtest.Check(t, err)
		await := url.Values{"do": {"await"}, "desk": {fmt.Sprint(there.ID)}, "agreement": {fmt.Sprint(out[0].ID)}}
		agent.Post(page+"/mail/offer", await, http.StatusOK).Has(t, "as soon as they accept")
		_, err = s.Agreements.Accept(t.Context(), kongen.Account.ID, desk.Actor{ID: kongen.Admin.User.ID, Role: desk.Admin}, in.ID)
		webtest.Check(t, err)
		for deadline := time.Now().Add(time.Minute); !strings.Contains(webtest.Words(agent.Get(page, http.StatusOK).Body), "Kongen has this ticket by sharing, as its ticket 1."); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal(webtest.Words(agent.Get(page, http.StatusOK).Body))
			}
		}
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

// A help desk among those who are mailed is said, before anything is sent and where people are chosen; one that has the ticket by
// sharing is not mailed.
func TestHelpDeskIsCopied(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := webtest.Start(t, db)
		d, _ := s.Desk(t, "acme"), s.Desk(t, "kongen")
		address := "support@kongen.localhost"
		ticket := webtest.NewTicket(t, d, "Stripes", "words", apitest.Object{"requester": apitest.Object{"name": "Mia", "email": "mia@example.com"},
			"email_ccs": []apitest.Object{{"user_email": address, "action": "put"}}})
		page := fmt.Sprintf("/agent/tickets/%d", ticket)
		webtest.Open(t, d, d.Agent.User).Get(page, http.StatusOK).Has(t, "By mail to Mia <mia@example.com>", address+" is a help desk. Share instead? An administrator can propose")
		admin := webtest.Open(t, d, d.Admin.User)
		admin.Get(page, http.StatusOK).Has(t, address+" is a help desk. Share instead? Propose an agreement").HasMarkup(t, "/admin/sharing/new?to="+url.QueryEscape("http://"+s.Host("kongen")))
		admin.Get("/agent/suggest/people?q=somebody@kongen.localhost", http.StatusOK).HasMarkup(t, "(a help desk)")
		admin.Get("/agent/suggest/people?q=mia", http.StatusOK).Lacks(t, "help desk")
	})
}
