package rule

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
)

// PlaceholderValues is what placeholders may speak of. Ticket may be nil, and the people may be zero: what is not known is empty.
type PlaceholderValues struct {
	Config          *desk.Config
	Ticket          *desk.Ticket
	Requester       desk.User
	Assignee        desk.User
	Submitter       desk.User
	CurrentUser     desk.User
	CCs             []desk.User
	Organizations   map[desk.OrganizationID]desk.Organization // the ticket's and those of the people
	Comments        []Comment                                 // newest first, and only those that the reader may see
	HideDescription bool                                      // the first comment is one that the reader may not see
	URL             string                                    // where the reader finds the ticket, with its scheme
	LinkNumbers     bool                                      // in HTML, "#{{ticket.id}}" is a link to it
	EncodedID       string                                    // the mark by which a reply is known
	RatingURL       string                                    // where the reader, who is the requester, rates the ticket; "" for all others
	Now             time.Time
	Location        *time.Location // the reader's; nil: the account's
}

func (w *PlaceholderValues) location() *time.Location {
	if w.Location != nil {
		return w.Location
	}
	return w.Config.Location
}

// lookup is what a placeholder stands for; known is false for words that are none.
func (w *PlaceholderValues) lookup(path []string) (_ value, known bool) {
	if len(path) < 2 {
		return value{}, false
	}
	rest := strings.Join(path[1:], ".")
	switch path[0] {
	case "current_user":
		return w.personValue(&w.CurrentUser, rest)
	case "ticket":
		return w.ticketValue(path[1:], rest)
	case "satisfaction":
		return w.satisfactionValue(rest)
	}
	return value{}, false
}

func (w *PlaceholderValues) ticketValue(path []string, rest string) (value, bool) {
	for prefix, who := range map[string]*desk.User{"requester": &w.Requester, "assignee": &w.Assignee, "submitter": &w.Submitter} {
		if path[0] == prefix && len(path) > 1 {
			return w.personValue(who, strings.Join(path[1:], "."))
		}
	}
	if v, ok := w.commentValue(path); ok {
		return v, true
	}
	switch path[0] {
	case "organization":
		var house desk.OrganizationID
		if w.Ticket != nil {
			house = w.Ticket.Organization
		}
		return w.organizationValue(house, strings.Join(path[1:], "."))
	case "ccs":
		return w.copied().member(path[1:]), true
	}
	switch rest {
	case "id":
		if w.Ticket == nil {
			return value{}, true
		}
		v := textValue(idText(w.Ticket.ID))
		if w.LinkNumbers {
			v.link = w.URL
		}
		return v, true
	case "account":
		return textValue(w.Config.Account.Name), true
	case "encoded_id":
		return textValue(w.EncodedID), true
	case "url":
		_, bare, _ := strings.Cut(w.URL, "://")
		return textValue(bare), true
	case "link":
		return textValue(w.URL), true
	case "cc_names", "email_cc_names":
		return textValue(w.copied().text), true
	}
	return w.ofTicket(rest)
}

// ofTicket is what the ticket itself has; of one that is not there all is empty, and known all the same.
func (w *PlaceholderValues) ofTicket(part string) (value, bool) {
	t, missing := w.Ticket, w.Ticket == nil
	if missing {
		t = &desk.Ticket{}
	}
	v, known := w.ticket(t, part)
	if missing {
		return value{}, known
	}
	return v, known
}

// copied are the people who get copies: their names as text, and each of them in loops.
func (w *PlaceholderValues) copied() value {
	v := value{list: []value{}}
	var names []string
	for i := range w.CCs {
		u := &w.CCs[i]
		names = append(names, u.PublicName())
		v.list = append(v.list, value{text: u.PublicName(), members: map[string]value{
			"name": textValue(u.PublicName()), "email": textValue(u.Email), "id": textValue(idText(u.ID))}})
	}
	v.text = strings.Join(names, ", ")
	return v
}

func (w *PlaceholderValues) ticket(t *desk.Ticket, part string) (value, bool) {
	switch part {
	case "title":
		return textValue(t.Subject), true
	case "description", "verbatim_description":
		return textValue(w.description(t)), true
	case "status", "status_category", "custom_status":
		return textValue(capitalize(string(t.Status))), true
	case "priority":
		return textValue(capitalize(string(t.Priority))), true
	case "ticket_type":
		return textValue(cmp.Or(capitalize(string(t.Type)), "Ticket")), true
	case "external_id":
		return textValue(t.ExternalID), true
	case "via":
		return textValue(channelName(t.Via.Channel)), true
	case "tags":
		return textValue(strings.Join(t.Tags, " ")), true
	}
	return w.ticketContext(t, part)
}

// description is the first comment, unless it is one that the reader may not see.
func (w *PlaceholderValues) description(t *desk.Ticket) string {
	if w.HideDescription {
		return ""
	}
	return t.Description
}

// channelName says how a ticket came about.
func channelName(c desk.Channel) string {
	switch c {
	case desk.ChannelMail:
		return "Mail"
	case desk.ChannelAPI:
		return "Web service"
	case desk.ChannelSharing:
		return "Ticket sharing"
	case desk.ChannelClosed:
		return "Closed ticket"
	case desk.ChannelImport:
		return "Import"
	}
	return "Web form"
}

