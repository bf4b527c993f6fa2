package webhook

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"interdesk/desk"
)

// build makes a webhook of an input, which it checks.
func (s *Service) build(in Input, before desk.Webhook) (desk.Webhook, error) {
	faults := desk.Faults{}
	w := before
	w.Name, w.Description, w.Endpoint, w.Active = strings.TrimSpace(in.Name), strings.TrimSpace(in.Description), strings.TrimSpace(in.Endpoint), in.Active
	w.Method, w.Format, w.Headers = strings.ToUpper(cmp.Or(in.Method, http.MethodPost)), cmp.Or(in.Format, desk.WebhookJSON), in.Headers
	w.TargetType, w.Attribute = in.TargetType, in.Attribute
	faults.CheckName("name", w.Name)
	if len(w.Description) > desk.MaxNotes {
		faults.Add("description", "TooLong", fmt.Sprintf("Description: is longer than %d bytes", desk.MaxNotes))
	}
	if _, err := s.options.Client.CheckURL(w.Endpoint); err != nil {
		faults.Add("endpoint", "InvalidValue", "Endpoint: "+err.Error())
	}
	checkWay(faults, &w)
	w.Subscriptions = checkSubscriptions(faults, in.Subscriptions, &w)
	checkHeaders(faults, w.Headers)
	s.setAuth(faults, &w, in, before)
	return w, faults.Err()
}

func checkWay(faults desk.Faults, w *desk.Webhook) {
	if !slices.Contains(methods(), w.Method) {
		faults.Add("http_method", "InvalidValue", "HTTP method: must be GET, POST, PUT, PATCH or DELETE")
	}
	if w.Format != desk.WebhookJSON && w.Format != desk.WebhookXML && w.Format != desk.WebhookForm {
		faults.Add("request_format", "InvalidValue", "Request format: must be json, xml or form_encoded")
	}
}

// methods are those by which a webhook may be called.
func methods() []string {
	return []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodGet, http.MethodDelete}
}

// checkSubscriptions: a webhook is called by rules, or hears of events, by POST with JSON.
func checkSubscriptions(faults desk.Faults, list []string, w *desk.Webhook) []string {
	var out []string
	for _, name := range list {
		if name = strings.TrimSpace(name); name == "" || slices.Contains(out, name) {
			continue
		}
		if event, is := strings.CutPrefix(name, desk.EventTypePrefix); name != desk.ConditionalEvents && (!is || !slices.Contains(desk.WebhookEvents(), event)) {
			faults.Add("subscriptions", "InvalidValue", fmt.Sprintf("Subscriptions: there is no event %q here", name))
		}
		out = append(out, name)
	}
	if len(out) == 0 {
		return []string{desk.ConditionalEvents}
	}
	switch {
	case !slices.Contains(out, desk.ConditionalEvents):
		if w.Method != http.MethodPost || w.Format != desk.WebhookJSON {
			faults.Add("subscriptions", "InvalidValue", "Subscriptions: events are sent by POST with json")
		}
	case len(out) > 1:
		faults.Add("subscriptions", "InvalidValue", "Subscriptions: "+desk.ConditionalEvents+" stands alone: make another webhook for events")
	}
	return out
}

// checkHeaders refuses what cannot be a header, and those that we write.
func checkHeaders(faults desk.Faults, headers map[string]string) {
	if len(headers) > desk.MaxHookHeaders {
		faults.Add("custom_headers", "TooManyValues", fmt.Sprintf("Custom headers: are %d at most", desk.MaxHookHeaders))
	}
	for name, value := range headers {
		switch {
		case !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) || len(name)+len(value) > desk.MaxHookHeader:
			faults.Add("custom_headers", "InvalidValue", fmt.Sprintf("Custom headers: %q is no header, or is longer than %d bytes", name, desk.MaxHookHeader))
		case isOurs(name):
			faults.Add("custom_headers", "InvalidValue", fmt.Sprintf("Custom headers: %s is set by the desk", http.CanonicalHeaderKey(name)))
		}
	}
}

