// Package mailtest has mail servers for tests: a relay that takes letters, or behaves as bad as relays do, and mailboxes that
// are read by IMAP.
package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mode is how a relay behaves.
type Mode int

// The ways of relays.
const (
	Up        Mode = iota
	Down           // hangs up at once
	Silent         // never says a word
	Nonsense       // speaks another language
	Temporary      // refuses each recipient for now
	Permanent      // refuses each recipient for good
	Cut            // takes the letter and is gone before it says so
)

// Letter is one that a relay took.
type Letter struct {
	From, To string
	Source   string
}

// Relay is a mail server on this machine.
type Relay struct {
	t        testing.TB
	server   *smtp.Server
	listener net.Listener
	password string

	encryption *tls.Config // nil: none
	atOnce     bool        // from the first byte

	mu      sync.Mutex
	mode    Mode
	taken   []Letter
	opened  int
	greeted int
}

// Start runs a relay until the test ends. With a password, only who knows it is let in, as "desk".
func Start(t testing.TB, password string) *Relay {
	t.Helper()
	return start(t, &Relay{t: t, password: password})
}

// StartSecure runs a relay that encrypts: by STARTTLS, or at once. Its certificate is for 127.0.0.1, by an authority that only the
// roots know.
func StartSecure(t testing.TB, password string, atOnce bool) (r *Relay, roots *x509.CertPool) {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	roots = x509.NewCertPool()
	roots.AddCert(web.Certificate())
	return start(t, &Relay{t: t, password: password, encryption: &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}, atOnce: atOnce}), roots
}

func start(t testing.TB, r *Relay) *Relay {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.listener = listener
	r.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{relay: r, signedIn: r.password == ""}, nil }))
	r.server.Domain, r.server.AllowInsecureAuth = "relay.test", r.encryption == nil
	r.server.ErrorLog = log.New(io.Discard, "", 0)
	r.server.ReadTimeout, r.server.WriteTimeout = time.Minute, time.Minute
	served := net.Listener(moody{listener, r})
	if r.server.TLSConfig = r.encryption; r.atOnce {
		served = tls.NewListener(served, r.encryption)
	}
	go func() { _ = r.server.Serve(served) }()
	t.Cleanup(func() { _ = r.server.Close() })
	return r
}

// URL is how a desk is told of the relay.
func (r *Relay) URL() string {
	if r.password != "" {
		return "smtp://desk:" + r.password + "@" + r.listener.Addr().String()
	}
	return "smtp://" + r.listener.Addr().String()
}

// Address is where it listens.
func (r *Relay) Address() *net.TCPAddr { return r.listener.Addr().(*net.TCPAddr) }

// Set has the relay behave otherwise from now on.
func (r *Relay) Set(m Mode) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mode = m
}

func (r *Relay) now() Mode {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mode
}

// Opened is how many connections there were.
func (r *Relay) Opened() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.opened
}

// Greeted is how often clients greeted. One connection is greeted once: strict relays refuse a second time.
func (r *Relay) Greeted() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.greeted
}

// Taken are the letters that it took, in their order.
func (r *Relay) Taken() []Letter {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Letter{}, r.taken...)
}

// Await waits until the relay has taken n letters, and gives them.
func (r *Relay) Await(n int) []Letter {
	r.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if taken := r.Taken(); len(taken) >= n {
			return taken
		}
	}
	r.t.Fatalf("the relay took %d letters, want %d", len(r.Taken()), n)
	return nil
}

// moody lets in connections as the relay's mode says.
type moody struct {
	net.Listener
	relay *Relay
}

func (m moody) Accept() (net.Conn, error) {
	for {
		conn, err := m.Listener.Accept()
		if err != nil {
			return nil, err
		}
		m.relay.mu.Lock()
		m.relay.opened++
		m.relay.mu.Unlock()
		switch m.relay.now() {
		case Down:
			_ = conn.Close()
		case Silent:
			m.relay.t.Cleanup(func() { _ = conn.Close() })
		case Nonsense:
			_, _ = fmt.Fprint(conn, "HTTP/1.1 400 Bad Request\r\n\r\n"+strings.Repeat("?", 5000))
			_ = conn.Close()
		default:
			return listening{conn, m.relay}, nil
		}
	}
}

// listening counts how often the client greets.
type listening struct {
	net.Conn
	relay *Relay
}

func (l listening) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if strings.HasPrefix(string(p[:n]), "EHLO ") {
		l.relay.mu.Lock()
		l.relay.greeted++
		l.relay.mu.Unlock()
	}
	return n, err
}

type session struct {
	relay    *Relay
	signedIn bool
	letter   Letter
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if s.signedIn = username == "desk" && password == s.relay.password; !s.signedIn {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Authentication failed"}
		}
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.signedIn {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.letter.From = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch s.relay.now() {
	case Temporary:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Greylisted, try again later"}
	case Permanent:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user here"}
	}
	s.letter.To = to
	return nil
}

func (s *session) Data(from io.Reader) error {
	source, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	s.letter.Source = string(source)
	s.relay.mu.Lock()
	s.relay.taken = append(s.relay.taken, s.letter)
	cut := s.relay.mode == Cut
	if cut {
		s.relay.mode = Up
	}
	s.relay.mu.Unlock()
	if cut {
		panic("the relay is killed") // go-smtp hangs up
	}
	return nil
}

func (s *session) Reset()        { s.letter = Letter{} }
func (s *session) Logout() error { return nil }
