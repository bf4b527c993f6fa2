package condition

// Fact is what is known of one field. Which member counts follows from the field's Kind; the others are not read.
// The zero Fact is "no value" for every kind.
type Fact struct {
	Text   string   // Choice, ID, Text, Words, Date; "true" for a ticked Checkbox or Flag
	Set    []string // Tags, Multi, Member: sorted, each once, lower case or spelled as among the field's Choices
	Number int64    // Number; Decimal in millionths; Hours in microseconds UTC
	Valid  bool     // whether Number is there
}

// OfText is the fact of a Choice, ID, Text, Words or Date.
func OfText(s string) Fact { return Fact{Text: s} }

// OfSet is the fact of Tags, Multi or Member. The set must be sorted and free of repetition, its elements lower case or
// spelled as among the field's Choices.
func OfSet(set []string) Fact { return Fact{Set: set} }

// OfNumber is the fact of a Number, of a Decimal in millionths, or of an instant in microseconds UTC.
func OfNumber(n int64) Fact { return Fact{Number: n, Valid: true} }

// OfBool is the fact of a Checkbox or Flag.
func OfBool(b bool) Fact {
	if b {
		return Fact{Text: "true"}
	}
	return Fact{Text: "false"}
}

// Facts is what conditions are asked of: a ticket now and before the update, each by slot, and the circumstances. A slot
// beyond the end of a slice has no value.
type Facts struct {
	Now     []Fact
	Before  []Fact // the ticket before the update, not before the rule pass
	Created bool   // the update makes the ticket: everything was empty before, Before is not read

	CurrentUser   string   // id of the user who makes the update or looks at the view, "" for none
	CurrentGroups []string // ids of that user's groups

	At    int64  // the present instant, microseconds UTC
	Today string // the account's present day, YYYY-MM-DD

	// Business counts the microseconds of working time between two instants. Without it every hour is a working hour.
	Business func(from, to int64) int64
	// AddBusiness is its inverse: the first instant by which so much working time has passed since at, with a negative length
	// the last one since which it has passed until at. There may be none such. Without it every hour is a working hour.
	AddBusiness func(at, length int64) (instant int64, ok bool)

	none Fact
}

func (f *Facts) now(s Slot) *Fact {
	if uint(s) < uint(len(f.Now)) {
		return &f.Now[s]
	}
	return &f.none
}

func (f *Facts) before(s Slot) *Fact {
	if !f.Created && uint(s) < uint(len(f.Before)) {
		return &f.Before[s]
	}
	return &f.none
}
