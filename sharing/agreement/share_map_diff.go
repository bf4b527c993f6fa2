package agreement

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"interdesk/desk"
)

// MapChange is one difference between two maps: what stood at a path and what stands there now, as JSON; "": nothing.
type MapChange struct {
	Path     string
	Was, Now string
}

// CompareMaps lists what a map says otherwise than an earlier one, by path.
func CompareMaps(was, now desk.ShareMap) []MapChange {
	before, after := leaves(was), leaves(now)
	var out []MapChange
	for _, path := range slices.Compact(slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after))...)))) {
		if before[path] != after[path] {
			out = append(out, MapChange{path, before[path], after[path]})
		}
	}
	return out
}

// leaves are the values of a map by their paths.
func leaves(m desk.ShareMap) map[string]string {
	raw, err := json.Marshal(m)
	var v any
	if err != nil || json.Unmarshal(raw, &v) != nil {
		return nil
	}
	out := map[string]string{}
	addLeaves(out, "", v)
	return out
}

func addLeaves(out map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, one := range v {
			addLeaves(out, joinPath(path, name), one)
		}
	case []any:
		for n, one := range v {
			addLeaves(out, path+"["+nameOf(n, one)+"]", one)
		}
	default:
		raw, _ := json.Marshal(v) // what was JSON is JSON
		out[path] = string(raw)
	}
}

func joinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// nameOf is how a diff names the n-th thing of a list: by what tells it from the others, wherever it stands.
func nameOf(n int, one any) string {
	members, _ := one.(map[string]any)
	for _, by := range [...]string{"name", "field"} {
		if name, ok := members[by].(string); ok {
			return name
		}
	}
	if kind, ok := members["detector"].(string); ok {
		return kind
	}
	return strconv.Itoa(n)
}
