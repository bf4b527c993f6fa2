package api

import (
	"net/http"
	"time"

	"interdesk/access"
	"interdesk/admin"
	"interdesk/httpkit"
	"interdesk/mail/conversion"
	"interdesk/mail/imap"
	"interdesk/mail/suspended"
	"interdesk/notify"
	"interdesk/ratelimit"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/inbound"
	"interdesk/sharing/outbound"
	"interdesk/sharing/tracker"
	"interdesk/store"
	"interdesk/ticketing"
	"interdesk/upload"
	"interdesk/webhook"
)

// Deps are what the API stands on. Clock defaults to time.Now, Limiter to no limit.
type Deps struct {
	Store      *store.Store
	Tickets    *ticketing.Service
	Sharing    *sharing.Service
	Agreements *agreement.Service
	Outbox     *outbound.Service // what is sent about shared tickets
	Inbox      *inbound.Service  // what is taken in about them
	Trackers   *tracker.Service
	Access     *access.Service
	Admin      *admin.Service
	Uploads    *upload.Service
	Mailboxes  *imap.Service // tries mailboxes before they are kept
	Suspended  *suspended.Service
	Notices    *notify.Service // letters to people
	Conversion *conversion.Service
	Webhooks   *webhook.Service
	Limiter    *httpkit.Limiter
	Strangers  *ratelimit.Strangers // what people without sign-in may do; nil: anything
	Clock      func() time.Time
}

// API serves /api/v2 and the content of attachments.
type API struct {
	Deps
	handler http.Handler
}

// New makes the API.
func New(d Deps) *API {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Limiter == nil {
		d.Limiter = httpkit.NewLimiter(0, d.Clock)
	}
	a := &API{Deps: d}
	a.handler = httpkit.OneSlash(httpkit.StripJSON(a.newMux()))
	return a
}

// Handler serves the paths below Prefix and AttachmentPrefix. The account is the one that httpkit.Info names, else the
// one that answers at the request's host.
func (a *API) Handler() http.Handler { return a.handler }

// The paths that Handler serves.
const (
	Prefix           = "/api/v2/"
	AttachmentPrefix = "/attachments/"
)

func (a *API) newMux() http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes() {
		mux.Handle(r.method+" "+r.fullPath(), httpkit.Handler(func(w http.ResponseWriter, req *http.Request) error {
			return a.serve(w, req, r)
		}))
	}
	mux.Handle("/", httpkit.Handler(func(http.ResponseWriter, *http.Request) error { return httpkit.NoEndpoint() }))
	return mux
}
