package condition

import "math"

// The ends of a window that is open on that side.
const (
	Earliest = -math.MaxInt64
	Latest   = math.MaxInt64
)

// Window is the span of instants, both ends among them, at which the hours that All asks for have passed or are left, the
// ticket staying as it is; low is above high where there is none. A tree without such conditions has all of time.
func (m *Matcher) Window(f *Facts) (low, high int64) {
	low, high = Earliest, Latest
	for i := range m.all {
		t := &m.all[i]
		if t.probe != ProbeElapsed {
			continue
		}
		x := f.now(t.slot)
		if !x.Valid {
			return Latest, Earliest
		}
		from, to, ok := t.window(x.Number, f)
		if !ok {
			return Latest, Earliest
		}
		low, high = max(low, from), min(high, to)
	}
	return low, high
}

func (t *test) window(instant int64, f *Facts) (low, high int64, ok bool) {
	add := func(at, length int64) (int64, bool) { return at + length, true }
	if t.business && f.AddBusiness != nil {
		add = f.AddBusiness
	}
	if t.kind == HoursUntil {
		near, far, ok := Span(t.low, t.high, func(length int64) (int64, bool) {
			there, ok := add(instant, -length)
			return -there, ok
		}, -instant)
		return -far, -near, ok
	}
	return Span(t.low, t.high, func(length int64) (int64, bool) { return add(instant, length) }, instant)
}

// Span are the points, both ends among them, that are low to high away from zero; add gives the first point that is so far from
// it, if there is one. ok is false where there is none at all.
func Span(low, high int64, add func(length int64) (int64, bool), zero int64) (near, far int64, ok bool) {
	near, far = Earliest, Latest
	switch {
	case low > high:
		return near, far, false
	case low == 0:
		near = zero
	case low > 0:
		if near, ok = add(low); !ok {
			return near, far, false
		}
	}
	if high < maxHours*hour {
		if next, ok := add(high + 1); ok {
			far = next - 1
		}
	}
	return near, far, true
}

// MatchBut is Match without the conditions on hours that have passed or are left. Unless passing is set, those that come and
// go with time alone are taken to hold, too.
func (m *Matcher) MatchBut(f *Facts, passing bool) (ok bool, no int) {
	for i := range m.all {
		t := &m.all[i]
		if t.probe != ProbeElapsed && (passing || !t.passing) && !t.holds(f) {
			return false, i
		}
	}
	for i := range m.any {
		if !passing && m.any[i].passing || m.any[i].holds(f) {
			return true, -1
		}
	}
	if len(m.any) == 0 {
		return true, -1
	}
	return false, len(m.all)
}

// Passes tells whether conditions come and go with time alone: with days, or with working hours.
func (m *Matcher) Passes() bool {
	for _, list := range [][]test{m.all, m.any} {
		for i := range list {
			if list[i].passing {
				return true
			}
		}
	}
	return false
}

// Passed is how much time, in microseconds, the first condition of All on hours sees passed or left; ok is false where there is no
// such condition, or no such time.
func (m *Matcher) Passed(f *Facts) (passed int64, ok bool) {
	for i := range m.all {
		if t := &m.all[i]; t.probe == ProbeElapsed {
			x := f.now(t.slot)
			return t.passed(x.Number, f), x.Valid
		}
	}
	return 0, false
}
