package rule

import (
	"fmt"
	"slices"

	"interdesk/desk"
)

func (t *table) tagActions() []action {
	return []action{
		{name: "set_tags", title: "Set tags", kind: "tags", in: anywhere, nullable: true, check: checkTags,
			read: readTags(func(list []string) desk.Edits { return desk.Edits{SetTags: &list} })},
		{name: "current_tags", title: "Add tags", kind: "tags", in: anywhere, check: needTags,
			read: readTags(func(list []string) desk.Edits { return desk.Edits{AddTags: list} })},
		{name: "remove_tags", title: "Remove tags", kind: "tags", in: anywhere, check: needTags,
			read: readTags(func(list []string) desk.Edits { return desk.Edits{RemoveTags: list} })},
	}
}

// readTags reads tags apart by blanks or commas, or in a list.
func readTags(edits func([]string) desk.Edits) func(actionValue) (preparedAction, string) {
	return func(g actionValue) (preparedAction, string) {
		return fixedEdits(edits(desk.NormalizeTags(g.value.List()))), ""
	}
}

func needTags(g actionValue) string {
	if len(g.value.List()) == 0 {
		return "needs at least one tag"
	}
	return checkTags(g)
}

func checkTags(g actionValue) string {
	list := desk.NormalizeTags(g.value.List())
	if i := slices.IndexFunc(list, func(s string) bool { return !desk.ValidTag(s) }); i >= 0 {
		return fmt.Sprintf("%q cannot be a tag (no blanks, quotes, commas, < or >, %d bytes at most)", list[i], desk.MaxTag)
	}
	if len(list) > desk.MaxTags {
		return fmt.Sprintf("a ticket holds %d tags at most", desk.MaxTags)
	}
	return ""
}
