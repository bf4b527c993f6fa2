package webhooks

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/web/ui"
	"interdesk/webhook"
)

// form is a webhook as it is typed.
type form struct {
	webhook.Input
	headers [desk.MaxHookHeaders]header
	faults  desk.Faults // what cannot be said as an Input
}

type header struct{ name, value string }

// events tells whether the webhook subscribes to events, instead of being called by rules.
func (f *form) events() bool { return !slices.Contains(f.Subscriptions, desk.ConditionalEvents) }

// way is the choice between the two as the form has it.
func (f *form) way() string {
	if f.events() {
		return wayEvents
	}
	return wayRules
}

// The values of the choice.
const (
	wayRules  = "rules"
	wayEvents = "events"
)

// formOf is the form of a webhook that nobody has changed yet.
func formOf(in webhook.Input) form {
	f := form{Input: in}
	for i, name := range slices.Sorted(maps.Keys(in.Headers)) {
		if i < len(f.headers) {
			f.headers[i] = header{name, in.Headers[name]}
		}
	}
	return f
}

// readForm reads what was typed.
func readForm(c *ui.Call) form {
	f := form{faults: desk.Faults{}}
	f.Name, f.Description, f.Endpoint, f.Active = c.Value("name"), c.Value("description"), c.Value("endpoint"), c.Checked("active")
	f.Method, f.Format = c.Value("http_method"), desk.WebhookFormat(c.Value("request_format"))
	f.Auth, f.AuthName, f.KeyIn, f.AuthSecret = desk.WebhookAuth(c.Value("authentication")), c.Value("auth_name"), c.Value("key_in"), c.R.PostFormValue("auth_secret")
	f.Subscriptions = []string{desk.ConditionalEvents}
	if c.Value("way") == wayEvents {
		f.Method, f.Format, f.Subscriptions = "POST", desk.WebhookJSON, c.R.Form["subscriptions"]
		if len(f.Subscriptions) == 0 {
			f.faults.Add("subscriptions", "BlankValue", c.T("webhooks.events.none"))
		}
	}
	f.readHeaders(c)
	return f
}

func (f *form) readHeaders(c *ui.Call) {
	f.Headers = map[string]string{}
	seen := map[string]bool{}
	for i := range f.headers {
		h := header{c.Value(headerName(i)), c.Value(headerValue(i))}
		f.headers[i] = h
		switch lower := strings.ToLower(h.name); {
		case h == header{}:
		case h.name == "":
			f.faults.Add("custom_headers", "BlankValue", c.T("webhooks.headers.nameless", h.value))
		case seen[lower]:
			f.faults.Add("custom_headers", "InvalidValue", c.T("webhooks.headers.twice", h.name))
		default:
			seen[lower] = true
			f.Headers[h.name] = h.value
		}
	}
}

func headerName(i int) string { return "header_name." + strconv.Itoa(i) }

func headerValue(i int) string { return "header_value." + strconv.Itoa(i) }

// edit makes a webhook what the form says. What the form does not have stays.
func (f *form) edit(to *webhook.Input) {
	kind, attribute := to.TargetType, to.Attribute
	*to = f.Input
	to.TargetType, to.Attribute = kind, attribute
}

// eventGroup are the events of a domain, as they are ticked.
type eventGroup struct {
	domain string
	events []string // without prefix
}

func eventGroups() (all []eventGroup) {
	for _, e := range desk.WebhookEvents() {
		domain, _, _ := strings.Cut(e, ".")
		if len(all) == 0 || all[len(all)-1].domain != domain {
			all = append(all, eventGroup{domain: domain})
		}
		last := &all[len(all)-1]
		last.events = append(last.events, e)
	}
	return all
}

// labelled are choices whose labels stand in the catalogue, under a key and the value.
func labelled(label func(key string, args ...any) string, key string, values ...string) (out []ui.Option) {
	for _, v := range values {
		out = append(out, ui.Option{Value: v, Label: label(key + v)})
	}
	return out
}

// plain are choices that are their own labels.
func plain(values ...string) (out []ui.Option) {
	for _, v := range values {
		out = append(out, ui.Option{Value: v, Label: v})
	}
	return out
}
