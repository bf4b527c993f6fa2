package outbound

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// BlockedError says that an address may not be dialled. Its sentence is safe to show.
type BlockedError struct{ Reason string }

// Error returns the sentence.
func (e *BlockedError) Error() string { return e.Reason }

func blocked(format string, args ...any) error {
	return &BlockedError{Reason: fmt.Sprintf(format, args...)}
}

// IsBlocked reports whether an address was refused by the guard.
func IsBlocked(err error) bool {
	var refusal *BlockedError
	return errors.As(err, &refusal)
}

// privateNets open with AllowPrivate: they lead to machines that an administrator can mean.
var privateNets = prefixes(
	"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
	"::1/128", "fc00::/7",
)

// closedNets never open: nobody's service can live there, and clouds keep their metadata services in some of them.
var closedNets = prefixes(
	"0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::254/128", "fd20:ce::254/128", // metadata and host services of clouds
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", // Teredo and its neighbours, documentation, 6to4
)

// globalV6 is the only IPv6 space that routers carry across the internet. NAT64, v4-compatible, site-local, link-local and multicast
// addresses all lie outside.
var globalV6 = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	nets := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		nets[i] = netip.MustParsePrefix(text)
	}
	return nets
}

func within(address netip.Addr, nets []netip.Prefix) bool {
	return slices.ContainsFunc(nets, func(net netip.Prefix) bool { return net.Contains(address) })
}

// checkAddress is the gate that every connection passes.
func (c *Client) checkAddress(address netip.Addr) error {
	if address.Zone() != "" {
		return blocked("The address %s is not allowed.", address)
	}
	address = address.Unmap() // ::ffff:127.0.0.1 is 127.0.0.1
	if within(address, closedNets) {
		return blocked("The address %s is not allowed.", address)
	}
	if within(address, privateNets) {
		if c.config.AllowPrivate {
			return nil
		}
		return blocked("The address %s is private. Private networks are not allowed on this server.", address)
	}
	if address.Is6() && !globalV6.Contains(address) {
		return blocked("The address %s is not allowed.", address)
	}
	return nil
}

func (c *Client) checkPort(port string) error {
	number, err := strconv.Atoi(port)
	if err != nil || number < 1 || number > 65535 {
		return blocked("The port %q is not a port.", port)
	}
	if c.config.AllowPrivate || number == 443 || number == 80 || slices.Contains(c.config.Ports, number) {
		return nil
	}
	return blocked("The port %d is not allowed.", number)
}

// isLocalhost names the loopback names, which no DNS is asked for (RFC 6761 §6.3).
func isLocalhost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// addresses resolves a host once. What comes back is what will be dialled.
func (c *Client) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if address, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{address}, nil
	}
	if isLocalhost(host) {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, nil
	}
	return c.config.Resolver.LookupNetIP(ctx, "ip", host)
}

// Dial opens a connection for another protocol than HTTP, such as mail, to an address that others have named. Its port must be
// among the allowed ones.
func (c *Client) Dial(ctx context.Context, network, hostPort string) (net.Conn, error) {
	return c.dialChecked(ctx, network, hostPort)
}

// dialChecked resolves once, checks, and dials the checked address, so that a name that changes its answer between check and use (DNS
// rebinding) gains nothing.
func (c *Client) dialChecked(ctx context.Context, network, hostPort string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil, err
	}
	if err := c.checkPort(port); err != nil {
		return nil, err
	}
	found, err := c.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	failure := fmt.Errorf("no address found for %s", host)
	for _, address := range found {
		if failure = c.checkAddress(address); failure != nil {
			continue
		}
		conn, err := c.dial(ctx, network, net.JoinHostPort(address.Unmap().String(), port))
		if err == nil {
			return conn, nil
		}
		failure = err
	}
	return nil, failure
}
