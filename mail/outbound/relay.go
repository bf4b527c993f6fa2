package outbound

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"interdesk/desk"
)

// RelayConfig says which server takes letters, and how one is let in there.
type RelayConfig struct {
	Host               string
	Port               int
	Security           desk.RelaySecurity
	Username, Password string
	Hello              string // our own host name
	// Dial opens the connection. Whoever lets others name relays passes the guard's; nil: the system's.
	Dial      func(ctx context.Context, network, address string) (net.Conn, error)
	TLSConfig *tls.Config // nil: the system's roots
}

// RelayFromURL reads smtp[s]://user:password@host:port. smtp means STARTTLS, which is demanded where a password would go over
// the line in the clear otherwise.
func RelayFromURL(text string) (RelayConfig, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return RelayConfig{}, errors.New("write smtp[s]://user:password@host:port") // not the text itself: it has a password
	}
	c := RelayConfig{Host: u.Hostname(), Security: desk.RelayOpportunistic, Port: 25, Username: u.User.Username()}
	c.Password, _ = u.User.Password()
	switch {
	case u.Scheme == "smtps":
		c.Security, c.Port = desk.RelayTLS, 465
	case c.Username != "":
		c.Port = 587
		if !isLoopback(c.Host) {
			c.Security = desk.RelayStartTLS
		}
	}
	if u.Port() != "" {
		if c.Port, err = strconv.Atoi(u.Port()); err != nil || c.Port < 1 || c.Port > 65535 {
			return RelayConfig{}, errors.New("the port must be a number from 1 to 65535")
		}
	}
	return c, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// The bounds of one talk with a relay.
const (
	greetTime   = 45 * time.Second // to dial, encrypt and sign in
	commandTime = 45 * time.Second
	dataTime    = 2 * time.Minute
	idleTime    = 20 * time.Second // that a connection waits for the next letter
)

// Relay hands letters to a server by SMTP. A few connections stay open for the next letter. It is safe for concurrent use.
type Relay struct {
	config RelayConfig

	mu   sync.Mutex
	idle []idleConn
}

type idleConn struct {
	*smtp.Client
	since time.Time
}

// NewRelay makes a relay; nothing is dialled yet.
func NewRelay(c RelayConfig) *Relay {
	if c.Dial == nil {
		c.Dial = (&net.Dialer{Timeout: greetTime}).DialContext
	}
	if c.Hello == "" {
		c.Hello = "localhost"
	}
	return &Relay{config: c}
}

// Send hands one letter over. When it returns nil, the relay has said that it will deliver it.
func (r *Relay) Send(ctx context.Context, from, to string, source io.Reader, size int64) error {
	c, err := r.connection(ctx)
	if err != nil {
		return refusalOf(connecting, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	err = sendOn(c, from, to, source, size)
	if !stop() || err != nil {
		_ = c.Close()
		return refusalOf(addressing, firstError(ctx.Err(), err))
	}
	r.keep(c)
	return nil
}

// firstError prefers what the server said to why we hung up.
func firstError(hungUp, err error) error {
	var said *smtp.SMTPError
	if hungUp != nil && err != nil && !errors.As(err, &said) {
		return hungUp
	}
	return err
}

func sendOn(c *smtp.Client, from, to string, source io.Reader, size int64) error {
	options := &smtp.MailOptions{}
	if ok, _ := c.Extension("SIZE"); ok {
		options.Size = size
	}
	if err := c.Mail(from, options); err != nil {
		return err
	}
	if err := c.Rcpt(to, nil); err != nil {
		return err
	}
	data, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.Copy(data, source); err != nil {
		return err
	}
	return data.Close()
}

// connection is one that waits and still answers, or a new one.
func (r *Relay) connection(ctx context.Context) (*smtp.Client, error) {
	for {
		c := r.takeIdle()
		if c == nil {
			return r.open(ctx)
		}
		if c.Noop() == nil { // RSET would have the client greet again, which strict relays refuse
			return c, nil
		}
		_ = c.Close()
	}
}

func (r *Relay) takeIdle() *smtp.Client {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.idle) > 0 {
		last := r.idle[len(r.idle)-1]
		r.idle = r.idle[:len(r.idle)-1]
		if time.Since(last.since) < idleTime {
			return last.Client
		}
		_ = last.Close()
	}
	return nil
}

func (r *Relay) keep(c *smtp.Client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.idle) >= PerRelay {
		_ = c.Close()
		return
	}
	r.idle = append(r.idle, idleConn{c, time.Now()})
}

