package configtext

import (
	"encoding/json"
	"path"
	"reflect"
)

const orderSchema = "order.json"

// Schemas are JSON schemas for editors, one for each kind of file, by where they stand in a folder.
func Schemas() Folder {
	out := Folder{path.Join(schemaDir, orderSchema): schemaFile("The order of things", reflect.TypeFor[orderText]())}
	for _, k := range kinds() {
		out[path.Join(schemaDir, k.folder+".json")] = schemaFile("A "+k.name, k.text)
	}
	out[path.Join(schemaDir, "tests.json")] = schemaFile("Cases", reflect.TypeFor[CaseFile]())
	return out
}

func schemaFile(title string, t reflect.Type) []byte {
	s := schemaOf(t, key{})
	s["$schema"], s["title"] = "http://json-schema.org/draft-07/schema#", title
	raw, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return nil
	}
	return append(raw, '\n')
}

func schemaOf(t reflect.Type, k key) map[string]any {
	s := map[string]any{}
	if k.help != "" {
		s["description"] = k.help
	}
	if t == reflect.TypeFor[Value]() {
		scalar := []string{"string", "number", "boolean", "null"}
		s["anyOf"] = []any{map[string]any{"type": scalar}, map[string]any{"type": "array"}}
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		inner := schemaOf(t.Elem(), k)
		return inner
	case reflect.Struct:
		properties, required := map[string]any{}, []string{}
		for _, one := range keysOf(t) {
			properties[one.name] = schemaOf(t.Field(one.index).Type, one)
			if one.required {
				required = append(required, one.name)
			}
		}
		s["type"], s["properties"], s["additionalProperties"] = "object", properties, false
		if len(required) > 0 {
			s["required"] = required
		}
	case reflect.Slice:
		s["type"], s["items"] = "array", schemaOf(t.Elem(), key{enum: k.enum})
	case reflect.Map:
		s["type"], s["additionalProperties"] = "object", schemaOf(t.Elem(), key{enum: k.enum})
	case reflect.Bool:
		s["type"] = "boolean"
	case reflect.Int:
		s["type"] = "integer"
	default:
		s["type"] = "string"
		if len(k.enum) > 0 {
			s["enum"] = k.enum
		}
	}
	if k.fallback != "" {
		s["default"] = k.fallback
		if t.Kind() == reflect.Bool {
			s["default"] = k.fallback == "true"
		}
		if t.Kind() == reflect.Int {
			s["default"] = json.Number(k.fallback)
		}
	}
	return s
}
