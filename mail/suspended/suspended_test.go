package suspended_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"interdesk/blob"
	"interdesk/desk"
	"interdesk/job"
	"interdesk/mail/inbound"
	"interdesk/mail/message"
	"interdesk/mail/suspended"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
	"interdesk/upload"
)

// room is a help desk with a clock of its own that takes mail in.
type room struct {
	*suspended.Service
	t       *testing.T
	store   *store.Store
	inbox   *inbound.Service
	files   *blob.Store
	account store.Account
	ada     desk.User // an admin
	agnes   desk.User // an agent
	now     time.Time
}

func each(t *testing.T, test func(t *testing.T, r *room)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, err := store.Open(t.Context(), db)
		must(t, err)
		t.Cleanup(func() { must(t, s.Close(context.Background())) })
		r := &room{t: t, store: s, now: time.Now()}
		r.files, err = blob.Open(t.TempDir(), 0)
		must(t, err)
		t.Cleanup(func() { must(t, r.files.Close()) })
		a, ada, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost",
			desk.User{Name: "Ada", Email: "ada@acme.test", Role: desk.Admin}, "")
		must(t, err)
		r.account, r.ada = s.Account(a.ID), ada
		r.agnes = desk.User{Name: "Agnes", Email: "agnes@acme.test", Role: desk.Agent}
		must(t, r.account.Write(t.Context(), func(tx *store.Tx) error { return tx.InsertUser(t.Context(), &r.agnes) }))
		r.open(db)
		test(t, r)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *room) open(db *sqldb.DB) {
	quiet := slog.New(slog.DiscardHandler)
	tokens, err := message.NewTokens([]byte("a secret for tests of mail"))
	must(r.t, err)
	r.inbox = inbound.New(r.store, inbound.Options{Files: r.files, Tickets: ticketing.New(r.store, ticketing.Options{Logger: quiet}),
		Uploads: upload.New(r.store, r.files, []byte("a key of links, for tests of mail"), nil), Tokens: tokens, Logger: quiet})
	r.Service = suspended.New(r.store, r.inbox, suspended.Options{Files: r.files, Clock: func() time.Time { return r.now }})
	runner := job.NewRunner(db, job.Config{Poll: 20 * time.Millisecond, Logger: quiet})
	r.inbox.Jobs(runner)
	must(r.t, runner.Start(r.t.Context()))
	r.t.Cleanup(func() { _ = runner.Stop(context.Background()) })
}

var numbers atomic.Int64

// suspend sends a machine's message in, which is suspended.
func (r *room) suspend(from, more string) desk.SuspendedTicket {
	r.t.Helper()
	ctx := r.t.Context()
	route, err := r.inbox.Route(ctx, "support@acme.localhost")
	must(r.t, err)
	raw := fmt.Sprintf("From: Shop <%s>\nSubject: Order\nMessage-ID: <%d@example.com>\n%s\nOrder 5\n", from, numbers.Add(1), more)
	before := r.all()
	must(r.t, r.inbox.Accept(ctx, inbound.Envelope{To: []inbound.Route{route}}, strings.NewReader(raw)))
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if after := r.all(); len(after) > len(before) {
			return after[len(after)-1]
		}
	}
	r.t.Fatal("nothing was suspended")
	return desk.SuspendedTicket{}
}

const auto = "Auto-Submitted: auto-generated\n"

func (r *room) all() (all []desk.SuspendedTicket) {
	r.t.Helper()
	r.read(func(ctx context.Context, tx *store.Tx) error {
		list, err := tx.SuspendedTickets(ctx, store.SuspendedFilter{}, store.SuspendedByID, false, store.Page{})
		all = list.Items
		return err
	})
	return all
}

func (r *room) mail(id desk.MailID) (m desk.Mail) {
	r.t.Helper()
	r.read(func(ctx context.Context, tx *store.Tx) (err error) {
		m, err = tx.Mail(ctx, id)
		return err
	})
	return m
}

func (r *room) read(fn func(ctx context.Context, tx *store.Tx) error) {
	r.t.Helper()
	ctx := r.t.Context()
	must(r.t, r.account.Read(ctx, func(tx *store.Tx) error { return fn(ctx, tx) }))
}

func TestRecover(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		kept := r.suspend("shop@example.com", auto)
		ticket, err := r.Recover(t.Context(), r.account.ID(), r.agnes, kept.ID, suspended.Recovery{})
		must(t, err)
		if m := r.mail(kept.Mail); m.State != desk.MailProcessed || m.Ticket != ticket.ID || len(r.all()) != 0 {
			t.Errorf("the mail is %+v", m)
		}
		r.read(func(ctx context.Context, tx *store.Tx) error {
			u, err := tx.User(ctx, ticket.Requester)
			if err != nil || u.Email != "shop@example.com" {
				t.Errorf("requested by %+v, %v", u, err)
			}
			audits, err := tx.Audits(ctx, ticket.ID, store.Page{})
			if err != nil {
				return err
			}
			first, words := audits.Items[0], ""
			for _, e := range first.Events {
				if e.Type == desk.EventRecovery {
					words = e.Message
				}
			}
			if first.Client.By != r.agnes.ID || !strings.HasPrefix(words, "Agnes recovered this mail. It had been suspended: ") {
				t.Errorf("the history says %q, by %d", words, first.Client.By)
			}
			return nil
		})
		if _, err := r.Recover(t.Context(), r.account.ID(), r.agnes, kept.ID, suspended.Recovery{}); desk.KindOf(err) != desk.NotFound {
			t.Errorf("recovered again: %v", err)
		}
	})
}

