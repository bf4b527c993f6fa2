package inbound

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/mail"
	"net/netip"
	"strings"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
)

// MaxMessage is the size of a message in bytes, as it is transferred.
const MaxMessage = desk.MaxUpload

// maxHeader is how much of a message is looked at for its ids before it is stored.
const maxHeader = 64 << 10

// Envelope is what a door knows of a message beside its bytes.
type Envelope struct {
	From   string     // the reverse path; "" of bounces
	To     []Route    // recipients
	Client netip.Addr // that connected; zero where the operator's own mail server or a pipe hands the message over
	Hello  string     // how the client called itself
	// Unanswerable: the reverse path was given, and is empty: nobody wants to hear where it bounces.
	Unanswerable bool
}

// Route is a recipient and the account that it belongs to.
type Route struct {
	Address string // as the envelope has it: with what follows a plus sign
	Account desk.AccountID
}

// Route finds whose a recipient is; nobody's is a NotFound error.
func (s *Service) Route(ctx context.Context, recipient string) (Route, error) {
	account, err := s.store.AccountByAddress(ctx, recipient)
	return Route{Address: strings.ToLower(recipient), Account: account}, err
}

// Accept stores a message for each of its recipients. When it returns without error the message is on disk, and what it
// is will be worked out by a job. More than MaxMessage bytes are a TooLarge error.
func (s *Service) Accept(ctx context.Context, e Envelope, from io.Reader) error {
	head := &prefix{limit: maxHeader}
	sum, size, err := s.files.Put(ctx, io.TeeReader(from, head), MaxMessage)
	if err != nil {
		return err
	}
	m := accepted{blob: sum, size: size, lane: laneOf(head.Bytes(), sum), envelope: e}
	for account, routes := range byAccount(e.To) {
		err := s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
			return m.store(ctx, tx, routes)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func byAccount(to []Route) map[desk.AccountID][]Route {
	out := map[desk.AccountID][]Route{}
	for _, r := range to {
		out[r.Account] = append(out[r.Account], r)
	}
	return out
}

// accepted is a message whose bytes are stored.
type accepted struct {
	blob     string
	size     int64
	lane     string
	envelope Envelope
}

// intakeJob is what the job must know of a message beside its row.
type intakeJob struct {
	Mail   desk.MailID `json:"mail"`
	From   string      `json:"from,omitempty"`
	Client netip.Addr  `json:"client,omitzero"`
	Hello  string      `json:"hello,omitempty"`

	Unanswerable bool `json:"unanswerable,omitempty"`
}

// store writes the row of each recipient and the job that makes something of it.
func (a accepted) store(ctx context.Context, tx *store.Tx, to []Route) error {
	for _, r := range to {
		m := desk.Mail{Direction: desk.MailIn, State: desk.MailReceived, Sender: a.envelope.From, Recipient: r.Address, Blob: a.blob, Size: a.size}
		if err := tx.InsertMail(ctx, &m); err != nil {
			return err
		}
		payload, err := json.Marshal(intakeJob{Mail: m.ID, From: a.envelope.From, Client: a.envelope.Client, Hello: a.envelope.Hello, Unanswerable: a.envelope.Unanswerable})
		if err != nil {
			return err
		}
		_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobIntake, Lane: a.lane, Payload: payload})
		if err != nil {
			return err
		}
	}
	return nil
}

// laneOf puts the messages of one conversation into one lane, by the id that began it: so an answer is never taken in before
// what it answers, and a message that comes twice finds the first one done, while other conversations go on beside it.
func laneOf(head []byte, sum string) string {
	root := sum
	if m, err := mail.ReadMessage(bytes.NewReader(endHeader(head))); err == nil {
		for _, name := range []string{"References", "In-Reply-To", "Message-Id"} {
			if ids := strings.Fields(m.Header.Get(name)); len(ids) > 0 {
				root = strings.ToLower(ids[0])
				break
			}
		}
	}
	short := sha256.Sum256([]byte(root))
	return lanePrefix + base64.RawURLEncoding.EncodeToString(short[:12])
}

const lanePrefix = "mail.in:"

// endHeader closes a header that was cut, after its last whole line.
func endHeader(head []byte) []byte {
	if bytes.Contains(head, []byte("\r\n\r\n")) || bytes.Contains(head, []byte("\n\n")) {
		return head
	}
	last := bytes.LastIndexByte(head, '\n')
	return append(head[:last+1:last+1], "\r\n"...)
}

// prefix keeps the first bytes that are written to it.
type prefix struct {
	bytes.Buffer
	limit int
}

func (p *prefix) Write(b []byte) (int, error) {
	if room := p.limit - p.Len(); room > 0 {
		p.Buffer.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}
