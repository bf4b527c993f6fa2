package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
)

func checkTags(faults desk.Faults, t *desk.TagsMap) {
	if len(t.Allow) > MaxTags || len(t.Rename) > MaxTags {
		faults.Add("tags", "TooManyValues", "Tags: at most "+strconv.Itoa(MaxTags)+" of each kind")
	}
	isTag := func(path, tag string) {
		if normal := desk.NormalizeTags([]string{tag}); len(normal) != 1 || normal[0] != tag || !desk.ValidTag(tag) {
			faults.Add(path, "InvalidValue", fmt.Sprintf("Tags: %q is not a tag", tag))
		}
	}
	for n, tag := range t.Allow {
		isTag("tags.allow["+strconv.Itoa(n)+"]", tag)
	}
	if t.Prefix != "" {
		isTag("tags.prefix", t.Prefix)
		isPlain(faults, "tags.prefix", t.Prefix)
		if len(t.Prefix) > maxPrefix {
			faults.Add("tags.prefix", "TooLong", "Tags: a prefix has at most "+strconv.Itoa(maxPrefix)+" bytes")
		}
	}
	taken := map[string]string{}
	for _, here := range slices.Sorted(maps.Keys(t.Rename)) {
		path, there := "tags.rename."+here, t.Rename[here]
		isTag(path, here)
		isTag(path, there)
		isPlain(faults, path, there)
		if other, twice := taken[there]; twice {
			faults.Add(path, "DuplicateValue", "Tags: "+other+" is called "+there+" already")
		}
		taken[there] = here
	}
}

// isPlain notes names that not every partner would give back as they are.
func isPlain(faults desk.Faults, path, name string) {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_-./") != "" {
		faults.Add(path, "InvalidValue", fmt.Sprintf("Tags: %q must be of a-z, 0-9 and _-./, which every partner takes", name))
	}
}

// TagOut is a tag's name there; false: it does not leave. A tag that has the name which another one gets does not leave either: it
// would come back as that one.
func (m *Map) TagOut(tag string) (string, bool) {
	if len(m.allow) > 0 && !m.allow[tag] {
		return "", false
	}
	if there, renamed := m.m.Tags.Rename[tag]; renamed {
		return there, true
	}
	there := m.m.Tags.Prefix + tag
	if _, taken := m.back[there]; taken {
		return "", false
	}
	return there, true
}

// TagIn is what a tag of the partner's is called here; false: it is none that this map lets in.
func (m *Map) TagIn(there string) (string, bool) {
	tag, renamed := m.back[there]
	if !renamed {
		var ours bool
		if tag, ours = strings.CutPrefix(there, m.m.Tags.Prefix); !ours || tag == "" {
			return "", false
		}
	}
	out, leaves := m.TagOut(tag)
	return tag, leaves && out == there
}
