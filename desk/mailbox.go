package desk

import "time"

// MailboxAuth is how one signs in to a mailbox.
type MailboxAuth string

// The ways: a password, or OAuth 2 with a token that is renewed, as Microsoft and Google want it.
const (
	MailboxPassword MailboxAuth = "password"
	MailboxOAuth    MailboxAuth = "oauth"
)

// MailboxAfter is what becomes of a message in the mailbox once it is stored here.
type MailboxAfter string

// The ways: it is marked as read, or moved to another folder.
const (
	MailboxFlag MailboxAfter = "flag"
	MailboxMove MailboxAfter = "move"
)

// Mailbox is a mailbox elsewhere that is read by IMAP, as if its messages had been sent to one of the account's addresses.
type Mailbox struct {
	ID       MailboxID
	Host     string
	Port     int
	Security RelaySecurity // tls or starttls
	Username string
	Auth     MailboxAuth
	Secret   string // sealed: the password, or what OAuth keeps secret
	TokenURL string // OAuth: where tokens are renewed
	ClientID string // OAuth
	Folder   string
	Address  string // the support address to which its mail goes
	After    MailboxAfter
	MoveTo   string // the folder for MailboxMove
	Enabled  bool

	UIDValidity uint32 // 0: never read to the end
	LastUID     uint32 // what is up to here has been taken
	Fetched     int64
	FetchedAt   time.Time
	FailedSince time.Time // zero: it can be read
	FailedAt    time.Time
	Reason      string // why it cannot be read

	UpdatedBy UserID
	CreatedAt time.Time
	UpdatedAt time.Time
}

// SameSource tells whether both read the same folder, so that how far it was read counts for both.
func (m *Mailbox) SameSource(o *Mailbox) bool {
	return m.Host == o.Host && m.Port == o.Port && m.Username == o.Username && m.Folder == o.Folder
}

// MaxMailboxes is how many mailboxes an account may have.
const MaxMailboxes = 20
