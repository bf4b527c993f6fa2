package inbound

import (
	"bufio"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// AwaitBusy waits until a message is on its way through a door.
func AwaitBusy(d *Door) {
	for {
		d.gate.mu.Lock()
		open := d.gate.clients()
		d.gate.mu.Unlock()
		for _, c := range open {
			c.mu.Lock()
			busy := c.busy
			c.mu.Unlock()
			if busy {
				return
			}
		}
		time.Sleep(time.Millisecond)
	}
}

// from is a connection that claims to come from somewhere.
type from struct {
	net.Conn
	address netip.AddrPort
}

func (f from) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(f.address) }

func TestGateBoundsConnections(t *testing.T) {
	t.Parallel()
	g := newGate()
	enter := func(address string) (*conn, string) {
		near, far := net.Pipe()
		t.Cleanup(func() { far.Close(); near.Close() })
		return g.admit(from{near, netip.AddrPortFrom(netip.MustParseAddr(address), 1)})
	}
	var first *conn
	for n := range maxOfNetwork {
		c, why := enter("192.0.2.1")
		if why != "" {
			t.Fatalf("connection %d: %s", n, why)
		}
		first = c
	}
	if _, why := enter("192.0.2.1"); why != tooManyOfNetwork {
		t.Errorf("one too many of a network: %q", why)
	}
	_ = first.Close()
	if _, why := enter("192.0.2.1"); why != "" {
		t.Errorf("after one left: %q", why)
	}
	for len(g.open) < maxConnections {
		if _, why := enter("127.0.0.1"); why != "" {
			t.Fatalf("connection %d of this machine: %s", len(g.open), why)
		}
	}
	if _, why := enter("2001:db8::1"); why != tooManyInAll {
		t.Errorf("one too many: %q", why)
	}
}

func TestWhoIsTurnedAwayHearsWhy(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	go turnAway(near, tooManyInAll)
	line, err := bufio.NewReader(far).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "421 ") {
		t.Errorf("%q, %v", line, err)
	}
}
