package desk

import (
	"encoding/json"
	"time"
)

// Actor is who asks for an update.
type Actor struct {
	ID     UserID // 0 for the system
	Name   string
	Role   Role
	Groups []GroupID // of staff
	// Foreign: the update came from a partner under this agreement; the actor is its placeholder person.
	Foreign AgreementID
	// System: the desk itself acts (automation, clean-up); may do everything.
	System bool
}

// Staff tells whether the actor works here.
func (a Actor) Staff() bool { return a.System || (a.Role.Staff() && a.Foreign == 0) }

// Update is the one way to change a ticket: who wants what, where from, and which version they saw.
type Update struct {
	Account  AccountID
	Ticket   TicketID // 0 makes a new ticket
	Actor    Actor
	Via      Via
	Base     int64     // the version the caller saw; 0: any
	SeenAt   time.Time // safe_update: the updated_at the caller saw; zero: any
	Edits    Edits
	Comment  *NewComment
	Metadata json.RawMessage
	Client   Client
	Origin   Origin
	// Automation is whose actions are carried out, if it still holds for the ticket; else nothing is.
	Automation AutomationID
	// Quiet: no trigger looks at the update.
	Quiet bool
	// Vouched: the room that speaks for an end user has decided that this update may be made as it stands. Mail is let in
	// so: a stranger's private comment, the group and tags of the address that a ticket came to.
	Vouched bool
	// CreatedAt backdates a new ticket (a partner's requested_at); zero: now.
	CreatedAt time.Time
	Past      *Past // nil: the ticket did not live elsewhere before
}

// Past is what else is told of a new ticket that lived elsewhere before. It is stored as it was: no rule runs and nobody hears of it.
type Past struct {
	Comments  []NewComment // after the first, with their authors and times
	UpdatedAt time.Time    // zero: of the last comment
	SolvedAt  time.Time    // zero: as updated, of a ticket that is solved or closed
}

// Origin is the thing elsewhere that a new ticket stands for here, for the followers that link the two in the update's own
// transaction. They read it and do not change it.
type Origin struct {
	// Share is that of the partner's ticket. Without a ticket it is new; with one, the new ticket takes it over.
	Share *Share
}

// Edits is what an update sets; nil and empty mean unchanged. Rules use the same form.
type Edits struct {
	Subject      *string
	Status       *Status
	Priority     *Priority
	Type         *TicketType
	Requester    *UserID
	Submitter    *UserID // new tickets only
	Assignee     *UserID
	Group        *GroupID
	Organization *OrganizationID
	Brand        *BrandID
	Form         *FormID
	Schedule     *ScheduleID // rules only
	Problem      *TicketID
	ExternalID   *string
	Recipient    *string
	DueAt        *time.Time
	SetTags      *[]string
	AddTags      []string
	RemoveTags   []string
	Fields       map[FieldID][]string // as given; nil or empty clears
	Followers    *[]UserID
	AddFollowers []UserID
	EmailCCs     *[]UserID
	AddCCs       []UserID
	Share        []AgreementID
	Unshare      []AgreementID
	UnshareAll   bool
	Sharing      *[]AgreementID // replaces the outbound list
	Macros       []MacroID
	FollowupOf   TicketID
	ShareResults []ShareResult // what the desk itself tells of shares
	Remarks      []Remark      // what the desk itself has noticed
	Offer        bool          // rules only: asks the requester whether they are satisfied
	Rate         *Vote         // the requester only
}

// Remark is something that the desk itself has noticed about a ticket, for its history.
type Remark struct {
	Type    EventType // EventError, EventRecovery or EventMail
	Message string    // a sentence
}

// Applied is what came of an update, for followers and callers.
type Applied struct {
	Account   AccountID
	Config    *Config
	Actor     Actor
	Via       Via
	Origin    Origin
	Before    *Ticket // nil when the ticket is new
	Ticket    Ticket
	Comment   *Comment // nil when nothing was said
	Audit     Audit
	Sharing   []SharingStep // shares begun and ended, in order
	Incidents int           // of a problem that was solved, which jobs solve from now on
	// Human: a person asked for this update here; false for partners' messages and the system (nhd §14).
	Human bool
	// ByRules: rules changed something or shared in this update.
	ByRules bool
}
