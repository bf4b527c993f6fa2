package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
)

// What signs in to a Mailboxes.
const (
	MailboxUser     = "user@example.com"
	MailboxPassword = "secret"
	MailboxToken    = "access" // by OAUTHBEARER
)

// Mailboxes is an IMAP server on this machine, by TLS, with one user who has an INBOX.
type Mailboxes struct {
	Roots *x509.CertPool // trust its certificate, which is for 127.0.0.1
	Port  int
	Web   *httptest.Server // an https server with the same certificate, for tokens
	t     testing.TB
	user  *imapmemserver.User
}

// StartIMAP serves mailboxes until the test ends. It can what IMAP4rev1 can, and caps.
func StartIMAP(t testing.TB, caps ...imap.Cap) *Mailboxes {
	t.Helper()
	m := &Mailboxes{t: t, Roots: x509.NewCertPool(), Web: httptest.NewTLSServer(http.NotFoundHandler()), user: imapmemserver.NewUser(MailboxUser, MailboxPassword)}
	t.Cleanup(m.Web.Close)
	m.Roots.AddCert(m.Web.Certificate())
	m.Folder("INBOX")
	memory := imapmemserver.New()
	memory.AddUser(m.user)
	known := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, c := range caps {
		known[c] = struct{}{}
	}
	server := imapserver.New(&imapserver.Options{Caps: known, Logger: silent{},
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &tokenSession{memory.NewSession().(imapserver.SessionIMAP4rev2)}, nil, nil
		}})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.Port = listener.Addr().(*net.TCPAddr).Port
	go func() { _ = server.Serve(tls.NewListener(listener, &tls.Config{Certificates: m.Web.TLS.Certificates})) }()
	t.Cleanup(func() { _ = server.Close() })
	return m
}

// Folder makes a folder.
func (m *Mailboxes) Folder(name string) {
	m.t.Helper()
	if err := m.user.Create(name, nil); err != nil {
		m.t.Fatal(err)
	}
}

// Put adds messages to a folder, read ones or not, each with its subject.
func (m *Mailboxes) Put(folder string, read bool, subjects ...string) {
	m.t.Helper()
	options := &imap.AppendOptions{}
	if read {
		options.Flags = []imap.Flag{imap.FlagSeen}
	}
	for _, subject := range subjects {
		raw := "From: a@example.com\r\nSubject: " + subject + "\r\n\r\nwords\r\n"
		if _, err := m.user.Append(folder, literal{strings.NewReader(raw)}, options); err != nil {
			m.t.Fatal(err)
		}
	}
}

// Count is how many messages a folder has, and how many of them are not read.
func (m *Mailboxes) Count(folder string) (all, unread uint32) {
	data, err := m.user.Status(folder, &imap.StatusOptions{NumMessages: true, NumUnseen: true})
	if err != nil {
		return 0, 0 // it is not there yet
	}
	return *data.NumMessages, *data.NumUnseen
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

var _ imap.LiteralReader = literal{}

type silent struct{}

func (silent) Printf(string, ...any) {}

// tokenSession lets one in by token, too.
type tokenSession struct{ imapserver.SessionIMAP4rev2 }

func (s *tokenSession) AuthenticateMechanisms() []string { return []string{sasl.OAuthBearer} }

func (s *tokenSession) Authenticate(string) (sasl.Server, error) {
	return sasl.NewOAuthBearerServer(func(o sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
		if o.Token != MailboxToken || o.Username != MailboxUser || s.Login(MailboxUser, MailboxPassword) != nil {
			return &sasl.OAuthBearerError{Status: "invalid_token"}
		}
		return nil
	}), nil
}