func TestRecoverInSomebodysName(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		kept := r.suspend("shop@example.com", auto)
		ticket, err := r.Recover(t.Context(), r.account.ID(), r.agnes, kept.ID, suspended.Recovery{As: r.agnes.ID})
		must(t, err)
		if ticket.Requester != r.agnes.ID {
			t.Errorf("requested by %d, want %d", ticket.Requester, r.agnes.ID)
		}
	})
}

func TestRecoverAndAllow(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		kept := r.suspend("shop@example.com", auto)
		allow := suspended.Recovery{AllowSender: true}
		if _, err := r.Recover(t.Context(), r.account.ID(), r.agnes, kept.ID, allow); desk.KindOf(err) != desk.Forbidden {
			t.Errorf("an agent allows: %v", err)
		}
		_, err := r.Recover(t.Context(), r.account.ID(), r.ada, kept.ID, allow)
		must(t, err)
		r.read(func(ctx context.Context, tx *store.Tx) error {
			s, err := tx.MailSenderFor(ctx, "shop@example.com")
			if s.Blocked || s.CreatedBy != r.ada.ID {
				t.Errorf("allowed: %+v", s)
			}
			return err
		})
	})
}

func TestWhatIsNotRecovered(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		own := r.suspend("support@acme.localhost", "")
		nobody := r.suspend("", auto)
		broken := r.suspend("mia@example.com", "X-Long: "+strings.Repeat("x ", 1<<20)+"\n")
		for name, try := range map[string]struct {
			id   desk.SuspendedID
			by   desk.User
			kind desk.Kind
		}{
			"from a support address": {own.ID, r.ada, desk.Invalid},
			"from nobody":            {nobody.ID, r.ada, desk.Invalid},
			"unreadable":             {broken.ID, r.ada, desk.Invalid},
			"by a customer":          {nobody.ID, desk.User{Role: desk.EndUser}, desk.Forbidden},
			"what is not there":      {1, r.ada, desk.NotFound},
		} {
			if _, err := r.Recover(t.Context(), r.account.ID(), try.by, try.id, suspended.Recovery{}); desk.KindOf(err) != try.kind || err == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := len(r.all()); n != 3 {
			t.Errorf("%d are left of 3", n)
		}
		results, err := r.RecoverMany(t.Context(), r.account.ID(), r.ada, []desk.SuspendedID{own.ID, r.suspend("shop@example.com", auto).ID}, suspended.Recovery{})
		if err != nil || len(results) != 2 || desk.KindOf(results[0].Err) != desk.Invalid || results[1].Err != nil || results[1].Ticket.ID == 0 {
			t.Errorf("several: %+v, %v", results, err)
		}
	})
}

// Whoever is first recovers it; there is one ticket, whatever the others do.
func TestSeveralAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		kept := r.suspend("shop@example.com", auto)
		var done atomic.Int32
		var all sync.WaitGroup
		for n := range 6 {
			all.Go(func() {
				var err error
				if n%2 == 0 {
					_, err = r.Recover(t.Context(), r.account.ID(), r.ada, kept.ID, suspended.Recovery{})
				} else {
					err = r.Delete(t.Context(), r.account.ID(), r.ada, kept.ID)
				}
				if k := desk.KindOf(err); err == nil {
					done.Add(1)
				} else if k != desk.NotFound && k != desk.Conflict {
					t.Errorf("%d: %v", n, err)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 {
			t.Errorf("%d succeeded", done.Load())
		}
	})
}

func TestDeleteAndBlock(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		kept := r.suspend("shop@example.com", auto)
		must(t, r.Delete(t.Context(), r.account.ID(), r.agnes, kept.ID))
		if m := r.mail(kept.Mail); m.State != desk.MailDiscarded || m.Reason != "Agnes deleted it." {
			t.Errorf("the mail is %+v", m)
		}
		kept = r.suspend("shop@example.com", auto)
		if _, err := r.Block(t.Context(), r.account.ID(), r.agnes, kept.ID, true); desk.KindOf(err) != desk.Forbidden {
			t.Errorf("an agent blocks: %v", err)
		}
		pattern, err := r.Block(t.Context(), r.account.ID(), r.ada, kept.ID, true)
		must(t, err)
		if pattern != "@example.com" || len(r.all()) != 0 {
			t.Errorf("blocked %s, left %+v", pattern, r.all())
		}
		if next := r.suspend("mia@example.com", ""); next.Cause != desk.SuspendBlocked {
			t.Errorf("the next is %+v", next)
		}
	})
}

// What nobody looks at goes after its time, the source an hour later.
func TestExpiry(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		kept := r.suspend("shop@example.com", auto)
		source := r.mail(kept.Mail).Blob
		begun := r.now
		for _, step := range []struct {
			name           string
			after          time.Duration
			waiting, there bool
		}{
			{"in time", 29 * 24 * time.Hour, true, true},
			{"after its time", 30*24*time.Hour + time.Minute, false, true},
			{"later", 31 * 24 * time.Hour, false, false},
		} {
			r.now = begun.Add(step.after)
			must(t, r.Expire(t.Context()))
			f, err := r.files.Open(t.Context(), source)
			if err == nil {
				must(t, f.Close())
			}
			if waiting := len(r.all()) == 1; waiting != step.waiting || (err == nil) != step.there {
				t.Errorf("%s: waiting %v, its source there %v", step.name, waiting, err == nil)
			}
		}
		if m := r.mail(kept.Mail); m.State != desk.MailDiscarded || m.Cause != "expired" {
			t.Errorf("the mail is %+v", m)
		}
	})
}
