package api

import (
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

func tagRoutes() []route {
	return []route{
		{"GET", "/tags", agents, (*call).listTags},
		{"GET", "/tags/count", agents, (*call).countTags},
		{"GET", "/autocomplete/tags", agents, (*call).autocompleteTags},
		{"GET", "/users/{id}/tags", agents, (*call).userTags},
		{"GET", "/organizations/{id}/tags", agents, (*call).organizationTags},
	}
}

// tagJSON is a tag and how many tickets have it.
type tagJSON struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

func tagOf(t store.TagCount) tagJSON { return tagJSON{t.Tag, t.Count} }

func (c *call) listTags() error {
	return list(c, listing[store.TagCount]{
		key:   "tags",
		page:  func(tx *store.Tx, p store.Page) (store.Listed[store.TagCount], error) { return tx.Tags(c.ctx(), p) },
		count: c.tagCount,
		show:  each(tagOf),
	})
}

// maxTagCount is how many tags are counted.
const maxTagCount = store.MaxPage

// tagCount walks the tags in use, of which a desk has some hundreds.
func (c *call) tagCount(tx *store.Tx) (int, error) {
	all, err := tx.Tags(c.ctx(), store.Page{Limit: maxTagCount})
	return len(all.Items), err
}

func (c *call) countTags() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		n, err := c.tagCount(tx)
		return one("count", c.counted(n)), err
	})
}

// completions is how many tags are proposed.
const completions = 20

func (c *call) autocompleteTags() error {
	name := c.query.Get("name")
	if len([]rune(name)) < 2 {
		return httpkit.BadRequest("InvalidValue", "Parameter name must have two characters at least")
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		found, err := tx.TagsLike(c.ctx(), name, completions)
		names := make([]string, len(found))
		for i, t := range found {
			names[i] = t.Tag
		}
		return object{{"tags", names}, {"count", len(names)}}, err
	})
}

func (c *call) userTags() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachUser(tx)
		return one("tags", desk.NormalizeTags(u.Tags)), err
	})
}

func (c *call) organizationTags() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		o, err := c.reachOrganization(tx)
		return one("tags", desk.NormalizeTags(o.Tags)), err
	})
}
