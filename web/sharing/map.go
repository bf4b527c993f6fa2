package sharing

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/outbound"
	"interdesk/sharing/redaction"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

// mapModel is the page on which an admin says how what a partner sees differs from what stands here.
type mapModel struct {
	agreement desk.Agreement
	actions   map[string]string // of the detectors that every desk has; "": it is off
	own       []desk.Detector   // with a few empty ones to fill in
	words     wordsForm
	titles    []string // of the desk's fields
	revisions []mapRevision
	faults    ui.Faults
	tested    []outbound.Tested // of a test run; nil: none was asked for
}

// mapRevision is a revision as the page tells it.
type mapRevision struct {
	desk.ShareMapRevision
	by      string
	changes []agreement.MapChange
	current bool
}

// Bounds of the page: rows for new patterns, and how many revisions it shows.
const (
	emptyRows    = 2
	testedOnPage = 10
	maxRevisions = 20
)

func mapPath(id desk.AgreementID) string { return agreementPath(id) + "/map" }

func showMap(c *ui.Call) error {
	m, err := readMap(c)
	if err != nil {
		return err
	}
	return mapPage(c, m, 0)
}

func mapPage(c *ui.Call, m mapModel, status int) error {
	return c.Show(ui.Page{Title: c.T("map.title", m.agreement.Name), Shell: ui.Admin, Current: "partners", Status: status, Body: mapForm(m)})
}

func readMap(c *ui.Call) (m mapModel, err error) {
	id, err := c.ID("id")
	if err != nil {
		return m, err
	}
	err = c.Read(func(tx *store.Tx) error {
		if m.agreement, err = tx.Agreement(c.Ctx(), desk.AgreementID(id)); err != nil {
			return err
		}
		config, err := tx.Config(c.Ctx())
		if err != nil {
			return err
		}
		for _, f := range sharing.SyncedFields(config) {
			m.titles = append(m.titles, f.Title)
		}
		slices.Sort(m.titles)
		found, err := tx.ShareMapRevisions(c.Ctx(), m.agreement.ID, 0, maxRevisions+1)
		if err != nil {
			return err
		}
		return m.readRevisions(c, tx, found)
	})
	m.fill(m.agreement.Map.Redaction, wordsFormOf(&m.agreement.Map, m.titles))
	return m, err
}

func (m *mapModel) readRevisions(c *ui.Call, tx *store.Tx, found []desk.ShareMapRevision) error {
	for n := range min(len(found), maxRevisions) {
		r := mapRevision{ShareMapRevision: found[n], current: n == 0}
		var was desk.ShareMap
		if n+1 < len(found) {
			was = found[n+1].Map
		}
		r.changes = agreement.CompareMaps(was, r.Map)
		switch u, err := tx.User(c.Ctx(), r.By); {
		case err == nil:
			r.by = u.Name
		case desk.KindOf(err) != desk.NotFound:
			return err
		}
		m.revisions = append(m.revisions, r)
	}
	return nil
}

// fill fills in the form.
func (m *mapModel) fill(all []desk.Detector, words wordsForm) {
	m.words = words
	m.words.withEmptyRows()
	m.actions, m.own = map[string]string{}, nil
	for _, d := range all {
		if d.Kind == redaction.OwnPattern {
			m.own = append(m.own, d)
		} else {
			m.actions[d.Kind] = string(d.Action)
		}
	}
	for range min(emptyRows, redaction.MaxPatterns-len(m.own)) {
		m.own = append(m.own, desk.Detector{Action: desk.ActionMask})
	}
}

// readDetectors reads the form: patterns without a name and a pattern are none.
func readDetectors(c *ui.Call) (out []desk.Detector) {
	for _, kind := range namedDetectors() {
		if action := c.Value("detector-" + kind); action != "" {
			out = append(out, desk.Detector{Kind: kind, Action: desk.DetectorAction(action)})
		}
	}
	for n := range redaction.MaxPatterns {
		d := desk.Detector{Kind: redaction.OwnPattern, Name: c.Value(rowName("name", n)), Pattern: c.Value(rowName("pattern", n)),
			Action: desk.DetectorAction(c.Value(rowName("action", n)))}
		if d.Name+d.Pattern != "" {
			out = append(out, d)
		}
	}
	return out
}

