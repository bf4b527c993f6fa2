package desk

import (
	"hash/crc32"
	"regexp"
	"time"
)

// Account is one help desk. An installation holds many, told apart by host name.
type Account struct {
	ID        AccountID
	Subdomain string // "acme" in acme.example.com; unique in the installation
	Name      string
	TimeZone  string // IANA name
	CreatedAt time.Time
	Settings  Settings
}

// Settings are what an admin may switch for a whole account.
type Settings struct {
	DeclineInvitations bool `json:"decline_invitations"` // nhd §16 row 2: refuse every sharing invitation unseen
	Accent             int  `json:"accent,omitempty"`    // 1 to Accents; 0: by the subdomain
	// MailHTML and MailText are the account's layout of letters; "": ours.
	MailHTML      string `json:"mail_html,omitempty"`
	MailText      string `json:"mail_text,omitempty"`
	SuspendedDays int    `json:"suspended_days,omitempty"` // see SuspendedFor
	PrivateCCs    bool   `json:"private_ccs,omitempty"`    // what copied people answer by mail is for staff alone
	Survey        Survey `json:"survey,omitzero"`
}

// How long suspended mail is kept, in days: unless an admin sets it, and at most.
const (
	DefaultSuspendedDays = 30
	MaxSuspendedDays     = 365
)

// SuspendedFor is how long suspended mail is kept.
func (s Settings) SuspendedFor() time.Duration {
	days := s.SuspendedDays
	if days <= 0 || days > MaxSuspendedDays {
		days = DefaultSuspendedDays
	}
	return time.Duration(days) * 24 * time.Hour
}

// Accents is how many colours tell accounts apart: people work in several desks at once and must never mistake one for
// another.
const Accents = 8

// Accent is the number of the account's colour, from 1 to Accents.
func (a Account) Accent() int {
	if n := a.Settings.Accent; n >= 1 && n <= Accents {
		return n
	}
	sum := crc32.ChecksumIEEE([]byte(a.Subdomain))
	return int(sum>>8)%Accents + 1
}

// Brand is the face an account shows; each account starts with one, its default.
type Brand struct {
	ID        BrandID
	Name      string
	Subdomain string
	Default   bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

var subdomain = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// ValidSubdomain tells whether s can be one label of a host name, lower case.
func ValidSubdomain(s string) bool { return subdomain.MatchString(s) }
