package mail_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"interdesk/api/apitest"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func each(t *testing.T, test func(t *testing.T, d *apitest.Desk)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) { test(t, webtest.Start(t, db).Desk(t, "acme")) })
}

// address is where a support address is edited.
func address(t *testing.T, d *apitest.Desk, email string) (path string, id desk.AddressID) {
	t.Helper()
	webtest.Check(t, d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.SupportAddresses(t.Context())
		for _, a := range all {
			if a.Address == email {
				id = a.ID
			}
		}
		return err
	}))
	return fmt.Sprintf("/admin/mail/addresses/%d", id), id
}

func TestSupportAddresses(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		admin := webtest.Open(t, d, d.Admin.User)
		const all = "/admin/mail/addresses"
		form := url.Values{"email": {"Sales@shop.example"}, "name": {webtest.Hostile}, "tags": {"shop, sale"}, "group_id": {"0"}}
		admin.Post(all, form, http.StatusOK).ArrivedAt(t, all).Escaped(t).Has(t, "sales@shop.example is saved.", "Not seen yet", "shop", "sale", "default")
		admin.Post(all, form, http.StatusUnprocessableEntity)
		admin.Post(all, url.Values{"email": {"no address"}, "name": {"Kept"}}, http.StatusUnprocessableEntity).HasMarkup(t, `value="no address"`, `value="Kept"`)
		path, id := address(t, d, "sales@shop.example")
		admin.Get(path, http.StatusOK).Has(t, "No mail to sales@shop.example has come here yet.", "Delete this address")
		admin.Post(path, url.Values{"name": {"Sales"}, "default": {"true"}}, http.StatusOK)
		admin.Get(path, http.StatusOK).Lacks(t, "Delete this address")
		admin.Post(path+"/delete", nil, http.StatusUnprocessableEntity).Has(t, "make another one the default first")
		old, _ := address(t, d, "support@acme.localhost")
		admin.Get(old+"/delete", http.StatusOK).Has(t, "Delete support@acme.localhost?")
		admin.Post(old+"/delete", nil, http.StatusOK).ArrivedAt(t, all).Lacks(t, "support@acme.localhost")
		if _, again := address(t, d, "sales@shop.example"); again != id {
			t.Errorf("the address is %d, want %d", again, id)
		}
		admin.Get("/admin/mail/addresses/999", http.StatusNotFound)
		adminsOnly(t, d, all, all+"/new", path, path+"/delete", "/admin/mail/senders")
	})
}

func TestSenders(t *testing.T) {
	each(t, func(t *testing.T, d *apitest.Desk) {
		admin := webtest.Open(t, d, d.Admin.User)
		const all = "/admin/mail/senders"
		admin.Get(all, http.StatusOK).Has(t, "Nobody is always let in.", "Nobody is blocked.")
		admin.Post(all, url.Values{"list": {"allow"}, "pattern": {"ana@example.com, @shop.example"}}, http.StatusOK).Has(t, "2 senders are on the list.", "@shop.example", d.Admin.User.Name)
		admin.Post(all, url.Values{"list": {"block"}, "pattern": {"@shop.example"}}, http.StatusOK).Has(t, "The sender is on the list.")
		admin.Post(all, url.Values{"list": {"block"}, "pattern": {"spam.example\nnobody"}}, http.StatusUnprocessableEntity).Has(t, "write an address").HasMarkup(t, `id="in-pattern"`)
		admin.Post(all, url.Values{"list": {"block"}, "pattern": {"support@acme.localhost"}}, http.StatusUnprocessableEntity).Has(t, "address of this desk")
		wantSender(t, d, "mia@shop.example", true)
		admin.Post(all+"/delete", url.Values{"pattern": {"@shop.example"}}, http.StatusOK).Has(t, "@shop.example is on no list any more.")
		admin.Post(all+"/delete", url.Values{"pattern": {"@shop.example"}}, http.StatusNotFound)
		wantSender(t, d, "ana@example.com", false)
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

// adminsOnly demands that agents and customers are turned away.
func adminsOnly(t *testing.T, d *apitest.Desk, paths ...string) {
	t.Helper()
	for _, u := range [...]desk.User{d.Agent.User, d.EndUser.User} {
		b := webtest.Open(t, d, u)
		for _, path := range paths {
			b.Get(path, http.StatusForbidden)
		}
		b.Post("/admin/mail/senders", url.Values{"list": {"allow"}, "pattern": {"a@example.com"}}, http.StatusForbidden)
	}
}
