package sharing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"interdesk/blob"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/job"
	"interdesk/outbound"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/sharetest"
	"interdesk/sharing/wire"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
	"interdesk/ticketing"
)

// world is one installation with some accounts, on a real database, behind a real server.
type world struct {
	t       *testing.T
	store   *store.Store
	tickets *ticketing.Service
	service *sharing.Service
	runner  *job.Runner
	server  *httptest.Server
	files   *blob.Store

	mu     sync.Mutex
	hosts  map[string]desk.AccountID
	offset time.Duration // of the clock
}

// office is one account with its admin.
type office struct {
	*world
	account desk.Account
	admin   desk.Actor
}

// setup changes the options of a world.
type setup func(*sharing.Options, *outbound.Config)

// each runs a test on both engines, in a world with the accounts acme and kongen.
func each(t *testing.T, test func(t *testing.T, acme, kongen *office), with ...setup) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db, with...)
		test(t, w.office("acme", "Acme Cameras"), w.office("kongen", "Kongen Image Sensors"))
	})
}

func newWorld(t *testing.T, db *sqldb.DB, with ...setup) *world {
	t.Helper()
	st, err := store.Open(t.Context(), db)
	check(t, err)
	w := &world{t: t, store: st, hosts: map[string]desk.AccountID{}}
	w.files, err = blob.Open(filepath.Join(t.TempDir(), "files"), desk.MaxUpload)
	check(t, err)
	vault, err := sharing.NewVault([]byte("a master secret for tests only"))
	check(t, err)
	w.server = httptest.NewServer(http.HandlerFunc(w.serve))
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	o := sharing.Options{Secrets: vault, Blobs: w.files, LocalAccount: w.here, Logger: quiet, Clock: w.now,
		BaseURL:   func(a desk.Account) string { return w.base(a.Subdomain) },
		RetryBase: time.Millisecond, RetryCap: 20 * time.Millisecond, FileTries: 3}
	c := outbound.Config{AllowPrivate: true, Local: w.local}
	for _, set := range with {
		set(&o, &c)
	}
	out := outbound.New(c)
	o.Peer = peer.New(out, peer.Options{Timeout: 10 * time.Second})
	w.tickets = ticketing.New(st, ticketing.Options{Logger: quiet, Clock: w.now})
	w.service = sharing.New(st, w.tickets, o)
	w.tickets.With(w.service)
	w.runner = job.NewRunner(db, job.Config{Poll: 5 * time.Millisecond, Logger: quiet})
	w.service.Jobs(w.runner)
	check(t, w.runner.Start(context.Background()))
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = w.runner.Stop(stop)
		w.server.Close()
		out.Close()
		_ = w.files.Close()
		_ = st.Close(stop)
	})
	return w
}

// now is the world's clock: the real one, or ahead of it after pass.
func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.offset)
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offset += d
}

func (w *world) base(subdomain string) string {
	_, port, _ := strings.Cut(strings.TrimPrefix(w.server.URL, "http://"), ":")
	return "http://" + subdomain + ".localhost:" + port
}

func (w *world) here(host string) (desk.AccountID, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.hosts[host]
	return id, ok
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	id, ok := w.here(r.Host)
	if !ok {
		http.NotFound(rw, r)
		return
	}
	w.service.Handler().ServeHTTP(rw, r.WithContext(sharing.WithAccount(r.Context(), id)))
}

func (w *world) local(host string) http.Handler {
	if _, ok := w.here(host); !ok {
		return nil
	}
	return http.HandlerFunc(w.serve)
}

