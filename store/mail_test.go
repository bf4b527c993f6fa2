package store_test

import (
	"strings"
	"testing"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestSupportAddresses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, acme, _ := openDesk(t, db)
		ctx := t.Context()
		first := configOf(t, acme).Addresses[0]
		if first.Address[:8] != "support@" || !first.Default {
			t.Fatalf("an account begins with %+v, want a default address support@ its host", first)
		}
		sales := desk.SupportAddress{Address: "sales@shop.example", Name: "Acme Sales", Brand: first.Brand, Tags: []string{"sales"}}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertSupportAddress(ctx, &sales) })
		wantSame(t, "addresses", configOf(t, acme).Addresses, []desk.SupportAddress{first, sales})
		wantFault(t, acme.Write(ctx, func(tx *store.Tx) error {
			return tx.InsertSupportAddress(ctx, &desk.SupportAddress{Address: "sales@shop.example"})
		}), "email", "DuplicateValue")

		for address, known := range map[string]bool{
			"sales@shop.example": true, "Sales+t.x.y@Shop.example": true, "other@shop.example": false,
			first.Address: true, "anything@" + first.Address[8:]: true, "nonsense": false,
		} {
			_, err := s.AccountByAddress(ctx, address)
			wantSame(t, address+" is known", err == nil, known)
		}

		sales.Default = true
		write(t, acme, func(tx *store.Tx) error { return tx.UpdateSupportAddress(ctx, &sales) })
		first.Default = false
		wantSame(t, "addresses after the change", configOf(t, acme).Addresses, []desk.SupportAddress{sales, first})
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteSupportAddress(ctx, first.ID) })
		wantSame(t, "addresses after the end of one", configOf(t, acme).Addresses, []desk.SupportAddress{sales})
	})
}

// A host that an account gets brings its support address, which takes the place of an earlier host's.
func TestANewHostBringsItsAddress(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, acme, _ := openDesk(t, db)
		ctx := t.Context()
		old := configOf(t, acme).Addresses[0].Address
		add := func(host, want string) {
			t.Helper()
			if err := s.AddHost(ctx, acme.ID(), host); err != nil {
				t.Fatal(err)
			}
			wantSame(t, "the default after "+host, configOf(t, acme).Addresses[0].Address, want)
		}
		add("help.example.net", "support@help.example.net")
		own := desk.SupportAddress{Address: "hello@shop.example", Default: true}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertSupportAddress(ctx, &own) })
		add("help.example.org", "hello@shop.example")
		for _, address := range []string{old, "support@help.example.net", "support@help.example.org"} {
			if id, err := s.AccountByAddress(ctx, address); err != nil || id != acme.ID() {
				t.Errorf("mail to %s goes to %d, %v", address, id, err)
			}
		}
	})
}

func TestMailIsFoundByTicketAndID(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		m := desk.Mail{Direction: desk.MailIn, State: desk.MailReceived, MessageID: "1@customer.example", Sender: "carla@customer.example",
			Recipient: "support@acme.example", Subject: "Stripes", Blob: "ab", Size: 2}
		write(t, acme, func(tx *store.Tx) error { return tx.InsertMail(ctx, &m) })
		m.State, m.Ticket, m.DoneAt = desk.MailProcessed, 7, m.CreatedAt.Add(time.Second)
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.UpdateMail(ctx, &m); err != nil {
				return err
			}
			return tx.RememberThread(ctx, m.MessageID, m.Ticket)
		})
		read(t, acme, func(tx *store.Tx) error {
			of, err := tx.MailsOf(ctx, 7)
			wantSame(t, "mails of the ticket", of, []desk.Mail{m})
			again, _ := tx.MailsWithMessageID(ctx, m.MessageID)
			wantSame(t, "mails with the id", again, of)
			n, _ := tx.CountMailFrom(ctx, m.Sender, m.CreatedAt, 10)
			wantSame(t, "mails from the sender", n, 1)
			thread, _ := tx.ThreadOf(ctx, []string{"unknown@x", m.MessageID})
			wantSame(t, "ticket of the thread", thread, desk.TicketID(7))
			thread, _ = tx.ThreadOf(ctx, nil)
			wantSame(t, "ticket of no thread", thread, desk.TicketID(0))
			list, _ := tx.Mails(ctx, store.MailFilter{Direction: desk.MailIn, State: desk.MailProcessed}, store.Page{Limit: 5})
			wantSame(t, "processed mails", list.Items, of)
			return err
		})
	})
}

