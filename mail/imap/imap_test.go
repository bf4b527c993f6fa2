package imap_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"

	"interdesk/desk"
	"interdesk/mail/imap"
	"interdesk/mail/mailtest"
	"interdesk/outbound"
	"interdesk/setup"
	"interdesk/sharing"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// room is an account that reads mailboxes.
type room struct {
	t       *testing.T
	store   *store.Store
	account desk.AccountID
	server  *mailtest.Mailboxes
	service *imap.Service
	options imap.Options

	mu       sync.Mutex
	accepted []string
	refuse   func(subject string) error
}

func each(t *testing.T, server func(t *testing.T) *mailtest.Mailboxes, test func(t *testing.T, r *room)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, err := store.Open(t.Context(), db)
		must(t, err)
		t.Cleanup(func() { must(t, s.Close(context.Background())) })
		a, _, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.localhost",
			desk.User{Name: "Ada", Email: "ada@acme.test", Role: desk.Admin}, "")
		must(t, err)
		vault, err := sharing.NewVault([]byte("a secret for tests of mailboxes"))
		must(t, err)
		r := &room{t: t, store: s, account: a.ID, server: server(t)}
		r.options = imap.Options{Accept: r.accept, Guard: outbound.New(outbound.Config{AllowPrivate: true, RootCAs: r.server.Roots}), Secrets: vault, Owner: "one",
			RootCAs: r.server.Roots, Logger: slog.New(slog.DiscardHandler), Scan: 20 * time.Millisecond, Poll: 20 * time.Millisecond, Idle: time.Second, FirstWait: 20 * time.Millisecond}
		r.service = imap.New(s, r.options)
		test(t, r)
	})
}

func (r *room) accept(_ context.Context, account desk.AccountID, recipient string, raw io.Reader) error {
	data, err := io.ReadAll(raw)
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(data), "Subject: ")
	subject, _, _ := strings.Cut(rest, "\r\n")
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuse != nil {
		if err := r.refuse(subject); err != nil {
			return err
		}
	}
	if account != r.account || recipient != "support@acme.localhost" {
		return fmt.Errorf("for %s of %d", recipient, account)
	}
	r.accepted = append(r.accepted, subject)
	return nil
}

func (r *room) got() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.accepted, " ")
}

func (r *room) setRefuse(refuse func(string) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refuse = refuse
}

func (r *room) input() imap.Input {
	return imap.Input{Host: "127.0.0.1", Port: r.server.Port, Username: mailtest.MailboxUser, Password: mailtest.MailboxPassword, Address: "support@acme.localhost", Enabled: true}
}

// keep tries and keeps a mailbox.
func (r *room) keep(id desk.MailboxID, in imap.Input) desk.Mailbox {
	r.t.Helper()
	m, _, err := r.service.Try(r.t.Context(), r.account, id, in)
	must(r.t, err)
	must(r.t, r.store.Account(r.account).Write(r.t.Context(), func(tx *store.Tx) error {
		if m.ID == 0 {
			return tx.InsertMailbox(r.t.Context(), &m)
		}
		return tx.UpdateMailbox(r.t.Context(), &m)
	}))
	return m
}

func (r *room) mailbox(id desk.MailboxID) (m desk.Mailbox) {
	r.t.Helper()
	must(r.t, r.store.Account(r.account).Look(r.t.Context(), func(tx *store.Tx) (err error) {
		m, err = tx.Mailbox(r.t.Context(), id)
		return err
	}))
	return m
}

// run reads mailboxes until it is stopped.
func (r *room) run(s *imap.Service) (stop func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	var once sync.Once
	stop = func() { once.Do(func() { cancel(); <-done }) }
	r.t.Cleanup(stop)
	return stop
}

// await waits until something is so.
func (r *room) await(what string, is func() bool) {
	r.t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			all, unseen := r.server.Count("INBOX")
			r.t.Fatalf("%s does not come: taken are %q, in the mailbox %d, not read %d: %+v", what, r.got(), all, unseen, r.mailboxes())
		}
	}
}

func plainServer(t *testing.T) *mailtest.Mailboxes { return mailtest.StartIMAP(t) }

