package api

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"interdesk/admin"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

func triggerRoutes() []route {
	return []route{
		{"GET", "/triggers", agents, (*call).listTriggers},
		{"GET", "/triggers/active", agents, (*call).listActiveTriggers},
		{"GET", "/triggers/search", agents, (*call).searchTriggers},
		{"GET", "/triggers/definitions", agents, (*call).triggerDefinitions},
		{"GET", "/triggers/{id}", agents, (*call).showTrigger},
		{"GET", "/triggers/{id}/revisions", admins, (*call).listTriggerRevisions},
		{"GET", "/triggers/{id}/revisions/{revision}", admins, (*call).showTriggerRevision},
		{"POST", "/triggers", admins, (*call).createTrigger},
		{"PUT", "/triggers/{id}", admins, (*call).updateTrigger},
		{"DELETE", "/triggers/{id}", admins, (*call).deleteTrigger},
		{"PUT", "/triggers/update_many", admins, (*call).updateManyTriggers},
		{"DELETE", "/triggers/destroy_many", admins, (*call).destroyManyTriggers},
		{"PUT", "/triggers/reorder", admins, (*call).reorderTriggers},
	}
}

// triggerJSON is a trigger.
type triggerJSON struct {
	URL         string         `json:"url"`
	ID          desk.TriggerID `json:"id"`
	Title       string         `json:"title"`
	RawTitle    string         `json:"raw_title"`
	Active      bool           `json:"active"`
	Default     bool           `json:"default"`
	Description string         `json:"description"`
	Position    int            `json:"position"`
	CategoryID  string         `json:"category_id"`
	Conditions  condition.Tree `json:"conditions"`
	Actions     []desk.Action  `json:"actions"`
	CreatedAt   string         `json:"created_at"`
	UpdatedAt   string         `json:"updated_at"`
}

func (c *call) triggerOf(t desk.Trigger) triggerJSON {
	return triggerJSON{URL: c.url("triggers", int64(t.ID)), ID: t.ID, Title: t.Title, RawTitle: t.Title, Active: t.Active,
		Description: t.Description, Position: t.Position, CategoryID: idString(t.Category), Conditions: t.Conditions,
		Actions: nonNil(t.Actions), CreatedAt: formatTime(t.CreatedAt), UpdatedAt: formatTime(t.UpdatedAt)}
}

func triggerID(t desk.Trigger) int64 { return int64(t.ID) }

func (c *call) listTriggers() error { return c.triggersWhere(func(desk.Trigger) bool { return true }) }

func (c *call) listActiveTriggers() error {
	return c.triggersWhere(func(t desk.Trigger) bool { return t.Active })
}

func (c *call) searchTriggers() error {
	query := strings.ToLower(c.query.Get("query"))
	return c.triggersWhere(func(t desk.Trigger) bool { return strings.Contains(strings.ToLower(t.Title), query) })
}

// triggersWhere lists triggers in the order they run, or as sort_by says; active and category_id narrow the list.
func (c *call) triggersWhere(fits func(desk.Trigger) bool) error {
	category := c.query.Get("category_id")
	return answerWholeList(c, "triggers", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]desk.Trigger, error) {
		all, err := actor.Triggers(c.ctx())
		all = slices.DeleteFunc(all, func(t desk.Trigger) bool {
			return !fits(t) || c.query.Has("active") && c.queryFlag("active") != t.Active || category != "" && category != idString(t.Category)
		})
		c.sortRules(len(all), func(by string) {
			sortBy(all, by, func(t desk.Trigger) ruleKeys {
				return ruleKeys{t.Title, t.CreatedAt.UnixMicro(), t.UpdatedAt.UnixMicro()}
			})
		})
		return all, err
	}), triggerID, showEach(c.triggerOf))
}

// ruleKeys are what lists of rules can be sorted by beside their position.
type ruleKeys struct {
	title            string
	created, updated int64
}

// sortRules calls sort when the query names another order than the rules' own.
func (c *call) sortRules(n int, sort func(by string)) {
	by := c.query.Get("sort_by")
	if s := c.query.Get("sort"); s != "" {
		by = s
	} else if c.query.Get("sort_order") == "desc" && by != "" {
		by = "-" + by
	}
	if n > 1 && strings.TrimPrefix(by, "-") != "position" && by != "" {
		sort(by)
	}
}

func sortBy[T any](rows []T, by string, keys func(T) ruleKeys) {
	name, down := strings.CutPrefix(by, "-")
	slices.SortStableFunc(rows, func(a, b T) int {
		x, y, order := keys(a), keys(b), 0
		switch name {
		case "alphabetical", "title":
			order = cmp.Compare(strings.ToLower(x.title), strings.ToLower(y.title))
		case "created_at":
			order = cmp.Compare(x.created, y.created)
		case "updated_at":
			order = cmp.Compare(x.updated, y.updated)
		}
		if down {
			return -order
		}
		return order
	})
}

func (c *call) triggerDefinitions() error { return c.showDefinitions(condition.Trigger) }

// showDefinitions tells rule builders what there is to choose from.
func (c *call) showDefinitions(place condition.Place) error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return nil, err
		}
		return objectOf("definitions", rule.Definitions(cfg, place)), nil
	})
}

func (c *call) showTrigger() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		t, err := actor.Trigger(c.ctx(), desk.TriggerID(id))
		return objectOf("trigger", c.triggerOf(t)), err
	}))
}

// revisionJSON is a trigger as it stood after one edit. Its id is what audits name as revision_id.
type revisionJSON struct {
	URL       string       `json:"url"`
	ID        int          `json:"id"`
	AuthorID  desk.UserID  `json:"author_id"`
	CreatedAt string       `json:"created_at"`
	Snapshot  snapshotJSON `json:"snapshot"`
}

type snapshotJSON struct {
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Active      bool           `json:"active"`
	Conditions  condition.Tree `json:"conditions"`
	Actions     []desk.Action  `json:"actions"`
}

func (c *call) revisionOf(r store.TriggerRevision) revisionJSON {
	t := r.Trigger
	return revisionJSON{URL: c.url("triggers", int64(t.ID), "revisions", int64(t.Revision)), ID: t.Revision, AuthorID: authorID(r.Author),
		CreatedAt: formatTime(r.At), Snapshot: snapshotJSON{t.Title, t.Description, t.Active, t.Conditions, nonNil(t.Actions)}}
}

// authorID is -1 for the system, as clients know it.
func authorID(u desk.UserID) desk.UserID {
	if u == 0 {
		return -1
	}
	return u
}

func (c *call) listTriggerRevisions() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return answerWholeList(c, "trigger_revisions", asActor(c, func(_ *store.Tx, actor *admin.Actor) ([]store.TriggerRevision, error) {
		return actor.TriggerRevisions(c.ctx(), desk.TriggerID(id))
	}), func(r store.TriggerRevision) int64 { return int64(r.Trigger.Revision) }, showEach(c.revisionOf))
}

func (c *call) showTriggerRevision() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	revision, err := strconv.Atoi(c.r.PathValue("revision"))
	if err != nil {
		return desk.Missing()
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		r, err := actor.TriggerRevision(c.ctx(), desk.TriggerID(id), revision)
		return objectOf("trigger_revision", c.revisionOf(r)), err
	}))
}
