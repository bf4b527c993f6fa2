package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/api"
	"interdesk/automation"
	"interdesk/blob"
	"interdesk/config"
	"interdesk/configtext"
	"interdesk/httpkit"
	"interdesk/job"
	"interdesk/ratelimit"
	"interdesk/sharing"
	"interdesk/ticketing"
	"interdesk/upload"
	"interdesk/web"
	"interdesk/web/ui"
	"interdesk/webhook"
)

// settings are what a server is told.
type settings struct {
	config.Database
	config.Address
	config.Server
	config.MailDoors
	config.MailRelay
	demo bool // letters go to nobody, and are shown
}

// server is all rooms, put together.
type server struct {
	settings
	*database
	log       *slog.Logger
	port      string // that it listens on
	access    *access.Service
	tickets   *ticketing.Service
	sharing   sharingRooms
	mailing   mailRooms
	webhooks  *webhook.Service
	admin     *admin.Service
	api       *api.API
	site      *web.Site
	files     *blob.Store
	strangers *ratelimit.Strangers
	runner    *job.Runner
	metrics   *metrics
	draining  atomic.Bool // a signal came: no new work, please
	fitness   fitness

	demoSignIns atomic.Pointer[demoSignIns] // nil unless it is a demo
}

// newServer opens the data and puts the rooms together; nothing runs yet. at is where it will listen.
func newServer(ctx context.Context, c settings, at net.Addr, log *slog.Logger) (*server, error) {
	d, err := openDatabase(ctx, c.Database, log)
	if err != nil {
		return nil, err
	}
	s := &server{settings: c, database: d, log: log}
	if _, s.port, err = net.SplitHostPort(at.String()); err == nil {
		s.files, err = blob.Open(c.BlobsFolder(c.Database), 0)
	}
	if err == nil {
		err = requireOwnFolder(ctx, d.store, c.BlobsFolder(c.Database))
	}
	if err == nil {
		err = s.assemble()
	}
	if err != nil {
		return nil, errors.Join(err, s.close(ctx))
	}
	return s, nil
}

// assemble wires the rooms as the picture in ARCHITECTURE.md shows them.
func (s *server) assemble() error {
	key, err := s.secrets.Key(access.ForSharing)
	if err != nil {
		return err
	}
	vault, err := sharing.NewVault(key)
	if err != nil {
		return err
	}
	s.strangers = ratelimit.NewStrangers(s.StrangerRate)
	devices, err := s.secrets.Key(access.ForDevices)
	if err != nil {
		return err
	}
	letters, err := s.secrets.Key(access.ForLetters)
	if err != nil {
		return err
	}
	s.access = access.New(s.store, access.Options{Logger: s.log, DeviceKey: devices, LinkKey: letters})
	s.tickets = ticketing.New(s.store, ticketing.Options{Logger: s.log})
	s.share(vault)
	s.runner = job.NewRunner(s.db, job.Config{Poll: s.PollJobs, Logger: s.log})
	s.sharing.jobs(s.runner)
	s.tickets.Jobs(s.runner)
	automation.New(s.store, s.tickets, automation.Options{Logger: s.log}).Jobs(s.runner)
	links, err := s.secrets.Key(access.ForLinks)
	if err != nil {
		return err
	}
	uploads := upload.New(s.store, s.files, links, nil)
	if err := s.mail(uploads); err != nil {
		return err
	}
	s.mailing.jobs(s.runner)
	if err := s.hook(); err != nil {
		return err
	}
	cleaner{s.store, s.tickets, uploads}.jobs(s.runner)
	s.admin = admin.New(s.access, s.tickets, sharing.RetryUnheld)
	s.api = api.New(api.Deps{
		Store: s.store, Tickets: s.tickets, Sharing: s.sharing.core, Agreements: s.sharing.agreements, Outbox: s.sharing.outbox, Inbox: s.sharing.inbox, Trackers: s.sharing.trackers, Access: s.access, Admin: s.admin,
		Uploads: uploads, Notices: s.mailing.notices, Mailboxes: s.mailing.boxes, Suspended: s.mailing.suspended, Conversion: s.mailing.conversion, Webhooks: s.webhooks,
		Limiter: httpkit.NewLimiter(s.RateLimit, nil), Strangers: s.strangers,
	})
	s.metrics = newMetrics(s.db, s.store, s.log)
	s.site, err = web.New(ui.Deps{Store: s.store, Tickets: s.tickets, Agreements: s.sharing.agreements, Outbox: s.sharing.outbox, Inbox: s.sharing.inbox, Trackers: s.sharing.trackers, Access: s.access, Admin: s.admin, Uploads: uploads, Strangers: s.strangers,
		Mail: s.mailing.out, MailIn: s.mailing.inbox, Suspended: s.mailing.suspended, Notices: s.mailing.notices, Conversion: s.mailing.conversion, Webhooks: s.webhooks, Mailbox: s.demo})
	return err
}

// texts is how desks are set up, as text.
func (s *server) texts() *configtext.Service {
	return &configtext.Service{Store: s.store, Admin: s.admin, Webhooks: s.webhooks, Agreements: s.sharing.agreements, Trackers: s.sharing.trackers}
}

// close gives everything back, in the reverse order of newServer.
func (s *server) close(ctx context.Context) error {
	var err error
	if s.files != nil {
		err = s.files.Close()
	}
	return errors.Join(err, s.database.close(ctx))
}

// handler is all that answers on the main address.
func (s *server) handler() http.Handler {
	proxies, _ := s.Proxies() // the command line made sure
	front := httpkit.Front(s.routing(), httpkit.Options{Logger: s.log, Trusted: proxies, HTTPS: strings.HasPrefix(s.PublicURL, "https:"), Translate: withErrorKind, Observe: s.metrics.observe})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("/", front)
	return withoutRedirects(mux, front)
}
