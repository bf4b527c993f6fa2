package e2e

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"interdesk/mail/mailtest"
	"interdesk/mail/message"
)

// mailDesk is a server that receives mail at a port and sends it to a relay.
type mailDesk struct {
	*server
	relay *mailtest.Relay
	door  string
}

func newMailDesk(t *testing.T, name, database string) *mailDesk {
	t.Helper()
	d := &mailDesk{server: newServer(t, name, database), relay: mailtest.Start(t, "tell-no-one"), door: fmt.Sprintf("127.0.0.1:%d", freePort(t))}
	d.files = t.TempDir() // the same for every process
	d.more = []string{"INTERDESK_SMTP_RELAY=" + d.relay.URL(), "INTERDESK_LMTP_LISTEN=" + d.door}
	d.start()
	return d
}

// deliver hands mail to the desk, as its operator's mail server does.
func (d *mailDesk) deliver(from, to, source string) {
	d.t.Helper()
	conn, err := net.Dial("tcp", d.door)
	if err == nil {
		c := smtp.NewClientLMTP(conn)
		err = errors.Join(c.SendMail(from, []string{to}, strings.NewReader(strings.ReplaceAll(source, "\n", "\r\n"))), c.Quit())
	}
	if err != nil {
		d.t.Fatal(err, d.tail())
	}
}

// lettersTo are what the relay took for an address, once it is so many.
func (d *mailDesk) lettersTo(address string, n int) (out []*message.Message) {
	d.t.Helper()
	d.eventually(fmt.Sprintf("%d letters to %s", n, address), 30*time.Second, func() error {
		out = nil
		for _, l := range d.relay.Taken() {
			if l.To != address {
				continue
			}
			m, err := message.Parse(strings.NewReader(l.Source))
			if err != nil {
				return err
			}
			out = append(out, m)
		}
		if len(out) < n {
			return fmt.Errorf("%d letters", len(out))
		}
		return nil
	})
	return out
}

// TestAConversationByMail: a customer writes, is told that it arrived, gets an agent's answer, and answers that; all of it
// hangs together in both places.
func TestAConversationByMail(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(t testing.TB, name string) string) {
		d := newMailDesk(t, "acme", database(t, "acme"))
		d.deliver("carla@mail.test", "support@acme.localhost", "From: Carla Nunes <carla@mail.test>\nTo: support@acme.localhost\nSubject: Stripes\n"+
			"Message-ID: <q1@mail.test>\nDate: Mon, 02 Mar 2026 10:00:00 +0000\n\nAll cameras show stripes.\n")
		receipt := d.lettersTo("carla@mail.test", 1)[0]
		if receipt.Header("Auto-Submitted") != "auto-replied" || !slices.Contains(receipt.InReplyTo, "q1@mail.test") {
			t.Errorf("the receipt: Auto-Submitted %q, in reply to %v", receipt.Header("Auto-Submitted"), receipt.InReplyTo)
		}
		var found struct{ Tickets []struct{ ID int } }
		d.call("GET", "/tickets", nil, &found)
		path := fmt.Sprintf("/tickets/%d", found.Tickets[0].ID)
		d.call("PUT", path, object{"ticket": object{"status": "pending", "comment": object{"html_body": "<p>Which <b>lens</b>?</p>", "public": true}}}, nil)
		answer := d.lettersTo("carla@mail.test", 2)[1]
		if answer.Header("Auto-Submitted") != "" || !strings.Contains(answer.Text, "Which lens?") || !slices.Contains(answer.References, "q1@mail.test") || answer.From.Email != "support@acme.localhost" {
			t.Errorf("the answer: %+v", answer)
		}
		d.deliver("carla@mail.test", answer.ReplyTo[0].Email, "From: Carla Nunes <carla@mail.test>\nTo: "+answer.ReplyTo[0].Email+"\nSubject: Re: "+answer.Subject+
			"\nMessage-ID: <q2@mail.test>\nIn-Reply-To: <"+answer.ID+">\nDate: Mon, 02 Mar 2026 11:00:00 +0000\n\nThe wide one.\n\nOn Monday the help desk wrote:\n> Which lens?\n")
		d.eventually("the answer is on the ticket", 20*time.Second, func() error {
			var got struct {
				Comments []struct {
					PlainBody string `json:"plain_body"`
					Public    bool
				}
			}
			d.call("GET", path+"/comments", nil, &got)
			if len(got.Comments) != 3 || !strings.HasPrefix(got.Comments[2].PlainBody, "The wide one.") || !got.Comments[2].Public {
				return fmt.Errorf("comments are %+v", got.Comments)
			}
			return nil
		})
		var now struct{ Ticket struct{ Status string } }
		d.call("GET", path, nil, &now)
		if now.Ticket.Status != "open" {
			t.Errorf("the ticket is %s after the customer's answer", now.Ticket.Status)
		}
		if n := len(d.lettersTo("carla@mail.test", 2)); n != 2 {
			t.Errorf("the customer got %d letters, want 2", n)
		}
	})
}

// TestLettersOutliveTheServer: the process is killed again and again while letters are written and sent, and the relay with
// it. Each goes out, and one that goes out twice bears the same Message-ID.
func TestLettersOutliveTheServer(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database func(t testing.TB, name string) string) {
		d := newMailDesk(t, "acme", database(t, "acme"))
		const rounds, each = 5, 6
		want := map[string]bool{}
		for round := range rounds {
			if round%2 == 1 {
				d.relay.Set(mailtest.Cut)
			}
			for i := range each {
				address := fmt.Sprintf("c%d-%d@mail.test", round, i)
				d.call("POST", "/tickets", object{"ticket": object{"subject": "For " + address, "requester": object{"email": address, "name": "C"}, "comment": object{"body": "hello"}}}, nil)
				want[address] = true
			}
			d.kill()
			d.start()
		}
		d.eventually("all letters", 60*time.Second, func() error {
			ids := map[string][]string{}
			for _, l := range d.relay.Taken() {
				m, err := message.Parse(strings.NewReader(l.Source))
				if err != nil {
					return err
				}
				if want[l.To] && !slices.Contains(ids[l.To], m.ID) {
					ids[l.To] = append(ids[l.To], m.ID)
				}
			}
			for address := range want {
				if len(ids[address]) != 1 {
					return fmt.Errorf("%s has %v", address, ids[address])
				}
			}
			return nil
		})
	})
}