func idleServer(t *testing.T) *mailtest.Mailboxes { return mailtest.StartIMAP(t, goimap.CapIMAP4rev2) }

func TestUnreadMessagesAreTakenAndMarked(t *testing.T) {
	for name, idle := range map[string]time.Duration{"told by IDLE": time.Second, "asked again": 20 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			each(t, idleServer, func(t *testing.T, r *room) {
				r.options.Idle = idle
				r.service = imap.New(r.store, r.options)
				r.server.Put("INBOX", true, "old")
				r.server.Put("INBOX", false, "one", "two")
				m := r.keep(0, r.input())
				stop := r.run(r.service)
				r.await("the first mail", func() bool { return r.got() == "one two" })
				r.server.Put("INBOX", false, "three")
				r.await("mail that comes later", func() bool { return r.got() == "one two three" })
				r.server.Put("INBOX", true, "four")
				r.await("mail that somebody read first", func() bool { return r.got() == "one two three four" })
				r.await("all are marked as read", func() bool { _, unseen := r.server.Count("INBOX"); return unseen == 0 })
				r.await("the state", func() bool { return r.mailbox(m.ID).LastUID == 5 })
				if now := r.mailbox(m.ID); now.Fetched != 4 || !now.FailedSince.IsZero() || now.Reason != "" || now.FetchedAt.IsZero() {
					t.Errorf("mailbox %+v", now)
				}
				stop()
				r.server.Put("INBOX", false, "five")
				r.run(imap.New(r.store, r.options))
				r.await("mail after a restart", func() bool { return r.got() == "one two three four five" })
			})
		})
	}
}

func TestMessagesAreMoved(t *testing.T) {
	each(t, idleServer, func(t *testing.T, r *room) {
		r.server.Put("INBOX", true, "one")
		r.server.Put("INBOX", false, "two")
		in := r.input()
		in.After, in.MoveTo = desk.MailboxMove, "Done"
		r.keep(0, in)
		r.run(r.service)
		r.await("both", func() bool { all, _ := r.server.Count("Done"); return all == 2 })
		if all, _ := r.server.Count("INBOX"); all != 0 || r.got() != "one two" {
			t.Errorf("%d are left, taken are %q", all, r.got())
		}
	})
}

func TestWhatIsNotStoredIsNotMarked(t *testing.T) {
	each(t, plainServer, func(t *testing.T, r *room) {
		r.setRefuse(func(subject string) error {
			if subject == "two" {
				return errors.New("the disk is full")
			}
			return nil
		})
		r.server.Put("INBOX", false, "one", "two", "three")
		m := r.keep(0, r.input())
		r.run(r.service)
		r.await("a reason", func() bool { return r.mailbox(m.ID).Reason != "" })
		if now := r.mailbox(m.ID); !strings.Contains(now.Reason, "could not be stored") || now.FailedSince.IsZero() {
			t.Errorf("mailbox %+v", now)
		}
		if _, unseen := r.server.Count("INBOX"); unseen != 2 || r.got() != "one" {
			t.Errorf("%d are not read, taken are %q", unseen, r.got())
		}
		r.setRefuse(nil)
		r.await("the rest, in order", func() bool { return r.got() == "one two three" })
		r.await("no reason any more", func() bool { now := r.mailbox(m.ID); return now.Reason == "" && now.FailedSince.IsZero() })
	})
}

func TestMessageThatIsTooLargeStays(t *testing.T) {
	each(t, plainServer, func(t *testing.T, r *room) {
		r.setRefuse(func(subject string) error {
			if subject == "huge" {
				return &desk.Error{Kind: desk.TooLarge, Message: "too large"}
			}
			return nil
		})
		r.server.Put("INBOX", false, "huge", "small")
		m := r.keep(0, r.input())
		r.run(r.service)
		r.await("the next", func() bool { return r.got() == "small" && r.mailbox(m.ID).LastUID == 2 })
		if now := r.mailbox(m.ID); !strings.Contains(now.Reason, "too large") || !now.FailedSince.IsZero() {
			t.Errorf("mailbox %+v", now)
		}
		if _, unseen := r.server.Count("INBOX"); unseen != 1 {
			t.Errorf("%d are not read", unseen)
		}
	})
}

