package sending_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/mail/mailtest"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

const page = "/admin/mail/sending"

func each(t *testing.T, test func(t *testing.T, d *apitest.Desk, admin *webtest.Browser)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		test(t, d, webtest.Open(t, d, d.Admin.User))
	})
}

func TestARelayIsTriedAndKept(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, admin *webtest.Browser) {
		relay := mailtest.Start(t, "")
		form := url.Values{"host": {"127.0.0.1"}, "port": {strconv.Itoa(relay.Address().Port)}, "security": {"opportunistic"}}
		relay.Set(mailtest.Down)
		admin.Post(page+"/relay", form, http.StatusUnprocessableEntity).Has(t, "cannot be reached")
		relay.Set(mailtest.Up)
		admin.Post(page+"/relay", form, http.StatusOK).Has(t, "your own relay, 127.0.0.1", "letters go out by it from now on")
		admin.Post(page+"/test", nil, http.StatusOK).Has(t, "A test is on its way")
		if l := relay.Await(1)[0]; l.To != d.Admin.User.Email || !strings.Contains(l.Source, "arrives") {
			t.Errorf("%+v", l)
		}
		admin.Post(page+"/relay/delete", nil, http.StatusOK).Has(t, "relay of this installation")
	})
}

func TestWhatWaitsIsShownAndTried(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, admin *webtest.Browser) {
		webtest.Check(t, d.Store.Account(d.Account.ID).Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.SetRelayFailure(t.Context(), "the relay said 421 too busy", d.Account.CreatedAt); err != nil {
				return err
			}
			return tx.InsertMail(t.Context(), &desk.Mail{Direction: desk.MailOut, State: desk.MailQueued, Recipient: "carla@mail.test", Subject: "<b>Stripes", Reason: "greylisted"})
		}))
		admin.Get(page, http.StatusOK).Has(t, "421 too busy", "carla@mail.test", "greylisted", "<b>Stripes", "Try them now")
		admin.Post(page+"/retry", nil, http.StatusOK).Has(t, "tried now")
	})
}

func TestKeysAreMadeForOwnDomains(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, admin *webtest.Browser) {
		first := admin.Get(page, http.StatusOK)
		domain := regexp.MustCompile(`name="domain" value="([^"]+)"`).FindStringSubmatch(first.Body)[1]
		admin.Post(page+"/key", url.Values{"domain": {"bank.test"}}, http.StatusNotFound)
		admin.Post(page+"/key", url.Values{"domain": {domain}}, http.StatusOK).Has(t, "v=DKIM1; k=rsa; p=", "._domainkey."+domain, "Not signed yet")
		admin.Post(page+"/key/delete", url.Values{"domain": {domain}}, http.StatusOK).Has(t, "Make a key")
	})
}

func TestTheLayoutIsPreviewedAndKept(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, admin *webtest.Browser) {
		layout := url.Values{"mail_html": {"<h1>Our frame</h1>{{content}}<script>alert(1)</script>"}, "mail_text": {"== {{content}} =="}}
		preview := admin.Post(page+"/preview", layout, http.StatusOK)
		if policy := preview.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox;") || !strings.Contains(preview.Body, "Our frame") {
			t.Errorf("%s %s", policy, preview.Body)
		}
		admin.Post(page+"/layout", url.Values{"mail_html": {"nothing in it"}}, http.StatusUnprocessableEntity).Has(t, "{{content}}")
		admin.Post(page+"/layout", layout, http.StatusOK).Has(t, "The layout is saved", "Our frame")
	})
}

func TestOnlyAdminsSendAndSet(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk, _ *webtest.Browser) {
		nobody := webtest.Open(t, d, desk.User{})
		if a := nobody.Get(page, http.StatusOK); !strings.HasPrefix(a.Path, "/signin") {
			t.Errorf("arrived at %s", a.Path)
		}
	})
}
