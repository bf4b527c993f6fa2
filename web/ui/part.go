package ui

import (
	"errors"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"interdesk/desk"
)

// IDText is an id as addresses and inputs have it.
func IDText[I ~int64](id I) string { return strconv.FormatInt(int64(id), 10) }

// initial is the letter that stands for a name.
func initial(name string) string {
	r, _ := utf8.DecodeRuneInString(strings.TrimSpace(name))
	if r == utf8.RuneError {
		return "?"
	}
	return string(unicode.ToUpper(r))
}

// avatarHue is one of twelve colours for the avatar of a name, always the same.
func avatarHue(name string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return "hue-" + strconv.Itoa(int(h.Sum32()%12))
}

// PartnerShare is a desk that a ticket is shared with, or was to be.
type PartnerShare struct {
	Name  string
	State desk.ShareState
}

// PartnerShares are the desks that a ticket is shared with now, and those that did not get it.
func PartnerShares(cfg *desk.Config, t *desk.Ticket) []PartnerShare {
	var out []PartnerShare
	for _, s := range t.Shares {
		if a, ok := cfg.Agreements[s.Agreement]; ok && s.State != desk.ShareEnded {
			out = append(out, PartnerShare{a.Name, s.State})
		}
	}
	return out
}

// Faults is what is wrong with a form: sentences by the name of their input, "base" for the whole.
type Faults map[string][]string

// FaultsOf reads the faults of an Invalid error; ok is false for any other error, which is not about what was typed.
func FaultsOf(err error) (f Faults, ok bool) {
	e, is := errors.AsType[*desk.Error](err)
	if !is || e.Kind != desk.Invalid && e.Kind != desk.TooLarge && e.Kind != desk.Conflict {
		return nil, false
	}
	f = Faults{}
	for field, list := range e.Details {
		for _, d := range list {
			f[field] = append(f[field], d.Message)
		}
	}
	if len(f) == 0 {
		f["base"] = []string{e.Message}
	}
	return f, true
}

// Fields are the names of the faulty inputs, sorted, base first.
func (f Faults) Fields() []string {
	names := make([]string, 0, len(f))
	for n := range f {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		if (a == "base") != (b == "base") {
			if a == "base" {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return names
}

// Sentence is all faults, one after another.
func (f Faults) Sentence() string {
	var all []string
	for _, field := range f.Fields() {
		all = append(all, f[field]...)
	}
	return strings.Join(all, " ")
}

// Count is how many faults there are.
func (f Faults) Count() (n int) {
	for _, list := range f {
		n += len(list)
	}
	return n
}

// Input is one labelled input of a form.
type Input struct {
	Name     string
	Label    string // in the reader's language
	Value    string
	Type     string // "text" unless set
	Hint     string
	Required bool
	Faults   []string
	Options  []Option // of a Select
	Rows     int      // of a TextArea
	Attrs    map[string]any
}

// ID is the id of the input's element.
func (i Input) ID() string {
	return "in-" + strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(i.Name)
}

func (i Input) describedBy() string {
	var ids []string
	if i.Hint != "" {
		ids = append(ids, i.ID()+"-hint")
	}
	if len(i.Faults) > 0 {
		ids = append(ids, i.ID()+"-fault")
	}
	return strings.Join(ids, " ")
}

func (i Input) kind() string {
	if i.Type == "" {
		return "text"
	}
	return i.Type
}

// Option is one choice of a select.
type Option struct {
	Value, Label string
	Group        string // heading; options of one group stand together
}

// groupRuns splits options into runs of one group.
func groupRuns(options []Option) [][]Option {
	var out [][]Option
	for i, o := range options {
		if i == 0 || o.Group != options[i-1].Group {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], o)
	}
	return out
}
