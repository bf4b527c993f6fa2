package rules

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// Where the inputs of a builder find what cannot be listed.
const (
	searchPeople        = "/agent/rules/people"
	searchOrganizations = "/agent/rules/organizations"
	searchTags          = "/agent/rules/tags"
)

// maxFound is how many of what was found are offered.
const maxFound = 20

func builderRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /agent/rules/line", Who: ui.Staff, Serve: showLine},
		{Pattern: "POST /agent/rules/summary", Who: ui.Staff, Serve: showSummary},
		{Pattern: "GET " + searchPeople, Who: ui.Staff, Serve: findPeople},
		{Pattern: "GET " + searchOrganizations, Who: ui.Staff, Serve: findOrganizations},
		{Pattern: "GET " + searchTags, Who: ui.Staff, Serve: findTags},
	}
}

// searchFor tells where what ids name is searched; "" where it is not.
func searchFor(refers string) string {
	switch refers {
	case desk.RefersToPeople:
		return searchPeople
	case desk.RefersToOrganizations:
		return searchOrganizations
	}
	return ""
}

// refers tells what the ids among a line's values name.
func (b *builder) refers(l *line) string {
	if l.branch == branchDo {
		if d := b.actionDefinition(l.field); d != nil {
			return d.Refers
		}
		return ""
	}
	if d := b.conditionDefinition(l.field); d != nil {
		return d.Refers
	}
	return ""
}

// placeOf reads which kind of rule is built.
func placeOf(c *ui.Call) (condition.Place, error) {
	for _, p := range []condition.Place{condition.Trigger, condition.Automation, condition.Macro, condition.View, condition.Policy} {
		if c.R.FormValue("place") == placeName(p) {
			return p, nil
		}
	}
	return 0, desk.Missing()
}

// showLine answers with one line: a fresh one, or one whose field was changed.
func showLine(c *ui.Call) error {
	place, err := placeOf(c)
	if err != nil {
		return err
	}
	branch, key := c.Value("branch"), c.Value("key")
	if branch != branchAll && branch != branchAny && branch != branchDo {
		return desk.Missing()
	}
	if !keyForm.MatchString(key) { // a fresh one: its key must be none that the form has
		key = "n" + strconv.FormatInt(c.Clock().UnixMicro()%1e11, 36)
	}
	var b *builder
	var l *line
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		b = newBuilder(c, actor.Config, place)
		l = b.add(branch, readLine(c, branch, key))
		return b.fillLines(c.Ctx(), tx)
	})
	if err != nil {
		return err
	}
	return c.Fragment(http.StatusOK, lineRow(b, l))
}

// showSummary answers with the rule in words, and what is odd about it.
func showSummary(c *ui.Call) error {
	place, err := placeOf(c)
	if err != nil {
		return err
	}
	var b *builder
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		b = newBuilder(c, actor.Config, place)
		b.parse(c)
		return b.fillLines(c.Ctx(), tx)
	})
	if err != nil {
		return err
	}
	return c.Fragment(http.StatusOK, summaryText(b, desk.TriggerID(c.Number("id"))))
}

// searchOptions does, without script, what typing into a searched input does with it: what a line's "find" finds is offered.
func (b *builder) searchOptions(ctx context.Context, tx *store.Tx) error {
	for _, l := range b.lines() {
		if l.find == "" {
			continue
		}
		found, err := lookUp(ctx, tx, searchFor(b.refers(l)), l.find)
		if err != nil {
			return err
		}
		for _, o := range found {
			b.names[o.Value] = o.Label
			l.found = append(l.found, o.Value)
		}
		if len(found) > 0 {
			l.values = []string{found[0].Value}
		}
	}
	return nil
}

func lookUp(ctx context.Context, tx *store.Tx, where, match string) ([]ui.Option, error) {
	var out []ui.Option
	switch where {
	case searchPeople:
		found, err := tx.Users(ctx, store.UserFilter{Match: match}, store.Page{Limit: maxFound})
		for _, u := range found.Items {
			out = append(out, ui.Option{Value: ui.IDText(u.ID), Label: personTitle(&u)})
		}
		return out, err
	case searchOrganizations:
		found, err := tx.Organizations(ctx, match, store.Page{Limit: maxFound})
		for _, o := range found.Items {
			out = append(out, ui.Option{Value: ui.IDText(o.ID), Label: o.Name})
		}
		return out, err
	case searchTags:
		found, err := tx.TagsLike(ctx, match, maxFound)
		for _, tag := range found {
			out = append(out, ui.Option{Value: tag, Label: tag})
		}
		return out, err
	}
	return nil, nil
}

func findPeople(c *ui.Call) error        { return answerFound(c, searchPeople) }
func findOrganizations(c *ui.Call) error { return answerFound(c, searchOrganizations) }
func findTags(c *ui.Call) error          { return answerFound(c, searchTags) }

// answerFound answers as inputs that search expect it: [{"value","text"}].
func answerFound(c *ui.Call, where string) error {
	type option struct {
		Value string `json:"value"`
		Text  string `json:"text"`
	}
	out := []option{}
	match := c.Value("q")
	err := c.Read(func(tx *store.Tx) error {
		if match == "" {
			return nil
		}
		found, err := lookUp(c.Ctx(), tx, where, match)
		for _, o := range found {
			out = append(out, option{o.Value, o.Label})
		}
		return err
	})
	if err != nil {
		return err
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	_, err = c.W.Write(raw)
	return err
}
