package apitest

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/api"
	"interdesk/blob"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/job"
	"interdesk/mail/conversion"
	mailin "interdesk/mail/inbound"
	"interdesk/mail/message"
	mailout "interdesk/mail/outbound"
	"interdesk/mail/suspended"
	"interdesk/notify"
	"interdesk/outbound"
	"interdesk/ratelimit"
	"interdesk/setup"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/inbound"
	outbox "interdesk/sharing/outbound"
	"interdesk/sharing/peer"
	"interdesk/sharing/tracker"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/ticketing"
	"interdesk/upload"
	"interdesk/webhook"
)

// Server is the whole stack below HTTP: API, sharing, jobs.
type Server struct {
	Store      *store.Store
	Tickets    *ticketing.Service
	Sharing    *sharing.Service
	Agreements *agreement.Service
	Outbox     *outbox.Service
	Inbox      *inbound.Service
	Trackers   *tracker.Service
	Access     *access.Service
	Files      *blob.Store
	Uploads    *upload.Service
	Mail       *mailout.Service // its letters go to nobody
	MailIn     *mailin.Service
	Suspended  *suspended.Service
	Notices    *notify.Service
	Conversion *conversion.Service
	Webhooks   *webhook.Service
	API        *api.API
	Admin      *admin.Service
	Strangers  *ratelimit.Strangers
	Pages      http.Handler // the web, where a test has one
	http       *httptest.Server
	port       string
}

// Option changes what the server is made of.
type Option func(*api.Deps)

// WithRate limits each caller to so many requests a minute.
func WithRate(perMinute int) Option {
	return func(d *api.Deps) { d.Limiter = httpkit.NewLimiter(perMinute, nil) }
}

// WithStrangers lets people without sign-in do so much a minute.
func WithStrangers(perMinute float64) Option {
	return func(d *api.Deps) { d.Strangers = ratelimit.NewStrangers(perMinute) }
}

// Start serves a migrated database until the test ends.
func Start(t testing.TB, db *sqldb.DB, options ...Option) *Server {
	t.Helper()
	st, err := store.Open(t.Context(), db)
	must(t, err)
	t.Cleanup(func() { must(t, st.Close(context.Background())) })
	files, err := blob.Open(t.TempDir(), 0)
	must(t, err)
	t.Cleanup(func() { must(t, files.Close()) })
	vault, err := sharing.NewVault(make([]byte, 32))
	must(t, err)
	quiet := slog.New(slog.DiscardHandler)
	s := &Server{Store: st, Files: files, Uploads: upload.New(st, files, make([]byte, 32), nil)}
	s.Access = access.New(st, access.Options{Logger: quiet, Argon: access.Argon{MemoryKiB: 64, Passes: 1, Threads: 1, SaltBytes: 16, KeyBytes: 32}})
	s.Tickets = ticketing.New(st, ticketing.Options{Logger: quiet})
	s.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r) }))
	t.Cleanup(s.http.Close)
	_, s.port, err = net.SplitHostPort(s.http.Listener.Addr().String())
	must(t, err)
	s.share(vault)
	s.post(t, vault)
	s.Webhooks = webhook.New(st, webhook.Options{Secrets: vault, Client: outbound.New(outbound.Config{AllowPrivate: true}), Notices: s.Notices})
	s.Tickets.With(s.Webhooks)
	st.With(s.Webhooks)
	s.Admin = admin.New(s.Access, s.Tickets, sharing.RetryUnheld)
	deps := api.Deps{Store: st, Tickets: s.Tickets, Sharing: s.Sharing, Agreements: s.Agreements, Outbox: s.Outbox, Inbox: s.Inbox, Trackers: s.Trackers, Access: s.Access, Admin: s.Admin, Uploads: s.Uploads, Suspended: s.Suspended, Notices: s.Notices, Conversion: s.Conversion, Webhooks: s.Webhooks}
	for _, o := range options {
		o(&deps)
	}
	s.API, s.Strangers = api.New(deps), deps.Strangers
	s.work(t, db, quiet)
	return s
}

