package message

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"interdesk/desk"
)

// Tokens make and find what ties an answer to its ticket: in the Message-ID, in the address to answer to, in the words. A
// token is the ticket's number and a MAC of it, so that nobody can write himself into a ticket by counting. It proves no
// more than that its bearer once had a mail about the ticket: who may say what there is decided elsewhere.
type Tokens struct{ key []byte }

// NewTokens derives the tokens' key from a secret of the installation of at least 16 bytes.
func NewTokens(secret []byte) (*Tokens, error) {
	if len(secret) < 16 {
		return nil, errors.New("the secret for mail tokens is shorter than 16 bytes")
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "interdesk mail: tokens", 32)
	if err != nil {
		return nil, err
	}
	return &Tokens{key: key}, nil
}

// macLength is in characters of five bits: fifty bits, which nobody guesses by mail.
const macLength = 10

var macEncoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

func (t *Tokens) token(account desk.AccountID, ticket desk.TicketID) string {
	number := strconv.FormatInt(int64(ticket), 36)
	return number + "." + t.mac(account, number)
}

func (t *Tokens) mac(account desk.AccountID, number string) string {
	h := hmac.New(sha256.New, t.key)
	h.Write([]byte(strconv.FormatInt(int64(account), 10) + "|" + number))
	return macEncoding.EncodeToString(h.Sum(nil))[:macLength]
}

// open gives the ticket of a token; ok is false if its MAC is not this account's.
func (t *Tokens) open(account desk.AccountID, number, mac string) (desk.TicketID, bool) {
	id, err := strconv.ParseInt(number, 36, 64)
	if err != nil || id <= 0 || !hmac.Equal([]byte(mac), []byte(t.mac(account, number))) {
		return 0, false
	}
	return desk.TicketID(id), true
}

// Address is base with the ticket's token: support+t.1a.MAC@acme.example. An address that has a tag keeps it before ours.
func (t *Tokens) Address(base string, account desk.AccountID, ticket desk.TicketID) string {
	a := Address{Email: base}
	return a.Local() + "+t." + t.token(account, ticket) + "@" + a.Domain()
}

// Marker stands in the words of a mail, for answers that lose address and references alike.
func (t *Tokens) Marker(account desk.AccountID, ticket desk.TicketID) string {
	return "[#" + t.token(account, ticket) + "]"
}

// MessageID is the id of one mail about a ticket, without <>. Event and random make it one of its kind; host is ours.
func (t *Tokens) MessageID(account desk.AccountID, ticket desk.TicketID, event int64, random, host string) string {
	return "t." + t.token(account, ticket) + "." + strconv.FormatInt(event, 36) + "." + strings.ToLower(random) + "@" + host
}

// ThreadID is the id that all mails about a ticket refer to, so that mail programs keep them together. No mail bears it.
func (t *Tokens) ThreadID(account desk.AccountID, ticket desk.TicketID, host string) string {
	return "t." + t.token(account, ticket) + "@" + host
}

var (
	tokenInAddress = regexp.MustCompile(`\+t\.([0-9a-z]{1,13})\.([0-9a-v]{10})(?:\+[^@]*)?@`)
	tokenInText    = regexp.MustCompile(`(?i)\[#([0-9a-z]{1,13})\.([0-9a-v]{10})\]`)
	tokenInID      = regexp.MustCompile(`^t\.([0-9a-z]{1,13})\.([0-9a-v]{10})[.@]`)
)

// InAddress finds the token of an address.
func (t *Tokens) InAddress(account desk.AccountID, email string) (desk.TicketID, bool) {
	return t.find(account, tokenInAddress.FindStringSubmatch(strings.ToLower(email)))
}

// InID finds the token of a Message-ID of ours.
func (t *Tokens) InID(account desk.AccountID, id string) (desk.TicketID, bool) {
	return t.find(account, tokenInID.FindStringSubmatch(strings.ToLower(id)))
}

// maxMarkers bounds how many markers of one text are looked at.
const maxMarkers = 50

// InText finds the first marker that is valid: in mail the newest stands on top.
func (t *Tokens) InText(account desk.AccountID, text string) (desk.TicketID, bool) {
	for _, found := range tokenInText.FindAllStringSubmatch(text, maxMarkers) {
		if id, ok := t.find(account, []string{"", strings.ToLower(found[1]), strings.ToLower(found[2])}); ok {
			return id, true
		}
	}
	return 0, false
}

func (t *Tokens) find(account desk.AccountID, match []string) (desk.TicketID, bool) {
	if match == nil {
		return 0, false
	}
	return t.open(account, match[1], match[2])
}

// Find looks for a token everywhere in a message, the surest place first: what it answers (newest first), its words, and
// the addresses it went to. The envelope's recipients may be passed as more.
func (t *Tokens) Find(account desk.AccountID, m *Message, recipients ...string) (desk.TicketID, bool) {
	for _, id := range m.Answers() {
		if ticket, ok := t.InID(account, id); ok {
			return ticket, true
		}
	}
	if ticket, ok := t.InText(account, m.Text); ok {
		return ticket, true
	}
	if ticket, ok := t.InText(account, m.HTML); ok {
		return ticket, true
	}
	for _, a := range append(append([]Address{}, m.To...), m.CC...) {
		recipients = append(recipients, a.Email)
	}
	for _, email := range recipients {
		if ticket, ok := t.InAddress(account, email); ok {
			return ticket, true
		}
	}
	return 0, false
}

// Answers are the Message-IDs that a message answers, the likeliest first: In-Reply-To, then References from the newest.
// Each is there once.
func (m *Message) Answers() []string {
	var ids []string
	seen := map[string]bool{}
	add := func(id string) {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, id := range m.InReplyTo[:min(len(m.InReplyTo), MaxReferences)] {
		add(id)
	}
	for i := len(m.References) - 1; i >= 0; i-- {
		add(m.References[i])
	}
	return ids
}
