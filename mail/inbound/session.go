package inbound

import (
	"context"
	"io"
	"net"
	"net/netip"
	"time"

	"github.com/emersion/go-smtp"

	"interdesk/desk"
	"interdesk/ratelimit"
)

// session is one client's conversation with a door.
type session struct {
	door     *Door
	ctx      context.Context // ends when the door must close
	conn     *smtp.Conn
	client   netip.Addr
	envelope Envelope
}

// NewSession greets a client.
func (d *Door) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{door: d, ctx: d.working, conn: c, client: addrOf(c.Conn().RemoteAddr()), envelope: Envelope{Hello: c.Hostname()}}, nil
}

func addrOf(a net.Addr) netip.Addr {
	if p, err := netip.ParseAddrPort(a.String()); err == nil {
		return p.Addr().Unmap()
	}
	return netip.Addr{} // a socket in the file system
}

// Reset forgets a message that was begun.
func (s *session) Reset() { s.envelope = Envelope{Hello: s.envelope.Hello} }

// Logout ends the session.
func (s *session) Logout() error { return nil }

// Mail begins a message. Each network may begin so many a minute; the operator's own mail server as many as it likes.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if d := s.door; d.rate != nil && !isLocal(s.client) {
		if _, ok := d.rate.Take(ratelimit.NetworkOf(s.client), time.Now()); !ok {
			return tooFast()
		}
	}
	s.envelope.From, s.envelope.Unanswerable = from, from == ""
	return nil
}

// isLocal tells clients on this machine and in its private networks from the internet's.
func isLocal(a netip.Addr) bool { return a.IsLoopback() || a.IsPrivate() || !a.IsValid() }

// Rcpt adds a recipient, which must be an address of a help desk.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	route, err := s.door.service.Route(s.ctx, to)
	if desk.KindOf(err) == desk.NotFound {
		return unknownRecipient(to)
	}
	if err != nil {
		return answerOf(s.ctx, s.door.log, err)
	}
	s.envelope.To = append(s.envelope.To, route)
	return nil
}

// Data takes the message.
func (s *session) Data(from io.Reader) error {
	defer busy(s.conn.Conn())()
	e := s.envelope
	if !s.door.lmtp {
		e.Client = s.client
	}
	return answerOf(s.ctx, s.door.log, s.door.service.Accept(s.ctx, e, from))
}
