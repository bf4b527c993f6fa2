package desk

import "time"

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
	Kind      string // "invite", "agreement", "share", "update", "unshare", "end"
	Episode   int    // of the share
	Seq       int64  // our number of the message, rising within a share (share-life §3)
	Seen      int64  // number of the partner's last message that was taken when the change was made
	Said      Snapshot
	Method    string
	Summary   string // in plain words: "public reply by Ana, status open → pending"
	Body      string // bounded by MaxDeliveryBody, secrets removed
	State     DeliveryState
	Attempts  int
	Code      int    // HTTP status of the last answer
	Answer    string // the other side's words, bounded
	Cause     Cause  // why it did not get through
	Automatic bool   // no person caused it: counts against the loop guard (nhd §14)
	Audit     AuditID
	CreatedAt time.Time
	HeldUntil time.Time // automatic updates that were slowed down (nhd §14); zero: not held
	FirstAt   time.Time // of the first attempt: the time to give up counts from here
	SentAt    time.Time // of the last attempt
	DoneAt    time.Time
}

// Snapshot is what a message of a share says: the values at the position of its change (share-life §3). Nil and empty mean
// unchanged. Comments are named, not copied: what is redacted, deleted or made private before it was sent does not leave.
type Snapshot struct {
	All       bool                   `json:"all,omitempty"` // the whole ticket: a POST
	Subject   *string                `json:"s,omitempty"`
	Status    *Status                `json:"t,omitempty"`
	Tags      []string               `json:"g,omitempty"` // all tags then; they count when All or when some were added or removed
	Added     []string               `json:"ga,omitempty"`
	Removed   []string               `json:"gr,omitempty"`
	Fields    map[FieldID]FieldValue `json:"f,omitempty"` // changed ones; an empty value clears
	Requester UserID                 `json:"r,omitempty"`
	Comments  []CommentID            `json:"c,omitempty"`
	Hidden    []CommentID            `json:"h,omitempty"`  // made private: who has them is asked to hide them
	Redacted  []RedactedComment      `json:"rd,omitempty"` // who has them is asked to black out the same
	Held      []string               `json:"hd,omitempty"` // what a person has to look at before it leaves, in words
	Release   *Release               `json:"rl,omitempty"` // a person's yes to that
	Reached   bool                   `json:"x,omitempty"`  // an attempt was made that the partner may have taken, whatever came of it
}

// RedactedComment is a comment of which parts were blacked out.
type RedactedComment struct {
	ID    CommentID `json:"c"`
	Plain bool      `json:"p,omitempty"` // pictures or links went
	Files []string  `json:"f,omitempty"` // names of files that went
}

// IsEmpty tells whether nothing is said: the message of a version that kept no snapshots.
func (s *Snapshot) IsEmpty() bool {
	return !s.All && s.Subject == nil && s.Status == nil && len(s.Added)+len(s.Removed)+len(s.Fields)+len(s.Comments)+len(s.Hidden)+len(s.Redacted) == 0 && s.Requester == 0
}

// SetField says the value of a field.
func (s *Snapshot) SetField(id FieldID, v FieldValue) {
	if s.Fields == nil {
		s.Fields = map[FieldID]FieldValue{}
	}
	s.Fields[id] = v
}

// Cause is why a message did not get through, in one word, for places where the partner's sentence has no room.
type Cause string

const (
	CauseNone        Cause = ""
	CauseExpired     Cause = "expired"     // the partner's certificate
	CauseCertificate Cause = "certificate" // is not one to trust
	CauseTime        Cause = "time"        // no answer in time
	CauseHost        Cause = "host"        // the name is not known
	CauseConnection  Cause = "connection"
	CauseAccess      Cause = "access"    // 401, 403: the partner does not know us, or not any more
	CauseUnknown     Cause = "unknown"   // 404: the partner does not know the ticket
	CauseBusy        Cause = "busy"      // 503, 429
	CauseFault       Cause = "fault"     // another 5xx
	CauseRefused     Cause = "refused"   // 4xx: this message will not be taken
	CausePage        Cause = "page"      // a web page where the protocol's answer belongs
	CauseAddress     Cause = "address"   // redirected, or another version: the sharing URL is wrong
	CauseWithdrawn   Cause = "withdrawn" // taken back here before it left
	CauseOver        Cause = "over"      // the agreement is over
	CauseReview      Cause = "review"    // a detector found something in it that a person has to look at first
	CauseLoop        Cause = "loop"      // rules of both desks answer each other without end
)

// MaxDeliveryBody is how many bytes of a message the timeline keeps.
const MaxDeliveryBody = 16 << 10