func TestOneProcessReadsAMailbox(t *testing.T) {
	each(t, idleServer, func(t *testing.T, r *room) {
		m := r.keep(0, r.input())
		second := r.options
		second.Owner = "two"
		stop := r.run(r.service)
		r.await("the first process", func() bool { return !r.mailbox(m.ID).FetchedAt.IsZero() })
		if r.store.DB().Dialect() == sqldb.SQLite {
			stop() // a file belongs to one process
		}
		r.run(imap.New(r.store, second))
		r.server.Put("INBOX", false, "one")
		r.await("the mail", func() bool { return r.got() == "one" })
		stop()
		r.server.Put("INBOX", false, "two")
		r.await("the other process", func() bool { return r.got() == "one two" })
	})
}

func TestMailboxOfAProcessThatDied(t *testing.T) {
	each(t, idleServer, func(t *testing.T, r *room) {
		m := r.keep(0, r.input())
		until := time.Now().Add(300 * time.Millisecond)
		if r.store.DB().Dialect() == sqldb.SQLite {
			until = time.Now().Add(time.Hour) // a file belongs to one process: what was before it is dead
		}
		must(t, r.store.Account(r.account).Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.LeaseMailbox(t.Context(), m.ID, "dead", until)
			return err
		}))
		r.server.Put("INBOX", false, "one")
		r.run(r.service)
		r.await("the mail", func() bool { return r.got() == "one" })
	})
}

func TestManyMessages(t *testing.T) {
	each(t, idleServer, func(t *testing.T, r *room) {
		var subjects []string
		for i := range 180 {
			subjects = append(subjects, fmt.Sprint(i))
		}
		r.server.Put("INBOX", false, subjects...)
		m := r.keep(0, r.input())
		r.run(r.service)
		r.await("all, in order", func() bool { return r.got() == strings.Join(subjects, " ") })
		r.await("the state", func() bool { return r.mailbox(m.ID).Fetched == 180 })
	})
}

func TestChangedSettingsAreTakenUp(t *testing.T) {
	each(t, idleServer, func(t *testing.T, r *room) {
		r.server.Folder("Support")
		r.server.Put("INBOX", false, "one")
		r.server.Put("Support", false, "two")
		m := r.keep(0, r.input())
		r.run(r.service)
		r.await("the first folder", func() bool { return r.got() == "one" })
		in := r.input()
		in.Folder, in.Password = "Support", ""
		r.keep(m.ID, in)
		r.await("the second folder", func() bool { return r.got() == "one two" })
	})
}

func TestMailboxThatIsSwitchedOffIsNotRead(t *testing.T) {
	each(t, idleServer, func(t *testing.T, r *room) {
		r.server.Put("INBOX", false, "one")
		off, on := r.input(), r.input()
		off.Enabled, on.Folder = false, "Other"
		r.server.Folder("Other")
		r.server.Put("Other", false, "two")
		m := r.keep(0, off)
		r.keep(0, on)
		r.run(r.service)
		r.await("the one that is on", func() bool { return r.got() == "two" })
		if now := r.mailbox(m.ID); !now.FetchedAt.IsZero() {
			t.Errorf("mailbox %+v", now)
		}
		r.keep(m.ID, r.input())
		r.await("the one that was off", func() bool { return r.got() == "two one" })
	})
}

