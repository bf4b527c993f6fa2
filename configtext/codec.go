package configtext

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// A text is a struct whose members say in their tags how they stand in a file:
//
//	text     the key; ",required" where it cannot be left out
//	help     what it means, for people who write it
//	enum     the words that it can be, apart by |
//	default  what it is when it is left out, where that is not its zero value
//
// Reading, writing and the schema for editors all come from these tags.

// key is one key of a text.
type key struct {
	name     string
	index    int
	required bool
	fallback string
	help     string
	enum     []string
}

func keysOf(t reflect.Type) []key {
	var out []key
	for i := range t.NumField() {
		f := t.Field(i)
		name, rest, _ := strings.Cut(f.Tag.Get("text"), ",")
		if name == "" {
			continue
		}
		k := key{name: name, index: i, required: rest == "required", fallback: f.Tag.Get("default"), help: f.Tag.Get("help")}
		if words := f.Tag.Get("enum"); words != "" {
			k.enum = strings.Split(words, "|")
		}
		out = append(out, k)
	}
	return out
}

func keyNames(keys []key) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.name
	}
	return out
}

// setDefaults gives the members of a struct what they are when a file leaves them out.
func setDefaults(v reflect.Value) {
	for _, k := range keysOf(v.Type()) {
		switch f := v.Field(k.index); {
		case k.fallback == "":
		case f.Kind() == reflect.Bool:
			f.SetBool(k.fallback == "true")
		case f.Kind() == reflect.Int:
			n, _ := strconv.Atoi(k.fallback)
			f.SetInt(int64(n))
		default:
			f.SetString(k.fallback)
		}
	}
}

// isDefault tells whether a member is what it would be if it were left out.
func (k key) isDefault(v reflect.Value) bool {
	if k.fallback != "" {
		return fmt.Sprint(v.Interface()) == k.fallback
	}
	return v.IsZero() || (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0
}

// decoder reads nodes into texts and notes all that is wrong, each with its place.
type decoder struct {
	problem func(n *yaml.Node, message string)
}

func (d *decoder) decode(n *yaml.Node, v reflect.Value, k key) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.problem(n, "anchors and aliases are not used here: write it out")
		return
	}
	if custom, ok := v.Addr().Interface().(nodeReader); ok {
		if message := custom.readNode(n); message != "" {
			d.problem(n, k.name+": "+message)
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if isNull(n) {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		d.decode(n, v.Elem(), k)
	case reflect.Struct:
		d.decodeStruct(n, v, k)
	case reflect.Slice:
		d.decodeList(n, v, k)
	case reflect.Map:
		d.decodeMap(n, v, k)
	default:
		d.decodeScalar(n, v, k)
	}
}

// nodeReader is a member that reads its node itself; the message says what is wrong with it.
type nodeReader interface {
	readNode(n *yaml.Node) (message string)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func (d *decoder) decodeStruct(n *yaml.Node, v reflect.Value, k key) {
	keys := keysOf(v.Type())
	setDefaults(v)
	if n.Kind != yaml.MappingNode {
		d.problem(n, describe(k)+"must be keys with values: "+strings.Join(keyNames(keys), ", "))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(keys, func(k key) bool { return k.name == name.Value })
		switch {
		case at < 0:
			d.problem(name, fmt.Sprintf("there is no key %q here; use %s", name.Value, strings.Join(keyNames(keys), ", ")))
		case seen[name.Value]:
			d.problem(name, fmt.Sprintf("the key %q stands here twice", name.Value))
		default:
			d.decode(value, v.Field(keys[at].index), keys[at])
		}
		seen[name.Value] = true
	}
	for _, k := range keys {
		if k.required && !seen[k.name] {
			d.problem(n, fmt.Sprintf("the key %q is missing", k.name))
		}
	}
}

func describe(k key) string {
	if k.name == "" {
		return ""
	}
	return k.name + ": "
}

func (d *decoder) decodeList(n *yaml.Node, v reflect.Value, k key) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.problem(n, describe(k)+"must be a list")
		return
	}
	for _, one := range n.Content {
		e := reflect.New(v.Type().Elem()).Elem()
		d.decode(one, e, key{enum: k.enum})
		v.Set(reflect.Append(v, e))
	}
}