func (w *world) office(subdomain, name string) *office {
	w.t.Helper()
	a, admin, err := w.store.CreateAccount(w.t.Context(), desk.Account{Subdomain: subdomain, Name: name}, subdomain+".localhost",
		desk.User{Name: "Ana of " + subdomain, Email: "ana@" + subdomain + ".example"}, "")
	check(w.t, err)
	w.mu.Lock()
	w.hosts[strings.TrimPrefix(w.base(subdomain), "http://")] = a.ID
	w.mu.Unlock()
	return &office{world: w, account: a, admin: desk.Actor{ID: admin.ID, Name: admin.Name, Role: desk.Admin}}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits until a condition holds.
func (w *world) eventually(what string, holds func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !holds(); time.Sleep(3 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// quiet waits until no job is left that is due within a minute.
func (w *world) quiet() {
	w.t.Helper()
	w.eventually("all jobs to be done", func() bool {
		var open int
		check(w.t, w.store.DB().Read(w.t.Context(), func(tx *sqldb.Tx) error {
			return tx.QueryRow(w.t.Context(), `
				select count(*) from jobs where state in ('available', 'queued', 'running') and run_at < $1`,
				time.Now().Add(time.Minute).UnixMicro()).Scan(&open)
		}))
		return open == 0
	})
}

func (o *office) url() string { return o.base(o.account.Subdomain) + "/sharing" }

func (o *office) read(fn func(ctx context.Context, tx *store.Tx) error) {
	o.t.Helper()
	check(o.t, o.store.Account(o.account.ID).Read(o.t.Context(), func(tx *store.Tx) error { return fn(o.t.Context(), tx) }))
}

func (o *office) write(fn func(ctx context.Context, tx *store.Tx) error) {
	o.t.Helper()
	check(o.t, o.store.Account(o.account.ID).Write(o.t.Context(), func(tx *store.Tx) error { return fn(o.t.Context(), tx) }))
}

func (o *office) apply(u desk.Update) desk.Applied {
	o.t.Helper()
	applied, err := o.try(u)
	check(o.t, err)
	return applied
}

func (o *office) try(u desk.Update) (desk.Applied, error) {
	u.Account = o.account.ID
	if u.Actor.Role == "" && !u.Actor.System {
		u.Actor = o.admin
	}
	return o.tickets.Apply(o.t.Context(), u)
}

// open makes a ticket of a customer and gives its id.
func (o *office) open(subject, body string, e ...func(*desk.Edits)) desk.TicketID {
	o.t.Helper()
	u := desk.Update{Edits: desk.Edits{Subject: &subject}, Comment: &desk.NewComment{Body: body}}
	for _, edit := range e {
		edit(&u.Edits)
	}
	return o.apply(u).Ticket.ID
}

func (o *office) say(t desk.TicketID, body string, public bool) desk.Applied {
	o.t.Helper()
	return o.apply(desk.Update{Ticket: t, Comment: &desk.NewComment{Body: body, Public: &public}})
}

func (o *office) edit(t desk.TicketID, edit func(*desk.Edits)) desk.Applied {
	o.t.Helper()
	u := desk.Update{Ticket: t}
	edit(&u.Edits)
	return o.apply(u)
}

func (o *office) setStatus(t desk.TicketID, s desk.Status) {
	o.t.Helper()
	o.edit(t, func(e *desk.Edits) {
		e.Status = &s
		if s == desk.Solved {
			e.Assignee = &o.admin.ID
		}
	})
}

func (o *office) share(t desk.TicketID, a desk.AgreementID) {
	o.t.Helper()
	o.edit(t, func(e *desk.Edits) { e.Share = []desk.AgreementID{a} })
}

func (o *office) unshare(t desk.TicketID, a desk.AgreementID) {
	o.t.Helper()
	o.edit(t, func(e *desk.Edits) { e.Unshare = []desk.AgreementID{a} })
}

func (o *office) ticket(id desk.TicketID) (t desk.Ticket) {
	o.t.Helper()
	o.read(func(ctx context.Context, tx *store.Tx) (err error) { t, err = tx.Ticket(ctx, id); return err })
	return t
}

func (o *office) comments(id desk.TicketID) []desk.Comment {
	o.t.Helper()
	var list store.Listed[desk.Comment]
	o.read(func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = tx.Comments(ctx, id, store.CommentFilter{}, store.Page{Limit: 5000})
		return err
	})
	return list.Items
}

// said are the bodies of a ticket's comments.
func (o *office) said(id desk.TicketID) []string {
	o.t.Helper()
	var out []string
	for _, c := range o.comments(id) {
		out = append(out, c.Body)
	}
	return out
}

// copyOf finds the ticket that has a uuid on the wire; 0 when there is none.
func (o *office) copyOf(uuid string) desk.TicketID {
	o.t.Helper()
	var id desk.TicketID
	o.read(func(ctx context.Context, tx *store.Tx) error {
		shares, err := tx.SharesByUUID(ctx, uuid)
		if len(shares) > 0 {
			id = shares[0].Ticket
		}
		return err
	})
	return id
}

func (o *office) shareOf(t desk.TicketID, a desk.AgreementID) (s desk.Share) {
	o.t.Helper()
	o.read(func(ctx context.Context, tx *store.Tx) (err error) {
		s, err = tx.TicketShare(ctx, t, a)
		if desk.KindOf(err) == desk.NotFound {
			return nil
		}
		return err
	})
	return s
}

func (o *office) agreement(id desk.AgreementID) (a desk.Agreement) {
	o.t.Helper()
	o.read(func(ctx context.Context, tx *store.Tx) (err error) { a, err = tx.FindAgreement(ctx, id); return err })
	return a
}

func (o *office) agreements() []desk.Agreement {
	o.t.Helper()
	all, err := o.service.Agreements(o.t.Context(), o.account.ID)
	check(o.t, err)
	return all
}

func (o *office) timeline(t desk.TicketID, s desk.ShareID) []desk.Delivery {
	o.t.Helper()
	list, err := o.service.Timeline(o.t.Context(), o.account.ID, o.admin, t, s, 0)
	check(o.t, err)
	return list
}

func (o *office) trigger(title string, when []condition.Condition, do ...desk.Action) {
	o.t.Helper()
	o.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertTrigger(ctx, &desk.Trigger{Title: title, Active: true, Conditions: condition.Tree{All: when}, Actions: do}, o.admin.ID)
	})
}

