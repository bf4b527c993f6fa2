package rules

import (
	"regexp"
	"slices"
	"strings"

	"interdesk/web/ui"
)

var keyForm = regexp.MustCompile(`^[0-9a-z]{1,12}$`)

// parse reads the lines of a form. A line whose field was changed since it was shown keeps only the field.
func (b *builder) parse(c *ui.Call) {
	for _, branch := range []string{branchAll, branchAny, branchDo} {
		for _, key := range valuesOf(c, branch) {
			if keyForm.MatchString(key) && len(*b.branch(branch)) < maxLines {
				b.add(branch, readLine(c, branch, key))
			}
		}
	}
}

func readLine(c *ui.Call, branch, key string) line {
	l := line{branch: branch, key: key}
	l.field = c.Value(l.name("field"))
	if was := c.Value(l.name("was")); was != "" && was != l.field {
		return l
	}
	l.operator = c.Value(l.name("operator"))
	l.find = c.Value(l.name("find"))
	l.values = slices.Clone(valuesOf(c, l.name("value")))
	for i := range l.values {
		l.values[i] = strings.ReplaceAll(l.values[i], "\r\n", "\n")
	}
	if c.Value(l.name("how")) == daysFromNow {
		l.values = append([]string{daysFromNow}, l.values...)
	}
	return l
}

// step carries out what a submit button other than saving asks: "add.all", "drop.do.3", "up.do.2", "show". It tells whether
// there was such a step.
func (b *builder) step(c *ui.Call) bool {
	what, rest, _ := strings.Cut(c.Value("step"), ".")
	branch, key, _ := strings.Cut(rest, ".")
	if branch != branchAll && branch != branchAny && branch != branchDo {
		return what == "show"
	}
	list := b.branch(branch)
	i := slices.IndexFunc(*list, func(l *line) bool { return l.key == key })
	switch {
	case what == "add" && len(*list) < maxLines:
		b.add(branch, line{})
	case i < 0:
		return false
	case what == "drop":
		*list = slices.Delete(*list, i, i+1)
	case what == "up" && i > 0:
		(*list)[i-1], (*list)[i] = (*list)[i], (*list)[i-1]
	case what == "down" && i+1 < len(*list):
		(*list)[i+1], (*list)[i] = (*list)[i], (*list)[i+1]
	}
	return true
}
