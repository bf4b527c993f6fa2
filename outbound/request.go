package outbound

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
)

const maxRedirects = 2

// Request is one request before it meets the network; it can be sent again at another address.
type Request struct {
	Method string
	URL    *url.URL // as CheckURL gave it
	Header http.Header
	Body   []byte
}

// Do sends a request and follows redirects as far as they may be followed. One that may not comes back as the answer. The
// caller closes the answer's body and bounds the whole by ctx.
func (c *Client) Do(ctx context.Context, r Request) (*http.Response, error) {
	for hops := 0; ; hops++ {
		res, err := c.send(ctx, r)
		if err != nil || !IsRedirect(res.StatusCode) || hops == maxRedirects {
			return res, err
		}
		next, ok := c.follow(r.URL, res.Header.Get("Location"))
		if !ok {
			return res, nil
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 16<<10)) // lets the connection be used again
		_ = res.Body.Close()
		r.URL = next
	}
}

// IsRedirect tells the answers that lead elsewhere with the same request.
func IsRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	default:
		return false
	}
}

// follow returns the next address when the request may go there: the same host, and either the same scheme and port, or a
// step up from http to https.
func (c *Client) follow(from *url.URL, location string) (*url.URL, bool) {
	target, err := from.Parse(location)
	if err != nil || location == "" {
		return nil, false
	}
	next, err := c.CheckURL(target.String())
	if err != nil || next.Hostname() != from.Hostname() {
		return nil, false
	}
	same := next.Scheme == from.Scheme && portOf(next) == portOf(from)
	upgrade := from.Scheme == "http" && next.Scheme == "https"
	return next, same || upgrade
}

func (c *Client) send(ctx context.Context, r Request) (*http.Response, error) {
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL.String(), body)
	if err != nil {
		return nil, err
	}
	if r.Header != nil {
		req.Header = r.Header.Clone()
	}
	return c.transmit(req)
}

// RoundTrip makes one request without following redirects, so that a Client is the http.RoundTripper of a library that
// brings its own http.Client: each of that client's requests is checked here.
func (c *Client) RoundTrip(req *http.Request) (*http.Response, error) {
	if _, err := c.CheckURL(req.URL.String()); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	return c.transmit(req)
}

// transmit puts a request whose address was checked on its way.
func (c *Client) transmit(req *http.Request) (*http.Response, error) {
	if req.Header.Get("User-Agent") == "" {
		req = req.Clone(req.Context())
		req.Header.Set("User-Agent", c.config.UserAgent)
	}
	if c.config.Local != nil {
		if handler := c.config.Local(req.URL.Host); handler != nil {
			return serveLocal(handler, req)
		}
	}
	return c.transport.RoundTrip(req)
}
