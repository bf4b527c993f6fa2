package desk

import (
	"net/mail"
	"strings"
	"time"
)

// Role is what a user may do.
type Role string

const (
	EndUser Role = "end-user"
	Agent   Role = "agent"
	Admin   Role = "admin"
)

// Staff tells agents and admins from end users.
func (r Role) Staff() bool { return r == Agent || r == Admin }

// Valid tells whether r is one of the three roles.
func (r Role) Valid() bool { return r == EndUser || r == Agent || r == Admin }

// User is a person of an account: an end user, an agent or an admin. A Foreign user is the placeholder of a person at a
// partner's desk: it has no address, cannot sign in and is never matched to a local person (nhd §16 row 8).
type User struct {
	ID           UserID
	Name         string
	Email        string // lower case; "" for none; unique in the account
	Role         Role
	Organization OrganizationID
	DefaultGroup GroupID // staff only
	ExternalID   string
	Phone        string
	Alias        string
	Details      string
	Notes        string
	Signature    string
	TimeZone     string
	Locale       string
	Tags         []string
	Fields       map[FieldID]FieldValue // what the account's own fields say
	Active       bool                   // false: deleted
	Suspended    bool
	Verified     bool
	Foreign      AgreementID // the agreement whose partner this person belongs to; 0 for our own people
	ForeignAgent bool        // the partner calls this person an agent
	CreatedAt    time.Time
	UpdatedAt    time.Time
	LastLoginAt  time.Time
}

// PublicName is the name that end users see: of agents their alias, where they have one.
func (u *User) PublicName() string {
	if u.Role.Staff() && u.Alias != "" {
		return u.Alias
	}
	return u.Name
}

// NormalizeEmail trims and lower-cases an address; ok is false when it is not one bare address.
func NormalizeEmail(s string) (address string, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > MaxEmail {
		return "", false
	}
	return s, true
}

// Group is a team that tickets are assigned to.
type Group struct {
	ID          GroupID
	Name        string
	Description string
	Default     bool
	Public      bool
	Deleted     bool
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Membership puts an agent into a group.
type Membership struct {
	ID        MembershipID
	User      UserID
	Group     GroupID
	Default   bool // the user's default group
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Organization is a company whose people ask for help.
type Organization struct {
	ID             OrganizationID
	Name           string
	ExternalID     string
	DomainNames    []string
	Details        string
	Notes          string
	Group          GroupID
	Tags           []string
	Fields         map[FieldID]FieldValue
	SharedTickets  bool // its end users see each other's requests
	SharedComments bool
	CreatedAt      time.Time
	UpdatedAt      time.Time
}
