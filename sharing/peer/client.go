package peer

import (
	"time"

	"interdesk/outbound"
)

// Options bound a client's messages; a zero value means what its comment says.
type Options struct {
	// Timeout bounds one message with its answer, redirects and second tries. 30 s when zero.
	Timeout time.Duration
	// Now tells the time for a Retry-After that names a date. time.Now when nil.
	Now func() time.Time
}

// Client sends messages to partners and fetches their attachments. It is safe for concurrent use.
type Client struct {
	http    *outbound.Client
	options Options
}

// New returns a client that goes where http lets it go.
func New(http *outbound.Client, o Options) *Client {
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Client{http: http, options: o}
}
