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

// completion is what may stand in place of the term that is being typed, or a ticket that is found by what is typed so far.
type completion struct {
	Insert string      `json:"insert,omitempty"`
	Label  string      `json:"label"`
	Hint   string      `json:"hint,omitempty"`
	URL    string      `json:"url,omitempty"` // of a ticket that is found already
	Status desk.Status `json:"status,omitempty"`
	Letter string      `json:"letter,omitempty"`
}

const maxCompletions = 12

// termPattern is a term that is being typed, taken apart: -key:value, or the beginning of a key or word.
var termPattern = regexp.MustCompile(`^(-?)(?:([a-zA-Z_0-9]+)(<=|>=|:|<|>))?(.*)$`)

// showCompletions answers the term that is being typed into the search with what it may become.
func showCompletions(c *ui.Call) error {
	part := termPattern.FindStringSubmatch(c.R.FormValue("term"))
	t := &typedTerm{Call: c, found: []completion{}}
	if part != nil {
		t.not, t.key, t.op, t.value = part[1], strings.ToLower(part[2]), part[3], strings.Trim(part[4], `"`)
		if err := c.Read(t.read); err != nil {
			return err
		}
	}
	return c.JSON(t.found[:min(len(t.found), maxCompletions)])
}

// typedTerm is a term that is being typed, with what it may become.
type typedTerm struct {
	*ui.Call
	not, key, op, value string
	cfg                 *desk.Config
	found               []completion
}

// addTickets offers the tickets that the whole query finds, its last word taken as a beginning. Half a query finds nothing.
func (t *typedTerm) addTickets(tx *store.Tx) error {
	if len([]rune(t.value)) < 2 {
		return nil
	}
	t.found = t.found[:min(len(t.found), maxCompletions-fewTickets)]
	tickets, err := ticketsTyped(t.Call, tx, t.cfg, t.Value("q"))
	for i := range tickets {
		o := offeredTicket(t.Call, &tickets[i])
		t.found = append(t.found, completion{Label: o.Label, Hint: o.Hint, URL: o.URL, Status: o.Status, Letter: o.Letter})
	}
	return err
}

func (t *typedTerm) read(tx *store.Tx) (err error) {
	if t.cfg, err = tx.Config(t.Ctx()); err != nil {
		return err
	}
	if t.key == "" {
		t.addKeywords()
		return t.addTickets(tx)
	}
	if t.addFixedValues() {
		return nil
	}
	switch t.key {
	case "tags", "tag":
		tags, err := tx.TagsLike(t.Ctx(), t.value, maxCompletions)
		for _, tag := range tags {
			t.addValue(tag, tag, "")
		}
		t.addBeginning("none")
		return err
	case "requester", "submitter", "cc", "commenter", "assignee":
		return t.addPeople(tx)
	case "organization", "org":
		found, err := tx.OrganizationsByName(t.Ctx(), t.value, store.Page{Limit: maxCompletions})
		for i := range found.Items {
			t.addValue(found.Items[i].Name, found.Items[i].Name, "")
		}
		t.addBeginning("none")
		return err
	}
	return nil
}

// addKeywords offers the keywords that begin as typed, and custom fields by their titles.
func (t *typedTerm) addKeywords() {
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
		if f.Active && f.Type.Custom() && (fitScore(t.value, f.Title) >= fitsWord || strings.HasPrefix(key, t.value)) {
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

// addValue offers a value. With several words it stands in quotes; people go on typing behind it.
func (t *typedTerm) addValue(value, label, hint string) {
	if strings.ContainsAny(value, " \t") {
		value = `"` + strings.ReplaceAll(value, `"`, "") + `"`
	}
	t.found = append(t.found, completion{Insert: t.not + t.key + t.op + value + " ", Label: label, Hint: hint})
}

// addBeginning offers those of some values that begin as typed.
func (t *typedTerm) addBeginning(values ...string) {
	for _, v := range values {
		if strings.HasPrefix(v, strings.ToLower(t.value)) {
			t.addValue(v, v, "")
		}
	}
}

// addFixedValues offers the values of keywords that have fixed ones, or those that the desk's configuration tells.
func (t *typedTerm) addFixedValues() bool {
	switch t.key {
	case "status":
		for _, s := range desk.Statuses {
			t.addBeginning(string(s))
		}
	case "priority":
		t.addBeginning("low", "normal", "high", "urgent", "none")
	case "type", "ticket_type":
		t.addBeginning("ticket", "user", "organization", "question", "incident", "problem", "task")
	case "created", "updated", "solved":
		t.addBeginning("today", "yesterday", "4hours", "7days", "30days")
	case "due_date":
		t.addBeginning("today", "tomorrow", "7days", "none")
	case "via":
		t.addBeginning("web", "mail", "api", "ticket_sharing", "closed_ticket", "batch", "import")
	case "has_attachment", "is_suspended", "is_verified":
		t.addBeginning("true", "false")
	case "role":
		t.addBeginning("end-user", "agent", "admin")
	case "order_by":
		t.addBeginning("updated_at", "created_at", "priority", "status")
	case "sort":
		t.addBeginning("desc", "asc")
	default:
		return t.addConfigured()
	}
	return true
}

func (t *typedTerm) addConfigured() bool {
	switch {
	case t.key == "group":
		for i := range t.cfg.Groups {
			t.addName(t.cfg.Groups[i].Name)
		}
		t.addBeginning("none")
	case t.key == "form":
		for i := range t.cfg.Forms {
			t.addName(t.cfg.Forms[i].Name)
		}
	case t.key == "brand":
		t.addName(t.cfg.Brand.Name)
	case strings.HasPrefix(t.key, "custom_field_"):
		t.addFieldOptions()
	default:
		return false
	}
	return true
}

func (t *typedTerm) addName(name string) {
	if t.value == "" || fitScore(t.value, name) >= fitsWord {
		t.addValue(name, name, "")
	}
}

// addFieldOptions offers the choices of a custom field.
func (t *typedTerm) addFieldOptions() {
	at := slices.IndexFunc(t.cfg.Fields, func(f desk.TicketField) bool { return fieldKey(&f) == t.key })
	if at < 0 {
		return
	}
	f := &t.cfg.Fields[at]
	for _, o := range f.Options {
		if t.value == "" || fitScore(t.value, o.Name) >= fitsWord || strings.HasPrefix(o.Value, t.value) {
			t.addValue(o.Value, o.Name, o.Value)
		}
	}
	if f.Type == desk.FieldCheckbox {
		t.addBeginning("true", "false")
	}
	t.addBeginning("none")
}

// addPeople offers those whose name or address begins as typed; those without an address by their numbers.
func (t *typedTerm) addPeople(tx *store.Tx) error {
	t.addBeginning("me")
	f := store.UserFilter{Match: t.value}
	if t.key == "assignee" {
		f.Roles, f.Local = []desk.Role{desk.Agent, desk.Admin}, true
	}
	found, err := tx.UsersByName(t.Ctx(), f, store.Page{Limit: maxCompletions - 2})
	for i := range found.Items {
		u := &found.Items[i]
		if u.Email != "" {
			t.addValue(u.Email, u.Name, u.Email)
		} else {
			t.addValue(strconv.FormatInt(int64(u.ID), 10), u.Name, listing.PartnerName(t.Call, t.cfg, u))
		}
	}
	if t.key != "requester" && t.key != "submitter" && t.key != "commenter" {
		t.addBeginning("none")
	}
	return err
}
