package httpkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Limits are those of a request's JSON: its bytes, and the members and items in it, each of which takes memory when it is decoded.
type Limits struct {
	Bytes  int64
	Values int
}

// StaffBody holds a hundred tickets with long comments. StrangerBody is for customers, and for those who have not signed in.
var (
	StaffBody    = Limits{Bytes: 16 << 20, Values: 100_000}
	StrangerBody = Limits{Bytes: 1 << 20, Values: 10_000}
)

// MaxDepth bounds how deep a body's arrays and objects nest.
const MaxDepth = 64

// believed is how much of a Content-Length gets its memory at once; beyond it, memory is for bytes that have come.
const believed = 1 << 20

// Body reads a request's JSON, whole and bounded, and checks that it is JSON. An empty body reads as {}, since clients
// send DELETE and some PUT without one. While too much lies in memory of other requests, it is busy.
func Body(w http.ResponseWriter, r *http.Request, limits Limits) ([]byte, error) {
	if r.ContentLength > limits.Bytes {
		return nil, bodyTooLarge(limits.Bytes)
	}
	var b bytes.Buffer
	if r.ContentLength > 0 {
		b.Grow(int(min(r.ContentLength, believed)) + bytes.MinRead)
	}
	in := About(r).holding(http.MaxBytesReader(w, r.Body, limits.Bytes), limits)
	if _, err := b.ReadFrom(in); err != nil {
		if _, over := errors.AsType[*http.MaxBytesError](err); over {
			return nil, bodyTooLarge(limits.Bytes)
		}
		if errors.Is(err, errCrowded) {
			return nil, unavailableFailure("Too many large requests are at work. Try again shortly.", err)
		}
		return nil, &Failure{Status: http.StatusBadRequest, Code: "BadRequest", Message: "The body ended early.", Err: err}
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(b.Bytes(), []byte("\xef\xbb\xbf")))
	if len(text) == 0 {
		return []byte("{}"), nil
	}
	switch depth, values := shape(text); {
	case depth > MaxDepth:
		return nil, BadRequest("InvalidJSON", fmt.Sprintf("The JSON nests deeper than %d levels.", MaxDepth))
	case values > limits.Values:
		return nil, tooLarge(fmt.Sprintf("The body has more than %d members and items.", limits.Values))
	}
	if !json.Valid(text) {
		return nil, malformedJSON(json.Unmarshal(text, new(any)))
	}
	return text, nil
}

// Decode reads JSON into v; its errors say which member has the wrong type.
func Decode(text []byte, v any) error {
	err := json.Unmarshal(text, v)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return BadRequest("InvalidValue", fmt.Sprintf("%s: %s is the wrong type", orDefault(wrong.Field, "body"), wrong.Value))
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.ErrUnexpectedEOF) {
		return malformedJSON(err)
	}
	if err != nil {
		return &Failure{Status: http.StatusBadRequest, Code: "InvalidValue", Message: "A member of the body has a value that cannot be read.", Err: err}
	}
	return nil
}

func bodyTooLarge(limit int64) *Failure {
	return tooLarge(fmt.Sprintf("The body is larger than %d bytes.", limit))
}

func malformedJSON(err error) *Failure {
	where := ""
	if at, ok := errors.AsType[*json.SyntaxError](err); ok {
		where = fmt.Sprintf(" (at byte %d)", at.Offset)
	}
	return BadRequest("InvalidJSON", "Server could not parse JSON"+where)
}

// shape is how deep the brackets nest, and how many members and items there are at most, without building anything.
func shape(text []byte) (deepest, values int) {
	now, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			values++
			deepest = max(deepest, now)
		case c == ',':
			values++
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest, values
}
