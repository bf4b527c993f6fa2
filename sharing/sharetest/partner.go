package sharetest

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"interdesk/sharing/wire"
)

// Style is whose habits a partner has (nhd §18).
type Style string

// The styles.
const (
	Zendesk Style = "zendesk"
	RT      Style = "rt"
	Node    Style = "node"
)

// Options describe a partner. The zero value is a Zendesk.
type Options struct {
	Style         Style
	Name          string // display name; "Partner" when empty
	Host          string // name in its URLs, below .localhost; 127.0.0.1 when empty
	TLS           bool   // https with a certificate that only CertPool vouches for
	Reads         bool   // answers GET although its style does not (Zendesk: unknown, here no)
	RefuseRepeats bool   // answers 422 to a POST of what it has, as Request Tracker does
	RefuseUnknown bool   // answers 422 to members that the protocol does not know
	SolvedKnown   bool   // Request Tracker with a configured status map takes "solved"
}

// Partner is a fake help desk.
type Partner struct {
	Agent wire.Actor // who writes its replies

	t        testing.TB
	options  Options
	server   *httptest.Server
	client   *http.Client
	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at each change
	requests []*Request
	failures []*Failure
	deals    map[string]*Agreement
	tickets  map[string]*Ticket
	order    []string // uuids of tickets as they came
	files    map[string]*file
	minted   int
}

// NewPartner starts a partner; it stops with the test.
func NewPartner(t testing.TB, options Options) *Partner {
	t.Helper()
	if options.Style == "" {
		options.Style = Zendesk
	}
	if options.Name == "" {
		options.Name = "Partner"
	}
	p := &Partner{
		t: t, options: options, changed: make(chan struct{}),
		deals: map[string]*Agreement{}, tickets: map[string]*Ticket{}, files: map[string]*file{},
		client: newHTTPClient(),
	}
	p.server = httptest.NewUnstartedServer(p)
	p.server.Config.ErrorLog = silent()
	if options.TLS {
		p.server.StartTLS()
	} else {
		p.server.Start()
	}
	t.Cleanup(p.Close)
	p.Agent = wire.Actor{UUID: p.mint(wire.KindUser), Name: "Grace at " + options.Name, Role: wire.Some("agent")}
	return p
}

// Close stops the partner: from now on it is down. Restart brings it back.
func (p *Partner) Close() {
	p.server.CloseClientConnections()
	p.server.Close()
	p.client.CloseIdleConnections()
}

// Restart listens again on the same address with the same state.
func (p *Partner) Restart() {
	p.t.Helper()
	address := p.server.Listener.Addr().String()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		p.t.Fatalf("restart the partner on %s: %v", address, err)
	}
	server := httptest.NewUnstartedServer(p)
	_ = server.Listener.Close()
	server.Listener, server.Config.ErrorLog = listener, silent()
	if p.options.TLS {
		server.StartTLS()
	} else {
		server.Start()
	}
	p.server = server
}

// CertPool vouches for the partner's certificate.
func (p *Partner) CertPool() *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(p.server.Certificate())
	return roots
}

// URL is the partner's sharing URL.
func (p *Partner) URL() string { return p.origin() + p.base() }

func (p *Partner) origin() string {
	origin := p.server.URL
	if p.options.Host != "" {
		origin = strings.Replace(origin, "127.0.0.1", p.options.Host, 1)
	}
	return origin
}

func (p *Partner) base() string {
	if p.options.Style == RT {
		return "/NoAuth/NHD/1.0"
	}
	return "/sharing"
}

// mint makes a uuid by the protocol's formula, as other implementations do.
func (p *Partner) mint(kind string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mintLocked(kind)
}

func (p *Partner) mintLocked(kind string) string {
	p.minted++
	return wire.WalkthroughUUID(p.URL(), kind, itoa(p.minted))
}

// newHTTPClient reaches names below .localhost on any machine and follows no redirect.
func newHTTPClient() *http.Client {
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err == nil && (host == "localhost" || strings.HasSuffix(host, ".localhost")) {
			address = net.JoinHostPort("127.0.0.1", port)
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dial, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       30 * time.Second,
	}
}
