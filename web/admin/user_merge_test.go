package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func TestCustomersAreMerged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		ana := d.Agent.Post("users", map[string]any{"user": map[string]any{"name": hostile, "email": "ana@example.com"}}, 201).ID("user.id")
		b := webtest.Open(t, d, d.Agent.User)
		at := fmt.Sprintf("/agent/users/%d", ana)
		b.Post(at+"/merge", url.Values{"into": {"nobody@example.com"}}, http.StatusUnprocessableEntity).Has(t, "Nobody has the address nobody@example.com").Escaped(t)
		b.Post(at+"/merge", url.Values{"into": {"ana@example.com"}}, http.StatusUnprocessableEntity).Has(t, "nobody is merged with themselves")
		b.Post(at+"/merge", url.Values{"into": {d.Agent.User.Email}}, http.StatusUnprocessableEntity).Has(t, "Only customers are merged")
		b.Post(at+"/merge", url.Values{"into": {d.EndUser.User.Email}}, http.StatusOK).Has(t, "has everything now")
		if gone := d.Agent.Get(fmt.Sprintf("users/%d", ana), 200); gone.At("user.active") != false {
			t.Errorf("%s", gone.Body)
		}
	})
}
