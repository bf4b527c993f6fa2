package sharing

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/sharing/mapping"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// wordsForm is the part of a map's form about people, files, tags and fields, as it was filled in.
type wordsForm struct {
	customers, files, types, size string
	allow, prefix, rename         string
	fields                        []fieldForm // with a few empty ones to fill in
	titles                        []string    // of the desk's fields
}

// fieldForm is one field's row. Values are a line for each: here = there.
type fieldForm struct {
	field, as, values, other, constant, owner string
	notSent                                   bool
}

// megabyte is the unit in which the form has sizes.
const megabyte = 1 << 20

// Words of the form for which files go along.
const (
	filesAll  = "all"
	filesSome = "some"
	filesNone = "none"
)

func wordsFormOf(m *desk.ShareMap, titles []string) wordsForm {
	f := wordsForm{customers: string(m.Customers), files: filesAll, types: strings.Join(m.Files.Types, " "), allow: strings.Join(m.Tags.Allow, " "),
		prefix: m.Tags.Prefix, rename: wordLines(m.Tags.Rename), titles: titles}
	switch {
	case m.Files.None:
		f.files = filesNone
	case !m.Files.IsZero():
		f.files = filesSome
	}
	if m.Files.MaxSize > 0 {
		f.size = strconv.FormatFloat(float64(m.Files.MaxSize)/megabyte, 'f', -1, 64)
	}
	for _, x := range m.Fields {
		f.fields = append(f.fields, fieldForm{x.Field, x.As, wordLines(x.Values), x.Default, x.Constant, string(x.Owner), x.NotSent})
	}
	return f
}

// withEmptyRows adds rows to fill in.
func (f *wordsForm) withEmptyRows() {
	for range min(emptyRows, mapping.MaxFields-len(f.fields)) {
		f.fields = append(f.fields, fieldForm{})
	}
}

func readWordsForm(c *ui.Call, titles []string) wordsForm {
	f := wordsForm{customers: c.Value("customers"), files: c.Value("files"), types: c.Value("types"), size: c.Value("size"), allow: c.Value("allow"),
		prefix: c.Value("prefix"), rename: c.R.FormValue("rename"), titles: titles}
	for n := range mapping.MaxFields {
		x := fieldForm{c.Value(rowName("field", n)), c.Value(rowName("as", n)), c.R.FormValue(rowName("values", n)), c.Value(rowName("other", n)),
			c.Value(rowName("constant", n)), c.Value(rowName("owner", n)), c.Checked(rowName("notsent", n))}
		if x != (fieldForm{}) {
			f.fields = append(f.fields, x)
		}
	}
	return f
}

// onto puts the form onto a map. What cannot be read is a fault of its input.
func (f *wordsForm) onto(c *ui.Call, m *desk.ShareMap) error {
	faults := desk.Faults{}
	lines := func(input, text string) map[string]string {
		words, wrong := readWordLines(text)
		if wrong != "" {
			faults.Add(input, "InvalidValue", c.T("map.lines.fault", wrong))
		}
		return words
	}
	m.Customers, m.Files = desk.CustomerName(f.customers), desk.FilesMap{None: f.files == filesNone}
	if f.files == filesSome {
		m.Files.Types = strings.Fields(strings.ReplaceAll(f.types, ",", " "))
		if size, err := strconv.ParseFloat(f.size, 64); err == nil && size > 0 && size < 1<<20 {
			m.Files.MaxSize = int64(size * megabyte)
		} else if f.size != "" {
			faults.Add("size", "InvalidValue", c.T("map.size.fault"))
		}
	}
	m.Tags = desk.TagsMap{Allow: strings.Fields(strings.ReplaceAll(f.allow, ",", " ")), Prefix: f.prefix, Rename: lines("rename", f.rename)}
	m.Fields = nil
	for n, x := range f.fields {
		m.Fields = append(m.Fields, desk.FieldMap{Field: x.field, As: x.as, Values: lines(rowName("values", n), x.values), Default: x.other,
			Constant: x.constant, NotSent: x.notSent, Owner: desk.FieldOwner(x.owner)})
	}
	return faults.Err()
}

// readWordLines reads lines of "here = there", and gives the first that is none.
func readWordLines(text string) (words map[string]string, wrong string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		here, there, ok := strings.Cut(line, "=")
		if !ok {
			return words, line
		}
		if words == nil {
			words = map[string]string{}
		}
		words[strings.TrimSpace(here)] = strings.TrimSpace(there)
	}
	return words, ""
}

func wordLines(words map[string]string) string {
	var lines []string
	for _, here := range slices.Sorted(maps.Keys(words)) {
		lines = append(lines, here+" = "+words[here])
	}
	return strings.Join(lines, "\n")
}

// wordFaults are faults of a map by the names of the form's inputs.
func wordFaults(path string) string {
	for _, start := range [...]struct{ path, input string }{{"attachments.types", "types"}, {"attachments.max_size", "size"}, {"tags.allow", "allow"},
		{"tags.prefix", "prefix"}, {"tags", "rename"}} {
		if strings.HasPrefix(path, start.path) {
			return start.input
		}
	}
	rest, isField := strings.CutPrefix(path, "fields[")
	row, member, ok := strings.Cut(rest, "]")
	if n, err := strconv.Atoi(row); isField && ok && err == nil {
		member = strings.TrimPrefix(member, ".")
		if member == "" {
			member = "constant"
		}
		return rowName(member, n)
	}
	return path
}

func choices(ctx context.Context, key string, values ...string) (out []ui.Option) {
	for _, v := range values {
		out = append(out, ui.Option{Value: v, Label: text.T(ctx, key+v)})
	}
	return out
}

// titleOptions are the desk's fields, and one that a row has though the desk lacks it.
func titleOptions(ctx context.Context, titles []string, chosen string) []ui.Option {
	out := []ui.Option{{Label: text.T(ctx, "word.none")}}
	if chosen != "" && !slices.Contains(titles, chosen) {
		titles = append(slices.Clone(titles), chosen)
	}
	for _, title := range titles {
		out = append(out, ui.Option{Value: title, Label: title})
	}
	return out
}