func TestSendersAreLetInOrNot(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.SetMailSender(ctx, desk.MailSender{Pattern: "@Spam.example", Blocked: true}); err != nil {
				return err
			}
			return tx.SetMailSender(ctx, desk.MailSender{Pattern: "good@spam.example"})
		})
		read(t, acme, func(tx *store.Tx) error {
			bad, err := tx.MailSenderFor(ctx, "bad@spam.example")
			wantSame(t, "a stranger of the domain is blocked", bad.Blocked, true)
			good, _ := tx.MailSenderFor(ctx, "Good@spam.example")
			wantSame(t, "the one who is allowed is blocked", good.Blocked, false)
			n, _ := tx.CountMailSenders(ctx, "good@spam.example")
			wantSame(t, "others than one", n, 1)
			_, unknown := tx.MailSenderFor(ctx, "x@y.example")
			wantSame(t, "nothing is said of others", desk.KindOf(unknown), desk.NotFound)
			return err
		})
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteMailSender(ctx, "@spam.example") })
		read(t, acme, func(tx *store.Tx) error {
			blocked, err := tx.MailSenders(ctx, true)
			wantSame(t, "blocked senders", len(blocked), 0)
			return err
		})
	})
}

func TestSuspendedTickets(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		ctx := t.Context()
		one := desk.SuspendedTicket{Mail: 1, Cause: desk.SuspendVacation, AuthorName: "Carla", AuthorEmail: "carla@customer.example", Subject: "Out of 100% office", Content: "Back on Monday"}
		two := desk.SuspendedTicket{Mail: 2, Cause: desk.SuspendBlocked, AuthorEmail: "x@spam.example", Subject: "Buy"}
		write(t, acme, func(tx *store.Tx) error {
			if err := tx.InsertSuspended(ctx, &one); err != nil {
				return err
			}
			return tx.InsertSuspended(ctx, &two)
		})
		read(t, acme, func(tx *store.Tx) error {
			for _, c := range []struct {
				name   string
				filter store.SuspendedFilter
				want   []desk.SuspendedTicket
			}{
				{"all", store.SuspendedFilter{}, []desk.SuspendedTicket{one, two}},
				{"a word of the subject", store.SuspendedFilter{Text: "100% OFF"}, []desk.SuspendedTicket{one}},
				{"a word of the text", store.SuspendedFilter{Text: "monday"}, []desk.SuspendedTicket{one}},
				{"an author", store.SuspendedFilter{Author: two.AuthorEmail}, []desk.SuspendedTicket{two}},
				{"nothing", store.SuspendedFilter{Text: "100_"}, nil},
			} {
				got, err := tx.SuspendedTickets(ctx, c.filter, store.SuspendedByID, false, store.Page{Limit: 9})
				if err != nil {
					return err
				}
				wantSame(t, c.name, got.Items, c.want)
			}
			n, err := tx.CountSuspended(ctx, store.SuspendedFilter{}, 1)
			wantSame(t, "count up to one", n, 1)
			return err
		})
		write(t, acme, func(tx *store.Tx) error { return tx.DeleteSuspended(ctx, one.ID) })
		read(t, acme, func(tx *store.Tx) error {
			old, err := tx.SuspendedBefore(ctx, time.Now().Add(time.Hour), 5)
			wantSame(t, "old ones", old, []desk.SuspendedTicket{two})
			return err
		})
	})
}

// A message is found by its id over the index, however many there are.
func TestMailIsFoundOverAnIndex(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		_, acme, _ := openDesk(t, db)
		if db.Dialect() != sqldb.SQLite {
			return // plans by what is in the table
		}
		read(t, acme, func(tx *store.Tx) error {
			plan := explained(t, tx, store.MailsByMessageID, tx.Account(), "x")
			if !strings.Contains(plan, "mails_message") {
				t.Errorf("the plan is %s", plan)
			}
			return nil
		})
	})
}
