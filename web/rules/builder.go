package rules

import (
	"context"
	"strconv"
	"strings"

	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/web/ui"
)

// maxLines is how many lines of a branch a form may have.
const maxLines = 200

// builder is a rule as its author sees it: lines to fill in.
type builder struct {
	place condition.Place
	cfg   *desk.Config
	offer rule.Catalogue
	texts func(key string) (string, bool)
	names map[string]string // of people and organizations that lines name by id

	all, any, do []*line
}

func newBuilder(c *ui.Call, cfg *desk.Config, place condition.Place) *builder {
	return &builder{place: place, cfg: cfg, offer: rule.Definitions(cfg, place), names: map[string]string{},
		texts: func(key string) (string, bool) { return c.T(key), c.Text.Has(key) }}
}

// placeName is a place as addresses spell it.
func placeName(p condition.Place) string {
	switch p {
	case condition.Trigger:
		return "trigger"
	case condition.Automation:
		return "automation"
	case condition.Macro:
		return "macro"
	case condition.Policy:
		return "policy"
	}
	return "view"
}

func (b *builder) labelText(key string) string {
	words, _ := b.texts(key)
	return words
}

func (b *builder) branch(name string) *[]*line {
	switch name {
	case branchAll:
		return &b.all
	case branchAny:
		return &b.any
	}
	return &b.do
}

func (b *builder) lines() []*line {
	var out []*line
	for _, list := range [][]*line{b.all, b.any, b.do} {
		out = append(out, list...)
	}
	return out
}

// add puts a line at the end of a branch.
func (b *builder) add(branch string, l line) *line {
	list := b.branch(branch)
	l.branch = branch
	if l.key == "" {
		l.key = b.freshKey(branch)
	}
	*list = append(*list, &l)
	return &l
}

func (b *builder) freshKey(branch string) string {
	n := 0
	for _, l := range *b.branch(branch) {
		if k, err := strconv.Atoi(l.key); err == nil {
			n = max(n, k)
		}
	}
	return strconv.Itoa(n + 1)
}

// fillFrom fills the builder with a rule.
func (b *builder) fillFrom(tree condition.Tree, actions []desk.Action) {
	for branch, list := range map[string]condition.Conditions{branchAll: tree.All, branchAny: tree.Any} {
		for _, one := range list {
			b.add(branch, line{field: one.Field, operator: string(one.Operator.Canonical()), values: b.conditionValues(one)})
		}
	}
	for _, a := range actions {
		b.add(branchDo, line{field: a.Field, values: b.actionValues(a)})
	}
}

// addEmptyLines gives a fresh rule its first, empty lines.
func (b *builder) addEmptyLines() {
	if b.place != condition.Macro && len(b.all)+len(b.any) == 0 {
		b.add(branchAll, line{})
	}
	if b.place != condition.View && b.place != condition.Policy && len(b.do) == 0 {
		b.add(branchDo, line{})
	}
}

// fillLines reads the names that lines need and gives each line its choices.
func (b *builder) fillLines(ctx context.Context, tx *store.Tx) error {
	if err := b.searchOptions(ctx, tx); err != nil {
		return err
	}
	if err := b.readNames(ctx, tx); err != nil {
		return err
	}
	for _, l := range b.lines() {
		b.fillChoices(l)
	}
	return nil
}

// readNames finds out who and what is meant by ids of people and organizations.
func (b *builder) readNames(ctx context.Context, tx *store.Tx) error {
	var people []desk.UserID
	var organizations []desk.OrganizationID
	for _, l := range b.lines() {
		refers := b.refers(l)
		for _, v := range l.values {
			n, err := strconv.ParseInt(v, 10, 64)
			switch {
			case err != nil || n <= 0:
			case refers == desk.RefersToOrganizations:
				organizations = append(organizations, desk.OrganizationID(n))
			case refers == desk.RefersToPeople:
				people = append(people, desk.UserID(n))
			}
		}
	}
	users, err := tx.UsersByID(ctx, people)
	if err != nil {
		return err
	}
	for _, u := range users {
		b.names[ui.IDText(u.ID)] = personTitle(&u)
	}
	found, err := tx.OrganizationsByID(ctx, organizations)
	for _, o := range found {
		b.names[ui.IDText(o.ID)] = o.Name
	}
	return err
}

func personTitle(u *desk.User) string {
	if u.Email == "" {
		return u.Name
	}
	return u.Name + " <" + u.Email + ">"
}

// nameOf is what a value that is offered no more, or not offered but searched, is called.
func (b *builder) nameOf(value string) string {
	if name, ok := b.names[value]; ok {
		return name
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil && b.cfg.Agreements[desk.AgreementID(n)].Name != "" {
		return b.cfg.Agreements[desk.AgreementID(n)].Name
	}
	return value
}

// tree is the conditions of the lines that are filled in; blame tells which line each became.
func (b *builder) tree() (t condition.Tree, blame map[string]*line) {
	blame = map[string]*line{}
	for _, branch := range []string{branchAll, branchAny} {
		var list condition.Conditions
		for _, l := range *b.branch(branch) {
			if l.field == "" {
				continue
			}
			blame[branch+"["+strconv.Itoa(len(list))+"]"] = l
			list = append(list, b.toCondition(l))
		}
		if branch == branchAll {
			t.All = list
		} else {
			t.Any = list
		}
	}
	return t, blame
}

func (b *builder) actions() (list []desk.Action, blame map[string]*line) {
	blame = map[string]*line{}
	for _, l := range b.do {
		if l.field == "" {
			continue
		}
		blame["actions["+strconv.Itoa(len(list))+"]"] = l
		list = append(list, b.toAction(l))
	}
	return list, blame
}

// assignFaults puts the faults of a check beside their lines; what is about none stays where it was.
func (b *builder) assignFaults(f ui.Faults) ui.Faults {
	_, where := b.tree()
	_, acts := b.actions()
	for k, l := range acts {
		where[k] = l
	}
	out := ui.Faults{}
	for field, list := range f {
		for _, words := range list {
			l, short := lineOf(where, words)
			if l == nil {
				out[field] = append(out[field], words)
				continue
			}
			l.faults = append(l.faults, short)
			at := l.name("field")
			out[at] = append(out[at], short)
		}
	}
	return out
}

// lineOf takes the path, such as "all[0].value", out of a fault's words.
func lineOf(where map[string]*line, words string) (*line, string) {
	for path, l := range where {
		if i := strings.Index(words, path); i >= 0 {
			if _, rest, ok := strings.Cut(words[i:], ": "); ok {
				return l, rest
			}
		}
	}
	return nil, words
}
