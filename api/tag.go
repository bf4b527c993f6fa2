package api

import (
	"net/http"
	"slices"

	"interdesk/admin"
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
	return answerList(c, listSpec[store.TagCount]{
		key:   "tags",
		page:  func(tx *store.Tx, p store.Page) (store.Listed[store.TagCount], error) { return tx.Tags(c.ctx(), p) },
		count: c.tagCount,
		show:  showEach(tagOf),
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
		return objectOf("count", c.countObject(n)), err
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
		return object{{"tags", nonNil(found)}, {"count", len(found)}}, err
	})
}

func (c *call) userTags() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachUser(tx)
		return objectOf("tags", desk.NormalizeTags(u.Tags)), err
	})
}

func (c *call) organizationTags() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		o, err := c.reachOrganization(tx)
		return objectOf("tags", desk.NormalizeTags(o.Tags)), err
	})
}

// changeUserTags sets, adds or removes tags of a user, as the method says.
func (c *call) changeUserTags() error {
	return c.editTags(func(actor *admin.Actor, id int64, change func(*[]string)) ([]string, error) {
		u, err := actor.ChangeUser(c.ctx(), desk.UserID(id), admin.Password{}, func(u *desk.User) error {
			change(&u.Tags)
			return nil
		})
		return u.Tags, err
	})
}

// changeOrganizationTags does the same to an organization.
func (c *call) changeOrganizationTags() error {
	return c.editTags(func(actor *admin.Actor, id int64, change func(*[]string)) ([]string, error) {
		org, err := actor.ChangeOrganization(c.ctx(), desk.OrganizationID(id), func(org *desk.Organization) error {
			change(&org.Tags)
			return nil
		})
		return org.Tags, err
	})
}

// editTags reads tags and has them stored in place of those there are (POST), beside them (PUT) or out of them (DELETE).
func (c *call) editTags(keep func(actor *admin.Actor, id int64, change func(*[]string)) ([]string, error)) error {
	var in struct {
		Tags textsInput `json:"tags"`
	}
	if err := c.parseBody(&in); err != nil {
		return err
	}
	if !in.Tags.set {
		return httpkit.BadRequest("InvalidValue", "Parameter tags is required")
	}
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	given := splitTags(in.Tags.v)
	change := func(tags *[]string) {
		switch c.r.Method {
		case http.MethodPut:
			*tags = append(slices.Clone(*tags), given...)
		case http.MethodDelete:
			*tags = slices.DeleteFunc(slices.Clone(*tags), func(t string) bool { return slices.Contains(given, t) })
		default:
			*tags = given
		}
	}
	var now []string
	if err := c.change(func(_ *store.Tx, actor *admin.Actor) (err error) {
		now, err = keep(actor, id, change)
		return err
	}); err != nil {
		return err
	}
	switch c.r.Method {
	case http.MethodDelete:
		return c.noContent()
	case http.MethodPost:
		return c.answer(http.StatusCreated, objectOf("tags", desk.NormalizeTags(now)))
	}
	return c.ok(objectOf("tags", desk.NormalizeTags(now)))
}
