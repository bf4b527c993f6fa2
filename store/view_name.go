package store

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"interdesk/desk"
)

// namesKnown is how many names at most stand in a statement: with more it would be no quicker than looking each one up.
const namesKnown = 40

// assigneeKey sorts by the assignee's name. To look up a name for each ticket costs more than all the rest of a list, so
// the names that the configuration knows stand in the statement.
func assigneeKey(config *desk.Config) sortKey {
	key := nameKey("users", "user_id", "t.assignee_id")
	key.decides = "t.assignee_id"
	if config == nil {
		return key
	}
	names := map[int64]string{}
	for id, s := range config.Staff {
		names[int64(id)] = s.Name
	}
	return key.knowing("t.assignee_id", names)
}

// groupKey sorts by the group's name.
func groupKey(config *desk.Config) sortKey {
	key := nameKey("groups", "group_id", "t.group_id")
	key.decides = "t.group_id"
	if config == nil {
		return key
	}
	names := map[int64]string{}
	for _, g := range config.Groups {
		names[int64(g.ID)] = g.Name
	}
	return key.knowing("t.group_id", names)
}

// knowing is the key that has the same values and looks up only those that are not among the names.
func (k sortKey) knowing(column string, names map[int64]string) sortKey {
	if len(names) > namesKnown {
		return k
	}
	var b strings.Builder
	b.WriteString("case " + column + " when 0 then ''")
	for _, id := range slices.SortedFunc(maps.Keys(names), cmp.Compare[int64]) {
		if plainName(names[id]) {
			b.WriteString(" when " + strconv.FormatInt(id, 10) + " then lower('" + names[id] + "')")
		}
	}
	k.column = b.String() + " else " + k.column + " end"
	return k
}

// plainName tells whether a name can stand in a statement as it is.
func plainName(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' && r != '.' && r != '-'
	})
}
