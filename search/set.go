package search

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// BlockSize is how many numbers a [Set] is of. A ticket's number tells its block and its place in it.
const BlockSize = 1 << 13

// Block is the number of the block that a ticket lies in, and Slot its place there.
func Block(ticket int64) int64 { return ticket / BlockSize }

// Slot is the place of a ticket in its block.
func Slot(ticket int64) int { return int(ticket % BlockSize) }

// Set is a set of tickets of one block.
type Set [BlockSize / 64]uint64

// setBytes is how long a set is as one bit for each ticket; what is shorter lists its members, of two bytes each.
const setBytes = BlockSize / 8

// DecodeSet reads what Encode wrote.
func DecodeSet(raw []byte) (*Set, error) {
	s := &Set{}
	switch {
	case len(raw) == setBytes:
		for i := range s {
			s[i] = binary.LittleEndian.Uint64(raw[8*i:])
		}
	case len(raw) > setBytes || len(raw)%2 != 0:
		return nil, fmt.Errorf("a set of %d bytes", len(raw))
	default:
		for i := 0; i < len(raw); i += 2 {
			slot := binary.LittleEndian.Uint16(raw[i:])
			if slot >= BlockSize {
				return nil, fmt.Errorf("slot %d of a set", slot)
			}
			s.Add(int(slot))
		}
	}
	return s, nil
}

// Encode is the set in few bytes.
func (s *Set) Encode() []byte {
	if n := s.Count(); 2*n < setBytes {
		out := make([]byte, 0, 2*n)
		for slot := range s.All(false) {
			out = binary.LittleEndian.AppendUint16(out, uint16(slot))
		}
		return out
	}
	out := make([]byte, 0, setBytes)
	for _, w := range s {
		out = binary.LittleEndian.AppendUint64(out, w)
	}
	return out
}

// Add puts a member in.
func (s *Set) Add(slot int) { s[slot/64] |= 1 << (slot % 64) }

// Remove takes a member out.
func (s *Set) Remove(slot int) { s[slot/64] &^= 1 << (slot % 64) }

// Has tells whether a member is in.
func (s *Set) Has(slot int) bool { return s[slot/64]&(1<<(slot%64)) != 0 }

// Or adds the members of another set; nil has none.
func (s *Set) Or(o *Set) {
	if o != nil {
		for i := range s {
			s[i] |= o[i]
		}
	}
}

// And keeps the members that another set has, too.
func (s *Set) And(o *Set) {
	if o == nil {
		*s = Set{}
		return
	}
	for i := range s {
		s[i] &= o[i]
	}
}

// AndNot takes out the members of another set.
func (s *Set) AndNot(o *Set) {
	if o != nil {
		for i := range s {
			s[i] &^= o[i]
		}
	}
}

// Count is how many members there are.
func (s *Set) Count() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Empty tells that there are none.
func (s *Set) Empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

// All goes through the members, upwards or down.
func (s *Set) All(down bool) func(yield func(slot int) bool) {
	return func(yield func(int) bool) {
		for i := range s {
			at := i
			if down {
				at = len(s) - 1 - i
			}
			for w := s[at]; w != 0; {
				bit := bits.TrailingZeros64(w)
				if down {
					bit = 63 - bits.LeadingZeros64(w)
				}
				if !yield(64*at + bit) {
					return
				}
				w &^= 1 << bit
			}
		}
	}
}
