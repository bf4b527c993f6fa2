package desk

import (
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
