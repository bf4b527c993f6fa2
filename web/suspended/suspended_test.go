package suspended_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
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

const page = "/agent/suspended"

func each(t *testing.T, test func(t *testing.T, d *apitest.Desk)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) { test(t, webtest.Start(t, db).Desk(t, "acme")) })
}

var numbers atomic.Int64 // of Message-IDs

// suspend sends a machine's message in, which is suspended, and gives it. more are headers, an empty line and words.
func suspend(t *testing.T, d *apitest.Desk, from, subject, more string) desk.SuspendedTicket {
	t.Helper()
	before := len(waiting(t, d))
	route, err := d.MailIn.Route(t.Context(), "support@acme.localhost")
	webtest.Check(t, err)
	raw := fmt.Sprintf("From: %s\nTo: support@acme.localhost\nSubject: %s\nMessage-ID: <%d@example.com>\nAuto-Submitted: auto-generated\n%s\n", from, subject, numbers.Add(1), more)
	webtest.Check(t, d.MailIn.Accept(t.Context(), mailin.Envelope{To: []mailin.Route{route}}, strings.NewReader(raw)))
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if all := waiting(t, d); len(all) > before {
			return all[len(all)-1]
		}
	}
	t.Fatal("nothing was suspended")
	return desk.SuspendedTicket{}
}

func waiting(t *testing.T, d *apitest.Desk) (all []desk.SuspendedTicket) {
	t.Helper()
	webtest.Check(t, d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error {
		list, err := tx.SuspendedTickets(t.Context(), store.SuspendedFilter{}, store.SuspendedByID, false, store.Page{})
		all = list.Items
		return err
	}))
	return all
}

func at(s desk.SuspendedTicket) string { return fmt.Sprintf("%s/%d", page, s.ID) }

// press is the form of the page, with a button pressed.
func press(button string, all ...desk.SuspendedTicket) url.Values {
	form := url.Values{"do": {button}}
	for _, s := range all {
		form.Add("ticket", fmt.Sprint(s.ID))
	}
	return form
}

func alone(form url.Values) url.Values {
	form.Set("from", "message")
	return form
}

func TestWhoMay(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		kept := suspend(t, d, "Shop <shop@example.com>", "Order", "\nOrder 5")
		webtest.StaffOnly(t, d, page, at(kept), at(kept)+"/body")
		agent := webtest.Open(t, d, d.Agent.User)
		agent.Get(at(kept)+"/source", http.StatusForbidden)
		agent.Get(at(kept), http.StatusOK).Lacks(t, "always let in", "block")
		agent.Post(page, press("allow", kept), http.StatusForbidden)
		agent.Post(page, press("block", kept), http.StatusForbidden)
		webtest.Open(t, d, d.EndUser.User).Post(page, press("delete", kept), http.StatusForbidden)
		other := webtest.Open(t, d.Server.Desk(t, "other"), desk.User{})
		other.Get(at(kept), http.StatusOK).ArrivedAt(t, "/signin")
		for _, path := range []string{page + "/1", page + "/x", page + "/1/body"} {
			agent.Get(path, http.StatusNotFound)
		}
		if len(waiting(t, d)) != 1 {
			t.Error("the message is gone")
		}
	})
}

func TestTheListIsReadSearchedAndCounted(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		agent := webtest.Open(t, d, d.Agent.User)
		agent.Get(page, http.StatusOK).Has(t, "No mail is suspended")
		suspend(t, d, "Shop <shop@example.com>", "Order "+webtest.Hostile, "\nYour lens is on its way")
		suspend(t, d, "Bank <bank@example.org>", "Statement", "\nOctober")
		all := agent.Get(page, http.StatusOK).Escaped(t).Has(t, "Order <script>", "Your lens is on its way", "Shop", "A machine sent it", "Statement")
		all.HasMarkup(t, `<span class="rail-count">2</span>`)
		if strings.Index(all.Body, "Statement") > strings.Index(all.Body, "Your lens") {
			t.Error("the older one comes first")
		}
		found := agent.Get(page+"?q=LENS", http.StatusOK).Has(t, "Order")
		found.Lacks(t, "Statement")
		agent.Get(page+"?q=nothing", http.StatusOK).Has(t, "No suspended mail has these words")
		agent.Get(page+"?after=rubbish", http.StatusUnprocessableEntity)
	})
}

func TestTheListGoesOn(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		webtest.Check(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for n := range 45 {
				s := desk.SuspendedTicket{Cause: desk.SuspendSpam, Subject: fmt.Sprintf("Letter %02d.", n), AuthorEmail: "a@example.com"}
				if err := tx.InsertSuspended(ctx, &s); err != nil {
					return err
				}
			}
			return nil
		}))
		agent := webtest.Open(t, d, d.Agent.User)
		first := agent.Get(page, http.StatusOK).Has(t, "Letter 44.", "Letter 05.")
		first.Lacks(t, "Letter 04.")
		_, more, _ := strings.Cut(first.Body, `hx-get="`)
		more, _, _ = strings.Cut(more, `"`)
		rest := agent.Htmx().Get(strings.ReplaceAll(more, "&amp;", "&"), http.StatusOK).Has(t, "Letter 04.", "Letter 00.")
		rest.Lacks(t, "Letter 05.", "<html")
	})
}

