package rule

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
)

// runState is what one run needs while it looks; it is used again.
type runState struct {
	facts      condition.Facts
	candidates bitset // may fire in this pass
	fired      bitset
	answers    []answer // to Set.conditions, in this pass
}

type answer uint8

const (
	unasked answer = iota
	yes
	no
)

func (s *Set) newScratch() *runState {
	return &runState{candidates: newBitset(len(s.rules)), fired: newBitset(len(s.rules)), answers: make([]answer, len(s.conditions))}
}

// Run lets the triggers look at an update until they are quiet, and act on its draft. A ticket that was closed before
// the update is left alone.
func (s *Set) Run(d *desk.Draft) Trace {
	if len(s.rules) == 0 || !d.Created && d.Before.Status == desk.Closed {
		return Trace{}
	}
	w := s.scratch.Get().(*runState)
	defer s.scratch.Put(w)
	clear(w.fired)
	d.Facts(&w.facts)
	tr := Trace{Verdicts: make([]Verdict, len(s.rules))}
	for pass := 1; s.pass(d, w, &tr, pass); pass++ {
		d.Refresh(&w.facts)
	}
	for _, f := range tr.Firings {
		tr.Verdicts[f.Rule] = Fired
	}
	for _, o := range tr.Obstacles {
		tr.Verdicts[o.Rule] = NotDone
	}
	return tr
}

// pass walks once from the top. It tells whether a trigger changed the ticket, so that another pass is needed.
func (s *Set) pass(d *desk.Draft, w *runState, tr *Trace, pass int) (again bool) {
	s.beginPass(w, tr.Verdicts)
	for i := s.nextToFire(w, tr.Verdicts, 0); i >= 0; i = s.nextToFire(w, tr.Verdicts, i+1) {
		w.fired.add(i)
		changed, obstacle := s.rules[i].fire(d)
		if obstacle.Kind != 0 {
			obstacle.Rule = i
			tr.Obstacles = append(tr.Obstacles, obstacle)
			continue
		}
		tr.Firings = append(tr.Firings, Firing{Rule: i, Pass: pass, Changed: changed})
		if len(tr.Firings) >= s.limit {
			s.stopAtLimit(d, tr)
			return false
		}
		if changed {
			return true
		}
	}
	return false
}

// beginPass makes ready for a walk over the facts as they are.
func (s *Set) beginPass(w *runState, verdicts []Verdict) {
	s.index.collect(&w.facts, w.candidates)
	clear(w.answers)
	copy(verdicts, s.index.anchorVerdicts)
}

// nextToFire asks the triggers from a position on and notes what they say; it returns the first that holds, -1 when none does.
func (s *Set) nextToFire(w *runState, verdicts []Verdict, from int) int {
	for i := w.candidates.next(from); i >= 0; i = w.candidates.next(i + 1) {
		if w.fired.has(i) {
			continue
		}
		v := s.verdict(w, &s.rules[i])
		if v == Fired {
			return i
		}
		verdicts[i] = v
	}
	return -1
}

// verdict is Fired when a trigger holds.
func (s *Set) verdict(w *runState, r *compiled) Verdict {
	for k, id := range r.all {
		if s.answer(w, id) == no {
			return conditionVerdict(k)
		}
	}
	for _, id := range r.any {
		if s.answer(w, id) == yes {
			return Fired
		}
	}
	if len(r.any) > 0 {
		return NoneOfAny
	}
	return Fired
}

func (s *Set) answer(w *runState, id int32) answer {
	if a := w.answers[id]; a != unasked {
		return a
	}
	a := no
	if ok, _ := s.conditions[id].matcher.Match(&w.facts); ok {
		a = yes
	}
	w.answers[id] = a
	return a
}

// stopAtLimit ends a run at the cap: what the others would have said is unknown.
func (s *Set) stopAtLimit(d *desk.Draft, tr *Trace) {
	for i := range tr.Verdicts {
		if s.rules[i].broken == "" {
			tr.Verdicts[i] = NotLooked
		}
	}
	d.Fail(fmt.Sprintf("Triggers: stopped after %d of them fired in one update; make some of their conditions stricter", s.limit), nil)
}

// fire carries out the actions, each by itself, and tells whether they changed the ticket. A trigger that shares does so or
// nothing at all (share-life §4): what it did before is taken back, and the obstacle says why.
func (r *compiled) fire(d *desk.Draft) (changed bool, o Obstacle) {
	if why := r.whyBarred(d); why != "" {
		return false, Obstacle{Kind: IsBarred, Reason: why}
	}
	via, before := r.via, *d
	for i := range r.actions {
		a := &r.actions[i]
		n := len(d.Events)
		message := a.do(d, &via)
		if message != "" && a.partner != 0 {
			return false, giveUp(d, before, a, message, &via)
		}
		if message != "" {
			d.Fail(message, &via)
			continue
		}
		changed = changed || a.notice == nil && len(d.Events) > n
	}
	return changed, Obstacle{}
}

// giveUp puts the draft back. The audit tells of it once, unless somebody ended the sharing: the rule still holds then with
// every update, and there is nothing to mend.
func giveUp(d *desk.Draft, before desk.Draft, a *preparedAction, message string, via *desk.Via) Obstacle {
	ended := d.Now.SharingBarred(a.partner)
	*d = before
	if !ended {
		d.Fail(message, via)
	}
	return Obstacle{Kind: CannotShare, Reason: message}
}

// whyBarred says that a trigger waits, because the partner to whom it handed the ticket over never got it; else "".
func (r *compiled) whyBarred(d *desk.Draft) string {
	for _, s := range d.Now.Shares {
		if slices.Contains(s.BarredRules, r.via.Trigger) {
			return "it handed the ticket over to " + d.Config.Agreements[s.Agreement].Name +
				" for nothing; it waits until the ticket is shared again"
		}
	}
	return ""
}

// do carries out one action or says why not.
func (a *preparedAction) do(d *desk.Draft, via *desk.Via) string {
	if a.notice != nil {
		d.Notify(a.notice.event, a.notice.Notice, via)
		return ""
	}
	e, message := a.edits(actionContext{config: d.Config, actor: d.Actor, ticket: &d.Now, at: d.At})
	if message != "" {
		return a.title + ": " + message
	}
	if err := d.Edit(e, via); err != nil {
		return a.title + ": " + faultSentences(err)
	}
	return ""
}

// faultSentences are the faults of an edit, for people.
func faultSentences(err error) string {
	e, ok := err.(*desk.Error)
	if !ok || len(e.Details) == 0 {
		return err.Error()
	}
	var out []string
	for _, list := range e.Details {
		for _, one := range list {
			out = append(out, one.Message)
		}
	}
	sort.Strings(out)
	return strings.Join(slices.Compact(out), "; ")
}
