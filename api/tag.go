package api

import (
	"net/http"
	"slices"

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
		{"POST", "/users/{id}/tags", agents, (*call).changeUserTags},
		{"PUT", "/users/{id}/tags", agents, (*call).changeUserTags},
		{"DELETE", "/users/{id}/tags", agents, (*call).changeUserTags},
		{"GET", "/organizations/{id}/tags", agents, (*call).organizationTags},
		{"POST", "/organizations/{id}/tags", agents, (*call).changeOrganizationTags},
		{"PUT", "/organizations/{id}/tags", agents, (*call).changeOrganizationTags},
		{"DELETE", "/organizations/{id}/tags", agents, (*call).changeOrganizationTags},
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

// changeUserTags sets, adds or removes tags of a user, as the method says.
func (c *call) changeUserTags() error {
	return c.retag(func(tx *store.Tx, change func(before []string) texts) ([]string, error) {
		u, err := c.reachUser(tx)
		if err == nil {
			u, err = c.storeUser(tx, &userInput{Tags: change(u.Tags)}, u, "")
		}
		return u.Tags, err
	})
}

// changeOrganizationTags does the same to an organization.
func (c *call) changeOrganizationTags() error {
	return c.retag(func(tx *store.Tx, change func(before []string) texts) ([]string, error) {
		o, err := c.reachOrganization(tx)
		if err == nil {
			o, err = c.storeOrganization(tx, &organizationInput{Tags: change(o.Tags)}, o)
		}
		return o.Tags, err
	})
}

// retag reads tags and has them stored in place of those there are (POST), beside them (PUT) or out of them (DELETE).
func (c *call) retag(keep func(tx *store.Tx, change func(before []string) texts) ([]string, error)) error {
	var in struct {
		Tags texts `json:"tags"`
	}
	if err := c.whole(&in); err != nil {
		return err
	}
	if !in.Tags.set {
		return httpkit.BadRequest("InvalidValue", "Parameter tags is required")
	}
	given := splitTags(in.Tags.v)
	change := func(before []string) texts {
		switch c.r.Method {
		case http.MethodPut:
			return texts{set: true, v: append(slices.Clone(before), given...)}
		case http.MethodDelete:
			return texts{set: true, v: slices.DeleteFunc(slices.Clone(before), func(t string) bool { return slices.Contains(given, t) })}
		}
		return texts{set: true, v: given}
	}
	var now []string
	if err := c.write(func(tx *store.Tx) (err error) {
		now, err = keep(tx, change)
		return err
	}); err != nil {
		return err
	}
	c.Access.Forget(c.account)
	switch c.r.Method {
	case http.MethodDelete:
		return c.gone()
	case http.MethodPost:
		return c.answer(http.StatusCreated, one("tags", desk.NormalizeTags(now)))
	}
	return c.ok(one("tags", desk.NormalizeTags(now)))
}
