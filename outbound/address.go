package outbound

import (
	"net/netip"
	"net/url"
	"strings"
)

const maxURL = 2048

// CheckURL holds for every address that others name, and gives it with scheme and host in lower case. The error is a
// *BlockedError. The name is not resolved: that happens, checked, when the address is dialled.
func (c *Client) CheckURL(raw string) (*url.URL, error) {
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
		return nil, blocked("The URL must begin with https://: what is secret in a request must not travel in the open.")
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
		return blocked("The host %s is this machine. Private networks are not allowed on this server.", host)
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
