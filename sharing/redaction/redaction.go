package redaction

import (
	"cmp"
	"errors"
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
)

// Bounds of the detectors of one agreement.
const (
	MaxPatterns = 20
	MaxPattern  = 500 // bytes
	MaxLabel    = 60  // bytes of an own pattern's name
)

// Found is what a detector found in a text: never the text itself.
type Found struct {
	Label  string // of the detector, in words
	Action desk.DetectorAction
}

// Redactor applies the detectors of an agreement. The nil one finds nothing.
type Redactor struct{ detectors []detector }

// detector is one that is ready for use.
type detector struct {
	Found
	find func(text string) [][2]int
}

// New makes ready what was checked before. Without detectors it is nil.
func New(all []desk.Detector) (*Redactor, error) {
	if len(all) == 0 {
		return nil, nil
	}
	r := &Redactor{}
	for n, d := range all {
		made, err := ready(n, d)
		if err != nil {
			return nil, err
		}
		r.detectors = append(r.detectors, made)
	}
	return r, nil
}

// Check says what is wrong with detectors, by the path of each fault.
func Check(all []desk.Detector) error {
	faults := desk.Faults{}
	own, seen := 0, map[string]bool{}
	for n, d := range all {
		if _, err := ready(n, d); err != nil {
			if wrong, ok := errors.AsType[*desk.Error](err); ok {
				maps.Copy(faults, wrong.Details)
			}
		}
		if d.Kind == OwnPattern {
			own++
			continue
		}
		if seen[d.Kind] {
			faults.Add(path(n, "detector"), "DuplicateValue", "Redaction: the detector "+d.Kind+" stands twice")
		}
		seen[d.Kind] = true
	}
	if own > MaxPatterns {
		faults.Add("redaction", "TooManyValues", "Redaction: at most "+strconv.Itoa(MaxPatterns)+" own patterns")
	}
	return faults.Err()
}

func path(n int, member string) string { return "redaction[" + strconv.Itoa(n) + "]." + member }

// ready makes a detector ready, or says what is wrong with the n-th.
func ready(n int, d desk.Detector) (detector, error) {
	fault := func(member, code, words string) (detector, error) {
		return detector{}, desk.InvalidField(path(n, member), code, "Redaction: "+words)
	}
	switch d.Action {
	case desk.ActionMask, desk.ActionDrop, desk.ActionHold:
	default:
		return fault("action", "InvalidValue", "the action must be mask, drop or hold")
	}
	if kind, known := kinds[d.Kind]; known {
		if d.Pattern != "" || d.Name != "" {
			return fault("pattern", "InvalidValue", "only the detector "+OwnPattern+" has a name and a pattern")
		}
		return detector{Found{kind.label, d.Action}, kind.find}, nil
	}
	label := strings.TrimSpace(d.Name)
	switch {
	case d.Kind != OwnPattern:
		return fault("detector", "InvalidValue", "the detector must be one of "+strings.Join(Kinds(), ", "))
	case label == "" || len(label) > MaxLabel || strings.ContainsAny(label, "\n<>&\"'"):
		return fault("name", "InvalidValue", "an own pattern needs a name of 1 to "+strconv.Itoa(MaxLabel)+" bytes, without quotes and angle brackets")
	case d.Pattern == "" || len(d.Pattern) > MaxPattern:
		return fault("pattern", "InvalidValue", "a pattern has 1 to "+strconv.Itoa(MaxPattern)+" bytes")
	}
	re, err := regexp.Compile(d.Pattern)
	if err != nil {
		return fault("pattern", "InvalidValue", "the pattern is not RE2: "+syntaxWords(err))
	}
	if re.MatchString("") || re.MatchString(mask(label)) {
		return fault("pattern", "InvalidValue", "the pattern matches nothing at all, or its own name")
	}
	return detector{Found{label, d.Action}, func(text string) [][2]int { return spansOf(re, text) }}, nil
}

func syntaxWords(err error) string {
	if wrong, ok := errors.AsType[*syntax.Error](err); ok {
		return string(wrong.Code) + " at “" + wrong.Expr + "”"
	}
	return err.Error()
}

// mask is what stands in the place of what was found.
func mask(label string) string { return "[" + label + " hidden]" }

// Released is the redactor for a message to which a person said yes: what is held leaves as it is, or masked.
func (r *Redactor) Released(masked bool) *Redactor {
	if r == nil {
		return nil
	}
	out := &Redactor{}
	for _, d := range r.detectors {
		if d.Action == desk.ActionHold {
			if !masked {
				continue
			}
			d.Action = desk.ActionMask
		}
		out.detectors = append(out.detectors, d)
	}
	return out
}

// span is a part of a text that was found.
type span struct {
	from, to int
	Found
}

// Text is a text as it may leave, and what was found in it.
func (r *Redactor) Text(text string) (string, []Found) {
	spans := r.spans(text)
	if len(spans) == 0 {
		return text, nil
	}
	var out strings.Builder
	at := 0
	for _, s := range spans {
		out.WriteString(text[at:s.from] + mask(s.Label))
		at = s.to
	}
	out.WriteString(text[at:])
	return out.String(), foundOf(spans)
}

// Finds tells whether a text has anything in it that a detector finds.
func (r *Redactor) Finds(text string) []Found { return foundOf(r.spans(text)) }

// spans are what is found in a text, in its order; what overlaps is one.
func (r *Redactor) spans(text string) []span {
	if r == nil || text == "" {
		return nil
	}
	read := readingOf(text)
	var all []span
	for _, d := range r.detectors {
		for _, at := range d.find(read.text) {
			all = append(all, span{read.start(at[0]), read.end(at[1]), d.Found})
		}
	}
	slices.SortStableFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return merged(all)
}

// merged makes one of those that overlap, with the stricter of their actions.
func merged(all []span) []span {
	var out []span
	for _, s := range all {
		last := len(out) - 1
		if last < 0 || s.from >= out[last].to {
			out = append(out, s)
			continue
		}
		out[last].to = max(out[last].to, s.to)
		if strictness(s.Action) > strictness(out[last].Action) {
			out[last].Action, out[last].Label = s.Action, s.Label
		}
	}
	return out
}

func strictness(a desk.DetectorAction) int {
	return slices.Index([]desk.DetectorAction{desk.ActionMask, desk.ActionDrop, desk.ActionHold}, a)
}

func foundOf(spans []span) []Found {
	var out []Found
	for _, s := range spans {
		out = append(out, s.Found)
	}
	return out
}
