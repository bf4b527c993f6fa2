package desk

import (
	"slices"
	"time"
)

// ShareState is where the life of a share stands (share-life §2).
type ShareState string

const (
	ShareSending ShareState = "sending" // begun here; the partner has not acknowledged it
	ShareLive    ShareState = "live"    // acknowledged
	ShareEnding  ShareState = "ending"  // an end was committed; what was promised before, and then the end, still go out
	ShareEnded   ShareState = "ended"   // over; the copy stays
	ShareRefused ShareState = "refused" // the partner said no for good before it ever took the ticket
	ShareFailed  ShareState = "failed"  // a message could not be delivered in time; nothing behind it overtakes
)

// Active tells whether the ticket counts as shared: it was begun and no end was asked for.
func (s ShareState) Active() bool { return s == ShareSending || s == ShareLive || s == ShareFailed }

// Sent tells whether the ticket went, or is going, to the partner: what the condition sent_to asks (share-life §4).
func (s ShareState) Sent() bool { return s == ShareSending || s == ShareLive || s == ShareEnding }

// Hears tells whether what the partner says of the ticket is taken.
func (s ShareState) Hears() bool {
	return s == ShareSending || s == ShareLive || s == ShareEnding || s == ShareFailed
}

// Undelivered tells whether the partner did not get the ticket: what the condition sharing_failed asks.
func (s ShareState) Undelivered() bool { return s == ShareRefused || s == ShareFailed }

// Who brought a share into its state.
const (
	ByPerson    = "us"
	ByRule      = "rule"
	ByPartner   = "partner"
	ByAgreement = "agreement" // the agreement ended, and its shares with it
	BySystem    = "system"    // an answer, or time that ran out
)

// Share is one ticket under one agreement. Sharing again takes up the same share with its next episode.
type Share struct {
	ID        ShareID
	Agreement AgreementID
	Ticket    TicketID
	UUID      string // of the ticket on the wire: random, made once, the same along a chain (nhd §6, share-life §2)
	Inbound   bool

	State       ShareState
	StateAt     time.Time // since when
	StateBy     string    // ByPerson, ByRule, …
	Cause       Cause     // of refused and failed, and of a lane that waits
	Reason      string    // the same in words for people
	Episode     int       // 1 for the first time it was shared, rising
	DeliveredAt time.Time // when the partner first acknowledged this episode; zero: not yet

	// BarredRules are triggers that handed the ticket over for nothing; they leave it alone until it is shared again.
	BarredRules []TriggerID

	ThrottledUntil time.Time // automatic updates wait until then (nhd §14); zero: they go out
	ThrottleLevel  int       // how often in a row that happened

	RemoteID  string // the partner's ticket number, for display
	Requester string // uuid of the requester as this partner knows it

	// What both sides had last, as the partner has it.
	Tags    []string
	Fields  map[string]string // custom fields: title folded → JSON value
	Status  string            // wire word
	Subject string
	Foreign map[string]string // the partner's fields that we have no place for: title → JSON value

	SentSeq     int64 // number of our last message
	ReceivedSeq int64 // number of the partner's last message that was taken; 0 where the partner counts none
	Sync        ShareSync

	CreatedAt  time.Time
	UpdatedAt  time.Time
	LastSentAt time.Time // zero: nothing delivered yet
	LastSeenAt time.Time // last message received
}

// ShareSync is the memory by which crossing changes are told from repeated ones (share-life §3). An item is "subject",
// "status", "requester", "tag:NAME" or "field:FOLDED TITLE".
type ShareSync struct {
	// Marks name the message in which we last said an item. What the partner says without having seen that message crosses it.
	Marks map[string]int64 `json:"m,omitempty"`
	// Answered name, for items of which a partner without numbers spoke while ours was not acknowledged, that message of ours:
	// the partner's word is later than it.
	Answered map[string]int64 `json:"a,omitempty"`
	// Ours is our value of an item, in wire form as JSON, where it differs from what the partner has although neither side has
	// anything to tell: one of the two cannot hold the other's. A partner that is no Interdesk counts as unable to hold a tag or
	// field until it has sent it back with our value once.
	Ours map[string]string `json:"o,omitempty"`
	// NotHeldHere are the partner's items that we can't hold, NotHeldThere ours that it can't: item → reason in words.
	NotHeldHere  map[string]string `json:"h,omitempty"`
	NotHeldThere map[string]string `json:"t,omitempty"`
	// Wire is, as JSON, what the partner has of an item where that is other than what both sides have of it in our words: masked.
	Wire map[string]string `json:"w,omitempty"`
	// ForeignTags are tags of the partner's, as it calls them, that have no name here: they are said again with ours.
	ForeignTags []string `json:"ft,omitempty"`
	// Remarked are remarks that were made once and are not repeated: "status:WORD", "field:TITLE".
	Remarked map[string]bool `json:"r,omitempty"`
}

// ShareEpisode is one time that a ticket was shared under an agreement.
type ShareEpisode struct {
	Share   ShareID
	Number  int
	BegunAt time.Time
	BegunBy string    // a person's name, a rule's title, the partner's name
	EndedAt time.Time // zero: it goes on
	EndedBy string
	Reason  string
}

// ShareRef is what a ticket itself knows of one of its shares.
type ShareRef struct {
	Share       ShareID
	Agreement   AgreementID
	Inbound     bool
	State       ShareState
	Barred      bool        // ended by a person or the partner, or not delivered: rules do not share it again
	BarredRules []TriggerID // that handed it over for nothing: they leave the ticket alone (share-life §4)
	RemoteID    string      // the partner's ticket number, where it told it
}

// Active tells whether the ticket counts as shared under the agreement.
func (r ShareRef) Active() bool { return r.State.Active() }

// ActiveShare finds the share under an agreement while it counts as one.
func (t *Ticket) ActiveShare(a AgreementID) (ShareRef, bool) {
	for _, s := range t.Shares {
		if s.Agreement == a && s.Active() {
			return s, true
		}
	}
	return ShareRef{}, false
}

// SharingBarred tells whether rules leave it to people to share the ticket under an agreement.
func (t *Ticket) SharingBarred(a AgreementID) bool {
	return slices.ContainsFunc(t.Shares, func(s ShareRef) bool { return s.Agreement == a && s.Barred })
}

// ShareResult is what became of handing a ticket over: the partner has it, or will not get it. Only the desk itself tells,
// by ChannelDelivery (share-life §4).
type ShareResult struct {
	Agreement AgreementID
	Action    string // ActionDelivered, ActionFailed
}

// after is the state in which a result leaves a share. What has gone on since stands: one that ends is not live again.
func (r ShareResult) after(s ShareState) ShareState {
	switch {
	case r.Action == ActionDelivered && s == ShareSending:
		return ShareLive
	case r.Action == ActionFailed && (s == ShareSending || s == ShareLive):
		return ShareFailed
	}
	return s
}

// SharingStep is one beginning or end of a share within an update, in the order in which they came.
type SharingStep struct {
	Agreement AgreementID
	End       bool
	ByRule    bool
	Trigger   TriggerID // of a rule
	Ticket    Ticket    // as it stood when the share began
}

// Begun are the agreements under which shares were begun, in order.
func Begun(steps []SharingStep) []AgreementID { return agreementsOf(steps, false) }

// Ended are the agreements whose shares were ended, in order.
func Ended(steps []SharingStep) []AgreementID { return agreementsOf(steps, true) }

func agreementsOf(steps []SharingStep, end bool) []AgreementID {
	var out []AgreementID
	for n := range steps {
		if steps[n].End == end {
			out = append(out, steps[n].Agreement)
		}
	}
	return out
}
