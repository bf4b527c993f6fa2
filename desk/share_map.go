package desk

import "time"

// ShareMap is how what partners see under an agreement differs from what stands here. Nothing stored here is changed by it.
type ShareMap struct {
	Redaction []Detector `json:"redaction,omitempty"`
}

// IsEmpty tells whether everything travels as it stands here.
func (m *ShareMap) IsEmpty() bool { return len(m.Redaction) == 0 }

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
