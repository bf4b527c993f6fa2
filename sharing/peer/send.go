package peer

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"

	"interdesk/outbound"
	"interdesk/sharing/wire"
)

// Message is one message to a partner.
type Message struct {
	Base     string     // the partner's sharing URL
	Token    wire.Token // sent with every message, the invitation included (nhd §4)
	Method   string     // POST, PUT, GET or DELETE
	Resource Resource
	UUID     string
	Body     []byte  // JSON; nil for GET and DELETE
	Dialect  Dialect // wire.DialectUnknown on the first contact
	Position wire.Position
}

// Send delivers a message and judges the answer. It never returns an error of its own: what failed is in the Answer.
func (c *Client) Send(ctx context.Context, m Message) Answer {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	answer := c.probe(ctx, m)
	if answer.Doubtful {
		return c.verify(ctx, m, answer)
	}
	return answer
}

// probe sends a message; a POST in an unknown dialect that meets exactly 422 is repeated once as Request Tracker wants it (nhd §15).
func (c *Client) probe(ctx context.Context, m Message) Answer {
	if m.Dialect != wire.DialectUnknown {
		return c.deliver(ctx, m)
	}
	m.Dialect = wire.DialectDefault
	first := c.deliver(ctx, m)
	if m.Method != http.MethodPost || first.Status != http.StatusUnprocessableEntity {
		return first
	}
	m.Dialect = wire.DialectRT
	if second := c.deliver(ctx, m); second.Verdict == Done {
		return second
	}
	first.Dialect = wire.DialectUnknown
	return first
}

// deliver makes one request of one message.
func (c *Client) deliver(ctx context.Context, m Message) Answer {
	r, err := c.compose(m)
	if err != nil {
		return Failure(err, m.Dialect, m.Token.Key)
	}
	res, err := c.http.Do(ctx, r)
	if err != nil {
		return Failure(err, m.Dialect, m.Token.Key)
	}
	got, err := readReply(res)
	if err != nil && len(got.body) == 0 && got.status < 300 {
		return Failure(err, m.Dialect, m.Token.Key) // the status came, but the connection broke: a repeat is harmless (nhd §14)
	}
	answer := Answer{
		Status: got.status, Verdict: verdictOf(m.Resource, m.Method, got.status), Dialect: m.Dialect,
		RetryAfter: RetryAfter(got.header.Get("Retry-After"), c.options.Now()),
		Doubtful:   m.Method != http.MethodGet && got.isDoubtful(), IsPage: got.contentType == "text/html" && len(bytes.TrimSpace(got.body)) > 0,
		Own: got.isOwn(), Interdesk: got.isInterdesk(),
	}
	switch {
	case answer.Verdict == ConfigurationError && outbound.IsRedirect(got.status):
		answer.Text = "The partner redirects to an address that may not be followed."
	case answer.Verdict == Done && !answer.Doubtful:
		answer.Body = got.body
		answer.Receipt, _ = wire.DecodeReceipt(got.body)
	default:
		answer.Text = got.text(m.Token.Key)
	}
	return answer
}

func (c *Client) compose(m Message) (outbound.Request, error) {
	base, err := c.CheckURL(m.Base)
	if err != nil {
		return outbound.Request{}, err
	}
	uuid, ok := wire.NormaliseUUID(m.UUID)
	if !ok {
		return outbound.Request{}, blocked("The message has no valid uuid.")
	}
	r := outbound.Request{Method: m.Method, URL: base.JoinPath(string(m.Resource), uuid), Header: http.Header{}, Body: m.Body}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", m.Dialect.ContentType())
	r.Header.Set(wire.HeaderVersion, wire.Version)
	r.Header.Set(wire.HeaderToken, m.Token.String())
	r.Header.Set(wire.HeaderInterdesk, m.Position.String())
	return r, nil
}

// Failure judges a message that got no answer, whatever it was written in. The secret does not show in its words.
func Failure(err error, dialect Dialect, secret string) Answer {
	answer := Answer{Verdict: Retry, Text: describe(err, secret), Dialect: dialect, Err: err}
	answer.Trouble, answer.Unreached = troubleOf(err)
	switch {
	case outbound.IsBlocked(err):
		answer.Verdict = ConfigurationError
	case outbound.IsTLS(err):
		answer.Verdict = SSLError
	}
	return answer
}

// troubleOf tells why a message got no answer, and whether that was before the partner could see it.
func troubleOf(err error) (t Trouble, unreached bool) {
	var (
		dns     *net.DNSError
		op      *net.OpError
		timeout net.Error
		invalid x509.CertificateInvalidError
	)
	dialled := !errors.As(err, &op) || op.Op != "dial"
	switch {
	case outbound.IsBlocked(err):
		return Blocked, true
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return Expired, true
	case outbound.IsTLS(err):
		return Certificate, true
	case errors.As(err, &dns):
		return Host, true
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return Timeout, !dialled
	}
	return Connection, !dialled
}

// describe writes a failure for an admin's eyes: no address of ours, no token.
func describe(err error, secret string) string {
	var (
		refusal *outbound.BlockedError
		dns     *net.DNSError
		op      *net.OpError
		wrapped *url.Error
		timeout net.Error
	)
	switch {
	case errors.As(err, &refusal):
		return refusal.Reason
	case outbound.IsTLS(err):
		return CleanLine("The partner's certificate does not hold: "+err.Error(), secret)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "The partner did not answer in time."
	case errors.Is(err, context.Canceled):
		return "The delivery was interrupted."
	case errors.As(err, &dns):
		return CleanLine("The partner's host name was not found: "+dns.Name, secret)
	case errors.As(err, &wrapped):
		err = wrapped.Err
	case errors.As(err, &op):
		err = op.Err
	}
	return CleanLine("The connection to the partner failed: "+err.Error(), secret)
}