// share wires the rooms of sharing.
func (s *Server) share(secrets sharing.Secrets) {
	client := outbound.New(outbound.Config{AllowPrivate: true, Local: s.local})
	partners := peer.New(client, peer.Options{})
	s.Sharing = sharing.New(s.Store, s.Tickets, sharing.Options{Secrets: secrets, LocalAccount: s.accountAt, Logger: slog.New(slog.DiscardHandler),
		BaseURL: func(a desk.Account) string { return "http://" + s.Host(a.Subdomain) }})
	s.Trackers = tracker.New(s.Sharing, client, tracker.Options{Poll: 24 * time.Hour})
	s.Outbox = outbox.New(s.Sharing, partners, outbox.Options{Trackers: s.Trackers})
	s.Agreements = agreement.New(s.Sharing, partners, agreement.Options{CatchUp: s.Outbox.CatchUp, SendAgain: s.Outbox.SendAgain,
		Changed: func(ctx context.Context, tx *store.Tx, a desk.Agreement) error {
			return s.Conversion.AgreementChanged(ctx, tx, a)
		}})
	s.Inbox = inbound.New(s.Sharing, partners, inbound.Options{Files: s.Files, Agreements: s.Agreements, Outbox: s.Outbox})
	s.Tickets.With(s.Inbox, s.Outbox)
}

// post wires the rooms of outgoing mail. Updates of tickets are not followed: letters are those that somebody asks for.
func (s *Server) post(t testing.TB, secrets mailout.Secrets) {
	tokens, err := message.NewTokens(make([]byte, 32))
	must(t, err)
	s.Mail = mailout.New(s.Store, mailout.Options{Files: s.Files, Transport: mailout.Mailbox{}, Tokens: tokens, Secrets: secrets,
		Guard: outbound.New(outbound.Config{AllowPrivate: true})})
	s.MailIn = mailin.New(s.Store, mailin.Options{Files: s.Files, Tickets: s.Tickets, Uploads: s.Uploads, Tokens: tokens, Logger: slog.New(slog.DiscardHandler)})
	s.Suspended = suspended.New(s.Store, s.MailIn, suspended.Options{Files: s.Files})
	s.Notices = notify.New(s.Store, s.Mail, notify.Options{Tokens: tokens, Files: s.Uploads, Access: s.Access,
		BaseURL: func(a desk.Account) string { return "http://" + s.Host(a.Subdomain) },
		Unfollow: func(a desk.Account, ticket desk.TicketID, user desk.UserID) string {
			return "http://" + s.Host(a.Subdomain) + "/letters/unfollow?link=" + s.Access.UnfollowLink(a.ID, ticket, user)
		},
		Rating: func(a desk.Account, ticket desk.TicketID, user desk.UserID) string {
			return "http://" + s.Host(a.Subdomain) + "/letters/rating?link=" + s.Access.RatingLink(a.ID, ticket, user)
		}})
	s.Conversion = conversion.New(s.Store, conversion.Options{Tickets: s.Tickets, Notices: s.Notices})
	s.Tickets.With(s.Conversion)
}

// work runs the jobs.
func (s *Server) work(t testing.TB, db *sqldb.DB, quiet *slog.Logger) {
	runner := job.NewRunner(db, job.Config{Poll: 20 * time.Millisecond, Workers: 4, Logger: quiet})
	s.Tickets.Jobs(runner)
	s.Agreements.Jobs(runner)
	s.Outbox.Jobs(runner)
	s.Inbox.Jobs(runner)
	s.Trackers.Jobs(runner, s.Inbox)
	s.Mail.Jobs(runner)
	s.MailIn.Jobs(runner)
	s.Conversion.Jobs(runner)
	s.Webhooks.Jobs(runner)
	must(t, runner.Start(context.Background()))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		must(t, runner.Stop(ctx))
	})
}

