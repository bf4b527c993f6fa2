package rule

import (
	"html"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"interdesk/desk"
)

// PlaceholderValues is what placeholders may speak of. Ticket may be nil, and the people may be zero: what is not known is empty.
type PlaceholderValues struct {
	Config       *desk.Config
	Ticket       *desk.Ticket
	Requester    desk.User
	Assignee     desk.User
	Submitter    desk.User
	CurrentUser  desk.User
	Organization string // name of the ticket's
	URL          string // where agents read the ticket, with its scheme
}

// maxName is how long a placeholder may be, its closing braces included; what is longer is taken for text.
const maxName = 100

// Fill puts values in the place of {{…}} in a text that staff wrote, and nothing else: there are no filters, loops or
// includes, and what a value holds is never looked at again, so that words typed by end users or partners are not
// evaluated. An unknown placeholder is empty. In HTML the values are escaped. The result has at most limit bytes: text is
// cut there, a value that no longer fits is left out whole.
func Fill(template string, w *PlaceholderValues, inHTML bool, limit int) string {
	var b strings.Builder
	for template != "" {
		before, rest, _ := strings.Cut(template, "{{")
		if !appendCut(&b, before, limit) || len(before) == len(template) {
			break
		}
		name, _, closed := strings.Cut(rest[:min(len(rest), maxName)], "}}")
		if !closed || strings.Contains(name, "{{") {
			if !appendCut(&b, "{{", limit) {
				break
			}
			template = rest
			continue
		}
		appendWhole(&b, w.value(strings.TrimSpace(name)), inHTML, limit)
		template = rest[len(name)+len("}}"):]
	}
	return b.String()
}

// appendCut writes a text, or as many of its characters as there is room for; it tells whether all of it went in.
func appendCut(b *strings.Builder, text string, limit int) bool {
	room := limit - b.Len()
	if len(text) <= room {
		b.WriteString(text)
		return true
	}
	for room > 0 && !utf8.RuneStart(text[room]) {
		room--
	}
	b.WriteString(text[:room])
	return false
}

// appendWhole puts a value in, whole or not at all.
func appendWhole(b *strings.Builder, value string, inHTML bool, limit int) {
	if inHTML && b.Len()+len(value) <= limit { // escaping only makes it longer
		value = strings.ReplaceAll(html.EscapeString(value), "\n", "<br>\n")
	}
	if b.Len()+len(value) <= limit {
		b.WriteString(value)
	}
}

// value is what a placeholder stands for.
func (w *PlaceholderValues) value(name string) string {
	if rest, ok := strings.CutPrefix(name, "current_user."); ok {
		return w.person(&w.CurrentUser, rest)
	}
	rest, ok := strings.CutPrefix(name, "ticket.")
	if !ok {
		return ""
	}
	for prefix, who := range map[string]*desk.User{"requester.": &w.Requester, "assignee.": &w.Assignee, "submitter.": &w.Submitter} {
		if part, ok := strings.CutPrefix(rest, prefix); ok {
			return w.person(who, part)
		}
	}
	switch rest {
	case "account":
		return w.Config.Account.Name
	case "url":
		_, bare, _ := strings.Cut(w.URL, "://")
		return bare
	case "link":
		return w.URL
	case "organization.name":
		return w.Organization
	}
	if w.Ticket == nil {
		return ""
	}
	return w.ticket(w.Ticket, rest)
}

func (w *PlaceholderValues) ticket(t *desk.Ticket, part string) string {
	switch part {
	case "id":
		return idText(t.ID)
	case "title":
		return t.Subject
	case "description", "verbatim_description":
		return t.Description
	case "status":
		return capitalize(string(t.Status))
	case "priority":
		return capitalize(string(t.Priority))
	case "ticket_type":
		if t.Type == "" {
			return "Ticket"
		}
		return capitalize(string(t.Type))
	case "external_id":
		return t.ExternalID
	case "tags":
		return strings.Join(t.Tags, " ")
	}
	return w.ticketContext(t, part)
}

