package desk

import (
	"slices"
	"time"
)

// Status is where a ticket stands.
type Status string

const (
	New     Status = "new"
	Open    Status = "open"
	Pending Status = "pending"
	Hold    Status = "hold"
	Solved  Status = "solved"
	Closed  Status = "closed"
)

// Statuses in their order: less than Solved means there is still work to do.
var Statuses = [...]Status{New, Open, Pending, Hold, Solved, Closed}

// Rank orders statuses; -1 for a word that is none.
func (s Status) Rank() int { return slices.Index(Statuses[:], s) }

// Finished tells whether there is no more work to do.
func (s Status) Finished() bool { return s.Rank() >= Solved.Rank() }

// Priority is how much a ticket presses; "" when nobody has said.
type Priority string

const (
	Low    Priority = "low"
	Normal Priority = "normal"
	High   Priority = "high"
	Urgent Priority = "urgent"
)

// Priorities in their order, unset first.
var Priorities = [...]Priority{"", Low, Normal, High, Urgent}

// Rank orders priorities, unset lowest; -1 for a word that is none.
func (p Priority) Rank() int { return slices.Index(Priorities[:], p) }

// TicketType is what kind of work a ticket is; "" when nobody has said.
type TicketType string

const (
	Question TicketType = "question"
	Incident TicketType = "incident"
	Problem  TicketType = "problem"
	Task     TicketType = "task"
)

// TicketTypes lists the types, unset first.
var TicketTypes = [...]TicketType{"", Question, Incident, Problem, Task}

// Valid tells whether t is one of TicketTypes.
func (t TicketType) Valid() bool { return slices.Contains(TicketTypes[:], t) }

// Ticket is one matter between a requester and the desk. Slices and maps in it are never changed in place: an edit
// replaces them, so that a ticket before an update stays as it was.
type Ticket struct {
	ID             TicketID
	Version        int64 // rises with each stored update; the optimistic lock
	Subject        string
	Description    string // the first comment's plain text
	Status         Status
	Priority       Priority
	Type           TicketType
	Requester      UserID
	Submitter      UserID
	Assignee       UserID
	Group          GroupID
	Organization   OrganizationID
	Brand          BrandID
	Form           FormID
	Schedule       ScheduleID // its own business hours; 0: the default ones
	Problem        TicketID   // of an incident
	ExternalID     string
	Recipient      string    // address the first mail came to
	DueAt          time.Time // tasks; zero for none
	Tags           []string  // sorted
	Fields         map[FieldID]FieldValue
	Followers      []UserID
	EmailCCs       []UserID
	Shares         []ShareRef // of all states
	Public         bool       // has a public comment
	Via            Via
	FollowupOf     TicketID
	Followups      []TicketID // of a closed ticket; read, never stored with it
	CreatedAt      time.Time
	UpdatedAt      time.Time
	StatusAt       time.Time // since when it has its status
	AssignedAt     time.Time
	SolvedAt       time.Time
	RequesterAt    time.Time // last update by the requester
	AssigneeAt     time.Time // last update by the assignee
	CommentCount   int
	Reopens        int
	Replies        int // public comments by staff
	AgentStations  int
	GroupStations  int
	HasAttachments bool
	DeletedAt      time.Time
	AutomationAt   time.Time // when an automation or a broken promise may have something to do next, if the ticket stays as it is; zero: never
	Automated      []Automated
	Level          *ServiceLevel // what is promised for it; nil: nothing
	Rating         Rating        // what its requester says of it
}

// Collaborators are followers and copied people together, each once.
func (t *Ticket) Collaborators() []UserID {
	out := slices.Concat(t.EmailCCs, t.Followers)
	slices.Sort(out)
	return slices.Compact(out)
}
