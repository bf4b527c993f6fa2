package access_test

import (
	"context"
	"testing"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// TestSignInsOfStaffAreLogged: customers' sign-ins and failed ones are not.
func TestSignInsOfStaffAreLogged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h, ctx := build(t, db), context.Background()
		place := h.place()
		for _, l := range []access.Login{{Email: h.admin.Email, Password: password, Client: place}, {Email: h.ann.Email, Password: password, Client: place},
			{Email: h.admin.Email, Password: "wrong", Client: place}} {
			_, _, _ = h.SignIn(ctx, h.account, l)
		}
		var found store.Listed[desk.AuditLog]
		err := h.store.Account(h.account).Read(ctx, func(tx *store.Tx) (err error) {
			found, err = tx.AuditLogs(ctx, store.AuditLogFilter{Action: desk.AuditLogin}, true, store.Page{Limit: 10})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Items) != 1 || found.Items[0].Actor != h.admin.ID || found.Items[0].IP != place.String() || found.Items[0].Source.ID != int64(h.admin.ID) {
			t.Errorf("%+v", found.Items)
		}
	})
}
