package sharing

import "interdesk/sharing/wire"

// Word is what is known of one item when a partner states it (share-life §3). Values are in wire form.
type Word struct {
	Stated any
	Theirs any // what the partner had before, as far as we know
	Local  any // what the ticket says here
	// Meant tells that the partner states the item because it has changed it, not because it repeats all it knows.
	Meant bool
	// Crossing tells that the partner spoke before it had our last word on the item.
	Crossing bool
	// Ours tells that we sent the ticket: where both sides changed an item at once, our word stands.
	Ours bool
}

// Verdict is what a partner's word means for the ticket.
type Verdict int

// The verdicts.
const (
	Unchanged Verdict = iota // the partner repeats what it said before
	Agreed                   // it is as we have it already
	Taken                    // the ticket takes the partner's value
	Kept                     // the ticket keeps its own, and the partner hears it again
)

// Verdict judges a word.
func (w Word) Verdict() Verdict {
	switch {
	case wire.SameValue(w.Stated, w.Local):
		return Agreed
	case !w.Meant && wire.SameValue(w.Stated, w.Theirs):
		return Unchanged
	case w.Crossing && w.Ours:
		return Kept
	}
	return Taken
}
