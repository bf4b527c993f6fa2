package ticket_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/web/webtest"
)

func TestWhatBecameOfLetters(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := webtest.Start(t, db).Desk(t, "acme")
		admin := d.Admin.User
		ben := desk.User{Name: "Ben", Email: "ben@staff.test", Role: desk.Agent}
		subject, other := "Stripes", "Other"
		id := apply(t, d, admin, desk.Update{Edits: desk.Edits{Subject: &subject}})
		elsewhere := apply(t, d, admin, desk.Update{Edits: desk.Edits{Subject: &other}})
		var sent desk.Mail
		err := d.Store.Account(d.Account.ID).Write(t.Context(), func(tx *store.Tx) error {
			ctx := context.Background()
			if err := tx.InsertUser(ctx, &ben); err != nil {
				return err
			}
			audits, err := tx.LatestAudits(ctx, id, 1)
			if err != nil {
				return err
			}
			sum, size, err := d.Files.Put(ctx, strings.NewReader("From: a@acme.test\r\n\r\n<script>alert(1)</script>"), 0)
			if err != nil {
				return err
			}
			sent = desk.Mail{Direction: desk.MailOut, State: desk.MailSent, Recipient: "carla@mail.test", Blob: sum, Size: size}
			for _, m := range []*desk.Mail{&sent,
				{Direction: desk.MailOut, State: desk.MailFailed, Recipient: "dora@mail.test", Reason: "the relay said 550 no such user"},
				{Direction: desk.MailOut, State: desk.MailSuppressed, User: ben.ID, Recipient: ben.Email, Reason: "They are suspended."}} {
				m.Ticket, m.Audit = id, audits[0].ID
				if err := tx.InsertMail(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
		webtest.Check(t, err)
		path := fmt.Sprintf("/agent/tickets/%d", id)
		source := fmt.Sprintf("/mails/%d", sent.ID)
		b := webtest.Open(t, d, admin)
		b.Get(path+"?events=1", http.StatusOK).Has(t, "Mailed to carla@mail.test.", "could not be sent: the relay said 550 no such user", "Not mailed to Ben. They are suspended.", "Source")
		got := b.Get(path+source, http.StatusOK)
		if got.Header.Get("Content-Type") != "message/rfc822" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(got.Body, "From: a@acme.test") {
			t.Errorf("%v %s", got.Header, got.Body)
		}
		b.Get(fmt.Sprintf("/agent/tickets/%d", elsewhere)+source, http.StatusNotFound)
		webtest.Open(t, d, ben).Get(path+source, http.StatusForbidden)
	})
}