// A message is shown as a comment would be: nothing in it runs, and nothing is loaded from elsewhere before it is asked for.
func TestAMessageIsReadSafely(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		kept := suspend(t, d, `"<b>Shop" <shop@example.com>`, "Order", `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html

<p>Your <b>lens</b></p><script>alert("x")</script><table><tr><td onclick="x()">row<img src="https://spy.example/p.png"></td></tr></table>
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename="<b>bill.pdf"

pdf
--b--`)
		admin := webtest.Open(t, d, d.Admin.User)
		read := admin.Get(at(kept), http.StatusOK).Escaped(t).Has(t, "Order", "shop@example.com", "support@acme.localhost", "A machine sent it", "bill.pdf", "becomes a ticket", "Download .eml")
		read.HasMarkup(t, `sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"`, at(kept)+"/body")
		body := admin.Get(at(kept)+"/body", http.StatusOK)
		body.HasMarkup(t, "<b>lens</b>", "<td>row")
		body.Lacks(t, "alert", "onclick")
		if policy := body.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox ") || strings.Contains(policy, "https:") {
			t.Errorf("the frame may do %q", policy)
		}
		source := admin.Get(at(kept)+"/source", http.StatusOK)
		if source.Header.Get("Content-Type") != "message/rfc822" || !strings.Contains(source.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(source.Body, "filename=\"<b>bill.pdf\"") {
			t.Errorf("the source is %v %s", source.Header, source.Body)
		}
	})
}

func TestRecover(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		agent, admin := webtest.Open(t, d, d.Agent.User), webtest.Open(t, d, d.Admin.User)
		kept := suspend(t, d, "Shop <shop@example.com>", "Order", "\nYour lens")
		agent.Post(page, alone(press("recover", kept)), http.StatusOK).ArrivedAt(t, "/agent/tickets/").Has(t, "The message is recovered.", "Your lens")
		agent.Post(page, press("recover", kept), http.StatusOK).ArrivedAt(t, page).Has(t, "Somebody else has dealt with it.")
		kept = suspend(t, d, "Shop <shop@example.com>", "Order again", "\nMore")
		as := alone(press("recover", kept))
		as.Set("as", "nobody@example.com")
		agent.Post(page, as, http.StatusUnprocessableEntity).Has(t, "Nobody here has the address nobody@example.com.").HasMarkup(t, `value="nobody@example.com"`)
		as.Set("as", d.EndUser.User.Email)
		agent.Post(page, as, http.StatusOK).Has(t, d.EndUser.User.Name)
		one, two := suspend(t, d, "Bank <bank@example.org>", "A", "\na"), suspend(t, d, "Bank <bank@example.org>", "B", "\nb")
		own := suspend(t, d, "support@acme.localhost", "Own", "\nc")
		admin.Get(at(own), http.StatusOK).Has(t, "it would answer itself").Lacks(t, `value="recover"`, `value="block"`)
		admin.Post(page, press("allow", one, two, own), http.StatusOK).ArrivedAt(t, page).Has(t, "2 messages are recovered; their senders are always let in.", "One stays:")
		wantSender(t, d, "bank@example.org", false)
	})
}

func TestDeleteAndBlock(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		agent, admin := webtest.Open(t, d, d.Agent.User), webtest.Open(t, d, d.Admin.User)
		agent.Post(page, press("delete"), http.StatusOK).Has(t, "Tick what it is about")
		agent.Post(page, press("delete", suspend(t, d, "a@example.com", "A", "\na"), suspend(t, d, "b@example.com", "B", "\nb")), http.StatusOK).Has(t, "2 messages are deleted.", "No mail is suspended")
		admin.Post(page, press("block", suspend(t, d, "a@example.com", "A", "\na")), http.StatusOK).Has(t, "The message is deleted and its sender blocked.")
		wantSender(t, d, "a@example.com", true)
		kept := suspend(t, d, "b@shop.example", "B", "\nb")
		admin.Get(at(kept), http.StatusOK).Has(t, "Delete and block @shop.example")
		admin.Post(page, alone(press("block-domain", kept)), http.StatusOK).ArrivedAt(t, page)
		wantSender(t, d, "anybody@shop.example", true)
		admin.Post(page, press("burn", suspend(t, d, "c@example.com", "C", "\nc")), http.StatusNotFound)
	})
}

func wantSender(t *testing.T, d *apitest.Desk, address string, blocked bool) {
	t.Helper()
	webtest.Check(t, d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error {
		s, err := tx.MailSenderFor(t.Context(), address)
		if err == nil && s.Blocked != blocked {
			t.Errorf("%s: blocked is %v", address, s.Blocked)
		}
		return err
	}))
}
