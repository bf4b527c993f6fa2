package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// tree parses a message into maps, slices, strings, bools, json.Number and nil. The limits hold while it reads, so a hostile
// message costs no more than its own length.
func tree(body []byte) (map[string]any, error) {
	if len(body) > MaxBody {
		return nil, &Error{Reason: fmt.Sprintf("The message is larger than %d bytes", MaxBody)}
	}
	// RFC 8259 §8.1 lets a parser skip a byte order mark; some peers' platforms write one.
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if !json.Valid(body) {
		return nil, &Error{Reason: "The message is not valid JSON"}
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	value, err := branch(dec, 0)
	if err != nil {
		return nil, err
	}
	members, ok := value.(map[string]any)
	if !ok {
		return nil, &Error{Reason: "The message must be a JSON object"}
	}
	return members, nil
}

func branch(dec *json.Decoder, depth int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, &Error{Reason: "The message is not valid JSON"}
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == MaxDepth {
			return nil, &Error{Reason: fmt.Sprintf("The message is nested deeper than %d levels", MaxDepth)}
		}
		if t == '{' {
			return objectBranch(dec, depth+1)
		}
		return arrayBranch(dec, depth+1)
	case string:
		return withoutNUL(t), nil
	default:
		return t, nil
	}
}

func objectBranch(dec *json.Decoder, depth int) (any, error) {
	members := map[string]any{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, &Error{Reason: "The message is not valid JSON"}
		}
		name, _ := token.(string)
		name = withoutNUL(name)
		// Two readers that disagree on which of two equal members counts can be played against each other.
		if _, twice := members[name]; twice {
			return nil, &Error{Reason: fmt.Sprintf("The message states the member %q twice", shorten(name, 60))}
		}
		if members[name], err = branch(dec, depth); err != nil {
			return nil, err
		}
	}
	_, _ = dec.Token() // the closing brace: json.Valid has seen it
	return members, nil
}

func arrayBranch(dec *json.Decoder, depth int) (any, error) {
	items := []any{}
	for dec.More() {
		item, err := branch(dec, depth)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, _ = dec.Token() // the closing bracket: json.Valid has seen it
	return items, nil
}

// withoutNUL drops NUL characters: PostgreSQL cannot keep them in text, and no one means them.
func withoutNUL(s string) string { return strings.ReplaceAll(s, "\x00", "") }

func shorten(s string, max int) string {
	runes := []rune(s)
	if len(runes) <= max {
		return s
	}
	return string(runes[:max]) + "…"
}
