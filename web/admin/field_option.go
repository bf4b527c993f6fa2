package admin

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"interdesk/desk"
	"interdesk/web/ui"
)

// optionRow is one line of the options' editor. Its key tells it from the others while it is being moved about.
type optionRow struct {
	key     string
	name    string
	tag     string
	initial bool // the field begins with it
}

func optionRows(all []desk.FieldOption) []optionRow {
	rows := make([]optionRow, len(all))
	for i, o := range all {
		rows[i] = optionRow{key: strconv.Itoa(i), name: o.Name, tag: o.Value, initial: o.Default}
	}
	return rows
}

// typedOptions reads the lines of the editor in the order in which they stand.
func typedOptions(c *ui.Call) (rows []optionRow) {
	_ = c.R.FormValue("option_key") // reads the form
	keys, names, tags, initial := c.R.Form["option_key"], c.R.Form["option_name"], c.R.Form["option_tag"], c.R.Form["option_default"]
	for i := range min(len(keys), len(names), len(tags), desk.MaxOptions+1) {
		rows = append(rows, optionRow{key: keys[i], name: strings.TrimSpace(names[i]), tag: strings.TrimSpace(tags[i]), initial: slices.Contains(initial, keys[i])})
	}
	return rows
}

// applyStep carries out what a button of the editor asks for, without storing anything: "add", "up:key", "down:key" or
// "remove:key". It tells whether there was one.
func (m *fieldModel) applyStep(c *ui.Call) bool {
	do, key, _ := strings.Cut(c.Value("do"), ":")
	at := slices.IndexFunc(m.options, func(r optionRow) bool { return r.key == key })
	switch {
	case do == "add":
		m.addPasted()
	case at < 0:
		return false
	case do == "remove":
		m.options = slices.Delete(m.options, at, at+1)
	default:
		moveItem(m.options, at, do)
	}
	m.numberOptions()
	return true
}

func (m *fieldModel) numberOptions() {
	for i := range m.options {
		m.options[i].key = strconv.Itoa(i)
	}
}

// addPasted adds an option for each line: a name or, behind a tab or an equals sign, its tag.
func (m *fieldModel) addPasted() {
	for line := range strings.Lines(m.paste) {
		name, tag, told := strings.Cut(line, "\t")
		if !told {
			name, tag, _ = strings.Cut(line, " = ")
		}
		if name = strings.TrimSpace(name); name != "" && len(m.options) <= desk.MaxOptions {
			m.options = append(m.options, optionRow{name: name, tag: strings.TrimSpace(tag)})
		}
	}
	m.paste = ""
	m.nameTags()
	m.numberOptions()
}

// nameTags gives a tag to the options that have none, made from their names.
func (m *fieldModel) nameTags() {
	taken := make(map[string]bool, len(m.options))
	for _, o := range m.options {
		taken[strings.ToLower(o.tag)] = true
	}
	for i := range m.options {
		o := &m.options[i]
		if o.tag != "" || o.name == "" {
			continue
		}
		base := tagOf(o.name)
		o.tag = base
		for n := 2; taken[o.tag]; n++ {
			o.tag = base + "_" + strconv.Itoa(n)
		}
		taken[o.tag] = true
	}
}

// tagRoom leaves room behind a tag that is made from a name for a number.
const tagRoom = 8

// tagOf makes a tag of a name: letters and digits, the rest as underscores, "A::B" as "a__b".
func tagOf(name string) string {
	var parts []string
	for part := range strings.SplitSeq(strings.ToLower(name), "::") {
		words := strings.FieldsFunc(part, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		parts = append(parts, strings.Join(words, "_"))
	}
	tag := strings.Trim(strings.Join(parts, "__"), "_")
	tag = strings.ToValidUTF8(tag[:min(len(tag), desk.MaxTag-tagRoom)], "")
	if tag == "" {
		return "option"
	}
	return tag
}

// storedOptions are the options as the field is to have them: lines left empty are none.
func (m *fieldModel) storedOptions() (all []desk.FieldOption) {
	for _, r := range m.options {
		if r.name != "" || r.tag != "" {
			all = append(all, desk.FieldOption{Name: r.name, Value: strings.ToLower(r.tag), Default: r.initial})
		}
	}
	return all
}
