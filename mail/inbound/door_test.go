package inbound_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"interdesk/desk"
	"interdesk/mail/inbound"
	"interdesk/store"
)

// listen opens a door on a free port and gives its address.
func (r *room) listen(o inbound.DoorOptions) (*inbound.Door, string) {
	r.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(r.t, err)
	o.Domain, o.Logger = "desk.test", slog.New(slog.DiscardHandler)
	door := r.Door(o)
	done := make(chan error, 1)
	go func() { done <- door.Serve(listener) }()
	r.t.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		door.Close(ended)
		must(r.t, <-done)
	})
	return door, listener.Addr().String()
}

// received are the messages of an account that wait for the intake.
func (r *room) received(account desk.AccountID) (all []desk.Mail) {
	r.t.Helper()
	must(r.t, r.store.Account(account).Read(r.t.Context(), func(tx *store.Tx) error {
		list, err := tx.Mails(r.t.Context(), store.MailFilter{Direction: desk.MailIn, State: desk.MailReceived}, store.Page{})
		all = list.Items
		return err
	}))
	return all
}

func (r *room) source(m desk.Mail) string {
	r.t.Helper()
	f, err := r.files.Open(r.t.Context(), m.Blob)
	must(r.t, err)
	defer f.Close()
	text, err := io.ReadAll(f)
	must(r.t, err)
	return string(text)
}

const hello = "From: Mia <mia@example.com>\r\nTo: support@acme.localhost\r\nSubject: Hello\r\nMessage-ID: <1@example.com>\r\n\r\nHello.\r\n.\r\nBye.\r\n"

func send(c *smtp.Client, from string, to []string, text string) error {
	return c.SendMail(from, to, strings.NewReader(text))
}

func TestWhatIsAcceptedIsStored(t *testing.T) {
	for name, lmtp := range map[string]bool{"smtp": false, "lmtp": true} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, r *room) {
				_, address := r.listen(inbound.DoorOptions{LMTP: lmtp})
				conn, err := net.Dial("tcp", address)
				must(t, err)
				c := smtp.NewClient(conn)
				if lmtp {
					c = smtp.NewClientLMTP(conn)
				}
				defer c.Close()
				to := []string{"Support@Acme.localhost", "support+t.abc@acme.localhost", "sales@kongen.localhost"}
				must(t, send(c, "mia@example.com", to, hello))
				must(t, send(c, "", to[:1], hello))
				var got [][]string
				for _, account := range []desk.AccountID{r.account.ID(), r.other} {
					for _, m := range r.received(account) {
						if text := r.source(m); text != hello || m.Size != int64(len(hello)) {
							t.Errorf("stored %q, %d bytes", text, m.Size)
						}
						got = append(got, []string{m.Sender, m.Recipient})
					}
				}
				want := [][]string{{"mia@example.com", "support@acme.localhost"}, {"mia@example.com", "support+t.abc@acme.localhost"},
					{"", "support@acme.localhost"}, {"mia@example.com", "sales@kongen.localhost"}}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("sender and recipient (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestWhatADoorRefuses(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		_, address := r.listen(inbound.DoorOptions{})
		long := "Subject: long\r\n\r\n" + strings.Repeat(strings.Repeat("x", 998)+"\r\n", inbound.MaxMessage/1000+1)
		for name, try := range map[string]struct {
			to, text string
			code     int
			says     string
		}{
			"nobody's address": {"support@nowhere.test", hello, 550, "No help desk here receives mail for support@nowhere.test"},
			"too large":        {"support@acme.localhost", long, 552, "50 MB"},
		} {
			c, err := smtp.Dial(address)
			must(t, err)
			err = send(c, "mia@example.com", []string{try.to}, try.text)
			var answer *smtp.SMTPError
			if !errors.As(err, &answer) || answer.Code != try.code || !strings.Contains(answer.Message, try.says) {
				t.Errorf("%s: %v, want %d with %q", name, err, try.code, try.says)
			}
			c.Close()
		}
		if stored := r.received(r.account.ID()); len(stored) != 0 {
			t.Errorf("stored %+v", stored)
		}
	})
}

func TestLongLinesAreTaken(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		_, address := r.listen(inbound.DoorOptions{})
		c, err := smtp.Dial(address)
		must(t, err)
		defer c.Close()
		text := "Subject: long\r\nContent-Type: text/html\r\n\r\n<p>" + strings.Repeat("word ", 50_000) + "</p>\r\n"
		must(t, send(c, "mia@example.com", []string{"support@acme.localhost"}, text))
		stored := r.received(r.account.ID())
		if len(stored) != 1 || r.source(stored[0]) != text {
			t.Errorf("stored %+v", stored)
		}
	})
}

// A database that cannot be written is no fault of the message: the sender keeps it.
func TestTroubleIsTemporary(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		_, address := r.listen(inbound.DoorOptions{})
		c, err := smtp.Dial(address)
		must(t, err)
		defer c.Close()
		must(t, c.Mail("mia@example.com", nil))
		must(t, c.Rcpt("support@acme.localhost", nil))
		must(t, r.files.Close())
		data, err := c.Data()
		must(t, err)
		_, err = io.WriteString(data, hello)
		must(t, err)
		var answer *smtp.SMTPError
		if err := data.Close(); !errors.As(err, &answer) || answer.Code != 451 {
			t.Errorf("%v, want 451", err)
		}
	})
}

func TestMailIsEncrypted(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		_, address := r.listen(inbound.DoorOptions{TLS: &tls.Config{Certificates: []tls.Certificate{certificate(t)}}})
		conn, err := net.Dial("tcp", address)
		must(t, err)
		c, err := smtp.NewClientStartTLS(conn, &tls.Config{InsecureSkipVerify: true})
		must(t, err)
		defer c.Close()
		must(t, send(c, "mia@example.com", []string{"support@acme.localhost"}, hello))
		if state, ok := c.TLSConnectionState(); !ok || state.Version < tls.VersionTLS12 {
			t.Error("not encrypted")
		}
		if n := len(r.received(r.account.ID())); n != 1 {
			t.Errorf("%d messages stored", n)
		}
	})
}

func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"desk.test"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// A message that is on its way when the door closes still arrives; who only waits hears good-bye.
func TestClosingLetsMessagesArrive(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		door, address := r.listen(inbound.DoorOptions{})
		idle, err := smtp.Dial(address)
		must(t, err)
		must(t, idle.Hello("idle.test"))
		c, err := smtp.Dial(address)
		must(t, err)
		must(t, c.Mail("mia@example.com", nil))
		must(t, c.Rcpt("support@acme.localhost", nil))
		data, err := c.Data()
		must(t, err)
		_, err = io.WriteString(data, hello[:40])
		must(t, err)
		inbound.AwaitBusy(door)
		closed := make(chan struct{})
		go func() {
			door.Close(context.Background())
			close(closed)
		}()
		if err := idle.Noop(); err == nil {
			err = idle.Noop() // the first may have crossed the good-bye
			if err == nil {
				t.Error("an idle client is still served")
			}
		}
		_, err = io.WriteString(data, hello[40:])
		must(t, err)
		must(t, data.Close())
		<-closed
		if n := len(r.received(r.account.ID())); n != 1 {
			t.Errorf("%d messages stored", n)
		}
	})
}
