package peer

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// answers is a resolver by a function.
type answers func(host string) ([]string, error)

func (a answers) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	texts, err := a(host)
	found := make([]netip.Addr, len(texts))
	for i, text := range texts {
		found[i] = netip.MustParseAddr(text)
	}
	return found, err
}

func TestCheckAddress(t *testing.T) {
	t.Parallel()
	safe, open := New(Config{}), New(Config{AllowPrivate: true})
	for address, want := range map[string][2]bool{ // allowed by default, allowed with AllowPrivate
		"93.184.216.34": {true, true}, "2606:2800:220:1::1": {true, true}, "172.32.0.1": {true, true}, "100.128.0.1": {true, true},
		"127.0.0.1": {false, true}, "127.9.9.9": {false, true}, "::1": {false, true},
		"10.1.2.3": {false, true}, "172.16.0.1": {false, true}, "192.168.1.1": {false, true}, "100.64.0.1": {false, true}, "fd12::1": {false, true},
		"::ffff:127.0.0.1": {false, true}, "::ffff:10.0.0.1": {false, true}, "::ffff:93.184.216.34": {true, true},
		"169.254.169.254": {}, "169.254.1.1": {}, "::ffff:169.254.169.254": {}, "fe80::1": {}, "fe80::1%eth0": {}, "fd00:ec2::254": {},
		"100.100.100.200": {}, "168.63.129.16": {}, "192.0.0.192": {},
		"0.0.0.0": {}, "0.1.2.3": {}, "::": {}, "224.0.0.1": {}, "239.255.255.250": {}, "ff02::1": {}, "255.255.255.255": {}, "240.0.0.1": {},
		"64:ff9b::7f00:1": {}, "64:ff9b:1::7f00:1": {}, "2002:7f00:1::": {}, "2001:0:7f00:1::": {}, "2001:db8::1": {}, "::7f00:1": {},
		"fec0::1": {}, "100::1": {}, "5f00::1": {}, "192.0.2.1": {}, "198.18.0.1": {}, "192.88.99.1": {},
	} {
		a := netip.MustParseAddr(address)
		if got := [2]bool{safe.checkAddress(a) == nil, open.checkAddress(a) == nil}; got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}

func TestPrivatePartnerIsRefused(t *testing.T) {
	t.Parallel()
	partner := serve(t, always(200, "", ""))
	_, port, _ := net.SplitHostPort(partner.Listener.Addr().String())
	number, _ := net.LookupPort("tcp", port)
	for _, host := range []string{"127.0.0.1", "[::ffff:127.0.0.1]", "acme.localhost", "LOCALHOST", "partner.example", "0.0.0.0", "localhost."} {
		c := client(t, Config{AllowHTTP: true, Ports: []int{number}, Resolver: answers(func(string) ([]string, error) { return []string{"127.0.0.1"}, nil })})
		got := send(t, c, message("http://"+host+":"+port+"/sharing", http.MethodPost, Agreements))
		if got.Verdict != ConfigurationError || !IsBlocked(got.Err) {
			t.Errorf("%s: %+v", host, got)
		}
	}
	if n := len(partner.all()); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

// A name is resolved once per connection, and the address that was checked is the one dialled.
func TestRebinding(t *testing.T) {
	t.Parallel()
	partner := serve(t, always(201, "", ""))
	var asked atomic.Int32
	c := client(t, Config{AllowHTTP: true, Resolver: answers(func(string) ([]string, error) {
		if asked.Add(1) == 1 {
			return []string{"93.184.216.34"}, nil
		}
		return []string{"127.0.0.1"}, nil
	})})
	var dialled []string
	c.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		dialled = append(dialled, address)
		return (&net.Dialer{}).DialContext(ctx, network, partner.Listener.Addr().String())
	}
	if got := send(t, c, message("http://rebind.example/sharing", http.MethodPost, Agreements)); got.Verdict != Done {
		t.Errorf("first: %+v", got)
	}
	if asked.Load() != 1 || len(dialled) != 1 || dialled[0] != "93.184.216.34:80" {
		t.Errorf("asked %d times, dialled %v", asked.Load(), dialled)
	}
	c.Close()
	if got := send(t, c, message("http://rebind.example/sharing", http.MethodPost, Agreements)); got.Verdict != ConfigurationError || len(dialled) != 1 {
		t.Errorf("second: %+v, dialled %v", got, dialled)
	}
}

func TestOnlyCheckedAddressesAreDialled(t *testing.T) {
	t.Parallel()
	c := client(t, Config{Resolver: answers(func(string) ([]string, error) {
		return []string{"10.0.0.1", "93.184.216.34", "fe80::1", "93.184.216.35"}, nil
	})})
	var dialled []string
	c.dial = func(_ context.Context, _, address string) (net.Conn, error) {
		dialled = append(dialled, address)
		return nil, errors.New("refused")
	}
	got := send(t, c, message("https://partner.example/sharing", http.MethodPut, Tickets))
	if strings.Join(dialled, " ") != "93.184.216.34:443 93.184.216.35:443" || got.Verdict != Retry {
		t.Errorf("dialled %v, %+v", dialled, got)
	}
}

func TestLocalhostAsksNoDNS(t *testing.T) {
	t.Parallel()
	partner := serve(t, always(201, "", ""))
	c := client(t, Config{AllowPrivate: true, Resolver: answers(func(host string) ([]string, error) {
		t.Errorf("%s was asked for", host)
		return nil, errors.New("no DNS")
	})})
	base := strings.Replace(partner.URL, "127.0.0.1", "kongen.localhost", 1)
	if got := send(t, c, message(base, http.MethodPost, Agreements)); got.Verdict != Done {
		t.Errorf("answer = %+v", got)
	}
	if host := partner.all()[0].host; !strings.HasPrefix(host, "kongen.localhost:") {
		t.Errorf("host = %s", host)
	}
}

func TestProxyFromTheEnvironmentIsIgnored(t *testing.T) {
	proxy := serve(t, always(201, "", ""))
	t.Setenv("HTTP_PROXY", proxy.URL)
	c := client(t, Config{AllowHTTP: true, Resolver: answers(func(string) ([]string, error) { return []string{"93.184.216.34"}, nil })})
	c.dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("refused") }
	if got := send(t, c, message("http://partner.example", http.MethodPut, Tickets)); got.Verdict != Retry || len(proxy.all()) != 0 {
		t.Errorf("answer = %+v", got)
	}
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	safe := New(Config{Ports: []int{8443}, Local: func(host string) http.Handler {
		if host == "kongen.localhost:8080" {
			return http.NotFoundHandler()
		}
		return nil
	}})
	for raw, want := range map[string]string{
		"https://acme.example/sharing":         "https://acme.example/sharing",
		" https://ACME.example/Sharing/// ":    "https://acme.example/Sharing",
		"https://acme.example":                 "https://acme.example",
		"https://acme.example:8443/NHD/1.0":    "https://acme.example:8443/NHD/1.0",
		"https://93.184.216.34/sharing":        "https://93.184.216.34/sharing",
		"http://kongen.localhost:8080/sharing": "http://kongen.localhost:8080/sharing",
		"https://blåbær.example/x":             "https://bl%C3%A5b%C3%A6r.example/x",
	} {
		got, err := safe.CheckURL(raw)
		if err != nil || got.String() != want {
			t.Errorf("CheckURL(%q) = %v, %v", raw, got, err)
		}
	}
	for raw, want := range map[string]string{
		"":                                         "must begin with https://",
		"acme.example/sharing":                     "must begin with https://",
		"file:///etc/passwd":                       "must begin with https://",
		"gopher://acme.example/":                   "must begin with https://",
		"javascript:alert(1)":                      "cannot be read",
		"http://acme.example/sharing":              "the access key travels in every request",
		"https:///sharing":                         "must name a host",
		"https://a b.example/":                     "cannot be read",
		"https://a..b/":                            "must name a host",
		"https://me:secret@acme.example/":          "user name or password",
		"https://acme.example/sharing?x=1":         "query or a fragment",
		"https://acme.example/sharing#x":           "query or a fragment",
		"https://acme.example/a/../b":              "simplest form",
		"https://acme.example:22/sharing":          "port 22 is not allowed",
		"https://acme.example:0/sharing":           `port "0" is not a port`,
		"https://acme.localhost/sharing":           "is this machine",
		"https://127.0.0.1/sharing":                "is private",
		"https://[::1]/sharing":                    "is private",
		"https://[::ffff:10.0.0.1]/sharing":        "is private",
		"https://169.254.169.254/latest":           "is not allowed",
		"https://[fe80::1%25eth0]/sharing":         "is not allowed",
		"https://x/" + strings.Repeat("y", maxURL): "longer than 2048",
	} {
		got, err := safe.CheckURL(raw)
		if err == nil || !IsBlocked(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckURL(%q) = %v, %v", raw, got, err)
		}
	}
}

func FuzzCheckURL(f *testing.F) {
	f.Add("https://acme.example/sharing")
	f.Add("https://[::ffff:127.0.0.1]:443/%2e%2e/")
	c := New(Config{})
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := c.CheckURL(raw)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || strings.HasSuffix(u.Path, "/") || isLocalhost(u.Hostname()) {
			t.Errorf("CheckURL(%q) = %v", raw, u)
		}
		if again, err := c.CheckURL(u.String()); err != nil || again.String() != u.String() {
			t.Errorf("not stable: %v, then %v, %v", u, again, err)
		}
	})
}