// Close hangs up.
func (r *Relay) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.idle {
		_ = c.Close()
	}
	r.idle = nil
}

// Try connects and signs in, and nothing more: an admin tries what was typed.
func (r *Relay) Try(ctx context.Context) error {
	c, err := r.open(ctx)
	if err != nil {
		return refusalOf(connecting, err)
	}
	_ = c.Quit()
	return nil
}

// open dials, encrypts and signs in.
func (r *Relay) open(ctx context.Context) (*smtp.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, greetTime)
	defer cancel()
	if r.config.Security != desk.RelayOpportunistic || isLoopback(r.config.Host) {
		return r.begin(ctx, r.config.Security)
	}
	c, err := r.begin(ctx, desk.RelayOpportunistic)
	if errors.Is(err, errNoEncryption) {
		return r.begin(ctx, plainRelay)
	}
	return c, err
}

// plainRelay is a relay that cannot encrypt, as an opportunistic one has turned out to be.
const plainRelay desk.RelaySecurity = "plain"

var errNoEncryption = errors.New("it offers no encryption")

// begin opens one connection. It is closed when ctx ends before the relay is ready.
func (r *Relay) begin(ctx context.Context, security desk.RelaySecurity) (*smtp.Client, error) {
	conn, err := r.config.Dial(ctx, "tcp", net.JoinHostPort(r.config.Host, strconv.Itoa(r.config.Port)))
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	c, err := r.greet(conn, security)
	if !stop() || err != nil {
		_ = conn.Close()
		return nil, firstError(ctx.Err(), err)
	}
	return c, nil
}

func (r *Relay) greet(conn net.Conn, security desk.RelaySecurity) (*smtp.Client, error) {
	c, err := r.encrypted(conn, security)
	if err != nil {
		return nil, err
	}
	c.CommandTimeout, c.SubmissionTimeout = commandTime, dataTime
	if err := c.Hello(r.config.Hello); err != nil {
		return nil, err
	}
	return c, r.signIn(c)
}

func (r *Relay) encrypted(conn net.Conn, security desk.RelaySecurity) (*smtp.Client, error) {
	settings := &tls.Config{MinVersion: tls.VersionTLS12}
	if r.config.TLSConfig != nil {
		settings = r.config.TLSConfig.Clone()
	}
	settings.ServerName = r.config.Host
	switch {
	case security == desk.RelayTLS:
		return smtp.NewClient(tls.Client(conn, settings)), nil
	case security == desk.RelayStartTLS:
		return startTLS(conn, settings)
	case security == plainRelay || isLoopback(r.config.Host):
		return smtp.NewClient(conn), nil
	}
	settings.InsecureSkipVerify = true // no password goes over it, and an unproven name is better than an open line (RFC 7435)
	return startTLS(conn, settings)
}

func startTLS(conn net.Conn, settings *tls.Config) (*smtp.Client, error) {
	c, err := smtp.NewClientStartTLS(conn, settings)
	if err != nil && strings.Contains(err.Error(), "support STARTTLS") {
		return nil, errNoEncryption
	}
	return c, err
}

// signIn uses what the relay offers. A password goes only over an encrypted line, or to this machine.
func (r *Relay) signIn(c *smtp.Client) error {
	if r.config.Username == "" {
		return nil
	}
	if _, encrypted := c.TLSConnectionState(); !encrypted && !isLoopback(r.config.Host) {
		return errors.New("it offers no encryption, without which no password is sent")
	}
	switch {
	case c.SupportsAuth(sasl.Plain):
		return c.Auth(sasl.NewPlainClient("", r.config.Username, r.config.Password))
	case c.SupportsAuth(sasl.Login):
		return c.Auth(sasl.NewLoginClient(r.config.Username, r.config.Password))
	}
	return errors.New("it offers no way to sign in with a password")
}
