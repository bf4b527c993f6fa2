package desk

import "time"

// ShareMap is how what partners see under an agreement differs from what stands here. Nothing stored here is changed by it.
type ShareMap struct {
	Redaction []Detector   `json:"redaction,omitempty"`
	Customers CustomerName `json:"customers,omitempty"`
	Files     FilesMap     `json:"attachments,omitzero"`
	Tags      TagsMap      `json:"tags,omitzero"`
	Fields    []FieldMap   `json:"fields,omitempty"`
}

// IsEmpty tells whether everything travels as it stands here.
func (m *ShareMap) IsEmpty() bool {
	return len(m.Redaction) == 0 && m.Customers == CustomersNamed && m.Files.IsZero() && m.Tags.IsZero() && len(m.Fields) == 0
}

// CustomerName is how a partner hears of customers.
type CustomerName string

const (
	CustomersNamed      CustomerName = "" // by their full names
	CustomersByInitials CustomerName = "initials"
	CustomersUnnamed    CustomerName = "none"
)

// Known tells whether there is such a way.
func (c CustomerName) Known() bool {
	return c == CustomersNamed || c == CustomersByInitials || c == CustomersUnnamed
}

// FilesMap is which files go along: all, unless something is said.
type FilesMap struct {
	None    bool     `json:"none,omitempty"`
	Types   []string `json:"types,omitempty"`    // such as "image/png" or "image/*"; none: of any type
	MaxSize int64    `json:"max_size,omitempty"` // bytes; 0: of any size
}

// IsZero tells whether all go along.
func (f FilesMap) IsZero() bool { return !f.None && len(f.Types) == 0 && f.MaxSize == 0 }

// TagsMap is which tags go to the partner, and how they are called there.
type TagsMap struct {
	Allow  []string          `json:"allow,omitempty"`  // none: all
	Prefix string            `json:"prefix,omitempty"` // of those that Rename does not name
	Rename map[string]string `json:"rename,omitempty"` // here → there
}

// IsZero tells whether all go as they are.
func (t TagsMap) IsZero() bool { return len(t.Allow) == 0 && t.Prefix == "" && len(t.Rename) == 0 }

// FieldMap is a custom field that is another one there, or has other values.
type FieldMap struct {
	Field    string            `json:"field"`              // its title here
	As       string            `json:"as,omitempty"`       // its title there; "": the same
	Values   map[string]string `json:"values,omitempty"`   // here → there; others go as they are, or as the default
	Default  string            `json:"default,omitempty"`  // what the other values are there
	Constant string            `json:"constant,omitempty"` // what it says there of each ticket
	NotSent  bool              `json:"not_sent,omitempty"`
	Owner    FieldOwner        `json:"owner,omitempty"`
}

// FieldOwner is whose word on a field counts.
type FieldOwner string

const (
	OwnerBoth   FieldOwner = ""
	OwnerOurs   FieldOwner = "ours"   // the partner's word on it is not taken
	OwnerTheirs FieldOwner = "theirs" // ours is not told
)

// Known tells whether there is such an owner.
func (o FieldOwner) Known() bool { return o == OwnerBoth || o == OwnerOurs || o == OwnerTheirs }

// Detector finds what must not leave, and says what happens then. Package sharing/redaction knows the kinds.
type Detector struct {
	Kind    string         `json:"detector"`
	Name    string         `json:"name,omitempty"`    // of an own pattern, as partners read it in the place of what it finds
	Pattern string         `json:"pattern,omitempty"` // of an own pattern: RE2
	Action  DetectorAction `json:"action"`
}

// DetectorAction is what happens to what a detector finds.
type DetectorAction string

const (
	ActionMask DetectorAction = "mask" // words in its place
	ActionDrop DetectorAction = "drop" // the item that has it stays here
	ActionHold DetectorAction = "hold" // the message waits for a person's yes
)

// ShareMapRevision is one state of a map, since when and by whom.
type ShareMapRevision struct {
	Number int // 1 for the first, rising
	Map    ShareMap
	By     UserID // 0: the desk itself
	At     time.Time
}

// Release is a person's yes to a message that a detector held.
type Release struct {
	Found  []string `json:"f"`           // what was found, and where, when it was given: it holds for no more than that
	Masked bool     `json:"m,omitempty"` // it goes out with words in the place of what was found
	By     string   `json:"b"`
}
