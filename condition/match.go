package condition

import (
	"fmt"
	"slices"
)

// Matcher is a tree made ready to be asked many times, from several goroutines if need be.
type Matcher struct {
	all, any []test
}

// test is a Plan laid out for speed: no pointers to follow but the operands.
type test struct {
	probe    Probe
	when     When
	kind     Kind
	not      bool
	needs    bool
	business bool
	passing  bool
	slot     Slot
	peer     Slot
	text     string // Texts[0]
	texts    []string
	low      int64
	high     int64
}

// Compile makes a tree ready. The error is an *Invalid that names every condition that cannot be evaluated. It is more
// patient than Catalog.Check: a value that is not (any longer) among a field's choices compiles, and matches nothing.
func Compile(t Tree, c *Catalog, place Place) (*Matcher, error) {
	m, invalid := &Matcher{}, &Invalid{}
	m.all = c.compile(t.All, place, "all", invalid)
	m.any = c.compile(t.Any, place, "any", invalid)
	if len(invalid.Problems) > 0 {
		return nil, invalid
	}
	return m, nil
}

func (c *Catalog) compile(list []Condition, place Place, branch string, invalid *Invalid) []test {
	var tests []test
	for i, cond := range list {
		p, problem := c.plan(cond, place)
		if problem != nil {
			problem.Path = fmt.Sprintf("%s[%d].%s", branch, i, problem.Path)
			invalid.Problems = append(invalid.Problems, *problem)
			continue
		}
		tests = append(tests, p.test())
	}
	return tests
}

func (p *Plan) test() test {
	t := test{probe: p.Probe, when: p.When, kind: p.Field.Kind, not: p.Not, needs: p.NeedsValue, business: p.Business,
		passing: p.Field.Passing || p.Probe == ProbeDays,
		slot:    p.Field.Slot, peer: p.Peer.Slot, texts: p.Texts, low: p.Low, high: p.High}
	if len(p.Texts) > 0 {
		t.text = p.Texts[0]
	}
	return t
}

// Match tells whether the tree holds. no is the condition that said otherwise: its index in All; len(All) when every one
// of All holds and none of Any does; -1 when the tree holds.
func (m *Matcher) Match(f *Facts) (ok bool, no int) {
	for i := range m.all {
		if !m.all[i].holds(f) {
			return false, i
		}
	}
	if len(m.any) == 0 {
		return true, -1
	}
	for i := range m.any {
		if m.any[i].holds(f) {
			return true, -1
		}
	}
	return false, len(m.all)
}

// Requirement is something that must be so for a tree to hold, in a form that can be looked up: the fact at Slot has one
// of Values, as its Text ("" for none) or, where Set is true, in its Set.
type Requirement struct {
	Index  int // of the condition within All
	Slot   Slot
	Set    bool
	Values []string
}

// Required lists what the conditions of All demand by plain equality or containment of the ticket as it is now. A set of
// rules indexed by it need not ask those of which one is not met.
func (m *Matcher) Required() []Requirement {
	var list []Requirement
	for i := range m.all {
		t := &m.all[i]
		if t.not || t.when != Now {
			continue
		}
		r := Requirement{Index: i, Slot: t.slot, Values: slices.Clone(t.texts)}
		switch {
		case t.probe == ProbeSame:
		case t.probe == ProbeTrue:
			r.Values = []string{"true"}
		case t.probe == ProbeHas:
			r.Set = true
		case t.probe == ProbeNone && !t.kind.isSet() && !t.kind.isNumber() && !t.kind.isBool():
			r.Values = []string{""}
		default:
			continue
		}
		list = append(list, r)
	}
	return list
}

func (t *test) holds(f *Facts) bool {
	now := f.now(t.slot)
	if t.when == Now {
		if t.needs && t.kind.none(now) {
			return false
		}
		return t.ask(now, f) != t.not
	}
	return t.compare(now, f.before(t.slot), f) != t.not
}

func (t *test) compare(now, before *Fact, f *Facts) bool {
	switch t.when {
	case BecameSo:
		return t.ask(now, f) && !t.ask(before, f)
	case CeasedToBe:
		return t.ask(before, f) && !t.ask(now, f)
	}
	return t.kind.differ(now, before)
}

// ask puts the probe to one fact.
func (t *test) ask(x *Fact, f *Facts) bool {
	switch t.probe {
	case ProbeSame:
		if len(t.texts) == 1 {
			return x.Text == t.text
		}
		return slices.Contains(t.texts, x.Text)
	case ProbeHas:
		return t.has(x.Set)
	case ProbeNone:
		return t.kind.none(x)
	case ProbeTrue:
		return x.Text == "true"
	case ProbeBetween:
		return x.Valid && t.low <= x.Number && x.Number <= t.high
	}
	return t.askMore(x, f)
}

func (t *test) askMore(x *Fact, f *Facts) bool {
	switch t.probe {
	case ProbeSameFold:
		return len(x.Text) == len(t.text) && foldedAt(x.Text, t.text, 0)
	case ProbeContains:
		for _, needle := range t.texts {
			if containsFold(x.Text, needle) {
				return true
			}
		}
	case ProbeDates:
		return x.Text != "" && t.texts[0] <= x.Text && x.Text <= t.texts[1]
	case ProbeDays:
		return within(x.Text, f.Today, t.low, t.high)
	case ProbeElapsed:
		return x.Valid && t.elapsed(x.Number, f)
	case ProbeUser:
		return f.CurrentUser != "" && x.Text == f.CurrentUser
	case ProbeGroups:
		return x.Text != "" && slices.Contains(f.CurrentGroups, x.Text)
	case ProbePeer:
		return x.Text != "" && x.Text == f.now(t.peer).Text
	}
	return false
}

func (t *test) has(set []string) bool {
	for _, text := range t.texts {
		for i := range set {
			if set[i] == text {
				return true
			}
		}
	}
	return false
}

func (t *test) elapsed(instant int64, f *Facts) bool {
	passed := t.passed(instant, f)
	return t.low <= passed && passed <= t.high
}

// passed is how much time has passed since an instant, or is left until it.
func (t *test) passed(instant int64, f *Facts) int64 {
	from, to := instant, f.At
	if t.kind == HoursUntil {
		from, to = to, from
	}
	passed := to - from
	if t.business && f.Business != nil && passed >= 0 {
		passed = f.Business(from, to)
	}
	return passed
}

// none tells whether a fact of the kind is no value.
func (k Kind) none(x *Fact) bool {
	switch {
	case k.isSet():
		return len(x.Set) == 0
	case k.isNumber():
		return !x.Valid
	case k.isBool():
		return x.Text != "true"
	}
	return x.Text == ""
}

// differ tells whether two facts of the kind are not the same value.
func (k Kind) differ(a, b *Fact) bool {
	switch {
	case k.isSet():
		return !slices.Equal(a.Set, b.Set)
	case k.isNumber():
		return a.Valid != b.Valid || a.Valid && a.Number != b.Number
	case k.isBool():
		return (a.Text == "true") != (b.Text == "true")
	}
	return a.Text != b.Text
}
