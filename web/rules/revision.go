package rules

import (
	"slices"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// revisionsModel is the history of a trigger.
type revisionsModel struct {
	id    desk.TriggerID
	title string
	gone  bool // the trigger was deleted
	all   []revisionRow
}

type revisionRow struct {
	store.TriggerRevision
	author  string
	summary string
	marks   []diffLine // against the revision before
}

// diffLine is one difference: a text that came or went.
type diffLine struct {
	added bool
	words string
}

func showRevisions(c *ui.Call) error {
	id, err := triggerID(c)
	if err != nil {
		return err
	}
	m := revisionsModel{id: id}
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error { return m.read(c, tx, actor) })
	if err != nil {
		return err
	}
	return c.ShowAdmin("triggers", c.T("rules.history.title", m.title), 0, revisionsPage(m))
}

// maxRevisions is how many revisions are shown, the newest.
const maxRevisions = 100

func (m *revisionsModel) read(c *ui.Call, tx *store.Tx, actor *admin.Actor) error {
	all, err := actor.TriggerRevisions(c.Ctx(), m.id)
	if err != nil {
		return err
	}
	if _, err := actor.Trigger(c.Ctx(), m.id); err != nil {
		if m.gone = desk.KindOf(err) == desk.NotFound; !m.gone {
			return err
		}
	}
	m.title = all[0].Trigger.Title
	all = all[:min(len(all), maxRevisions)]
	authors := map[int]desk.UserID{}
	for _, r := range all {
		authors[r.Trigger.Revision] = r.Author
	}
	names, err := namesOf(c, tx, actor, authors)
	if err != nil {
		return err
	}
	var before []string
	for _, r := range slices.Backward(all) {
		b := newBuilder(c, actor.Config, condition.Trigger)
		b.fillFrom(r.Trigger.Conditions, r.Trigger.Actions)
		if err := b.fillLines(c.Ctx(), tx); err != nil {
			return err
		}
		now := b.sentencesOf(c, &r.Trigger)
		row := revisionRow{TriggerRevision: r, author: names[r.Author], summary: b.summary(c.Ctx()), marks: diffLines(before, now)}
		if before == nil {
			row.marks = nil
		}
		m.all, before = append(m.all, row), now
	}
	slices.Reverse(m.all)
	return nil
}

// sentencesOf is a trigger in lines that can be compared.
func (b *builder) sentencesOf(c *ui.Call, t *desk.Trigger) []string {
	state := c.T("word.inactive")
	if t.Active {
		state = c.T("word.active")
	}
	out := []string{state, c.T("rules.history.name", t.Title)}
	if t.Description != "" {
		out = append(out, c.T("rules.history.description", clipText(t.Description)))
	}
	for _, group := range []struct {
		key  string
		list []*line
	}{{"rules.history.all", b.all}, {"rules.history.any", b.any}, {"rules.history.do", b.do}} {
		for _, words := range b.phrases(c.Ctx(), group.list) {
			out = append(out, c.T(group.key, words))
		}
	}
	return out
}

// diffLines are what went, then what came.
func diffLines(before, now []string) (out []diffLine) {
	for _, words := range before {
		if !slices.Contains(now, words) {
			out = append(out, diffLine{false, words})
		}
	}
	for _, words := range now {
		if !slices.Contains(before, words) {
			out = append(out, diffLine{true, words})
		}
	}
	return out
}
