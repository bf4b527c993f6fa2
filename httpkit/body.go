package httpkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// MaxBody is how many bytes of JSON a request may carry: a hundred tickets with long comments. MaxDepth bounds how
// deep its arrays and objects nest.
const (
	MaxBody  = 16 << 20
	MaxDepth = 64
)

// believed is how much of a Content-Length gets its memory at once; beyond it, memory is for bytes that have come.
const believed = 1 << 20

// Body reads a request's JSON, whole and bounded, and checks that it is JSON. An empty body reads as {}, since clients
// send DELETE and some PUT without one. limit 0 means MaxBody.
func Body(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if limit <= 0 {
		limit = MaxBody
	}
	if r.ContentLength > limit {
		return nil, bodyTooLarge(limit)
	}
	var b bytes.Buffer
	if r.ContentLength > 0 {
		b.Grow(int(min(r.ContentLength, believed)) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(http.MaxBytesReader(w, r.Body, limit)); err != nil {
		if _, over := errors.AsType[*http.MaxBytesError](err); over {
			return nil, bodyTooLarge(limit)
		}
		return nil, &Failure{Status: http.StatusBadRequest, Code: "BadRequest", Message: "The body ended early.", Err: err}
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(b.Bytes(), []byte("\xef\xbb\xbf")))
	if len(text) == 0 {
		return []byte("{}"), nil
	}
	if nestingDepth(text) > MaxDepth {
		return nil, BadRequest("InvalidJSON", fmt.Sprintf("The JSON nests deeper than %d levels.", MaxDepth))
	}
	if !json.Valid(text) {
		return nil, malformedJSON(json.Unmarshal(text, new(any)))
	}
	return text, nil
}

// ReadJSON reads a request's JSON into v. Unknown members are ignored, as clients send back whole records.
func ReadJSON(w http.ResponseWriter, r *http.Request, v any) error {
	text, err := Body(w, r, 0)
	if err != nil {
		return err
	}
	return Decode(text, v)
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

// nestingDepth is how deep the brackets nest, without building anything.
func nestingDepth(text []byte) int {
	deepest, now, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}
