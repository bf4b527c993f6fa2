package sharingtest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"interdesk/blob"
	"interdesk/desk"
	"interdesk/job"
	httpout "interdesk/outbound"
	"interdesk/setup"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/inbound"
	"interdesk/sharing/outbound"
	"interdesk/sharing/peer"
	"interdesk/sharing/tracker"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
)

// World is one process of an installation with some accounts, on a real database, behind a real server.
type World struct {
	Store      *store.Store
	Tickets    *ticketing.Service
	Sharing    *sharing.Service
	Agreements *agreement.Service
	Outbox     *outbound.Service
	Inbox      *inbound.Service
	Trackers   *tracker.Service
	Runner     *job.Runner
	Server     *httptest.Server
	Files      *blob.Store

	*installation
	t       *testing.T
	network *Network
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
	Tracker   tracker.Options
	Network   *Network // what stands between desks; nil: nothing
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
	return newInstallation(t).addProcess(t, db, with)
}

// AddProcess starts one more process of the installation, on a connection of its own to the same database. What comes in
// goes to any of them.
func (w *World) AddProcess(db *sqldb.DB, with ...Setup) *World {
	w.t.Helper()
	return w.addProcess(w.t, db, with)
}

// At is the office as another process of the installation has it.
func (o *Office) At(w *World) *Office { return &Office{World: w, Account: o.Account, Admin: o.Admin} }

func (i *installation) addProcess(t *testing.T, db *sqldb.DB, with []Setup) *World {
	t.Helper()
	st, err := store.Open(t.Context(), db)
	Check(t, err)
	w := &World{t: t, Store: st, installation: i, Server: i.server, Files: i.files}
	quiet := slog.New(slog.DiscardHandler)
	w.Tickets = ticketing.New(st, ticketing.Options{Logger: quiet, Clock: w.Now})
	client := w.wire(with)
	w.Runner = job.NewRunner(db, job.Config{Poll: 5 * time.Millisecond, Logger: quiet})
	w.jobs()
	Check(t, w.Runner.Start(context.Background()))
	i.join(w)
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = w.Runner.Stop(stop)
		i.server.Close()
		client.Close()
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
		Inbound: inbound.Options{Files: w.Files},
		Tracker: tracker.Options{Poll: 24 * time.Hour, Timeout: 5 * time.Second},
	}
	for _, set := range with {
		set(&c)
	}
	w.network = c.Network
	client := httpout.New(c.Client)
	partners := peer.New(client, peer.Options{Timeout: 10 * time.Second})
	w.Sharing = sharing.New(w.Store, w.Tickets, c.Sharing)
	w.Trackers = tracker.New(w.Sharing, client, c.Tracker)
	c.Outbound.Trackers = w.Trackers
	w.Outbox = outbound.New(w.Sharing, partners, c.Outbound)
	c.Agreement.CatchUp, c.Agreement.SendAgain = w.Outbox.CatchUp, w.Outbox.SendAgain
	w.Agreements = agreement.New(w.Sharing, partners, c.Agreement)
	c.Inbound.Agreements, c.Inbound.Outbox = w.Agreements, w.Outbox
	w.Inbox = inbound.New(w.Sharing, partners, c.Inbound)
	w.Tickets.With(w.Inbox, w.Outbox)
	return client
}

func (w *World) jobs() {
	w.Agreements.Jobs(w.Runner)
	w.Outbox.Jobs(w.Runner)
	w.Tickets.Jobs(w.Runner)
	w.Inbox.Jobs(w.Runner)
	w.Trackers.Jobs(w.Runner, w.Inbox)
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

// BaseURL is the origin of an account.
func (w *World) BaseURL(subdomain string) string {
	_, port, _ := strings.Cut(strings.TrimPrefix(w.server.URL, "http://"), ":")
	w.mu.Lock()
	defer w.mu.Unlock()
	if name, ok := w.renamed[subdomain]; ok {
		subdomain = name
	}
	return "http://" + subdomain + ".localhost:" + port
}

func (w *World) serve(rw http.ResponseWriter, r *http.Request) {
	id, ok := w.here(r.Host)
	if !ok {
		http.NotFound(rw, r)
		return
	}
	if strings.HasPrefix(r.URL.Path, tracker.HookPath) {
		w.Trackers.ServeHook(rw, r, id)
		return
	}
	handler := w.Inbox.Handler()
	if w.network != nil {
		handler = w.network.through(handler)
	}
	handler.ServeHTTP(rw, r.WithContext(inbound.WithAccount(r.Context(), id)))
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
	a, admin, err := setup.CreateAccount(w.t.Context(), w.Store, desk.Account{Subdomain: subdomain, Name: name}, subdomain+".localhost",
		desk.User{Name: "Ana of " + subdomain, Email: "ana@" + subdomain + ".example"}, "")
	Check(w.t, err)
	w.addHost(strings.TrimPrefix(w.BaseURL(subdomain), "http://"), a.ID)
	return &Office{World: w, Account: a, Admin: desk.Actor{ID: admin.ID, Name: admin.Name, Role: desk.Admin}}
}

// AddHost lets the account answer at a further host, with its port.
func (o *Office) AddHost(host string) {
	o.addHost(host, o.Account.ID)
}

// Rename gives the account another subdomain, as when its host is renamed. It answers at the old one for a while. The new
// sharing URL is given.
func (o *Office) Rename(subdomain string) string {
	o.t.Helper()
	o.mu.Lock()
	o.renamed[o.Account.Subdomain] = subdomain
	o.mu.Unlock()
	o.AddHost(strings.TrimPrefix(o.BaseURL(o.Account.Subdomain), "http://"))
	return o.URL()
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

// WaitForJobs waits until no job is left that is due within a minute, but for those behind one that holds its lane.
func (w *World) WaitForJobs() {
	w.t.Helper()
	w.Eventually("all jobs to be done", func() bool {
		var open int
		Check(w.t, w.Store.DB().Read(w.t.Context(), func(tx *sqldb.Tx) error {
			return tx.QueryRow(w.t.Context(), `
				select count(*) from jobs j
				where j.state in ('available', 'queued', 'running') and j.run_at < $1 and not exists (
					select 1 from jobs h
					where h.account_id = j.account_id and h.lane = j.lane and h.lane <> ''
						and (h.state = 'held' or h.state = 'available' and h.run_at >= $1))`,
				time.Now().Add(time.Minute).UnixMicro()).Scan(&open)
		}))
		return open == 0
	})
}
