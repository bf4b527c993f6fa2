package condition

import (
	"fmt"
	"math"
	"strings"
	"time"

	"interdesk/calendar"
)

// Probe is one of the few tests every operator comes down to. Texts, Low and High are those of the Plan.
type Probe uint8

// The probes.
const (
	ProbeNone     Probe = iota + 1 // there is no value
	ProbeSame                      // the text, "" for none, is one of Texts; an empty Texts holds never
	ProbeSameFold                  // the text, folded, is Texts[0], which is folded
	ProbeContains                  // the text, folded, contains one of Texts, which are folded; an empty Texts holds never
	ProbeHas                       // the set holds one of Texts; an empty Texts holds never
	ProbeTrue                      // the text is "true"
	ProbeBetween                   // there is a number, and Low <= number <= High
	ProbeDates                     // there is a day, and Texts[0] <= day <= Texts[1]
	ProbeDays                      // there is a day, and today + Low <= day <= today + High
	ProbeElapsed                   // there is an instant, and Low <= at - instant <= High; instant - at for HoursUntil
	ProbeUser                      // there is a current user, and the text is that user's id
	ProbeGroups                    // the text is the id of one of the current user's groups
	ProbePeer                      // there is a value, and it is that of the field Peer now
)

// When says of which moment a probe is asked.
type When uint8

// The moments.
const (
	Now         When = iota // the probe holds now
	BecameSo                // it holds now and did not before
	CeasedToBe              // it held before and does not now
	IsDifferent             // no probe: the value now differs from the value before
)

// Plan is a condition reduced to its meaning, with the value brought into the field's own form. Both evaluators, the
// one in memory and the one in SQL, follow it and nothing else. The condition holds when the probe (at its moment) does;
// where Not is set, when it does not. With NeedsValue it is false in any case where there is no value now.
type Plan struct {
	Field      Field
	Probe      Probe
	When       When
	Not        bool
	NeedsValue bool
	Business   bool // ProbeElapsed: count working time
	Texts      []string
	Low, High  int64
	Peer       Field
}

// Plan reduces a condition. The error is an *Invalid with the one thing that stands in the way.
func (c *Catalog) Plan(cond Condition, place Place) (Plan, error) {
	p, problem := c.plan(cond, place)
	if problem != nil {
		return Plan{}, &Invalid{Problems: []Problem{*problem}}
	}
	return p, nil
}

func (c *Catalog) plan(cond Condition, place Place) (Plan, *Problem) {
	f, ok := c.Field(cond.Field)
	if !ok {
		return Plan{}, &Problem{"field", fmt.Sprintf("There is no condition %q", cond.Field)}
	}
	if !f.In.Has(place) {
		return Plan{}, &Problem{"field", f.label() + " cannot be used here"}
	}
	if !f.Offers(cond.Operator, place) {
		return Plan{}, &Problem{"operator", fmt.Sprintf("%s cannot be compared by %q", f.label(), cond.Operator)}
	}
	p := Plan{Field: f}
	op := p.split(cond.Operator.Canonical())
	if p.When == IsDifferent {
		return p, nil
	}
	if message := p.operand(c, op, cond.Value, place); message != "" {
		return Plan{}, &Problem{"value", f.label() + " " + message}
	}
	return p, nil
}

// split takes moment, negation and working time off an operator and gives what is left to be compared.
func (p *Plan) split(op Operator) Operator {
	switch op {
	case IsNot:
		p.Not, p.NeedsValue, op = true, p.Field.NotNeedsValue, Is
	case NotIncludes:
		p.Not, p.NeedsValue, op = true, p.Field.NotNeedsValue, Includes
	case NotIncludesString:
		p.Not, p.NeedsValue, op = true, p.Field.NotNeedsValue, IncludesString
	case Changed, NotChanged:
		p.When, p.Not = IsDifferent, op == NotChanged
	case ChangedTo, NotChangedTo:
		p.When, p.Not, op = BecameSo, op == NotChangedTo, Is
	case ChangedFrom, NotChangedFrom:
		p.When, p.Not, op = CeasedToBe, op == NotChangedFrom, Is
	case IsBusinessHours:
		p.Business, op = true, Is
	case LessThanBusinessHours:
		p.Business, op = true, LessThan
	case GreaterThanBusinessHours:
		p.Business, op = true, GreaterThan
	}
	return op
}