func rowName(member string, n int) string { return fmt.Sprintf("%s-%d", member, n) }

// namedDetectors are the kinds that every desk has.
func namedDetectors() (out []string) {
	for _, kind := range redaction.Kinds() {
		if kind != redaction.OwnPattern {
			out = append(out, kind)
		}
	}
	return out
}

// saveMap stores the map. What is wrong with it is said at the rows that have it.
func saveMap(c *ui.Call) error {
	m, err := readMap(c)
	if err != nil {
		return err
	}
	actor, err := actorOf(c)
	if err != nil {
		return err
	}
	next, words := m.agreement.Map, readWordsForm(c, m.titles)
	next.Redaction = readDetectors(c)
	if err = words.onto(c, &next); err == nil && c.Value("do") == "try" {
		if err = agreement.CheckMap(next); err == nil {
			return tryMap(c, m, actor, next, words)
		}
	} else if err == nil {
		_, err = c.Agreements.SetMap(c.Ctx(), c.Account.ID, actor, m.agreement.ID, next)
	}
	if faults, ok := ui.FaultsOf(err); ok {
		m.fill(next.Redaction, words)
		m.faults = mapFaults(faults, next.Redaction)
		return mapPage(c, m, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("map.saved"))
	return c.Redirect(mapPath(m.agreement.ID))
}

// tryMap shows what the map in the form would do to the last tickets. It is not stored.
func tryMap(c *ui.Call, m mapModel, actor desk.Actor, next desk.ShareMap, words wordsForm) error {
	tested, err := c.Outbox.TestMap(c.Ctx(), c.Account.ID, actor, m.agreement.ID, next, testedOnPage)
	if err != nil {
		return err
	}
	m.fill(next.Redaction, words)
	m.tested = append([]outbound.Tested{}, tested...)
	return mapPage(c, m, 0)
}

// mapFaults are faults by the names of the form's inputs.
func mapFaults(faults ui.Faults, all []desk.Detector) ui.Faults {
	out := ui.Faults{}
	for path, words := range faults {
		name, row := wordFaults(path), 0
		for n, d := range all {
			member, is := strings.CutPrefix(path, "redaction["+strconv.Itoa(n)+"].")
			switch {
			case is && d.Kind == redaction.OwnPattern:
				name = rowName(member, row)
			case is:
				name = "detector-" + d.Kind
			}
			if d.Kind == redaction.OwnPattern {
				row++
			}
		}
		out[name] = words
	}
	return out
}

// revertMap makes the map what it was.
func revertMap(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	actor, err := actorOf(c)
	if err != nil {
		return err
	}
	if _, err := c.Agreements.RevertMap(c.Ctx(), c.Account.ID, actor, desk.AgreementID(id), int(c.Number("revision"))); err != nil {
		return err
	}
	c.ToastSuccess(c.T("map.reverted"))
	return c.Redirect(mapPath(desk.AgreementID(id)))
}

// actionOptions are what can happen to what a detector finds.
func actionOptions(ctx context.Context, off bool) (out []ui.Option) {
	if off {
		out = append(out, ui.Option{Label: text.T(ctx, "map.action.off")})
	}
	for _, a := range [...]desk.DetectorAction{desk.ActionMask, desk.ActionDrop, desk.ActionHold} {
		out = append(out, ui.Option{Value: string(a), Label: text.T(ctx, "map.action."+string(a))})
	}
	return out
}

// changeWords is a difference between two revisions in one line.
func changeWords(ctx context.Context, x agreement.MapChange) string {
	none := text.T(ctx, "word.none")
	word := func(value string) string {
		if value == "" {
			return none
		}
		return value
	}
	return x.Path + ": " + word(x.Was) + " → " + word(x.Now)
}
