package peer

import (
	"net/netip"
	"net/url"
	"path"
	"strings"
)

const maxURL = 2048

// CheckURL validates a sharing URL (sender_url, receiver_url, what an admin typed) and returns it without a trailing slash (nhd §2). The
// error is a *BlockedError with a clear sentence. The name is not resolved: that happens, checked, when the address is dialled.
func (c *Client) CheckURL(raw string) (*url.URL, error) {
	u, err := c.checkAddressURL(raw)
	if err != nil {
		return nil, err
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(raw, "#") {
		return nil, blocked("The sharing URL must not have a query or a fragment.")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	if u.Path != "" && path.Clean(u.Path) != u.Path {
		return nil, blocked("The path of the sharing URL is not in its simplest form.")
	}
	return u, nil
}

// checkAddressURL holds for every address that a partner names, attachments included.
func (c *Client) checkAddressURL(raw string) (*url.URL, error) {
	if len(raw) > maxURL {
		return nil, blocked("The URL is longer than %d bytes.", maxURL)
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Opaque != "" {
		return nil, blocked("The URL cannot be read.")
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	host := u.Hostname()
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, blocked("The URL must begin with https://.")
	case host == "" || !plainHost(host):
		return nil, blocked("The URL must name a host.")
	case u.User != nil:
		return nil, blocked("The URL must not hold a user name or password.")
	}
	if c.isLocal(u) {
		return u, nil
	}
	if u.Scheme == "http" && !c.config.AllowHTTP && !c.config.AllowPrivate {
		return nil, blocked("The URL must begin with https://: the access key travels in every request.")
	}
	if err := c.checkPort(portOf(u)); err != nil {
		return nil, err
	}
	return u, c.checkHost(host)
}

// checkHost refuses what is known to be closed without asking DNS.
func (c *Client) checkHost(host string) error {
	if address, err := netip.ParseAddr(host); err == nil {
		return c.checkAddress(address)
	}
	if isLocalhost(host) && !c.config.AllowPrivate {
		return blocked("The host %s is this machine. Partners in private networks are not allowed on this server.", host)
	}
	return nil
}

func plainHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return len(host) <= 253 && !strings.ContainsAny(host, " \t\r\n%/\\?#@:[]<>\"'`{}|^,;&=+$!*()~\x00") && !strings.Contains(host, "..")
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "http":
		return "80"
	default:
		return "443"
	}
}

func (c *Client) isLocal(u *url.URL) bool {
	return c.config.Local != nil && c.config.Local(u.Host) != nil
}
