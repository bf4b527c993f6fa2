package desk

import "time"

// AgreementStatus is where a sharing agreement stands (nhd §7). The last three are ours and never travel.
type AgreementStatus string

const (
	AgreementPending            AgreementStatus = "pending"
	AgreementAccepted           AgreementStatus = "accepted"
	AgreementDeclined           AgreementStatus = "declined"
	AgreementInactive           AgreementStatus = "inactive"
	AgreementFailed             AgreementStatus = "failed"
	AgreementSSLError           AgreementStatus = "ssl_error"
	AgreementConfigurationError AgreementStatus = "configuration_error"
)

// Dialect is how a partner's software wants to be spoken to (nhd §15).
type Dialect string

const (
	DialectUnknown Dialect = ""        // not yet found out
	DialectDefault Dialect = "default" // application/json: Zendesk, Interdesk, node
	DialectRT      Dialect = "rt"      // text/x-json, changed members only
)

// Peer is a partner's software, as far as it makes a difference.
type Peer string

const (
	PeerUnknown   Peer = ""
	PeerTracker   Peer = "tracker"   // a bug tracker: it has no agreements, and an issue for each share
	PeerInterdesk Peer = "interdesk" // tells what it could not hold, and which of our messages it had taken (share-life §3)
)

// Pause is why nothing goes out under an agreement, although it is in force.
type Pause string

const (
	NotPaused       Pause = ""
	PausedByAdmin   Pause = "admin"
	PausedByPartner Pause = "partner"  // it refused us: credentials, terms or address are wrong
	PausedByRestore Pause = "restored" // this database is a copy, or older than what partners have seen
	PausedByLoop    Pause = "loop"     // rules of both desks answered each other without end
	PausedAsCopy    Pause = "copy"     // an admin said that this database is a copy: it never speaks to the real partner
)

// Cold tells that nothing at all may be said to the partner, not even about the agreement itself.
func (p Pause) Cold() bool { return p == PausedByRestore || p == PausedAsCopy }

// MaxDenials is how many different shares may be refused in a row before the whole agreement waits (share-life §2).
const MaxDenials = 3

// DefaultPeopleLimit is how many unknown people a message may bring (share-life §7).
const DefaultPeopleLimit = 50

// Terms are what an agreement lets travel. The sender fixes them when it invites; they never change (nhd §5.1).
type Terms struct {
	PublicComments bool // the receiver may comment publicly, and status flows back: full delegation
	SyncTags       bool
	SyncFields     bool
}

// Agreement is a one-way contract with a partner's desk. Outbound: we invited and may share tickets under it. Inbound:
// the partner invited and shares tickets with us.
type Agreement struct {
	ID              AgreementID
	UUID            string
	Inbound         bool
	Name            string // the partner's name, as told or as chosen here
	Status          AgreementStatus
	DeactivatedBy   string // "sender", "receiver" or ""
	RemoteURL       string // the partner's sharing URL
	MovedTo         string // the sharing URL that the partner says it has now, on another host, until somebody has confirmed it; "": none
	LocalURL        string // ours, as told to the partner
	LocalBefore     string // ours before it changed, by which the partner may know us still
	RemoteSubdomain string // of an account on this server
	Terms           Terms
	ShareNotes      bool      // ours alone: private notes travel too
	NotesSince      time.Time // ShareNotes holds for what was written from then on; zero: from the beginning
	PassNotes       bool      // ours alone: other partners' private notes travel to this one
	PeopleLimit     int       // how many unknown people one message of the partner may bring
	Dialect         Dialect
	StatusMap       map[string]string // wire words that this partner uses otherwise, to ours
	Peer            Peer              // the partner's software, as it said itself
	PausedBy        Pause             // "" while messages go out
	PausedBefore    Pause             // what held before PausedByRestore and holds again after it
	Denied          []ShareID         // shares that were answered 401, 403 or 404 in a row, with no success between; at most MaxDenials
	Verified        bool              // the partner's host confirmed the invitation (nhd §16 row 3)
	EndingAt        time.Time         // an end was asked for: what is owed goes out first; zero: none was
	Check           Comparison        // the last one
	Tracker         Tracker           // of a bug tracker
	Map             ShareMap          // how what the partner sees differs from what stands here
	WishedAt        time.Time         // of an invitation of ours: since when the partner's own is awaited, to be taken on these terms
	LastSeenAt      time.Time         // last good exchange
	LastError       string            // in words an admin can act on; "" when all is well
	LastErrorAt     time.Time
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// IsTracker tells whether the partner is a bug tracker.
func (a *Agreement) IsTracker() bool { return a.Peer == PeerTracker }

// Withdraws tells whether comments that were made private or blacked out here are so at the partner when it is told.
func (a *Agreement) Withdraws() bool { return a.Peer == PeerInterdesk || a.IsTracker() }

// Paused tells whether messages wait although the agreement is in force.
func (a *Agreement) Paused() bool { return a.PausedBy != NotPaused }

// Usable tells whether tickets may be shared, and later changes go out, under the agreement.
func (a *Agreement) Usable() bool { return a.InForce() && a.EndingAt.IsZero() }

// InForce tells whether messages are exchanged under the agreement: also those that one which is to end still owes.
func (a *Agreement) InForce() bool { return a.Status == AgreementAccepted }

// Awaits tells whether an answer to the invitation may still come, be it that it has to be sent again first.
func (a *Agreement) Awaits() bool {
	switch a.Status {
	case AgreementPending, AgreementFailed, AgreementSSLError, AgreementConfigurationError:
		return true
	}
	return false
}

// Comparison is what two desks found when they held their shares under an agreement against each other (share-life §7).
type Comparison struct {
	At       time.Time `json:"at,omitzero"` // zero: never
	Compared int       `json:"n,omitempty"` // shares
	Resent   int       `json:"r,omitempty"` // shares of which something was missing there, and is sent again
	Asked    int       `json:"a,omitempty"` // shares of which something was missing here, and that the partner sends again
	Unknown  int       `json:"u,omitempty"` // shares of the partner that are not here
	Fault    string    `json:"f,omitempty"` // why it did not come to an end, in words
}