// operand reads the value into the plan's probe. It returns what is wrong with the value, "" for nothing.
func (p *Plan) operand(c *Catalog, op Operator, v Value, place Place) string {
	if op == Present || op == NotPresent {
		p.Probe, p.Not = ProbeNone, op == Present
		return ""
	}
	if !v.flat() {
		return "takes a plain value, not an object"
	}
	if strings.ContainsRune(v.Text(), 0) {
		return "cannot be compared with a value that holds a zero byte" // PostgreSQL has no such text
	}
	if op == Includes {
		return p.list(v.List())
	}
	text, ok := v.single()
	if !ok {
		return "takes one value, not a list"
	}
	if p.Field.Kind != Text && p.Field.Kind != Words {
		text = strings.TrimSpace(text)
	}
	if text == "" && op == Is && !p.Field.Kind.isBool() && !p.Field.Kind.isHours() {
		p.Probe = ProbeNone
		return ""
	}
	if text == "" && op == IncludesString {
		return "needs a text"
	}
	return p.one(c, op, text, place)
}

// list reads the values of "contains at least one of".
func (p *Plan) list(values []string) string {
	switch k := p.Field.Kind; {
	case k.isSet():
		p.Probe = ProbeHas
	case k == Choice || k == ID:
		p.Probe = ProbeSame
	case k == Text || k == Words:
		p.Probe = ProbeContains
	default:
		return "takes one value, not a list"
	}
	if len(values) == 0 {
		return "needs at least one value"
	}
	for _, v := range values {
		text, message := p.normal(v)
		if message != "" {
			return message
		}
		p.Texts = append(p.Texts, text)
	}
	return ""
}

// one reads a single value.
func (p *Plan) one(c *Catalog, op Operator, text string, place Place) string {
	switch k := p.Field.Kind; {
	case k == Choice && op != Is:
		return p.ranked(op, text)
	case k == ID && p.reference(c, text, place):
		return ""
	case k == Choice || k == ID:
		p.Probe = ProbeSame
	case k.isSet():
		p.Probe = ProbeHas
	case k == Words || op == IncludesString:
		p.Probe = ProbeContains
	case k == Text:
		p.Probe = ProbeSameFold
	case k.isBool():
		return p.truth(text)
	case k == Date:
		return p.date(op, text)
	default:
		return p.number(op, text)
	}
	text, message := p.normal(text)
	p.Texts = []string{text}
	return message
}

// normal brings a value into the form facts have.
func (p *Plan) normal(text string) (normal, message string) {
	switch k := p.Field.Kind; {
	case k == ID:
		n, ok := parseWhole(text)
		if !ok || n < 0 {
			return "", fmt.Sprintf("needs an id, not %q", text)
		}
		return fmt.Sprint(n), ""
	case k == Text || k == Words:
		return Fold(text), ""
	}
	text, ok := p.Field.option(text)
	if !ok && p.Field.Kind.isSet() {
		text = strings.ToLower(text)
	}
	return text, ""
}

// ranked turns an order into the list of the values on the right side of it.
func (p *Plan) ranked(op Operator, text string) string {
	text, ok := p.Field.option(text)
	if !ok {
		return fmt.Sprintf("cannot be compared with %q", text)
	}
	low, high := bounds(op, int64(p.Field.rank(text)))
	p.Probe = ProbeSame
	for i, o := range p.Field.Choices {
		if low <= int64(i) && int64(i) <= high {
			p.Texts = append(p.Texts, o.Value)
		}
	}
	return ""
}

