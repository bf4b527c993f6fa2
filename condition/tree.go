package condition

// Condition is one line of a rule: a field, a way to compare and a value, just as they were sent.
type Condition struct {
	Field    string   `json:"field"`
	Operator Operator `json:"operator,omitempty"`
	Value    Value    `json:"value"`
}

// Tree is the conditions of a rule or view. It holds when every one of All is true, and Any is empty or at least one
// of Any is true.
type Tree struct {
	All Conditions `json:"all"`
	Any Conditions `json:"any"`
}

// Conditions is one branch of a Tree. Its JSON is a list, also when there is none.
type Conditions []Condition

// MarshalJSON writes [] where there are no conditions: clients iterate without asking.
func (c Conditions) MarshalJSON() ([]byte, error) {
	if len(c) == 0 {
		return []byte("[]"), nil
	}
	raw, err := encode([]Condition(c))
	return []byte(raw), err
}

// Len is the number of conditions in both branches.
func (t Tree) Len() int { return len(t.All) + len(t.Any) }
