package rule

import (
	"math/bits"

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

// index finds the triggers that a ticket may wake.
type index struct {
	always bitset    // those without an anchor
	silent []Verdict // what each trigger says when its anchor is not met; Broken where it cannot run
	files  []file
}

// file is the triggers anchored at one slot, by the value they demand.
type file struct {
	slot condition.Slot
	set  bool
	by   map[string][]int32
}

// place names what a requirement looks at.
type place struct {
	slot condition.Slot
	set  bool
}

func newIndex(rules []compiled) index {
	x := index{always: newBitset(len(rules)), silent: make([]Verdict, len(rules))}
	worth := values(rules)
	files := map[place]int{}
	for i := range rules {
		r := &rules[i]
		if r.matcher == nil {
			x.silent[i] = Broken
			continue
		}
		a, ok := anchor(r.matcher.Required(), worth)
		if !ok {
			x.always.add(i)
			continue
		}
		x.silent[i] = said(a.Index)
		x.put(files, a, i)
	}
	return x
}

func (x *index) put(files map[place]int, a condition.Requirement, rule int) {
	p := place{a.Slot, a.Set}
	n, ok := files[p]
	if !ok {
		n = len(x.files)
		files[p] = n
		x.files = append(x.files, file{slot: a.Slot, set: a.Set, by: map[string][]int32{}})
	}
	for _, v := range a.Values {
		x.files[n].by[v] = append(x.files[n].by[v], int32(rule))
	}
}

// values counts the different values that the triggers demand at each place: where there are many, one tells most.
func values(rules []compiled) map[place]map[string]bool {
	seen := map[place]map[string]bool{}
	for i := range rules {
		if rules[i].matcher == nil {
			continue
		}
		for _, r := range rules[i].matcher.Required() {
			p := place{r.Slot, r.Set}
			if seen[p] == nil {
				seen[p] = map[string]bool{}
			}
			for _, v := range r.Values {
				seen[p][v] = true
			}
		}
	}
	return seen
}

// anchor picks the most telling requirement: that which the fewest of the known values meet; the first of equals. "No
// value" tells least, for most tickets have none in most fields.
func anchor(list []condition.Requirement, worth map[place]map[string]bool) (best condition.Requirement, ok bool) {
	most := 0.0
	for _, r := range list {
		score := float64(len(worth[place{r.Slot, r.Set}])) / float64(max(1, len(r.Values)))
		for _, v := range r.Values {
			if v == "" {
				score /= 16
			}
		}
		if !ok || score > most {
			best, most, ok = r, score, true
		}
	}
	return best, ok
}

// gather puts into out the triggers that the facts may wake.
func (x *index) gather(f *condition.Facts, out bitset) {
	copy(out, x.always)
	for i := range x.files {
		x.files[i].gather(f, out)
	}
}

func (l *file) gather(f *condition.Facts, out bitset) {
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