// ticketContext are what the ticket is in, its dates and its custom fields.
func (w *PlaceholderValues) ticketContext(t *desk.Ticket, part string) string {
	switch part {
	case "brand.name":
		return w.Config.Brand.Name
	case "group.name":
		g, _ := w.Config.Group(t.Group)
		return g.Name
	case "ticket_form":
		for _, f := range w.Config.Forms {
			if f.ID == t.Form {
				return f.Name
			}
		}
	case "shared_with", "shared_with_address", "partner_ticket_id":
		return w.partners(t, part)
	case "follower_names":
		var names []string
		for _, u := range t.Followers {
			names = append(names, w.Config.Staff[u].Name)
		}
		return strings.Join(names, ", ")
	}
	if id, ok := strings.CutPrefix(part, "ticket_field_option_title_"); ok {
		return w.field(t, id, true)
	}
	if id, ok := strings.CutPrefix(part, "ticket_field_"); ok {
		return w.field(t, id, false)
	}
	return w.date(t, part)
}

// partners are the names, the hosts or the ticket numbers of those with whom the ticket is shared. One whose copy is just
// being let go of is among them: who has handed a ticket over can say to whom.
func (w *PlaceholderValues) partners(t *desk.Ticket, part string) string {
	var out []string
	for _, s := range t.Shares {
		a := w.Config.Agreements[s.Agreement]
		value := map[string]string{"shared_with": a.Name, "shared_with_address": hostOf(a.RemoteURL), "partner_ticket_id": s.RemoteID}[part]
		if s.State.Hears() && value != "" {
			out = append(out, value)
		}
	}
	return strings.Join(out, ", ")
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func (w *PlaceholderValues) field(t *desk.Ticket, digits string, title bool) string {
	n, _ := strconv.ParseInt(digits, 10, 64)
	f := w.Config.Field(desk.FieldID(n))
	if f == nil {
		return ""
	}
	var out []string
	for _, v := range t.Fields[f.ID] {
		if o, ok := f.Option(v); ok && title {
			v = o.Name
		}
		out = append(out, v)
	}
	return strings.Join(out, ", ")
}

// date writes created_at, updated_at and due_date in the account's time zone; _with_timestamp in ISO 8601.
func (w *PlaceholderValues) date(t *desk.Ticket, part string) string {
	base, stamp := strings.CutSuffix(part, "_with_timestamp")
	base, timed := strings.CutSuffix(base, "_with_time")
	at, ok := map[string]time.Time{"created_at": t.CreatedAt, "updated_at": t.UpdatedAt, "due_date": t.DueAt}[base]
	switch {
	case !ok || at.IsZero() || (stamp && timed):
		return ""
	case stamp:
		return at.UTC().Format(time.RFC3339)
	case timed:
		return at.In(w.Config.Location).Format("January 2, 2006 at 15:04")
	}
	return at.In(w.Config.Location).Format("January 2, 2006")
}

func (w *PlaceholderValues) person(u *desk.User, part string) string {
	first, last, _ := strings.Cut(strings.TrimSpace(u.Name), " ")
	switch part {
	case "name":
		return u.Name
	case "first_name":
		return first
	case "last_name":
		return strings.TrimSpace(last)
	case "email":
		return u.Email
	case "phone":
		return u.Phone
	case "id":
		return idText(u.ID)
	case "role":
		return capitalize(string(u.Role))
	case "external_id":
		return u.ExternalID
	case "details":
		return u.Details
	case "notes":
		return u.Notes
	case "signature":
		return u.Signature
	case "time_zone":
		return u.TimeZone
	case "locale":
		return u.Locale
	case "tags":
		return strings.Join(u.Tags, " ")
	}
	return ""
}

// fillPeople makes the assignee the one whom a macro has just set, and the current user the actor, where the caller has not
// looked them up.
func (w *PlaceholderValues) fillPeople(actor desk.Actor) {
	if w.Ticket.Assignee != w.Assignee.ID {
		m := w.Config.Staff[w.Ticket.Assignee]
		w.Assignee = desk.User{ID: m.ID, Name: m.Name, Email: m.Email, Role: m.Role}
	}
	if w.CurrentUser.ID == 0 {
		w.CurrentUser = desk.User{ID: actor.ID, Name: actor.Name, Role: actor.Role, Email: w.Config.Staff[actor.ID].Email}
	}
}

func idText[T ~int64](id T) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}

func capitalize(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
