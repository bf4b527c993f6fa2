package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"interdesk/httpkit"
)

// object is a JSON object whose members stay in order.
type object []member

type member struct {
	key   string
	value any
}

// objectOf is an object with a single member, as most answers are.
func objectOf(key string, value any) object { return object{{key, value}} }

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := o.encode(&b)
	return b.Bytes(), err
}

func (o object) encode(b *bytes.Buffer) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return o.encodeBy(b, e)
}

// encodeBy writes objects within objects straight to the buffer that e writes to: through MarshalJSON each would be
// written, checked and copied once a level.
func (o object) encodeBy(b *bytes.Buffer, e *json.Encoder) error {
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(m.key)
		b.WriteString(`":`)
		if err := encodeValue(b, e, m.value); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

func encodeValue(b *bytes.Buffer, e *json.Encoder, value any) error {
	switch v := value.(type) {
	case object:
		return v.encodeBy(b, e)
	case []object:
		b.WriteByte('[')
		for i, o := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := o.encodeBy(b, e); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	}
	err := e.Encode(value)
	b.Truncate(max(b.Len()-1, 0)) // the line's end
	return err
}

// scratch keeps memory between answers, nothing else.
var scratch = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const maxScratch = 1 << 20 // bytes

// answer writes the object, warning of members of the request that meant nothing.
func (c *call) answer(status int, o object) error {
	c.warn()
	b := scratch.Get().(*bytes.Buffer)
	b.Reset()
	defer func() {
		if b.Cap() <= maxScratch {
			scratch.Put(b)
		}
	}()
	if err := o.encode(b); err != nil {
		return err
	}
	if c.fault != nil {
		return c.fault
	}
	return httpkit.WriteEncodedJSON(c.w, c.r, status, b.Bytes())
}

// maxWarning keeps the header below what proxies let through.
const maxWarning = 1 << 10

func (c *call) warn() {
	if len(c.unknown) == 0 {
		return
	}
	var b strings.Builder
	b.WriteString(`{:allowed_parameters=>{:controller=>{:unpermitted_keys=>[`)
	for i, k := range c.unknown {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quoteASCII(k))
		if b.Len() > maxWarning {
			break
		}
	}
	b.WriteString(`]}}}`)
	c.w.Header().Set("X-Zendesk-API-Warn", b.String())
}

// formatTime is how clients read times.
func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// nullTime is null for the zero time.
func nullTime(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := formatTime(t)
	return &s
}

// nullID is null for the id 0.
func nullID[T ~int64](id T) *T {
	if id == 0 {
		return nil
	}
	return &id
}

// nullString is null for the empty text.
func nullString[T ~string](s T) *T {
	if s == "" {
		return nil
	}
	return &s
}

// nonNil makes null lists empty ones.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
