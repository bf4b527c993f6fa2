package inbound_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"interdesk/blob"
	"interdesk/desk"
	"interdesk/job"
	"interdesk/mail/inbound"
	"interdesk/mail/message"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
	"interdesk/upload"
)

// room is a help desk, acme, that takes mail in, and another one beside it.
type room struct {
	*inbound.Service
	t       *testing.T
	store   *store.Store
	tickets *ticketing.Service
	uploads *upload.Service
	tokens  *message.Tokens
	files   *blob.Store
	account store.Account
	other   desk.AccountID
	ada     desk.User // an admin

	newRunner func() *job.Runner
}

func each(t *testing.T, test func(t *testing.T, r *room)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, err := store.Open(t.Context(), db)
		must(t, err)
		t.Cleanup(func() { must(t, s.Close(context.Background())) })
		r := &room{t: t, store: s}
		r.files, err = blob.Open(t.TempDir(), 0)
		must(t, err)
		t.Cleanup(func() { _ = r.files.Close() })
		a, ada, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost",
			desk.User{Name: "Ada", Email: "ada@acme.test", Role: desk.Admin}, "")
		must(t, err)
		b, _, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: "kongen", Name: "Kongen"}, "kongen.localhost",
			desk.User{Name: "Kai", Email: "kai@kongen.test", Role: desk.Admin}, "")
		must(t, err)
		r.account, r.other, r.ada = s.Account(a.ID), b.ID, ada
		r.furnish(db)
		test(t, r)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// furnish makes the services. A message is proven where its header says "X-Test: proven", and forged where it says so.
func (r *room) furnish(db *sqldb.DB) {
	var err error
	quiet := slog.New(slog.DiscardHandler)
	r.tokens, err = message.NewTokens([]byte("a secret for tests of mail"))
	must(r.t, err)
	r.tickets = ticketing.New(r.store, ticketing.Options{Logger: quiet})
	r.uploads = upload.New(r.store, r.files, []byte("a key of links, for tests of mail"), nil)
	r.Service = inbound.New(r.store, inbound.Options{Files: r.files, Tickets: r.tickets, Uploads: r.uploads, Tokens: r.tokens, Logger: quiet,
		Authenticate: func(_ context.Context, _ inbound.Envelope, source []byte, _ bool) inbound.Authenticity {
			return inbound.Authenticity{Proven: strings.Contains(string(source), "X-Test: proven"), Forged: strings.Contains(string(source), "X-Test: forged")}
		}})
	r.newRunner = func() *job.Runner {
		runner := job.NewRunner(db, job.Config{Poll: 20 * time.Millisecond, Logger: quiet})
		r.Jobs(runner)
		return runner
	}
}

// work runs the jobs from now on.
func (r *room) work() {
	r.t.Helper()
	runner := r.newRunner()
	must(r.t, runner.Start(r.t.Context()))
	r.t.Cleanup(func() { _ = runner.Stop(context.Background()) })
}

// accept hands a message over, of which the lines end in \n.
func (r *room) accept(raw string, to ...string) []desk.Mail {
	r.t.Helper()
	if len(to) == 0 {
		to = []string{"support@acme.localhost"}
	}
	e := inbound.Envelope{From: "envelope@example.com"}
	for _, address := range to {
		route, err := r.Route(r.t.Context(), address)
		must(r.t, err)
		e.To = append(e.To, route)
	}
	before := r.received(r.account.ID())
	must(r.t, r.Accept(r.t.Context(), e, strings.NewReader(strings.ReplaceAll(strings.TrimLeft(raw, "\n"), "\n", "\r\n"))))
	return slices.DeleteFunc(r.received(r.account.ID()), func(m desk.Mail) bool { return slices.Contains(before, m) })
}

// take hands a message over and takes it in, as the job does, and gives its row.
func (r *room) take(raw string, to ...string) desk.Mail {
	r.t.Helper()
	var last desk.Mail
	for _, m := range r.acceptAll(raw, to...) {
		last = r.await(m)
	}
	return last
}