// ticketContext are what the ticket is in, its dates and its custom fields.
func (w *PlaceholderValues) ticketContext(t *desk.Ticket, part string) (value, bool) {
	switch part {
	case "brand.name":
		return textValue(w.Config.Brand.Name), true
	case "group.name":
		g, _ := w.Config.Group(t.Group)
		return textValue(g.Name), true
	case "ticket_form":
		for _, f := range w.Config.Forms {
			if f.ID == t.Form {
				return textValue(f.Name), true
			}
		}
		return value{}, true
	case "shared_with", "shared_with_address", "partner_ticket_id":
		return textValue(w.partners(t, part)), true
	case "follower_names":
		var names []string
		for _, u := range t.Followers {
			names = append(names, w.Config.Staff[u].Name)
		}
		return textValue(strings.Join(names, ", ")), true
	case "follower_reply_type_message":
		return textValue("A reply to this message is added to the ticket as an internal note."), true
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

func (w *PlaceholderValues) field(t *desk.Ticket, digits string, title bool) (value, bool) {
	n, _ := strconv.ParseInt(digits, 10, 64)
	f := w.Config.Field(desk.FieldID(n))
	if f == nil {
		return value{}, false
	}
	var out []string
	for _, v := range t.Fields[f.ID] {
		if o, ok := f.Option(v); ok && title {
			v = o.Name
		}
		out = append(out, v)
	}
	return textValue(strings.Join(out, ", ")), true
}

// date writes created_at, updated_at and due_date in the reader's time zone; _with_timestamp in ISO 8601.
func (w *PlaceholderValues) date(t *desk.Ticket, part string) (value, bool) {
	base, stamp := strings.CutSuffix(part, "_with_timestamp")
	base, timed := strings.CutSuffix(base, "_with_time")
	at, ok := map[string]time.Time{"created_at": t.CreatedAt, "updated_at": t.UpdatedAt, "due_date": t.DueAt}[base]
	if !ok || stamp && timed {
		return value{}, false
	}
	return w.timeValue(at, stamp, timed), true
}

func (w *PlaceholderValues) timeValue(at time.Time, stamp, timed bool) value {
	v := value{time: at}
	switch {
	case at.IsZero():
	case stamp:
		v.text = at.UTC().Format(time.RFC3339)
	case timed:
		v.text = at.In(w.location()).Format("January 2, 2006 at 15:04")
	default:
		v.text = at.In(w.location()).Format("January 2, 2006")
	}
	return v
}

func (w *PlaceholderValues) personValue(u *desk.User, part string) (value, bool) {
	if field, ok := strings.CutPrefix(part, "organization."); ok {
		return w.organizationValue(u.Organization, field)
	}
	if key, ok := strings.CutPrefix(part, "custom_fields."); ok {
		return w.ownField(desk.OfUsers, u.Fields, key)
	}
	text, known := personText(u, part)
	return textValue(text), known
}

// ownField is what a person or organization says in one of the account's own fields; with .title the name of the choice.
func (w *PlaceholderValues) ownField(kind desk.PersonKind, values map[desk.FieldID]desk.FieldValue, key string) (value, bool) {
	key, named := strings.CutSuffix(key, ".title")
	for _, f := range w.Config.PersonFieldsOf(kind) {
		if f.Key != key {
			continue
		}
		out := slices.Clone(values[f.ID])
		for i, v := range out {
			if o, ok := f.Option(v); ok && named {
				out[i] = o.Name
			}
		}
		return textValue(strings.Join(out, ", ")), true
	}
	return value{}, false
}

func personText(u *desk.User, part string) (string, bool) {
	first, last, _ := strings.Cut(strings.TrimSpace(u.Name), " ")
	switch part {
	case "name":
		return u.Name, true
	case "first_name":
		return first, true
	case "last_name":
		return strings.TrimSpace(last), true
	case "email":
		return u.Email, true
	case "phone":
		return u.Phone, true
	case "id":
		return idText(u.ID), true
	case "role", "extended_role":
		return capitalize(string(u.Role)), true
	case "external_id":
		return u.ExternalID, true
	case "details":
		return u.Details, true
	case "notes":
		return u.Notes, true
	case "signature":
		return u.Signature, true
	case "time_zone":
		return u.TimeZone, true
	case "locale":
		return u.Locale, true
	case "language":
		return languageName(u.Locale), true
	case "tags":
		return strings.Join(u.Tags, " "), true
	}
	return "", false
}

// languageName is the name of a locale, in the language itself.
func languageName(locale string) string {
	for _, l := range desk.Languages() {
		if strings.EqualFold(l.Tag, locale) {
			return l.Name
		}
	}
	return desk.Languages()[0].Name
}

func (w *PlaceholderValues) organizationValue(id desk.OrganizationID, part string) (value, bool) {
	o := w.Organizations[id]
	if key, ok := strings.CutPrefix(part, "custom_fields."); ok {
		return w.ownField(desk.OfOrganizations, o.Fields, key)
	}
	switch part {
	case "id":
		return textValue(idText(o.ID)), true
	case "name":
		return textValue(o.Name), true
	case "is_shared":
		return boolValue(o.SharedTickets), true
	case "is_shared_comments":
		return boolValue(o.SharedComments), true
	case "details":
		return textValue(o.Details), true
	case "notes":
		return textValue(o.Notes), true
	case "external_id":
		return textValue(o.ExternalID), true
	case "tags":
		return textValue(strings.Join(o.Tags, " ")), true
	}
	return value{}, false
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
