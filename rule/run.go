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
	return tr
}

// pass walks once from the top. It tells whether a trigger changed the ticket, so that another pass is needed.
func (s *Set) pass(d *desk.Draft, w *runState, tr *Trace, pass int) (again bool) {
	s.beginPass(w, tr.Verdicts)
	for i := s.nextToFire(w, tr.Verdicts, 0); i >= 0; i = s.nextToFire(w, tr.Verdicts, i+1) {
		changed := s.rules[i].fire(d)
		w.fired.add(i)
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

// fire carries out the actions, each by itself. It tells whether they changed the ticket.
func (r *compiled) fire(d *desk.Draft) (changed bool) {
	via := r.via
	for i := range r.actions {
		a := &r.actions[i]
		if a.notice != nil {
			d.Notify(a.notice.event, a.notice.Notice, &via)
			continue
		}
		n := len(d.Events)
		if message := a.edit(d, &via); message != "" {
			d.Fail(a.title+": "+message, &via)
			continue
		}
		changed = changed || len(d.Events) > n
	}
	return changed
}

// edit does it or says why not.
func (a *preparedAction) edit(d *desk.Draft, via *desk.Via) string {
	e, message := a.edits(actionContext{config: d.Config, actor: d.Actor, ticket: &d.Now, at: d.At})
	if message != "" {
		return message
	}
	if err := d.Edit(e, via); err != nil {
		return faultSentences(err)
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
