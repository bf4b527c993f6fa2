package condition

import "slices"

// Operator is the way a condition compares, in the spelling of the API. The empty operator stands for "is": some
// fields (update_type, comment_is_public) are commonly sent without one.
type Operator string

// The operators of the API. Six of them compare the ticket before the update with the ticket now; they have a second
// spelling each, which is accepted everywhere and echoed as it was sent.
const (
	Is                Operator = "is"
	IsNot             Operator = "is_not"
	LessThan          Operator = "less_than"
	GreaterThan       Operator = "greater_than"
	LessThanEqual     Operator = "less_than_equal"
	GreaterThanEqual  Operator = "greater_than_equal"
	Includes          Operator = "includes"
	NotIncludes       Operator = "not_includes"
	IncludesString    Operator = "includes_string"
	NotIncludesString Operator = "not_includes_string"
	Present           Operator = "present"
	NotPresent        Operator = "not_present"

	Changed        Operator = "changed"
	NotChanged     Operator = "not_changed"
	ChangedTo      Operator = "value"
	ChangedFrom    Operator = "value_previous"
	NotChangedTo   Operator = "not_value"
	NotChangedFrom Operator = "not_value_previous"

	ChangedToAlias      Operator = "changed_to"
	ChangedFromAlias    Operator = "changed_from"
	NotChangedToAlias   Operator = "not_changed_to"
	NotChangedFromAlias Operator = "not_changed_from"

	WithinPreviousDays Operator = "within_previous_n_days"
	WithinNextDays     Operator = "within_next_n_days"

	IsBusinessHours          Operator = "is_business_hours"
	LessThanBusinessHours    Operator = "less_than_business_hours"
	GreaterThanBusinessHours Operator = "greater_than_business_hours"
)

// Canonical gives the one spelling of an operator that has two, and "is" for the empty operator.
func (o Operator) Canonical() Operator {
	switch o {
	case "":
		return Is
	case ChangedToAlias:
		return ChangedTo
	case ChangedFromAlias:
		return ChangedFrom
	case NotChangedToAlias:
		return NotChangedTo
	case NotChangedFromAlias:
		return NotChangedFrom
	}
	return o
}

// Terminal tells whether the operator takes no value.
func (o Operator) Terminal() bool {
	switch o {
	case Changed, NotChanged, Present, NotPresent:
		return true
	}
	return false
}

// Compares tells whether the operator looks at the ticket before the update; such conditions belong to triggers only.
func (o Operator) Compares() bool {
	return slices.Contains(changeOperators(), o.Canonical())
}

// Title is the operator's name for people, "" for an operator that is none.
func (o Operator) Title() string {
	switch o.Canonical() {
	case Is:
		return "Is"
	case IsNot:
		return "Is not"
	case LessThan:
		return "Less than"
	case GreaterThan:
		return "Greater than"
	case LessThanEqual:
		return "Less than or equal to"
	case GreaterThanEqual:
		return "Greater than or equal to"
	case Includes:
		return "Contains at least one of the following"
	case NotIncludes:
		return "Contains none of the following"
	case IncludesString:
		return "Contains the following string"
	case NotIncludesString:
		return "Does not contain the following string"
	case Present:
		return "Is present"
	case NotPresent:
		return "Is not present"
	}
	return o.changeTitle()
}

func (o Operator) changeTitle() string {
	switch o.Canonical() {
	case Changed:
		return "Changed"
	case NotChanged:
		return "Not changed"
	case ChangedTo:
		return "Changed to"
	case ChangedFrom:
		return "Changed from"
	case NotChangedTo:
		return "Not changed to"
	case NotChangedFrom:
		return "Not changed from"
	case WithinPreviousDays:
		return "Within the previous days"
	case WithinNextDays:
		return "Within the next days"
	case IsBusinessHours:
		return "Is (business hours)"
	case LessThanBusinessHours:
		return "Less than (business hours)"
	case GreaterThanBusinessHours:
		return "Greater than (business hours)"
	}
	return ""
}

func changeOperators() []Operator {
	return []Operator{Changed, NotChanged, ChangedTo, ChangedFrom, NotChangedTo, NotChangedFrom}
}