// reference reads the values that are no id but a way to one.
func (p *Plan) reference(c *Catalog, text string, place Place) bool {
	switch f := p.Field; {
	case text == "current_user" && f.CurrentUser && place != Policy:
		p.Probe = ProbeUser
		return true
	case text == "current_groups" && f.CurrentGroups && place == View:
		p.Probe = ProbeGroups
		return true
	}
	for _, name := range p.Field.Peers {
		if peer, ok := c.Field(name); ok && name == text {
			p.Probe, p.Peer = ProbePeer, peer
			return true
		}
	}
	return false
}

func (p *Plan) truth(text string) string {
	p.Probe = ProbeTrue
	switch Fold(text) {
	case "true", "1", "yes", "on":
		return ""
	case "false", "0", "no", "off":
		p.turn()
		return ""
	}
	return "needs true or false"
}

// turn makes the plan ask for the contrary of its probe: to become false is to cease to be true.
func (p *Plan) turn() {
	switch p.When {
	case Now:
		p.Not = !p.Not
	case BecameSo:
		p.When = CeasedToBe
	case CeasedToBe:
		p.When = BecameSo
	}
}

func (p *Plan) date(op Operator, text string) string {
	if op == WithinPreviousDays || op == WithinNextDays {
		return p.days(op, text)
	}
	if _, ok := calendar.Parse(text); !ok {
		return fmt.Sprintf("needs a date as YYYY-MM-DD, not %q", text)
	}
	if op == Is {
		p.Probe, p.Texts = ProbeSame, []string{text}
		return ""
	}
	low, high := dateBounds(op, text)
	p.Probe, p.Texts = ProbeDates, []string{low, high}
	return ""
}

// days reads a number of days, today included on either side.
func (p *Plan) days(op Operator, text string) string {
	n, ok := parseWhole(text)
	if !ok || n < 0 || n > maxDays {
		return fmt.Sprintf("needs a number of days from 0 to %d", maxDays)
	}
	p.Probe, p.High = ProbeDays, n
	if op == WithinPreviousDays {
		p.Low, p.High = -n, 0
	}
	return ""
}

// The longest spans a condition can name; a century of either is more than a help desk needs and cannot overflow.
const (
	maxDays  = 36_500
	maxHours = 24 * maxDays
)

func (p *Plan) number(op Operator, text string) string {
	switch k := p.Field.Kind; {
	case k.isHours():
		return p.hours(op, text)
	case k == Decimal:
		n, ok := ParseDecimal(text)
		if !ok {
			return "needs a number"
		}
		p.Low, p.High = bounds(op, n)
	case k == Instant:
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return "needs a time such as 2026-12-31T12:00:00Z"
		}
		p.Low, p.High = bounds(op, at.UnixMicro())
	default:
		n, ok := parseWhole(text)
		if !ok {
			return "needs a whole number"
		}
		p.Low, p.High = bounds(op, n)
	}
	p.Probe = ProbeBetween
	return ""
}

// hours reads a number of hours; a fraction of an hour is cut off.
func (p *Plan) hours(op Operator, text string) string {
	n, ok := ParseDecimal(text)
	if !ok || n < 0 || n/micros > maxHours {
		return fmt.Sprintf("needs a number of hours from 0 to %d", maxHours)
	}
	p.Probe = ProbeElapsed
	p.Low, p.High = hourBounds(op, n/micros, p.Field.Kind == HoursUntil)
	if p.Low == 0 && p.High >= 0 && p.Field.Kind == Hours && !p.Field.MayLieAhead {
		p.Low = math.MinInt64
	}
	return ""
}

// unlisted finds an operand that Choices does not list. Such a condition can be evaluated, it just never finds anything:
// an option may have been taken away after the rule was written.
func (p *Plan) unlisted() (string, bool) {
	switch {
	case p.Probe == ProbeNone && !p.Field.lists(""):
		return "", true
	case p.Probe != ProbeSame && p.Probe != ProbeHas:
		return "", false
	}
	for _, text := range p.Texts {
		if !p.Field.lists(text) {
			return text, true
		}
	}
	return "", false
}
