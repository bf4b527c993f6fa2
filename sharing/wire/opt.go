package wire

import (
	"bytes"
	"encoding/json"
)

// State tells how a member was stated.
type State uint8

// The three states of a member. The zero value is Absent.
const (
	Absent State = iota // the member was not there
	Null                // the member was there and null
	Set                 // the member had a value
)

// Opt is a member that may be absent, null or a value. The zero value is absent.
type Opt[T any] struct {
	Value T
	State State
}

// Some returns a member with the given value.
func Some[T any](value T) Opt[T] { return Opt[T]{Value: value, State: Set} }

// NullOf returns a member that was stated as null.
func NullOf[T any]() Opt[T] { return Opt[T]{State: Null} }

// Get returns the value, and whether there is one. Absent and null are both "no": null means unchanged (nhd §5).
func (o Opt[T]) Get() (T, bool) { return o.Value, o.State == Set }

// Or returns the value, or fallback when the member is absent or null.
func (o Opt[T]) Or(fallback T) T {
	if o.State == Set {
		return o.Value
	}
	return fallback
}

// IsSet reports whether the member has a value.
func (o Opt[T]) IsSet() bool { return o.State == Set }

// IsNull reports whether the member was stated as null.
func (o Opt[T]) IsNull() bool { return o.State == Null }

// IsZero makes `omitzero` leave out absent and null members alike: when sending, omit instead of null (nhd §5).
func (o Opt[T]) IsZero() bool { return o.State != Set }

// MarshalJSON writes the value with raw UTF-8 and without HTML escapes, as the other implementations do (nhd-captures §3.3).
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.State != Set {
		return []byte("null"), nil
	}
	return marshal(o.Value)
}

func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
