package rule

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"

	"interdesk/desk"
)

// A packed trace is a form byte, the number of verdicts, the firings (position, pass and whether it changed the ticket,
// all as varints), the obstacles where the form says that there are some (position, kind and reason), then the verdicts,
// either as runs of equal ones or as numbers of few bits that point into a list of the verdicts that occur.
const (
	formRuns      byte = 1
	formBits      byte = 2
	formObstacles byte = 4 // added to one of the above
)

// maxPalette is how many different verdicts formBits can tell apart.
const maxPalette = 255

// maxTraced bounds what Unpack makes of foreign bytes.
const maxTraced = 1 << 17

// Pack makes a trace small: a quiet one takes a few bits a trigger or less. A trace of nothing is nil.
func (t Trace) Pack() []byte {
	if !t.Looked() {
		return nil
	}
	out := binary.AppendUvarint([]byte{formRuns}, uint64(len(t.Verdicts)))
	out = binary.AppendUvarint(out, uint64(len(t.Firings)))
	for _, f := range t.Firings {
		out = binary.AppendUvarint(out, uint64(f.Rule))
		how := uint64(f.Pass) << 1
		if f.Changed {
			how |= 1
		}
		out = binary.AppendUvarint(out, how)
	}
	if len(t.Obstacles) > 0 {
		out[0] |= formObstacles
		out = appendObstacles(out, t.Obstacles)
	}
	seen := distinctVerdicts(t.Verdicts)
	if len(seen) == 1 || len(seen) > maxPalette ||
		runsSize(t.Verdicts) <= 1+len(seen)+packedSize(len(t.Verdicts), bitWidth(len(seen))) {
		return appendRuns(out, t.Verdicts)
	}
	out[0] ^= formRuns | formBits
	return appendBits(out, t.Verdicts, seen)
}

func appendObstacles(out []byte, list []Obstacle) []byte {
	out = binary.AppendUvarint(out, uint64(len(list)))
	for _, o := range list {
		out = append(binary.AppendUvarint(out, uint64(o.Rule)), byte(o.Kind))
		out = append(binary.AppendUvarint(out, uint64(len(o.Reason))), o.Reason...)
	}
	return out
}

// distinctVerdicts is the verdicts that occur, sorted.
func distinctVerdicts(list []Verdict) []Verdict {
	var occurs [256]bool
	for _, v := range list {
		occurs[v] = true
	}
	var out []Verdict
	for v, yes := range occurs {
		if yes {
			out = append(out, Verdict(v))
		}
	}
	return out
}

// bitWidth is how many bits tell n things apart.
func bitWidth(n int) int { return bits.Len(uint(n - 1)) }

func packedSize(n, width int) int { return (n*width + 7) / 8 }

func runsSize(list []Verdict) int {
	size := 0
	for rest := list; len(rest) > 0; {
		n := runLength(rest)
		size += 1 + (bits.Len(uint(n))+6)/7
		rest = rest[n:]
	}
	return size
}

func runLength(list []Verdict) int {
	n := 1
	for n < len(list) && list[n] == list[0] {
		n++
	}
	return n
}

func appendRuns(out []byte, list []Verdict) []byte {
	for rest := list; len(rest) > 0; {
		n := runLength(rest)
		out = binary.AppendUvarint(append(out, byte(rest[0])), uint64(n))
		rest = rest[n:]
	}
	return out
}

func appendBits(out []byte, list, seen []Verdict) []byte {
	out = append(out, byte(len(seen)))
	var number [256]byte
	for i, v := range seen {
		out = append(out, byte(v))
		number[v] = byte(i)
	}
	w := bitWidth(len(seen))
	at := len(out)
	out = append(out, make([]byte, packedSize(len(list), w))...)
	for i, v := range list {
		bit := i * w
		n := uint16(number[v]) << (bit % 8)
		out[at+bit/8] |= byte(n)
		if n > 255 {
			out[at+bit/8+1] |= byte(n >> 8)
		}
	}
	return out
}

// Unpack reads what Pack wrote. Bytes that Pack cannot have written are an Internal error: a trace in the store is ours.
func Unpack(packed []byte) (Trace, error) {
	if len(packed) == 0 {
		return Trace{}, nil
	}
	r := traceReader{rest: packed[1:]}
	n := r.number(maxTraced)
	t := Trace{Firings: r.firings(n)}
	if packed[0]&formObstacles != 0 {
		t.Obstacles = r.obstacles(n)
	}
	switch packed[0] &^ formObstacles {
	case formRuns:
		t.Verdicts = r.runs(n)
	case formBits:
		t.Verdicts = r.bits(n)
	default:
		return Trace{}, desk.Errorf(desk.Internal, "the trace has an unknown form (%d)", packed[0])
	}
	if r.bad || n == 0 || len(r.rest) > 0 {
		return Trace{}, fmt.Errorf("unpack: %w", desk.Errorf(desk.Internal, "the trace is damaged"))
	}
	return t, nil
}

// traceReader takes numbers off the front; once something is wrong it reads zeros.
type traceReader struct {
	rest []byte
	bad  bool
}

func (r *traceReader) number(most int) int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > uint64(most) {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

func (r *traceReader) verdict() Verdict {
	return Verdict(r.byte())
}

func (r *traceReader) byte() byte {
	if len(r.rest) == 0 {
		r.bad = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *traceReader) obstacles(rules int) []Obstacle {
	n := r.number(rules)
	r.bad = r.bad || n == 0 // the form says that there are some
	var out []Obstacle
	for range n {
		o := Obstacle{Rule: r.number(rules - 1), Kind: ObstacleKind(r.byte())}
		size := r.number(len(r.rest))
		if r.bad || size > len(r.rest) {
			r.bad = true
			return nil
		}
		o.Reason, r.rest = string(r.rest[:size]), r.rest[size:]
		out = append(out, o)
	}
	return out
}

func (r *traceReader) firings(rules int) []Firing {
	n := r.number(rules)
	var out []Firing
	for range n {
		f := Firing{Rule: r.number(rules - 1)}
		how := r.number(2*maxTraced + 1)
		if r.bad {
			return nil
		}
		f.Pass, f.Changed = how>>1, how&1 == 1
		out = append(out, f)
	}
	return out
}

func (r *traceReader) runs(n int) []Verdict {
	out := make([]Verdict, 0, n)
	for len(out) < n && !r.bad {
		v := r.verdict()
		length := r.number(n - len(out))
		r.bad = r.bad || length == 0
		out = append(out, slices.Repeat([]Verdict{v}, length)...)
	}
	return out
}

func (r *traceReader) bits(n int) []Verdict {
	seen := make([]Verdict, r.byte())
	for i := range seen {
		seen[i] = r.verdict()
	}
	if len(seen) < 2 || len(r.rest) != packedSize(n, bitWidth(len(seen))) {
		r.bad = true
		return nil
	}
	w := bitWidth(len(seen))
	out := make([]Verdict, n)
	for i := range out {
		k := r.bitsAt(i*w, w)
		if k >= len(seen) {
			r.bad = true
			return nil
		}
		out[i] = seen[k]
	}
	r.rest = nil
	return out
}

func (r *traceReader) bitsAt(bit, w int) int {
	n := uint16(r.rest[bit/8])
	if bit/8+1 < len(r.rest) {
		n |= uint16(r.rest[bit/8+1]) << 8
	}
	return int(n>>(bit%8)) & (1<<w - 1)
}