// isOurs names the headers that belong to the connection, the body and the proof of who sends it.
func isOurs(name string) bool {
	name = http.CanonicalHeaderKey(name)
	return strings.HasPrefix(name, "X-Zendesk-") || strings.HasPrefix(name, "Webhook-") || strings.HasPrefix(name, "Proxy-") ||
		slices.Contains([]string{"Host", "Authorization", "Content-Length", "Content-Type", "Connection", "Cookie", "Expect", "Keep-Alive", "Te",
			"Trailer", "Transfer-Encoding", "Upgrade"}, name)
}

// setAuth sets how requests prove who they come from, with a new secret or the one before.
func (s *Service) setAuth(faults desk.Faults, w *desk.Webhook, in Input, before desk.Webhook) {
	w.Auth, w.AuthName, w.KeyIn, w.AuthSecret = in.Auth, "", "", ""
	switch in.Auth {
	case desk.AuthNone:
		return
	case desk.AuthBasic, desk.AuthAPIKey:
		w.AuthName = strings.TrimSpace(in.AuthName)
	case desk.AuthBearer:
	default:
		faults.Add("authentication", "InvalidValue", "Authentication: must be basic_auth, bearer_token or api_key")
		return
	}
	if in.Auth == desk.AuthAPIKey {
		w.KeyIn = cmp.Or(in.KeyIn, desk.KeyInHeader)
	}
	checkAuth(faults, w, in.AuthSecret)
	same := before.Auth == w.Auth && before.AuthName == w.AuthName && before.KeyIn == w.KeyIn && hostOf(before.Endpoint) == hostOf(w.Endpoint)
	switch {
	case in.AuthSecret == "" && same && before.AuthSecret != "":
		w.AuthSecret = before.AuthSecret
	case in.AuthSecret == "" && before.AuthSecret != "":
		faults.Add("authentication", "BlankValue", "Authentication: give the secret anew: the one before is not sent to another server or in another way")
	case in.AuthSecret == "":
		faults.Add("authentication", "BlankValue", "Authentication: needs its secret")
	default:
		sealed, err := s.options.Secrets.Seal(in.AuthSecret)
		if err != nil {
			faults.Add("authentication", "InvalidValue", "Authentication: the secret could not be sealed")
		}
		w.AuthSecret = sealed
	}
}

func checkAuth(faults desk.Faults, w *desk.Webhook, secret string) {
	switch {
	case w.Auth == desk.AuthBasic && (w.AuthName == "" || strings.ContainsAny(w.AuthName, ":\r\n")):
		faults.Add("authentication", "InvalidValue", "Authentication: needs a user name, without a colon")
	case w.Auth == desk.AuthAPIKey && w.KeyIn == desk.KeyInHeader && (!httpguts.ValidHeaderFieldName(w.AuthName) || isOurs(w.AuthName) && !strings.EqualFold(w.AuthName, "Authorization")):
		faults.Add("authentication", "InvalidValue", "Authentication: needs the name of the header that has the key")
	case w.Auth == desk.AuthAPIKey && w.KeyIn == desk.KeyInQuery && w.AuthName == "":
		faults.Add("authentication", "InvalidValue", "Authentication: needs the name of the parameter that has the key")
	case w.Auth == desk.AuthAPIKey && w.KeyIn != desk.KeyInHeader && w.KeyIn != desk.KeyInQuery:
		faults.Add("authentication", "InvalidValue", "Authentication: add_position must be header or query_string")
	}
	if len(secret) > desk.MaxHookSecret || len(w.AuthName) > desk.MaxName || !httpguts.ValidHeaderFieldValue(secret) {
		faults.Add("authentication", "InvalidValue", fmt.Sprintf("Authentication: the secret is one line of %d bytes at most", desk.MaxHookSecret))
	}
}

func hostOf(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}
