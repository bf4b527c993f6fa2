package desk

import (
	"net/url"
	"strings"
	"time"
)

// RemoteDesk is another help desk that has written to us by mail: one address of it, and what its mail told of it.
type RemoteDesk struct {
	ID         RemoteDeskID
	Address    string // lower case; unique in the account
	Name       string // as it calls itself
	Kind       string // the program, as mail/message names it: "zendesk", "rt", …
	URL        string // where it can be reached; "" unless its mail told
	RemoteID   string // its own word for itself; "" unless its mail told
	NeverOffer bool   // nobody wants to be asked about sharing with it
	CreatedAt  time.Time
	SeenAt     time.Time // when it wrote last
}

// Correspondence is what goes to and fro by mail between one ticket and one address. It is what keeps two machines from
// answering each other for ever.
type Correspondence struct {
	Ticket       TicketID
	Address      string       // theirs, lower case
	Desk         RemoteDeskID // 0: a person's mailbox, as far as we know
	RemoteTicket string       // the other desk's number of the ticket
	AutomaticAt  time.Time    // when an automatic mail of ours went to it last; zero: never
	Received     int          // messages from it since Since, without an answer of staff
	Since        time.Time
	Replies      int    // of staff, on the ticket, at Since
	Words        string // a digest of what it wrote last
	Repeats      int    // how often in a row it wrote just that
	PausedAt     time.Time
	PauseReason  string // a sentence for staff
	ResumedAt    time.Time
	ResumedBy    UserID
	Choice       MailChoice
	Agreement    AgreementID // of ChooseShare: the one that is awaited
	ChosenBy     UserID
	UpdatedAt    time.Time
}

// MailChoice is what somebody chose for the mail between a ticket and another help desk.
type MailChoice string

// The choices; the empty one is that nobody has chosen.
const (
	ChooseMail  MailChoice = "mail"  // it stays mail, and nobody is asked
	ChooseShare MailChoice = "share" // the ticket is shared as soon as the agreement is in force
)

// Choose notes what somebody chose; an agreement is named with ChooseShare alone.
func (c *Correspondence) Choose(what MailChoice, agreement AgreementID, by UserID, at time.Time) {
	c.Choice, c.Agreement, c.ChosenBy, c.UpdatedAt = what, agreement, by, at
}

// IsAt tells whether the desk is the one with which an agreement is: both are at the same host.
func (d *RemoteDesk) IsAt(a Agreement) bool {
	host := HostOf(d.URL)
	return host != "" && host == HostOf(a.RemoteURL)
}

// HostOf is the host of a URL in lower case, with its port where one is stated; "" where it cannot be read.
func HostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// When a correspondence is paused: it said the same so often in a row, or wrote so often within a time while nobody here answered.
const (
	MaxRepeats       = 3
	MaxUnanswered    = 10
	UnansweredSpan   = time.Hour
	repeatsReason    = "It has sent the same words several times in a row, as machines do that answer each other."
	unansweredReason = "It has sent many messages within an hour, and nobody here answered, as machines do that answer each other."
)

// Paused tells whether automatic mail to the address has been stopped. People's answers always go.
func (c *Correspondence) Paused() bool { return !c.PausedAt.IsZero() }

// TakesAutomatic tells whether an automatic mail may go to the address: never while paused, and to another help desk once.
func (c *Correspondence) TakesAutomatic() bool {
	return !c.Paused() && (c.Desk == 0 || c.AutomaticAt.IsZero())
}

// Receive counts a message of which words is a digest, while the ticket has so many replies of staff. It tells whether
// the correspondence is paused by it.
func (c *Correspondence) Receive(words string, replies int, at time.Time) (paused bool) {
	if replies != c.Replies || at.Sub(c.Since) > UnansweredSpan {
		c.Received, c.Since, c.Replies, c.Repeats = 0, at, replies, 0
	}
	c.Received++
	if words == c.Words {
		c.Repeats++
	} else {
		c.Words, c.Repeats = words, 1
	}
	c.UpdatedAt = at
	if c.Paused() {
		return false
	}
	switch {
	case c.Repeats >= MaxRepeats:
		c.PausedAt, c.PauseReason = at, repeatsReason
	case c.Received >= MaxUnanswered:
		c.PausedAt, c.PauseReason = at, unansweredReason
	}
	return c.Paused()
}

// Resume lets automatic mail go again, and begins to count anew.
func (c *Correspondence) Resume(by UserID, at time.Time) {
	c.PausedAt, c.PauseReason, c.Received, c.Repeats = time.Time{}, "", 0, 0
	c.Since, c.ResumedAt, c.ResumedBy, c.UpdatedAt = at, at, by, at
}