func (d *decoder) decodeMap(n *yaml.Node, v reflect.Value, k key) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.problem(n, describe(k)+"must be keys with values")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		e := reflect.New(v.Type().Elem()).Elem()
		d.decode(n.Content[i+1], e, key{name: n.Content[i].Value, enum: k.enum})
		name := reflect.ValueOf(n.Content[i].Value).Convert(v.Type().Key())
		if v.MapIndex(name).IsValid() {
			d.problem(n.Content[i], fmt.Sprintf("the key %q stands here twice", n.Content[i].Value))
		}
		v.SetMapIndex(name, e)
	}
}

func (d *decoder) decodeScalar(n *yaml.Node, v reflect.Value, k key) {
	if n.Kind != yaml.ScalarNode {
		d.problem(n, describe(k)+"must be one value")
		return
	}
	if isNull(n) {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		if n.Tag != "!!bool" {
			d.problem(n, describe(k)+fmt.Sprintf("must be true or false, not %q", n.Value))
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if err != nil {
			d.problem(n, describe(k)+fmt.Sprintf("must be a whole number, not %q", n.Value))
		}
		v.SetInt(int64(i))
	default:
		if len(k.enum) > 0 && !slices.Contains(k.enum, n.Value) {
			d.problem(n, describe(k)+fmt.Sprintf("%q is not known here; use %s", n.Value, strings.Join(k.enum, ", ")))
			return
		}
		if message := badText(n.Value); message != "" {
			d.problem(n, describe(k)+message)
			return
		}
		v.SetString(n.Value)
	}
}

func badText(s string) string {
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return "must be text without the character NUL"
	}
	return ""
}

// encode writes a value as it stands in a file, without what is as if it were left out.
func encode(v reflect.Value) *yaml.Node {
	if custom, ok := v.Interface().(nodeWriter); ok {
		return custom.node()
	}
	switch v.Kind() {
	case reflect.Pointer:
		return encode(v.Elem())
	case reflect.Struct:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, k := range keysOf(v.Type()) {
			if f := v.Field(k.index); k.required || !k.isDefault(f) {
				n.Content = append(n.Content, textNode(k.name), encode(f))
			}
		}
		return n
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for i := range v.Len() {
			n.Content = append(n.Content, encode(v.Index(i)))
		}
		return n
	case reflect.Map:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		names := v.MapKeys()
		slices.SortFunc(names, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, name := range names {
			n.Content = append(n.Content, textNode(name.String()), encode(v.MapIndex(name)))
		}
		return n
	case reflect.Bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v.Bool())}
	case reflect.Int:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(v.Int(), 10)}
	}
	return textNode(v.String())
}

// nodeWriter is a member that writes its node itself.
type nodeWriter interface {
	node() *yaml.Node
}

// textNode is a text, in lines where it has several and can be read back so.
func textNode(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch {
	case strings.Contains(s, "\n") && plainLines(s):
		n.Style = yaml.LiteralStyle
	case strings.Contains(s, "\n") || strings.TrimFunc(s, unicode.IsGraphic) != "" || hasControl(s):
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
}

// plainLines tells whether a text of several lines comes back as it was when each stands in a line of its own.
func plainLines(s string) bool {
	if hasControl(s) || strings.HasPrefix(s, " ") || strings.HasPrefix(s, "\n") || strings.HasSuffix(s, "\n\n") {
		return false
	}
	for line := range strings.SplitSeq(s, "\n") {
		if strings.HasSuffix(line, " ") {
			return false
		}
	}
	return true
}
