package httpkit

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"interdesk/desk"
)

// Info is what is known of a request while it is served. Handlers fill in the account, the user and the route; the
// request log and the metrics read them. It belongs to the request's own goroutine.
type Info struct {
	ID      string     // of the request; in the log and the X-Request-Id header
	Scheme  string     // "http" or "https", as the client sees it
	Host    string     // with the port, as the client sees it
	Client  netip.Addr // who called; behind a trusted proxy the address that the proxy names
	Account desk.AccountID
	User    desk.UserID
	Route   string // the pattern that served it, such as "GET /api/v2/tickets/{id}"; never a path with values
	Cause   error  // of a failure; only logged

	translate func(error) error
	bodies    *bodies
	held      []*heldBody
}

type infoKey struct{}

// About is the Info of a request that came through Front; of any other request, what can be read off it.
func About(r *http.Request) *Info {
	if info, ok := r.Context().Value(infoKey{}).(*Info); ok {
		return info
	}
	return newInfo(r, nil)
}

// Base is scheme and host of the address by which the client called, without a slash at the end. URLs in answers start
// with it, since clients follow a link only where they came from.
func (i *Info) Base() string { return i.Scheme + "://" + i.Host }

// Hostname is Host without the port, lower case.
func (i *Info) Hostname() string {
	host := i.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// BaseURL is About(r).Base().
func BaseURL(r *http.Request) string { return About(r).Base() }

func withInfo(r *http.Request, info *Info) *http.Request {
	return r.WithContext(desk.WithClientAddress(context.WithValue(r.Context(), infoKey{}, info), info.Client))
}

// newInfo believes the headers of a proxy only when the connection comes from a trusted one.
func newInfo(r *http.Request, trusted []netip.Prefix) *Info {
	info := &Info{Scheme: "http", Host: r.Host, Client: remoteAddr(r)}
	if r.TLS != nil {
		info.Scheme = "https"
	}
	if !containsAddr(trusted, info.Client) {
		info.ID = newRequestID()
		return info
	}
	if proto := lastValue(r.Header.Get("X-Forwarded-Proto")); proto == "https" || proto == "http" {
		info.Scheme = proto
	}
	if host := lastValue(r.Header.Get("X-Forwarded-Host")); host != "" {
		info.Host = host
	}
	if info.ID = r.Header.Get("X-Request-Id"); !plainID(info.ID) {
		info.ID = newRequestID()
	}
	info.Client = forwardedFor(r, info.Client, trusted)
	return info
}

func remoteAddr(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

// forwardedFor walks the proxies' list from its end: the first address that is no proxy of ours is the client. What
// stands before it, the client may have invented.
func forwardedFor(r *http.Request, direct netip.Addr, trusted []netip.Prefix) netip.Addr {
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, ok := hopAddr(strings.TrimSpace(hops[i]))
		if !ok {
			return direct
		}
		direct = hop.Unmap().WithZone("")
		if !containsAddr(trusted, direct) {
			break
		}
	}
	return direct
}

// hopAddr reads an address of the list; some proxies add the port.
func hopAddr(hop string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(strings.Trim(hop, "[]")); err == nil {
		return a, true
	}
	at, err := netip.ParseAddrPort(hop)
	return at.Addr(), err == nil
}

func containsAddr(prefixes []netip.Prefix, a netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// lastValue is what the nearest proxy added to a list.
func lastValue(list string) string {
	if i := strings.LastIndexByte(list, ','); i >= 0 {
		list = list[i+1:]
	}
	return strings.ToLower(strings.TrimSpace(list))
}

// validHost keeps a forged Host out of the URLs that we answer with.
func validHost(host string) bool {
	if host == "" || len(host) > 255 {
		return false
	}
	for i := range len(host) {
		switch c := host[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			c == '.', c == '-', c == '_', c == ':', c == '[', c == ']':
		default:
			return false
		}
	}
	return true
}

func plainID(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	return !strings.ContainsFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}

// newRequestID need not be secret, only unlikely to occur twice.
func newRequestID() string {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(b[8:], rand.Uint64())
	return hex.EncodeToString(b[:])
}
