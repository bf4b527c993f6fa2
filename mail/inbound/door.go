package inbound

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"interdesk/ratelimit"
)

// The bounds of a door. A command, and the whole of a message, has dataTime to arrive.
const (
	maxRecipients = 1000
	dataTime      = 10 * time.Minute
	answerTime    = 2 * time.Minute

	maxNetworks = 100_000 // whose rate is remembered
)

// DoorOptions are how a door is set up.
type DoorOptions struct {
	LMTP   bool        // spoken by the operator's own mail server
	Domain string      // the name it greets with
	TLS    *tls.Config // for STARTTLS; nil: none
	Rate   int         // messages a minute from one network, as many at once; 0: as many as come
	Logger *slog.Logger
}

// Door is where mail servers connect.
type Door struct {
	service *Service
	server  *smtp.Server
	lmtp    bool
	gate    *gate
	rate    *ratelimit.Keyed[netip.Addr]
	log     *slog.Logger
	working context.Context
	abort   context.CancelFunc
}

// maxLine is the longest line of a message in bytes. The standard says 998, but programs that put a whole HTML document on one
// line are many, and other servers take what they send.
const maxLine = 1 << 20

// Door makes a door that is still closed.
func (s *Service) Door(o DoorOptions) *Door {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	d := &Door{service: s, lmtp: o.LMTP, log: o.Logger, gate: newGate()}
	d.working, d.abort = context.WithCancel(context.Background())
	if o.Rate > 0 && !o.LMTP {
		d.rate = ratelimit.New[netip.Addr](float64(o.Rate)/60, o.Rate, maxNetworks)
	}
	d.server = smtp.NewServer(d)
	d.server.LMTP, d.server.Domain, d.server.TLSConfig = o.LMTP, o.Domain, o.TLS
	d.server.MaxLineLength = maxLine
	d.server.MaxMessageBytes, d.server.MaxRecipients, d.server.EnableSMTPUTF8 = MaxMessage, maxRecipients, true
	d.server.ReadTimeout, d.server.WriteTimeout = dataTime, answerTime
	d.server.ErrorLog = serverLog{o.Logger}
	return d
}

// Serve answers on a listener until Close, or until the listener fails.
func (d *Door) Serve(l net.Listener) error {
	d.gate.Listener = l
	if err := d.server.Serve(d.gate); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("mail door: %w", err)
	}
	return nil
}

// Close takes no new connections, waits for the messages that are on their way until ctx ends, and then cuts them off: who sent
// them has heard no 250, and sends them again.
func (d *Door) Close(ctx context.Context) {
	d.gate.drain()
	if err := d.server.Shutdown(ctx); err != nil {
		d.log.Warn("mail cut off", "cause", err)
	}
	d.abort()
	d.gate.cut()
}

// serverLog writes what the protocol's library has to say: its own defects as errors, what clients do wrong for those who look closely.
type serverLog struct{ *slog.Logger }

func (l serverLog) Printf(format string, args ...any) {
	level := slog.LevelDebug
	if strings.HasPrefix(format, "panic") {
		level = slog.LevelError
	}
	l.Log(context.Background(), level, "mail door", "says", fmt.Sprintf(format, args...))
}

func (l serverLog) Println(args ...any) { l.Printf("%s", fmt.Sprint(args...)) }
