package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Resolver finds the addresses of a name. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Config says where a client may go. The zero value is the safe one: https on port 443 of public addresses.
type Config struct {
	// AllowPrivate opens loopback, private and carrier-grade NAT addresses, plain http and any port: for tests, demos and
	// services in one private network. Link-local (with the clouds' metadata services), multicast and unspecified addresses
	// stay closed.
	AllowPrivate bool
	// AllowHTTP opens plain http to public addresses.
	AllowHTTP bool
	// Ports are allowed beside 443 and 80.
	Ports []int
	// HeaderTimeout is how long the head of an answer may take. 30 s when zero. The whole is bounded by the caller's context.
	HeaderTimeout time.Duration
	// FetchTimeout bounds one Fetch. 5 min when zero.
	FetchTimeout time.Duration
	// UserAgent is sent with every request. "Interdesk" when empty.
	UserAgent string
	// Local returns the handler of a host (with its port, as in the URL) that belongs to this very installation, else nil.
	Local func(host string) http.Handler
	// Resolver finds addresses. The system's when nil.
	Resolver Resolver
	// RootCAs are trusted for https. The system's when nil.
	RootCAs *x509.CertPool
}

// Client sends requests to addresses that others have named. It is safe for concurrent use.
type Client struct {
	config    Config
	transport *http.Transport
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
}

// New returns a client.
func New(config Config) *Client {
	config.HeaderTimeout = orDuration(config.HeaderTimeout, 30*time.Second)
	config.FetchTimeout = orDuration(config.FetchTimeout, 5*time.Minute)
	if config.UserAgent == "" {
		config.UserAgent = "Interdesk"
	}
	if config.Resolver == nil {
		config.Resolver = net.DefaultResolver
	}
	c := &Client{config: config, dial: (&net.Dialer{Timeout: 10 * time.Second}).DialContext}
	c.transport = &http.Transport{
		Proxy:                  nil, // a proxy would dial for us, unchecked
		DialContext:            c.dialChecked,
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{RootCAs: config.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  config.HeaderTimeout,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    4,
		MaxIdleConns:           64,
		IdleConnTimeout:        60 * time.Second,
		DisableCompression:     true, // a small compressed answer may unpack to a huge one
	}
	return c
}

// Close drops idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

func orDuration(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}
