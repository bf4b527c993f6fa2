package desk

import (
	"encoding/json"
	"time"

	"interdesk/condition"
)

// Action is one thing a rule does, in the API's form: {"field","value"}. Value is kept as it was sent.
type Action struct {
	Field string          `json:"field"`
	Value json.RawMessage `json:"value"`
}

// Trigger is a rule that looks at every update of a ticket.
type Trigger struct {
	ID          TriggerID
	Title       string
	Description string
	Category    CategoryID
	Position    int
	Active      bool
	Conditions  condition.Tree
	Actions     []Action
	Revision    int // rises with each edit; kept revisions explain old traces
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// TriggerCategory groups triggers; they run by category position, then position, then id.
type TriggerCategory struct {
	ID        CategoryID
	Name      string
	Position  int
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Restriction narrows who sees a macro or view: everybody (""), some groups or one user.
type Restriction struct {
	Type string  `json:"type,omitempty"` // "", "Group", "User"
	IDs  []int64 `json:"ids,omitempty"`
}

// Allows tells whether a member of staff with these groups may see what is so restricted.
func (r Restriction) Allows(user UserID, groups []GroupID) bool {
	switch r.Type {
	case "User":
		return len(r.IDs) > 0 && UserID(r.IDs[0]) == user
	case "Group":
		for _, id := range r.IDs {
			for _, g := range groups {
				if GroupID(id) == g {
					return true
				}
			}
		}
		return false
	}
	return true
}

// Macro is a set of actions an agent applies by hand. A title "A::B" files B under A.
type Macro struct {
	ID          MacroID
	Title       string
	Description string
	Position    int
	Active      bool
	Actions     []Action
	Restriction Restriction
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// View is a saved list of tickets: conditions and how to show what matches.
type View struct {
	ID          ViewID
	Title       string
	Description string
	Position    int
	Active      bool
	Conditions  condition.Tree
	Output      Output
	Restriction Restriction
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Output is how a view shows its tickets. Columns, group and sort are the API's ids (rules.md §6.1).
type Output struct {
	Columns    []string `json:"columns"`
	GroupBy    string   `json:"group_by,omitempty"`
	GroupOrder string   `json:"group_order,omitempty"` // "asc" or "desc"
	SortBy     string   `json:"sort_by,omitempty"`
	SortOrder  string   `json:"sort_order,omitempty"`
}