func TestMailboxIsTriedBeforeItIsKept(t *testing.T) {
	each(t, plainServer, func(t *testing.T, r *room) {
		for name, c := range map[string]struct {
			change func(in *imap.Input)
			says   string
		}{
			"wrong password":      {func(in *imap.Input) { in.Password = "wrong" }, "does not let us in"},
			"no password":         {func(in *imap.Input) { in.Password = "" }, "Password: cannot be blank"},
			"no such folder":      {func(in *imap.Input) { in.Folder = "Nowhere" }, "cannot be opened"},
			"nobody there":        {func(in *imap.Input) { in.Port = 1 }, "No mail server answers"},
			"another's address":   {func(in *imap.Input) { in.Address = "x@example.com" }, "not a support address"},
			"not encrypted":       {func(in *imap.Input) { in.Security = desk.RelayOpportunistic }, "tls or starttls"},
			"another name":        {func(in *imap.Input) { in.Host = "localhost" }, "certificate"},
			"a line in the name":  {func(in *imap.Input) { in.Username = "a\r\nb" }, "Username"},
			"move without folder": {func(in *imap.Input) { in.After = desk.MailboxMove }, "Move to"},
			"token without https": {func(in *imap.Input) { in.Auth, in.TokenURL, in.ClientID = desk.MailboxOAuth, "http://example.com", "x" }, "https"},
			"no kind of host":     {func(in *imap.Input) { in.Host = "a b" }, "Host"},
		} {
			in := r.input()
			c.change(&in)
			_, _, err := r.service.Try(t.Context(), r.account, 0, in)
			if desk.KindOf(err) != desk.Invalid || !strings.Contains(detailsOf(err), c.says) {
				t.Errorf("%s: %s", name, detailsOf(err))
			}
		}
		guarded := r.options
		guarded.Guard = outbound.New(outbound.Config{Ports: []int{993}})
		in := r.input()
		in.Port = 993
		if _, _, err := imap.New(r.store, guarded).Try(t.Context(), r.account, 0, in); !strings.Contains(detailsOf(err), "Host: ") {
			t.Errorf("a private address: %s", detailsOf(err))
		}
		r.server.Put("INBOX", false, "one", "two")
		m, there, err := r.service.Try(t.Context(), r.account, 0, r.input())
		if err != nil || there != 2 || strings.Contains(m.Secret, "secret") {
			t.Errorf("%d messages, %+v, %v", there, m, err)
		}
	})
}

func detailsOf(err error) string {
	e, ok := errors.AsType[*desk.Error](err)
	if !ok {
		return fmt.Sprint(err)
	}
	return fmt.Sprint(e.Message, e.Details)
}

func TestPasswordIsNotSentToAnotherServer(t *testing.T) {
	each(t, plainServer, func(t *testing.T, r *room) {
		m := r.keep(0, r.input())
		in := r.input()
		in.Host, in.Password = "localhost", ""
		if _, _, err := r.service.Try(t.Context(), r.account, m.ID, in); !strings.Contains(detailsOf(err), "Password: cannot be blank") {
			t.Errorf("%s", detailsOf(err))
		}
	})
}

func TestSigningInByTokenThatIsRenewed(t *testing.T) {
	each(t, idleServer, func(t *testing.T, r *room) {
		var asked []string
		mux := http.NewServeMux()
		mux.HandleFunc("POST /token", func(w http.ResponseWriter, req *http.Request) {
			_ = req.ParseForm()
			asked = append(asked, req.Form.Get("refresh_token"))
			w.Header().Set("Content-Type", "application/json")
			if req.Form.Get("refresh_token") == "gone" {
				w.WriteHeader(http.StatusBadRequest)
				_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_grant"})
				return
			}
			_ = json.NewEncoder(w).Encode(map[string]any{"access_token": mailtest.MailboxToken, "token_type": "Bearer", "expires_in": 3600, "refresh_token": "second"})
		})
		r.server.Web.Config.Handler = mux
		in := r.input()
		in.Password, in.Auth, in.TokenURL, in.ClientID, in.ClientSecret, in.RefreshToken = "", desk.MailboxOAuth, r.server.Web.URL+"/token", "client", "hidden", "first"
		m := r.keep(0, in)
		r.server.Put("INBOX", false, "one")
		r.run(r.service)
		r.await("mail by token", func() bool { return r.got() == "one" })
		if strings.Join(asked[:2], " ") != "first second" {
			t.Errorf("renewed by %v", asked)
		}
		in.RefreshToken = "gone"
		if _, _, err := r.service.Try(t.Context(), r.account, m.ID, in); !strings.Contains(detailsOf(err), "invalid_grant") {
			t.Errorf("%s", detailsOf(err))
		}
	})
}

// mailboxes are as they stand in the database.
func (r *room) mailboxes() (all []desk.Mailbox) {
	must(r.t, r.store.Account(r.account).Look(r.t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Mailboxes(r.t.Context())
		return err
	}))
	return all
}
