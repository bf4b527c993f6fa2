package configtext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Value is the value of a condition or action: text, a number, true, false, nothing, or a list of these.
type Value struct{ v any }

// ValueOf reads a value from JSON. What is no JSON is nothing.
func ValueOf(raw []byte) Value {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return Value{}
	}
	return Value{v}
}

// JSON is the value as the API has it.
func (v Value) JSON() json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v.v) != nil {
		return json.RawMessage("null")
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// mapTexts is the value with each text in it, and each number that may be an id, changed by fn; fn hears where it stands in
// the list, -1 for no list.
func (v Value) mapTexts(fn func(at int, s string) string) Value {
	return Value{mapTexts(v.v, -1, fn)}
}

func mapTexts(v any, at int, fn func(int, string) string) any {
	switch v := v.(type) {
	case string:
		return fn(at, v)
	case json.Number:
		if s := fn(at, v.String()); s != v.String() {
			return s
		}
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = mapTexts(one, max(at, i), fn)
		}
		return out
	}
	return v
}

func (v Value) node() *yaml.Node { return nodeOf(v.v) }

func nodeOf(v any) *yaml.Node {
	switch v := v.(type) {
	case string:
		return textNode(v)
	case json.Number:
		tag := "!!int"
		if _, err := strconv.ParseInt(v.String(), 10, 64); err != nil {
			tag = "!!float"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: v.String()}
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v)}
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, one := range v {
			n.Content = append(n.Content, nodeOf(one))
		}
		return n
	case map[string]any:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			n.Content = append(n.Content, textNode(name), nodeOf(v[name]))
		}
		return n
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
}

func (v *Value) readNode(n *yaml.Node) (message string) {
	v.v, message = valueOfNode(n, 0)
	return message
}

// maxDepth is how deep lists may lie in one another in a value.
const maxDepth = 5

func valueOfNode(n *yaml.Node, depth int) (any, string) {
	switch {
	case depth > maxDepth:
		return nil, "lists lie too deep in one another"
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return nil, "anchors and aliases are not used here: write it out"
	case n.Kind == yaml.MappingNode:
		return nil, "takes a plain value or a list, not keys with values"
	case n.Kind == yaml.SequenceNode:
		list := []any{}
		for _, one := range n.Content {
			v, message := valueOfNode(one, depth+1)
			if message != "" {
				return nil, message
			}
			list = append(list, v)
		}
		return list, ""
	}
	switch n.Tag {
	case "!!null":
		return nil, ""
	case "!!bool":
		return n.Value == "true" || n.Value == "True" || n.Value == "TRUE", ""
	case "!!int", "!!float":
		if !json.Valid([]byte(n.Value)) {
			return nil, fmt.Sprintf("%s: write numbers as 12 or 12.5, and text in quotes", n.Value)
		}
		return json.Number(n.Value), ""
	}
	return n.Value, badText(n.Value)
}

// IsZero tells whether the value is nothing.
func (v Value) IsZero() bool { return v.v == nil }
