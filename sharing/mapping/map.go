package mapping

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"interdesk/desk"
)

// Bounds of a map.
const (
	MaxTags   = 200 // entries of the list of tags that leave, and of those that are called otherwise there
	MaxFields = 100
	MaxValues = 200 // of one field
	MaxTypes  = 50
	MaxWord   = 255 // bytes of a title, a value or a type
	maxPrefix = 40
)

// Map translates under one agreement. Its zero value changes nothing.
type Map struct {
	m      desk.ShareMap
	allow  map[string]bool
	back   map[string]string // a tag's name there → here
	byOwn  map[string]*field
	byName map[string]*field // by the title there
}

// New makes ready what was checked before.
func New(m desk.ShareMap) *Map {
	out := &Map{m: m, allow: map[string]bool{}, back: map[string]string{}, byOwn: map[string]*field{}, byName: map[string]*field{}}
	for _, tag := range m.Tags.Allow {
		out.allow[tag] = true
	}
	for here, there := range m.Tags.Rename {
		out.back[there] = here
	}
	for n := range m.Fields {
		f := newField(&m.Fields[n])
		out.byOwn[fold(m.Fields[n].Field)] = f
		out.byName[fold(f.there)] = f
	}
	return out
}

func fold(title string) string { return strings.ToLower(strings.TrimSpace(title)) }

// Check says what is wrong with a map, by the path of each fault.
func Check(m desk.ShareMap) error {
	faults := desk.Faults{}
	if !m.Customers.Known() {
		faults.Add("customers", "InvalidValue", "Customers: must be full_name, initials or none")
	}
	checkFiles(faults, &m.Files)
	checkTags(faults, &m.Tags)
	checkFields(faults, m.Fields)
	return faults.Err()
}

func checkFiles(faults desk.Faults, f *desk.FilesMap) {
	if len(f.Types) > MaxTypes {
		faults.Add("attachments.types", "TooManyValues", "Attachments: at most "+strconv.Itoa(MaxTypes)+" types")
	}
	for n, kind := range f.Types {
		if major, minor, ok := strings.Cut(kind, "/"); !ok || major == "" || minor == "" || len(kind) > MaxWord || strings.ContainsAny(kind, " \t\n") {
			faults.Add("attachments.types["+strconv.Itoa(n)+"]", "InvalidValue", "Attachments: a type is such as image/png or image/*")
		}
	}
	if f.MaxSize < 0 {
		faults.Add("attachments.max_size", "InvalidValue", "Attachments: a size is not below 0")
	}
}

// File tells whether a file goes along.
func (m *Map) File(contentType string, size int64) bool {
	f := &m.m.Files
	if f.None || f.MaxSize > 0 && size > f.MaxSize {
		return false
	}
	if len(f.Types) == 0 {
		return true
	}
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	kind = strings.TrimSpace(kind)
	for _, allowed := range f.Types {
		major, any := strings.CutSuffix(strings.ToLower(allowed), "/*")
		if kind == strings.ToLower(allowed) || any && strings.HasPrefix(kind, major+"/") {
			return true
		}
	}
	return false
}

// nobody stands for a customer without a name.
const nobody = "Customer"

// Customer is a customer's name as the partner hears it.
func (m *Map) Customer(name string) string {
	switch m.m.Customers {
	case desk.CustomersByInitials:
		return initials(name)
	case desk.CustomersUnnamed:
		return nobody
	}
	return name
}

func initials(name string) string {
	var out strings.Builder
	for _, word := range strings.FieldsFunc(name, func(c rune) bool { return unicode.IsSpace(c) || c == '-' }) {
		if c, _ := utf8.DecodeRuneInString(word); unicode.IsLetter(c) {
			out.WriteRune(unicode.ToUpper(c))
			out.WriteByte('.')
		}
	}
	if out.Len() == 0 {
		return nobody
	}
	return out.String()
}
