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
	LocalURL        string // ours, as told to the partner
	RemoteSubdomain string // of an account on this server
	Terms           Terms
	ShareNotes      bool // ours alone: private notes travel too
	Dialect         Dialect
	StatusMap       map[string]string // wire words that this partner uses otherwise, to ours
	Paused          bool
	Verified        bool      // the partner's host confirmed the invitation (nhd §16 row 3)
	WishedAt        time.Time // of an invitation of ours: since when the partner's own is awaited, to be taken on these terms
	LastSeenAt      time.Time // last good exchange
	LastError       string    // in words an admin can act on; "" when all is well
	LastErrorAt     time.Time
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// Usable tells whether tickets may be shared, or updates exchanged, under the agreement.
func (a *Agreement) Usable() bool { return a.Status == AgreementAccepted }

// ShareState is how a share does.
type ShareState string

const (
	ShareLive  ShareState = "live"
	ShareEnded ShareState = "ended" // unshared, deleted or refused; the copy stays
)

// Share is one ticket under one agreement.
type Share struct {
	ID         ShareID
	Agreement  AgreementID
	Ticket     TicketID
	UUID       string // of the ticket on the wire, the same along a chain (nhd §6)
	Inbound    bool
	State      ShareState
	EndedBy    string // "us" (a person here), "rule", "partner"
	Reason     string // why it ended or cannot go on, in words for people
	RemoteID   string // the partner's ticket number, for display
	Requester  string // uuid of the requester as this partner knows it
	Tags       []string
	Fields     map[string]string // last synced custom fields: title folded → JSON value
	Foreign    map[string]string // the partner's fields that we have no place for: title → JSON value
	Status     string            // last synced wire status
	Subject    string            // last synced
	CreatedAt  time.Time
	UpdatedAt  time.Time
	LastSentAt time.Time // zero: nothing delivered yet
	LastSeenAt time.Time // last message received
}

// DeliveryState is how one message fares.
type DeliveryState string

const (
	DeliveryWaiting  DeliveryState = "waiting"
	DeliveryDone     DeliveryState = "done"
	DeliveryFailing  DeliveryState = "failing" // will be tried again
	DeliveryDead     DeliveryState = "dead"    // given up; can be replayed
	DeliverySkipped  DeliveryState = "skipped" // nothing left to say, or the share ended first
	DeliveryReceived DeliveryState = "received"
	DeliveryRefused  DeliveryState = "refused" // an inbound message that we answered with an error
)

// Delivery is one message to or from a partner, kept for the share's timeline.
type Delivery struct {
	ID        DeliveryID
	Agreement AgreementID
	Share     ShareID // 0: about the agreement itself
	Ticket    TicketID
	Job       int64
	Inbound   bool
	Kind      string // "invite", "agreement", "share", "update", "unshare"
	Method    string
	Summary   string // in plain words: "public reply by Ana, status open → pending"
	Body      string // bounded by MaxDeliveryBody, secrets removed
	State     DeliveryState
	Attempts  int
	Code      int    // HTTP status of the last answer
	Answer    string // the other side's words, bounded
	Automatic bool   // no person caused it: counts against the loop guard (nhd §14)
	Audit     AuditID
	CreatedAt time.Time
	SentAt    time.Time // of the last attempt
	DoneAt    time.Time
}

// MaxDeliveryBody is how many bytes of a message the timeline keeps.
const MaxDeliveryBody = 16 << 10
