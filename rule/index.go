package rule

import (
	"math/bits"
	"slices"

	"interdesk/condition"
)

// bitset holds positions in a set.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) add(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

// next is the first position from i on, -1 when there is none.
func (b bitset) next(i int) int {
	for w := i / 64; w < len(b); w++ {
		rest := b[w]
		if w == i/64 {
			rest &= ^uint64(0) << (i % 64)
		}
		if rest != 0 {
			return w*64 + bits.TrailingZeros64(rest)
		}
	}
	return -1
}

// index finds the triggers that a ticket may set off.
type index struct {
	always         bitset    // those without an anchor
	anchorVerdicts []Verdict // what each trigger says when its anchor is not met; Broken where it cannot run
	files          []slotIndex
}

// slotIndex is the triggers anchored at one slot, by the value they demand.
type slotIndex struct {
	slot condition.Slot
	set  bool
	by   map[string][]int32
}

// slotKey names what a requirement looks at.
type slotKey struct {
	slot condition.Slot
	set  bool
}

func newIndex(s *Set) index {
	x := index{always: newBitset(len(s.rules)), anchorVerdicts: make([]Verdict, len(s.rules))}
	worth := countValues(s.conditions)
	files := map[slotKey]int{}
	for i := range s.rules {
		r := &s.rules[i]
		if r.broken != "" {
			x.anchorVerdicts[i] = Broken
			continue
		}
		n, demand := s.anchor(r, worth)
		if n < 0 {
			x.always.add(i)
			continue
		}
		x.anchorVerdicts[i] = conditionVerdict(n)
		x.put(files, demand, i)
	}
	return x
}

func (x *index) put(files map[slotKey]int, a condition.Requirement, rule int) {
	p := slotKey{a.Slot, a.Set}
	n, ok := files[p]
	if !ok {
		n = len(x.files)
		files[p] = n
		x.files = append(x.files, slotIndex{slot: a.Slot, set: a.Set, by: map[string][]int32{}})
	}
	for _, v := range a.Values {
		x.files[n].by[v] = append(x.files[n].by[v], int32(rule))
	}
}

// countValues counts the different values that conditions demand at each place: where there are many, one tells most.
func countValues(asked []sharedCondition) map[slotKey]int {
	type value struct {
		slotKey
		text string
	}
	seen, count := map[value]bool{}, map[slotKey]int{}
	for _, q := range asked {
		for _, r := range q.demands {
			for _, v := range r.Values {
				p := slotKey{r.Slot, r.Set}
				if !seen[value{p, v}] {
					seen[value{p, v}] = true
					count[p]++
				}
			}
		}
	}
	return count
}

// anchor picks a trigger's most telling demand: that which the fewest of the known values meet; the first of equals. "No
// value" tells least, for most tickets have none in most fields. It gives the condition's index, -1 when nothing is demanded.
func (s *Set) anchor(r *compiled, worth map[slotKey]int) (index int, best condition.Requirement) {
	index, most := -1, 0.0
	for i, id := range r.all {
		for _, d := range s.conditions[id].demands {
			score := float64(worth[slotKey{d.Slot, d.Set}]) / float64(max(1, len(d.Values)))
			if slices.Contains(d.Values, "") {
				score /= 16
			}
			if index < 0 || score > most {
				index, best, most = i, d, score
			}
		}
	}
	return index, best
}

// collect puts into out the triggers that the facts may set off.
func (x *index) collect(f *condition.Facts, out bitset) {
	copy(out, x.always)
	for i := range x.files {
		x.files[i].collect(f, out)
	}
}

func (l *slotIndex) collect(f *condition.Facts, out bitset) {
	var fact condition.Fact
	if uint(l.slot) < uint(len(f.Now)) {
		fact = f.Now[l.slot]
	}
	if !l.set {
		for _, i := range l.by[fact.Text] {
			out.add(int(i))
		}
		return
	}
	for _, v := range fact.Set {
		for _, i := range l.by[v] {
			out.add(int(i))
		}
	}
}