// acceptAll is accept while the jobs run.
func (r *room) acceptAll(raw string, to ...string) (all []desk.Mail) {
	r.t.Helper()
	known := r.mails()
	r.accept(raw, to...)
	for id, m := range r.mails() {
		if _, old := known[id]; !old {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b desk.Mail) int { return int(a.ID - b.ID) })
	return all
}

// mails are all messages that came to acme.
func (r *room) mails() map[desk.MailID]desk.Mail {
	r.t.Helper()
	all := map[desk.MailID]desk.Mail{}
	r.read(func(ctx context.Context, tx *store.Tx) error {
		for _, state := range []desk.MailState{desk.MailReceived, desk.MailProcessed, desk.MailSuspended, desk.MailDiscarded} {
			list, err := tx.Mails(ctx, store.MailFilter{Direction: desk.MailIn, State: state}, store.Page{})
			if err != nil {
				return err
			}
			for _, m := range list.Items {
				all[m.ID] = m
			}
		}
		return nil
	})
	return all
}

// await waits until something has become of a message.
func (r *room) await(m desk.Mail) desk.Mail {
	r.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		r.read(func(ctx context.Context, tx *store.Tx) (err error) {
			m, err = tx.Mail(ctx, m.ID)
			return err
		})
		if m.State != desk.MailReceived {
			return m
		}
	}
	r.t.Fatalf("nothing became of %+v", m)
	return m
}

func (r *room) read(fn func(ctx context.Context, tx *store.Tx) error) {
	r.t.Helper()
	ctx := r.t.Context()
	must(r.t, r.account.Read(ctx, func(tx *store.Tx) error { return fn(ctx, tx) }))
}

func (r *room) write(fn func(ctx context.Context, tx *store.Tx) error) {
	r.t.Helper()
	ctx := r.t.Context()
	must(r.t, r.account.Write(ctx, func(tx *store.Tx) error { return fn(ctx, tx) }))
}

func (r *room) ticket(id desk.TicketID) (t desk.Ticket) {
	r.t.Helper()
	r.read(func(ctx context.Context, tx *store.Tx) (err error) {
		t, err = tx.Ticket(ctx, id)
		return err
	})
	return t
}

func (r *room) comments(id desk.TicketID) (all []desk.Comment) {
	r.t.Helper()
	r.read(func(ctx context.Context, tx *store.Tx) error {
		list, err := tx.Comments(ctx, id, store.CommentFilter{}, store.Page{})
		all = list.Items
		return err
	})
	return all
}

func (r *room) suspended() (all []desk.SuspendedTicket) {
	r.t.Helper()
	r.read(func(ctx context.Context, tx *store.Tx) error {
		list, err := tx.SuspendedTickets(ctx, store.SuspendedFilter{}, store.SuspendedByID, false, store.Page{})
		all = list.Items
		return err
	})
	return all
}

func (r *room) person(name, email string, role desk.Role) desk.User {
	r.t.Helper()
	u := desk.User{Name: name, Email: email, Role: role, Verified: true}
	r.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &u) })
	return u
}

// apply has somebody at the desk change a ticket.
func (r *room) apply(by desk.User, u desk.Update) desk.Ticket {
	r.t.Helper()
	u.Account, u.Actor = r.account.ID(), desk.Actor{ID: by.ID, Name: by.Name, Role: by.Role}
	applied, err := r.tickets.Apply(r.t.Context(), u)
	must(r.t, err)
	return applied.Ticket
}

// mail is a plain message.
func mail(from, id, more, text string) string {
	return fmt.Sprintf("From: %s\nTo: support@acme.localhost\nSubject: Stripes\nDate: Mon, 02 Nov 2026 10:00:00 +0000\nMessage-ID: <%s@example.com>\n%s\n%s\n", from, id, more, text)
}