// URL is where the server listens, whatever the account.
func (s *Server) URL() string { return s.http.URL }

// Host is where an account answers.
func (s *Server) Host(subdomain string) string { return subdomain + ".localhost:" + s.port }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	front := httpkit.Front(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/sharing/") {
			if h := s.local(r.Host); h != nil {
				h.ServeHTTP(w, r)
				return
			}
		}
		if s.Pages != nil && !strings.HasPrefix(r.URL.Path, api.Prefix) && !strings.HasPrefix(r.URL.Path, api.AttachmentPrefix) {
			info := httpkit.About(r)
			info.Account, _ = s.accountAt(info.Hostname())
			s.Pages.ServeHTTP(w, r)
			return
		}
		s.API.Handler().ServeHTTP(w, r)
	}), httpkit.Options{Logger: slog.New(slog.DiscardHandler), Trusted: []netip.Prefix{}})
	front.ServeHTTP(w, r)
}

func (s *Server) accountAt(host string) (desk.AccountID, bool) {
	id, err := s.Store.AccountByHost(context.Background(), host)
	return id, err == nil
}

// local is the sharing handler of an account of this server.
func (s *Server) local(host string) http.Handler {
	id, ok := s.accountAt(host)
	if !ok {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Inbox.Handler().ServeHTTP(w, r.WithContext(inbound.WithAccount(r.Context(), id)))
	})
}

// Desk is one account with somebody of each role. Nobody calls without credentials.
type Desk struct {
	*Server
	Account  desk.Account
	Admin    *Client
	Agent    *Client
	EndUser  *Client
	Nobody   *Client
	Password string // of all of them
}

// Desk opens an account.
func (s *Server) Desk(t testing.TB, subdomain string) *Desk {
	t.Helper()
	d := &Desk{Server: s, Password: "correct horse battery"}
	hash, err := s.Access.Hash(t.Context(), d.Password)
	must(t, err)
	admin := desk.User{Name: "Ada Admin", Email: "ada@" + subdomain + ".example", Role: desk.Admin, Verified: true}
	d.Account, admin, err = setup.CreateAccount(t.Context(), s.Store, desk.Account{Subdomain: subdomain, Name: strings.ToUpper(subdomain[:1]) + subdomain[1:]},
		s.Host(subdomain), admin, hash)
	must(t, err)
	d.Admin = d.client(t, admin)
	d.Agent = d.Person(t, "Ben Agent", desk.Agent)
	d.EndUser = d.Person(t, "Eve User", desk.EndUser)
	d.Nobody = &Client{desk: d, t: t}
	return d
}

// Person makes somebody more, with an address made of the first name.
func (d *Desk) Person(t testing.TB, name string, role desk.Role) *Client {
	t.Helper()
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	u := desk.User{Name: name, Email: first + "@" + d.Account.Subdomain + ".example", Role: role, Verified: true}
	must(t, d.Write(t, func(ctx context.Context, tx *store.Tx) error {
		if role.Staff() {
			groups, err := tx.Groups(ctx)
			if err != nil {
				return err
			}
			u.DefaultGroup = groups[0].ID
		}
		return tx.InsertUser(ctx, &u)
	}))
	return d.client(t, u)
}

func (d *Desk) client(t testing.TB, u desk.User) *Client {
	t.Helper()
	token, _, err := d.Access.NewToken(t.Context(), d.Account.ID, u.ID, "test")
	must(t, err)
	return &Client{desk: d, t: t, User: u, Token: token}
}

// Write runs fn in a writing transaction of the account.
func (d *Desk) Write(t testing.TB, fn func(ctx context.Context, tx *store.Tx) error) error {
	t.Helper()
	return d.Store.Account(d.Account.ID).Write(t.Context(), func(tx *store.Tx) error { return fn(t.Context(), tx) })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
