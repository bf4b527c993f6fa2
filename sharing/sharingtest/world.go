package sharingtest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"interdesk/blob"
	"interdesk/desk"
	"interdesk/job"
	httpout "interdesk/outbound"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/inbound"
	"interdesk/sharing/outbound"
	"interdesk/sharing/peer"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
)

// World is one installation with some accounts, on a real database, behind a real server.
type World struct {
	Store      *store.Store
	Tickets    *ticketing.Service
	Sharing    *sharing.Service
	Agreements *agreement.Service
	Outbox     *outbound.Service
	Inbox      *inbound.Service
	Runner     *job.Runner
	Server     *httptest.Server
	Files      *blob.Store

	t      *testing.T
	mu     sync.Mutex
	hosts  map[string]desk.AccountID
	offset time.Duration // of the clock
}

// Office is one account with its admin.
type Office struct {
	*World
	Account desk.Account
	Admin   desk.Actor
}

// Config is what a world's rooms are made with.
type Config struct {
	Client    httpout.Config
	Sharing   sharing.Options
	Agreement agreement.Options
	Outbound  outbound.Options
	Inbound   inbound.Options
}

// Setup changes it.
type Setup func(*Config)

// Each runs a test on both engines, in a world with the accounts acme and kongen.
func Each(t *testing.T, test func(t *testing.T, acme, kongen *Office), with ...Setup) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := NewWorld(t, db, with...)
		test(t, w.NewOffice("acme", "Acme Cameras"), w.NewOffice("kongen", "Kongen Image Sensors"))
	})
}

// NewWorld makes a world without accounts.
func NewWorld(t *testing.T, db *sqldb.DB, with ...Setup) *World {
	t.Helper()
	st, err := store.Open(t.Context(), db)
	Check(t, err)
	w := &World{t: t, Store: st, hosts: map[string]desk.AccountID{}}
	w.Files, err = blob.Open(filepath.Join(t.TempDir(), "files"), desk.MaxUpload)
	Check(t, err)
	w.Server = httptest.NewServer(http.HandlerFunc(w.serve))
	quiet := slog.New(slog.DiscardHandler)
	w.Tickets = ticketing.New(st, ticketing.Options{Logger: quiet, Clock: w.Now})
	client := w.wire(with)
	w.Runner = job.NewRunner(db, job.Config{Poll: 5 * time.Millisecond, Logger: quiet})
	w.jobs()
	Check(t, w.Runner.Start(context.Background()))
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = w.Runner.Stop(stop)
		w.Server.Close()
		client.Close()
		_ = w.Files.Close()
		_ = st.Close(stop)
	})
	return w
}

// wire makes the rooms of sharing.
func (w *World) wire(with []Setup) *httpout.Client {
	vault, err := sharing.NewVault([]byte("a master secret for tests only"))
	Check(w.t, err)
	c := Config{
		Client: httpout.Config{AllowPrivate: true, Local: w.local},
		Sharing: sharing.Options{Secrets: vault, LocalAccount: w.here, Logger: slog.New(slog.DiscardHandler), Clock: w.Now,
			BaseURL: func(a desk.Account) string { return w.BaseURL(a.Subdomain) },
			Retries: sharing.Retries{Base: time.Millisecond, Cap: 20 * time.Millisecond}},
		Inbound: inbound.Options{Files: w.Files, FileTries: 3},
	}
	for _, set := range with {
		set(&c)
	}
	client := httpout.New(c.Client)
	partners := peer.New(client, peer.Options{Timeout: 10 * time.Second})
	w.Sharing = sharing.New(w.Store, w.Tickets, c.Sharing)
	w.Outbox = outbound.New(w.Sharing, partners, c.Outbound)
	c.Agreement.CatchUp = w.Outbox.CatchUp
	w.Agreements = agreement.New(w.Sharing, partners, c.Agreement)
	c.Inbound.Agreements, c.Inbound.Outbox = w.Agreements, w.Outbox
	w.Inbox = inbound.New(w.Sharing, partners, c.Inbound)
	w.Tickets.With(w.Inbox, w.Outbox)
	return client
}

func (w *World) jobs() {
	w.Agreements.Jobs(w.Runner)
	w.Outbox.Jobs(w.Runner)
	w.Inbox.Jobs(w.Runner)
}

// Restart ends the runner in the middle of its work and begins with another.
func (w *World) Restart() {
	w.t.Helper()
	at, cancel := context.WithCancel(context.Background())
	cancel()
	_ = w.Runner.Stop(at)
	w.Runner = job.NewRunner(w.Store.DB(), job.Config{Poll: 5 * time.Millisecond, Lease: 500 * time.Millisecond})
	w.jobs()
	Check(w.t, w.Runner.Start(context.Background()))
}

// Now is the world's clock: the real one, or ahead of it after Advance.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.offset)
}

// Advance lets time go by.
func (w *World) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offset += d
}

// BaseURL is the origin of an account.
func (w *World) BaseURL(subdomain string) string {
	_, port, _ := strings.Cut(strings.TrimPrefix(w.Server.URL, "http://"), ":")
	return "http://" + subdomain + ".localhost:" + port
}

func (w *World) here(host string) (desk.AccountID, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.hosts[host]
	return id, ok
}

func (w *World) serve(rw http.ResponseWriter, r *http.Request) {
	id, ok := w.here(r.Host)
	if !ok {
		http.NotFound(rw, r)
		return
	}
	w.Inbox.Handler().ServeHTTP(rw, r.WithContext(inbound.WithAccount(r.Context(), id)))
}

func (w *World) local(host string) http.Handler {
	if _, ok := w.here(host); !ok {
		return nil
	}
	return http.HandlerFunc(w.serve)
}

// NewOffice makes an account.
func (w *World) NewOffice(subdomain, name string) *Office {
	w.t.Helper()
	a, admin, err := w.Store.CreateAccount(w.t.Context(), desk.Account{Subdomain: subdomain, Name: name}, subdomain+".localhost",
		desk.User{Name: "Ana of " + subdomain, Email: "ana@" + subdomain + ".example"}, "")
	Check(w.t, err)
	w.mu.Lock()
	w.hosts[strings.TrimPrefix(w.BaseURL(subdomain), "http://")] = a.ID
	w.mu.Unlock()
	return &Office{World: w, Account: a, Admin: desk.Actor{ID: admin.ID, Name: admin.Name, Role: desk.Admin}}
}

// AddHost lets the account answer at a further host, with its port.
func (o *Office) AddHost(host string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.hosts[host] = o.Account.ID
}

// Check ends a test that met an error.
func Check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Eventually waits until a condition holds.
func (w *World) Eventually(what string, holds func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !holds(); time.Sleep(3 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// WaitForJobs waits until no job is left that is due within a minute.
func (w *World) WaitForJobs() {
	w.t.Helper()
	w.Eventually("all jobs to be done", func() bool {
		var open int
		Check(w.t, w.Store.DB().Read(w.t.Context(), func(tx *sqldb.Tx) error {
			return tx.QueryRow(w.t.Context(), `
				select count(*) from jobs where state in ('available', 'queued', 'running') and run_at < $1`,
				time.Now().Add(time.Minute).UnixMicro()).Scan(&open)
		}))
		return open == 0
	})
}
