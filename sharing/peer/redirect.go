package peer

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
)

const maxRedirects = 2

// request is one request before it meets the network; it can be sent again at another address.
type request struct {
	method string
	url    *url.URL
	header http.Header
	body   []byte
}

// do sends a request and follows at most two redirects with method, body and headers kept, on the same host only (nhd §13.2). A redirect that
// may not be followed comes back as the answer.
func (c *Client) do(ctx context.Context, r request) (*http.Response, error) {
	for hops := 0; ; hops++ {
		res, err := c.once(ctx, r)
		if err != nil || !isRedirect(res.StatusCode) || hops == maxRedirects {
			return res, err
		}
		next, ok := c.follow(r.url, res.Header.Get("Location"))
		if !ok {
			return res, nil
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 16<<10)) // lets the connection be used again
		_ = res.Body.Close()
		r.url = next
	}
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	default:
		return false
	}
}

// follow returns the next address when the token may go there: the same host, and either the same scheme and port, or a step up from
// http to https (nhd §13.2, §16 row 5).
func (c *Client) follow(from *url.URL, location string) (*url.URL, bool) {
	target, err := from.Parse(location)
	if err != nil || location == "" {
		return nil, false
	}
	next, err := c.checkAddressURL(target.String())
	if err != nil || next.Hostname() != from.Hostname() {
		return nil, false
	}
	same := next.Scheme == from.Scheme && portOf(next) == portOf(from)
	upgrade := from.Scheme == "http" && next.Scheme == "https"
	return next, same || upgrade
}

func (c *Client) once(ctx context.Context, r request) (*http.Response, error) {
	var body io.Reader
	if r.body != nil {
		body = bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header = r.header.Clone()
	if c.config.Local != nil {
		if handler := c.config.Local(r.url.Host); handler != nil {
			return serveLocal(handler, req)
		}
	}
	return c.transport.RoundTrip(req)
}
