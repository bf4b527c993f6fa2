package condition

// Kind says what a field holds, and by that what each operator means. The table stands in the package comment.
type Kind uint8

// The kinds.
const (
	Choice     Kind = iota + 1 // one of a list, ranked by its order; Fact.Text
	ID                         // a reference as decimal text, "" for none; Fact.Text
	Tags                       // tags of a ticket; Fact.Set
	Multi                      // the options of a multiselect; Fact.Set
	Member                     // several values hold at once and a condition asks for one; Fact.Set
	Text                       // a line of text; Fact.Text
	Words                      // running text to be searched: "is" means contains; Fact.Text
	Number                     // a whole number; Fact.Number, Fact.Valid
	Decimal                    // a decimal number in millionths; Fact.Number, Fact.Valid
	Date                       // a day as YYYY-MM-DD; Fact.Text
	Checkbox                   // a tick; Fact.Text is "true" when ticked
	Flag                       // something that is so or is not; Fact.Text is "true" when so
	Hours                      // hours passed since an instant; Fact.Number (microseconds UTC), Fact.Valid
	HoursUntil                 // hours left until an instant; Fact.Number (microseconds UTC), Fact.Valid
	Instant                    // an instant that is compared with others; Fact.Number (microseconds UTC), Fact.Valid
)

// String is the kind's name, as rule builders show it.
func (k Kind) String() string {
	names := [...]string{"", "list", "list", "tags", "multiselect", "list", "text", "text", "integer", "decimal", "date",
		"checkbox", "boolean", "hours", "hours", "date"}
	if int(k) >= len(names) {
		return ""
	}
	return names[k]
}

// Operators are those that have a meaning for the kind, in the order of rule builders.
func (k Kind) Operators() []Operator {
	equal, order := []Operator{Is, IsNot}, []Operator{LessThan, GreaterThan, LessThanEqual, GreaterThanEqual}
	list, text := []Operator{Includes, NotIncludes}, []Operator{IncludesString, NotIncludesString}
	present := []Operator{Present, NotPresent}
	switch k {
	case Choice:
		return join(equal, order, list, present, changeOperators())
	case ID, Tags, Multi, Member:
		return join(equal, list, present, changeOperators())
	case Text, Words:
		return join(equal, list, text, present, changeOperators())
	case Number, Decimal:
		return join(equal, order, present, changeOperators())
	case Date:
		return join(equal, order, []Operator{WithinPreviousDays, WithinNextDays}, present, changeOperators())
	case Checkbox, Flag:
		return join(equal, present, changeOperators())
	case Instant:
		return order
	case Hours, HoursUntil:
		return []Operator{Is, LessThan, GreaterThan, IsBusinessHours, LessThanBusinessHours, GreaterThanBusinessHours}
	}
	return nil
}

func join(lists ...[]Operator) []Operator {
	var all []Operator
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func (k Kind) isSet() bool { return k == Tags || k == Multi || k == Member }

func (k Kind) isNumber() bool { return k == Number || k == Decimal || k == Instant || k.isHours() }

func (k Kind) isHours() bool { return k == Hours || k == HoursUntil }

func (k Kind) isBool() bool { return k == Checkbox || k == Flag }
