package search

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/listing"
	"interdesk/web/ui"
)

// completion is what may stand in place of the term that is being typed.
type completion struct {
	Insert string `json:"insert"`
	Label  string `json:"label"`
	Hint   string `json:"hint,omitempty"`
}

const maxCompletions = 12

// begun is a term that is being typed, taken apart: -key:value, or the beginning of a key or word.
var begun = regexp.MustCompile(`^(-?)(?:([a-zA-Z_0-9]+)(<=|>=|:|<|>))?(.*)$`)

// complete answers the term that is being typed into the search with what it may become.
func complete(c *ui.Call) error {
	part := begun.FindStringSubmatch(c.R.FormValue("term"))
	t := &term{Call: c, found: []completion{}}
	if part != nil {
		t.not, t.key, t.op, t.value = part[1], strings.ToLower(part[2]), part[3], strings.Trim(part[4], `"`)
		if err := c.Read(t.read); err != nil {
			return err
		}
	}
	return c.JSON(t.found[:min(len(t.found), maxCompletions)])
}

// term is a term that is being typed, with what it may become.
type term struct {
	*ui.Call
	not, key, op, value string
	cfg                 *desk.Config
	found               []completion
}

func (t *term) read(tx *store.Tx) (err error) {
	if t.cfg, err = tx.Config(t.Ctx()); err != nil {
		return err
	}
	if t.key == "" {
		t.keywords()
		return nil
	}
	if t.fixed() {
		return nil
	}
	switch t.key {
	case "tags", "tag":
		tags, err := tx.TagsLike(t.Ctx(), t.value, maxCompletions)
		for _, g := range tags {
			t.add(g.Tag, g.Tag, "")
		}
		t.some("none")
		return err
	case "requester", "submitter", "cc", "commenter", "assignee":
		return t.people(tx)
	case "organization", "org":
		found, err := tx.OrganizationsByName(t.Ctx(), t.value, store.Page{Limit: maxCompletions})
		for i := range found.Items {
			t.add(found.Items[i].Name, found.Items[i].Name, "")
		}
		t.some("none")
		return err
	}
	return nil
}

// keywords offers the keywords that begin as typed, and custom fields by their titles.
func (t *term) keywords() {
	for _, k := range keywords() {
		if strings.HasPrefix(k, strings.ToLower(t.value)) {
			t.found = append(t.found, completion{Insert: t.not + k + ":", Label: k + ":", Hint: t.T("search.key." + k)})
		}
	}
	if t.value == "" {
		return
	}
	for i := range t.cfg.Fields {
		f := &t.cfg.Fields[i]
		key := fieldKey(f)
		if f.Active && f.Type.Custom() && (fit(t.value, f.Title) >= fitsWord || strings.HasPrefix(key, t.value)) {
			t.found = append(t.found, completion{Insert: t.not + key + ":", Label: f.Title, Hint: key})
		}
	}
}

func fieldKey(f *desk.TicketField) string {
	return "custom_field_" + strconv.FormatInt(int64(f.ID), 10)
}

// keywords are those that are offered, the most useful first.
func keywords() []string {
	return []string{"status", "assignee", "requester", "tags", "priority", "group", "organization", "created", "updated", "type", "subject",
		"comment", "commenter", "description", "cc", "submitter", "solved", "due_date", "via", "form", "brand", "has_attachment", "external_id",
		"name", "email", "role", "phone", "notes", "details", "order_by", "sort"}
}

// add offers a value. With several words it stands in quotes; people go on typing behind it.
func (t *term) add(value, label, hint string) {
	if strings.ContainsAny(value, " \t") {
		value = `"` + strings.ReplaceAll(value, `"`, "") + `"`
	}
	t.found = append(t.found, completion{Insert: t.not + t.key + t.op + value + " ", Label: label, Hint: hint})
}

// some offers those of some values that begin as typed.
func (t *term) some(values ...string) {
	for _, v := range values {
		if strings.HasPrefix(v, strings.ToLower(t.value)) {
			t.add(v, v, "")
		}
	}
}

// fixed offers the values of keywords that have fixed ones, or those that the desk's configuration tells.
func (t *term) fixed() bool {
	switch t.key {
	case "status":
		for _, s := range desk.Statuses {
			t.some(string(s))
		}
	case "priority":
		t.some("low", "normal", "high", "urgent", "none")
	case "type", "ticket_type":
		t.some("ticket", "user", "organization", "question", "incident", "problem", "task")
	case "created", "updated", "solved":
		t.some("today", "yesterday", "4hours", "7days", "30days")
	case "due_date":
		t.some("today", "tomorrow", "7days", "none")
	case "via":
		t.some("web", "mail", "api", "ticket_sharing", "closed_ticket", "batch", "import")
	case "has_attachment", "is_suspended", "is_verified":
		t.some("true", "false")
	case "role":
		t.some("end-user", "agent", "admin")
	case "order_by":
		t.some("updated_at", "created_at", "priority", "status")
	case "sort":
		t.some("desc", "asc")
	default:
		return t.configured()
	}
	return true
}

func (t *term) configured() bool {
	switch {
	case t.key == "group":
		for i := range t.cfg.Groups {
			t.named(t.cfg.Groups[i].Name)
		}
		t.some("none")
	case t.key == "form":
		for i := range t.cfg.Forms {
			t.named(t.cfg.Forms[i].Name)
		}
	case t.key == "brand":
		t.named(t.cfg.Brand.Name)
	case strings.HasPrefix(t.key, "custom_field_"):
		t.options()
	default:
		return false
	}
	return true
}

func (t *term) named(name string) {
	if t.value == "" || fit(t.value, name) >= fitsWord {
		t.add(name, name, "")
	}
}

// options offers the choices of a custom field.
func (t *term) options() {
	at := slices.IndexFunc(t.cfg.Fields, func(f desk.TicketField) bool { return fieldKey(&f) == t.key })
	if at < 0 {
		return
	}
	f := &t.cfg.Fields[at]
	for _, o := range f.Options {
		if t.value == "" || fit(t.value, o.Name) >= fitsWord || strings.HasPrefix(o.Value, t.value) {
			t.add(o.Value, o.Name, o.Value)
		}
	}
	if f.Type == desk.FieldCheckbox {
		t.some("true", "false")
	}
	t.some("none")
}

// people offers those whose name or address begins as typed; those without an address by their numbers.
func (t *term) people(tx *store.Tx) error {
	t.some("me")
	f := store.UserFilter{Match: t.value}
	if t.key == "assignee" {
		f.Roles, f.Local = []desk.Role{desk.Agent, desk.Admin}, true
	}
	found, err := tx.UsersByName(t.Ctx(), f, store.Page{Limit: maxCompletions - 2})
	for i := range found.Items {
		u := &found.Items[i]
		if u.Email != "" {
			t.add(u.Email, u.Name, u.Email)
		} else {
			t.add(strconv.FormatInt(int64(u.ID), 10), u.Name, listing.PartnerName(t.Call, t.cfg, u))
		}
	}
	if t.key != "requester" && t.key != "submitter" && t.key != "commenter" {
		t.some("none")
	}
	return err
}
