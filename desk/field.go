package desk

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FieldType is the type of a ticket field. The system types stand for columns of every ticket.
type FieldType string

const (
	FieldText        FieldType = "text"
	FieldTextarea    FieldType = "textarea"
	FieldCheckbox    FieldType = "checkbox"
	FieldDate        FieldType = "date"
	FieldInteger     FieldType = "integer"
	FieldDecimal     FieldType = "decimal"
	FieldRegexp      FieldType = "regexp"
	FieldCreditCard  FieldType = "partialcreditcard"
	FieldTagger      FieldType = "tagger"
	FieldMultiselect FieldType = "multiselect"
	FieldLookup      FieldType = "lookup"

	FieldSubject     FieldType = "subject"
	FieldDescription FieldType = "description"
	FieldStatus      FieldType = "status"
	FieldTicketType  FieldType = "tickettype"
	FieldPriority    FieldType = "priority"
	FieldGroup       FieldType = "group"
	FieldAssignee    FieldType = "assignee"
)

// CustomFieldTypes are those that an admin may add.
var CustomFieldTypes = [...]FieldType{FieldText, FieldTextarea, FieldCheckbox, FieldDate, FieldInteger, FieldDecimal,
	FieldRegexp, FieldCreditCard, FieldTagger, FieldMultiselect, FieldLookup}

// Custom tells fields that an admin added from those that every ticket has.
func (t FieldType) Custom() bool { return slices.Contains(CustomFieldTypes[:], t) }

// HasOptions tells the fields whose values are chosen from a list.
func (t FieldType) HasOptions() bool { return t == FieldTagger || t == FieldMultiselect }

// AlwaysRequired tells the field without which no ticket is solved, whatever is set.
func (t FieldType) AlwaysRequired() bool { return t == FieldAssignee }

// TicketField says what a ticket can tell in one place, and who may see and must fill it.
type TicketField struct {
	ID               FieldID
	Type             FieldType
	Title            string
	Description      string // shown to end users
	AgentDescription string
	Position         int
	Active           bool
	Required         bool // for agents, to solve
	TitleInPortal    string
	VisibleInPortal  bool
	EditableInPortal bool
	RequiredInPortal bool
	Regexp           string // FieldRegexp
	Tag              string // FieldCheckbox: the tag that a tick adds
	Target           string // FieldLookup: "zen:user", "zen:organization", "zen:ticket"
	Options          []FieldOption
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// FieldOption is one choice of a dropdown or multiselect. Value is its tag: choosing it puts the tag on the ticket.
type FieldOption struct {
	ID       OptionID
	Name     string
	Value    string
	Position int
	Default  bool
}

// FieldValue is what a ticket says in a custom field: nil for nothing, one canonical text for all types but multiselect,
// which has a sorted list of option tags. Canonical: "true"/"false", YYYY-MM-DD, digits, an option's tag.
type FieldValue []string

// Text is the value of a field that holds one.
func (v FieldValue) Text() string {
	if len(v) == 0 {
		return ""
	}
	return v[0]
}

// Option finds an option by its tag.
func (f *TicketField) Option(tag string) (FieldOption, bool) {
	for _, o := range f.Options {
		if o.Value == tag {
			return o, true
		}
	}
	return FieldOption{}, false
}

// Canonical turns what somebody gave for the field into its FieldValue; message says what is wrong with it, "" if
// nothing. An unknown option is refused rather than dropped.
func (f *TicketField) Canonical(in []string) (v FieldValue, message string) {
	in = slices.DeleteFunc(slices.Clone(in), func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(in) == 0 {
		return nil, ""
	}
	if f.Type == FieldMultiselect {
		return f.canonicalChoices(in)
	}
	if len(in) > 1 {
		return nil, "takes one value"
	}
	if len(in[0]) > MaxFieldValue {
		return nil, "is too long (64 KiB at most)"
	}
	one, message := f.canonicalScalar(in[0])
	if one == "" {
		return nil, message
	}
	return FieldValue{one}, message
}

// Tags are the tags that the field owns: those of its options, or that of a tick.
func (f *TicketField) Tags() []string {
	var out []string
	if f.Tag != "" {
		out = append(out, f.Tag)
	}
	for _, o := range f.Options {
		out = append(out, o.Value)
	}
	return out
}

// Holds tells whether the field takes the value as it stands.
func (f *TicketField) Holds(v FieldValue) bool {
	_, message := f.Canonical(v)
	return message == ""
}

func (f *TicketField) canonicalChoices(in []string) (FieldValue, string) {
	out := NormalizeTags(in)
	for _, t := range out {
		if _, ok := f.Option(t); !ok {
			return nil, strconv.Quote(t) + " is not one of its options"
		}
	}
	return out, ""
}

var cardDigits = regexp.MustCompile(`[0-9]`)

func (f *TicketField) canonicalScalar(s string) (string, string) {
	trimmed := strings.TrimSpace(s)
	switch f.Type {
	case FieldText, FieldTextarea:
		return s, ""
	case FieldCheckbox:
		return canonicalBool(trimmed)
	case FieldDate:
		return canonicalDate(trimmed)
	case FieldInteger:
		n, err := strconv.ParseInt(trimmed, 10, 64)
		if err != nil {
			return "", "must be a whole number"
		}
		return strconv.FormatInt(n, 10), ""
	case FieldDecimal:
		return canonicalDecimal(trimmed)
	case FieldRegexp:
		re, err := regexp.Compile(f.Regexp)
		if err == nil && !re.MatchString(s) {
			return "", "does not match the pattern " + f.Regexp
		}
		return s, ""
	case FieldCreditCard:
		return canonicalCard(trimmed)
	case FieldTagger:
		tag := strings.ToLower(trimmed)
		if _, ok := f.Option(tag); !ok {
			return "", strconv.Quote(trimmed) + " is not one of its options"
		}
		return tag, ""
	case FieldLookup:
		if n, err := strconv.ParseInt(trimmed, 10, 64); err != nil || n <= 0 {
			return "", "must be the id of a record"
		}
		return trimmed, ""
	}
	return "", "cannot be set"
}

func canonicalBool(s string) (string, string) {
	switch strings.ToLower(s) {
	case "true", "1", "yes", "on":
		return "true", ""
	case "false", "0", "no", "off":
		return "false", ""
	}
	return "", "must be true or false"
}

func canonicalDate(s string) (string, string) {
	for _, layout := range [...]string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05"} {
		if d, err := time.Parse(layout, s); err == nil {
			return d.Format(time.DateOnly), ""
		}
	}
	return "", "must be a date such as 2026-01-31"
}

var decimalForm = regexp.MustCompile(`^[+-]?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})$`)

func canonicalDecimal(s string) (string, string) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !decimalForm.MatchString(s) {
		return "", "must be a number such as 12.5"
	}
	return strconv.FormatFloat(n, 'f', -1, 64), ""
}

// canonicalCard keeps the last four digits of a card number and nothing else.
func canonicalCard(s string) (string, string) {
	digits := strings.Join(cardDigits.FindAllString(s, -1), "")
	if strings.Trim(s, "0123456789Xx*- ") != "" || len(digits) < 4 {
		return "", "must be a card number"
	}
	return "XXXXXXXXXXXX" + digits[len(digits)-4:], ""
}

// LastPosition puts something new behind all others.
const LastPosition = -1
