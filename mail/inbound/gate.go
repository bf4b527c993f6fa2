package inbound

import (
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"interdesk/ratelimit"
)

// How many may be connected to a door. Clients of the operator's own machines count only for all together.
const (
	maxConnections = 500
	maxOfNetwork   = 30
)

const (
	tooManyInAll     = "421 4.3.2 Too many connections just now. Please try again in a minute.\r\n"
	tooManyOfNetwork = "421 4.7.0 Too many connections from your network. Please try again in a minute.\r\n"
)

// gate is a listener that bounds how many are connected, and can let those finish who are.
type gate struct {
	net.Listener

	mu       sync.Mutex
	open     map[*conn]bool
	network  map[netip.Addr]int
	draining bool
}

func newGate() *gate { return &gate{open: map[*conn]bool{}, network: map[netip.Addr]int{}} }

// Accept waits for a client that there is room for. The others hear to come back.
func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		in, why := g.admit(c)
		if why == "" {
			return in, nil
		}
		go turnAway(c, why)
	}
}

func turnAway(c net.Conn, why string) {
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.WriteString(c, why)
	_ = c.Close()
}

func (g *gate) admit(c net.Conn) (in *conn, why string) {
	from := addrOf(c.RemoteAddr())
	in = &conn{Conn: c, gate: g}
	if !isLocal(from) {
		in.network = ratelimit.NetworkOf(from)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.draining || len(g.open) >= maxConnections:
		return nil, tooManyInAll
	case in.network.IsValid() && g.network[in.network] >= maxOfNetwork:
		return nil, tooManyOfNetwork
	}
	g.open[in] = true
	if in.network.IsValid() {
		g.network[in.network]++
	}
	return in, ""
}

func (g *gate) leave(c *conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.open[c] {
		return
	}
	delete(g.open, c)
	if !c.network.IsValid() {
		return
	}
	if g.network[c.network]--; g.network[c.network] == 0 {
		delete(g.network, c.network)
	}
}

// drain ends the connections in which no message is on its way, at once, and the others after their message.
func (g *gate) drain() {
	g.mu.Lock()
	g.draining = true
	open := g.clients()
	g.mu.Unlock()
	for _, c := range open {
		c.setState(func() { c.draining = true })
	}
}

// cut ends all connections.
func (g *gate) cut() {
	g.mu.Lock()
	open := g.clients()
	g.mu.Unlock()
	for _, c := range open {
		_ = c.Close()
	}
}

func (g *gate) clients() (all []*conn) {
	for c := range g.open {
		all = append(all, c)
	}
	return all
}

// conn is one client. When the door closes, its next wait for a command is over at once, and the server says good-bye.
type conn struct {
	net.Conn
	gate    *gate
	network netip.Addr

	mu             sync.Mutex
	busy, draining bool
}

// busy marks a connection as having a message on its way, until the function it gives is called.
func busy(c net.Conn) func() {
	if encrypted, ok := c.(*tls.Conn); ok {
		c = encrypted.NetConn()
	}
	in, ok := c.(*conn)
	if !ok {
		return func() {}
	}
	in.setState(func() { in.busy = true })
	return func() { in.setState(func() { in.busy = false }) }
}

// setState changes busy or draining, and ends the waiting where that is due.
func (c *conn) setState(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
	if c.draining && !c.busy {
		_ = c.Conn.SetReadDeadline(time.Now())
	}
}

// SetReadDeadline lets nobody wait for a further command while the door closes.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.draining && !c.busy {
		t = time.Now()
	}
	return c.Conn.SetReadDeadline(t)
}

// Close also makes room for the next client.
func (c *conn) Close() error {
	c.gate.leave(c)
	return c.Conn.Close()
}
