package outbound

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
)

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

func TestPrivateAddressIsRefused(t *testing.T) {
	t.Parallel()
	server := serve(t, always(200, "", ""))
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	number, _ := net.LookupPort("tcp", port)
	for _, host := range []string{"127.0.0.1", "[::ffff:127.0.0.1]", "acme.localhost", "LOCALHOST", "partner.example", "0.0.0.0", "localhost."} {
		c := client(t, Config{AllowHTTP: true, Ports: []int{number}, Resolver: answers(func(string) ([]string, error) { return []string{"127.0.0.1"}, nil })})
		if _, err := get(t, c, "http://"+host+":"+port+"/x"); !IsBlocked(err) {
			t.Errorf("%s: %v, want a refusal", host, err)
		}
	}
	if n := len(server.all()); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

// A name is resolved once per connection, and the address that was checked is the one dialled.
func TestRebinding(t *testing.T) {
	t.Parallel()
	server := serve(t, always(201, "", ""))
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
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	if status, err := get(t, c, "http://rebind.example/x"); status != 201 || err != nil {
		t.Errorf("first: %d, %v", status, err)
	}
	if asked.Load() != 1 || len(dialled) != 1 || dialled[0] != "93.184.216.34:80" {
		t.Errorf("asked %d times, dialled %v", asked.Load(), dialled)
	}
	c.Close()
	if _, err := get(t, c, "http://rebind.example/x"); !IsBlocked(err) || len(dialled) != 1 {
		t.Errorf("second: %v, dialled %v", err, dialled)
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
	_, err := get(t, c, "https://partner.example/x")
	if strings.Join(dialled, " ") != "93.184.216.34:443 93.184.216.35:443" || err == nil {
		t.Errorf("dialled %v, %v", dialled, err)
	}
}

func TestLocalhostAsksNoDNS(t *testing.T) {
	t.Parallel()
	server := serve(t, always(201, "", ""))
	c := client(t, Config{AllowPrivate: true, Resolver: answers(func(host string) ([]string, error) {
		t.Errorf("%s was asked for", host)
		return nil, errors.New("no DNS")
	})})
	base := strings.Replace(server.URL, "127.0.0.1", "kongen.localhost", 1)
	if status, err := get(t, c, base); status != 201 || err != nil {
		t.Errorf("answered %d, %v", status, err)
	}
	if host := server.all()[0].host; !strings.HasPrefix(host, "kongen.localhost:") {
		t.Errorf("host = %s", host)
	}
}

func TestProxyFromTheEnvironmentIsIgnored(t *testing.T) {
	proxy := serve(t, always(201, "", ""))
	t.Setenv("HTTP_PROXY", proxy.URL)
	c := client(t, Config{AllowHTTP: true, Resolver: answers(func(string) ([]string, error) { return []string{"93.184.216.34"}, nil })})
	c.dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("refused") }
	if _, err := get(t, c, "http://partner.example"); err == nil || len(proxy.all()) != 0 {
		t.Errorf("%v, %d requests at the proxy", err, len(proxy.all()))
	}
}
