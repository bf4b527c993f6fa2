package rule

import "interdesk/desk"

// Verdict is what came of one trigger in an update: below Later, the index in All of a condition that said no; else one
// of the words below.
type Verdict byte

// The verdicts that name no single condition.
const (
	Later     Verdict = 250 + iota // a condition from the 251st on said no
	NoneOfAny                      // every one of All held, none of Any did
	Broken                         // the trigger cannot be compiled any more
	NotLooked                      // the cap on firings was reached first
	Fired
	NotDone // its conditions held, but an Obstacle kept it from acting
)

// conditionVerdict is the verdict of a condition.
func conditionVerdict(index int) Verdict { return Verdict(min(index, int(Later))) }

// Firing is one trigger's firing.
type Firing struct {
	Rule    int  // position in the set
	Pass    int  // 1 for the first walk from the top
	Changed bool // it changed the ticket, so that the walk began again
}

// ObstacleKind is what kept a trigger from acting although its conditions held.
type ObstacleKind byte

// The kinds of obstacles. Traces keep them: they do not change.
const (
	CannotShare ObstacleKind = 1 // it shares, and that is not possible: all of its actions were left undone
	IsBarred    ObstacleKind = 2 // it handed the ticket over for nothing, and waits until it is shared again
)

// Obstacle is why one trigger did nothing.
type Obstacle struct {
	Rule   int // position in the set
	Kind   ObstacleKind
	Reason string // in words
}

// Trace is what a set of triggers made of an update. The zero Trace: no trigger looked.
type Trace struct {
	Verdicts  []Verdict  // by position in the set
	Firings   []Firing   // in order
	Obstacles []Obstacle // in order
}

// Looked tells whether there were triggers that looked at the update.
func (t Trace) Looked() bool { return len(t.Verdicts) > 0 }

// Member is one trigger of the set that looked: its kept revision.
type Member struct {
	ID       desk.TriggerID
	Revision int
	Snapshot *desk.Trigger // as it was at that revision; nil when that was not kept
}