func (o *office) field(f desk.TicketField) desk.FieldID {
	o.t.Helper()
	f.Active = true
	o.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertField(ctx, &f) })
	return f.ID
}

func value(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

func full() desk.Terms { return desk.Terms{PublicComments: true, SyncTags: true, SyncFields: true} }

// link makes an accepted agreement under which o shares with other, and gives each side's id.
func (o *office) link(other *office, terms desk.Terms) (ours, theirs desk.AgreementID) {
	o.t.Helper()
	a, err := o.service.Invite(o.t.Context(), o.account.ID, o.admin, sharing.Invitation{RemoteSubdomain: other.account.Subdomain, Terms: terms})
	check(o.t, err)
	o.eventually("the invitation to arrive", func() bool {
		for _, b := range other.agreements() {
			if b.UUID == a.UUID {
				theirs = b.ID
			}
		}
		return theirs != 0
	})
	_, err = o.service.Accept(o.t.Context(), other.account.ID, other.admin, theirs)
	check(o.t, err)
	o.eventually("the acceptance to arrive", func() bool { x := o.agreement(a.ID); return x.Usable() })
	o.quiet()
	return a.ID, theirs
}

// invite has o invite a partner, which accepts.
func (o *office) invite(p *sharetest.Partner, terms desk.Terms) desk.AgreementID {
	o.t.Helper()
	a, err := o.service.Invite(o.t.Context(), o.account.ID, o.admin, sharing.Invitation{RemoteURL: p.URL(), Name: "Zed", Terms: terms})
	check(o.t, err)
	p.WaitFor("the invitation", func() bool { _, ok := p.Agreement(a.UUID); return ok })
	o.quiet()
	expect(o.t, p.Accept(a.UUID), http.StatusOK)
	return a.ID
}

// accept has a partner invite o, which accepts, and gives the agreement's uuid and id.
func (o *office) accept(p *sharetest.Partner, terms sharetest.Terms) (string, desk.AgreementID) {
	o.t.Helper()
	uuid, got := p.Invite(o.url(), terms)
	expect(o.t, got, http.StatusCreated)
	id := o.byUUID(uuid)
	_, err := o.service.Accept(o.t.Context(), o.account.ID, o.admin, id)
	check(o.t, err)
	o.quiet()
	return uuid, id
}

func (o *office) byUUID(uuid string) desk.AgreementID {
	for _, a := range o.agreements() {
		if a.UUID == uuid {
			return a.ID
		}
	}
	return 0
}

func expect(t testing.TB, got sharetest.Response, status int) {
	t.Helper()
	if got.Status != status {
		t.Fatalf("answered %d %q, want %d", got.Status, got.Body, status)
	}
}

func allTerms() sharetest.Terms {
	return sharetest.Terms{SyncTags: true, SyncCustomFields: true, AllowsPublicComments: true}
}

// raw sends a request of the caller's making to an account.
func (o *office) raw(method, path, token, contentType, body string) (*http.Response, string) {
	o.t.Helper()
	req, err := http.NewRequestWithContext(o.t.Context(), method, strings.Replace(o.url()+path, o.account.Subdomain+".localhost", "127.0.0.1", 1), strings.NewReader(body))
	check(o.t, err)
	req.Host = strings.TrimPrefix(o.base(o.account.Subdomain), "http://")
	if token != "" {
		req.Header.Set(wire.HeaderToken, token)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	check(o.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	check(o.t, err)
	return res, string(text)
}

// expectRaw sends a JSON message and checks the status of the answer, which must be one of nhd §13.1.
func (o *office) expectRaw(status int, method, path, token, body string) string {
	o.t.Helper()
	res, text := o.raw(method, path, token, "application/json", body)
	if res.StatusCode != status {
		o.t.Fatalf("%s %s answered %d %q, want %d", method, path, res.StatusCode, text, status)
	}
	return text
}

func words(p *sharetest.Partner, uuid string) sharetest.Ticket {
	ticket, _ := p.Ticket(uuid)
	return ticket
}

func idText[T ~int64](id T) string { return fmt.Sprint(int64(id)) }
