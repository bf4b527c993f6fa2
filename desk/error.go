package desk

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind says what sort of failure an Error is; the rims (httpkit, sharing, mailroom) turn it into their own codes.
type Kind int

const (
	Internal        Kind = iota // a fault of ours
	NotFound                    // no such thing, or not for this caller to know
	Invalid                     // the request cannot be carried out as it stands
	Conflict                    // it was right once, but the thing has changed since
	Forbidden                   // known caller, not allowed
	Unauthenticated             // unknown caller
	Unavailable                 // try again later
	TooLarge                    // over a documented limit
)

// Detail is one fault of one field, in the words of Zendesk's error codes (BlankValue, InvalidValue, DuplicateValue…).
type Detail struct {
	Code    string // machine word, such as "BlankValue"
	Message string // sentence that says what to do
	// Field and FieldType tell which ticket field is meant, where it is one.
	Field     FieldID
	FieldType FieldType
}

// Error is what every room returns: a kind, a sentence that is safe to show, and the cause, which is only logged.
type Error struct {
	Kind    Kind
	Message string
	Details map[string][]Detail // by field name; "base" for the whole record
	Err     error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	fields := make([]string, 0, len(e.Details))
	for f := range e.Details {
		fields = append(fields, f)
	}
	sort.Strings(fields)
	for _, f := range fields {
		for _, d := range e.Details[f] {
			fmt.Fprintf(&b, "; %s: %s", f, d.Message)
		}
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of a kind with a sentence that is safe to show; a %w verb keeps its cause for errors.Is.
func Errorf(k Kind, format string, args ...any) *Error {
	wrapped := fmt.Errorf(format, args...)
	return &Error{Kind: k, Message: wrapped.Error(), Err: errors.Unwrap(wrapped)}
}

// Missing is the one answer for things that do not exist and for things the caller may not know of.
func Missing() *Error { return &Error{Kind: NotFound, Message: "Not found"} }

// InvalidField reports one fault of one field.
func InvalidField(field, code, message string) *Error {
	return &Error{Kind: Invalid, Message: "Record validation errors",
		Details: map[string][]Detail{field: {{Code: code, Message: message}}}}
}

// KindOf finds the kind of an error; anything that is not an Error is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Faults gathers the faults of one record, so that a caller hears all of them at once.
type Faults map[string][]Detail

// Add notes one fault of a field.
func (f Faults) Add(field, code, message string) {
	f[field] = append(f[field], Detail{Code: code, Message: message})
}

// Err is nil when nothing was noted.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Message: "Record validation errors", Details: f}
}
