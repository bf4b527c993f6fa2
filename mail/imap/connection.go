package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"interdesk/desk"
	"interdesk/outbound"
)

// connection is a mailbox that is open.
type connection struct {
	client   *imapclient.Client
	selected *imap.SelectData
	news     chan struct{}
	stop     func() bool
}

// failure is an error with a sentence for the admin. refused: trying again soon will not help.
type failure struct {
	reason  string
	refused bool
	err     error
}

func (f *failure) Error() string {
	if f.err == nil {
		return f.reason
	}
	return f.reason + " (" + f.err.Error() + ")"
}

func (f *failure) Unwrap() error { return f.err }

func reasonOf(err error) string {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.reason
	}
	if said, ok := errors.AsType[*imap.Error](err); ok {
		return "The mail server refuses: " + serverWords(said)
	}
	return "The connection to the mail server broke."
}

func isRefusal(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.refused
}

// maxServerWords bounds what is kept of what a server says.
const maxServerWords = 300

func serverWords(e *imap.Error) string {
	words := strings.ToValidUTF8(strings.TrimSpace(e.Text), "")
	if len(words) > maxServerWords {
		words = strings.ToValidUTF8(words[:maxServerWords], "") + "…"
	}
	return words
}

// connect dials, signs in and opens the folder. The connection ends with the context.
func (s *Service) connect(ctx context.Context, account desk.AccountID, box *desk.Mailbox) (*connection, error) {
	within, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	c := &connection{news: make(chan struct{}, 1)}
	if err := c.open(within, s, box); err != nil {
		return nil, err
	}
	early := context.AfterFunc(within, func() { _ = c.client.Close() })
	defer early()
	if err := s.signIn(within, account, c.client, box); err != nil {
		c.close()
		return nil, err
	}
	if err := c.selectFolder(box); err != nil {
		c.close()
		return nil, err
	}
	c.stop = context.AfterFunc(ctx, func() { _ = c.client.Close() })
	return c, nil
}

func (c *connection) open(ctx context.Context, s *Service, box *desk.Mailbox) error {
	address := net.JoinHostPort(box.Host, strconv.Itoa(box.Port))
	conn, err := s.options.Guard.Dial(ctx, "tcp", address)
	if err != nil {
		return dialFailure(box, err)
	}
	encryption := &tls.Config{ServerName: box.Host, RootCAs: s.options.RootCAs, MinVersion: tls.VersionTLS12}
	options := &imapclient.Options{TLSConfig: encryption, UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: c.told}}
	if box.Security == desk.RelayStartTLS {
		stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
		defer stop()
		c.client, err = imapclient.NewStartTLS(conn, options)
	} else {
		secure := tls.Client(conn, encryption)
		if err = secure.HandshakeContext(ctx); err == nil {
			c.client = imapclient.New(secure, options)
			return nil
		}
	}
	if err != nil {
		_ = conn.Close()
		return &failure{reason: fmt.Sprintf("No encrypted connection to %s: %s", address, encryptionWords(err)), err: err}
	}
	return nil
}

func encryptionWords(err error) string {
	if outbound.IsTLS(err) {
		return "its certificate is not valid for this name."
	}
	return "it does not speak as a mail server does at this port."
}

func dialFailure(box *desk.Mailbox, err error) error {
	f := &failure{reason: fmt.Sprintf("No mail server answers at %s, port %d.", box.Host, box.Port), err: err}
	if outbound.IsBlocked(err) {
		f.reason, f.refused = err.Error(), true
	} else if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		f.reason = fmt.Sprintf("There is no host called %s.", box.Host)
	}
	return f
}

// told hears what the server says by itself.
func (c *connection) told(data *imapclient.UnilateralDataMailbox) {
	if data.NumMessages == nil {
		return
	}
	select {
	case c.news <- struct{}{}:
	default:
	}
}

func (c *connection) selectFolder(box *desk.Mailbox) error {
	data, err := c.client.Select(box.Folder, nil).Wait()
	if said, ok := errors.AsType[*imap.Error](err); ok {
		return &failure{reason: fmt.Sprintf("The folder %q cannot be opened: %s", box.Folder, serverWords(said)), refused: true, err: err}
	}
	if err != nil {
		return err
	}
	c.selected = data
	return nil
}

// wait returns when the mailbox should be searched: the server told of a change, or it is time.
func (c *connection) wait(ctx context.Context, poll, idling time.Duration) error {
	if !c.client.Caps().Has(imap.CapIdle) && !c.client.Caps().Has(imap.CapIMAP4rev2) {
		return c.rest(ctx, poll)
	}
	idle, err := c.client.Idle()
	if err != nil {
		return err
	}
	waited := c.rest(ctx, idling)
	if err := idle.Close(); err != nil {
		return err
	}
	if err := idle.Wait(); err != nil {
		return err
	}
	return waited
}

func (c *connection) rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-c.client.Closed():
		return errors.New("the connection ended")
	case <-ctx.Done():
	case <-c.news:
	case <-timer.C:
	}
	return nil
}

func (c *connection) close() {
	if c.stop != nil {
		c.stop()
	}
	_ = c.client.Close()
}
