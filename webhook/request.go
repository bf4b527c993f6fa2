package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/outbound"
)

// secrets are those of one webhook, opened.
type secrets struct{ auth, signing string }

func (s *Service) secretsOf(w *desk.Webhook) (out secrets, err error) {
	if w.AuthSecret != "" {
		if out.auth, err = s.options.Secrets.Open(w.AuthSecret); err != nil {
			return out, err
		}
	}
	if w.SigningSecret != "" {
		out.signing, err = s.options.Secrets.Open(w.SigningSecret)
	}
	return out, err
}

// hide has what must stay secret not stand in a text: receivers may repeat what they were sent.
func (x secrets) hide(w *desk.Webhook, text string) string {
	for _, secret := range [...]string{x.auth, url.QueryEscape(x.auth), basic(w.AuthName, x.auth), x.signing} {
		if len(secret) >= shortestHidden {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

// shortestHidden: what is shorter than that stands in any text.
const shortestHidden = 4

func basic(name, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(name + ":" + password))
}

// request is a message on its way, and the same as it may be shown.
type request struct {
	outbound.Request
	shownURL string
	shown    map[string]string
}

// requestOf writes a message to a webhook as HTTP. The address must have passed the guard.
func requestOf(w *desk.Webhook, i *desk.Invocation, x secrets, account desk.AccountID, at *url.URL, now time.Time) request {
	address := *at
	addQuery(&address, i.Query)
	r := request{Request: outbound.Request{Method: w.Method, URL: &address, Header: http.Header{}}, shown: map[string]string{}}
	r.shownURL = address.String()
	if i.Body != "" {
		r.Body = []byte(i.Body)
		r.Header.Set("Content-Type", contentType(w.Format))
	}
	r.Header.Set("Accept", "*/*")
	for name, value := range w.Headers {
		r.Header.Set(name, value)
	}
	r.sign(w, i, x.signing, account, now)
	for name := range r.Header {
		r.shown[name] = r.Header.Get(name)
	}
	r.authenticate(w, x.auth)
	return r
}

func addQuery(u *url.URL, query string) {
	u.RawQuery = strings.Trim(u.RawQuery+"&"+query, "&")
}

func contentType(f desk.WebhookFormat) string {
	switch f {
	case desk.WebhookXML:
		return "application/xml"
	case desk.WebhookForm:
		return "application/x-www-form-urlencoded"
	}
	return "application/json"
}

// sign proves to the receiver that the message is ours, as it is and of now: in Zendesk's headers, and in those of
// standardwebhooks.com, whose key is the secret's bytes.
func (r *request) sign(w *desk.Webhook, i *desk.Invocation, secret string, account desk.AccountID, now time.Time) {
	stamp, seconds := now.UTC().Format(time.RFC3339), strconv.FormatInt(now.Unix(), 10)
	r.Header.Set("X-Zendesk-Account-Id", strconv.FormatInt(int64(account), 10))
	r.Header.Set("X-Zendesk-Webhook-Id", string(w.ID))
	r.Header.Set("X-Zendesk-Webhook-Invocation-Id", string(i.ID))
	r.Header.Set("X-Zendesk-Webhook-Signature-Timestamp", stamp)
	r.Header.Set("X-Zendesk-Webhook-Signature", mac([]byte(secret), stamp+i.Body))
	r.Header.Set("Webhook-Id", string(i.ID))
	r.Header.Set("Webhook-Timestamp", seconds)
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil {
		key = []byte(secret)
	}
	r.Header.Set("Webhook-Signature", "v1,"+mac(key, string(i.ID)+"."+seconds+"."+i.Body))
}

func mac(key []byte, text string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// authenticate adds what is secret. It is not shown.
func (r *request) authenticate(w *desk.Webhook, secret string) {
	switch {
	case w.Auth == desk.AuthBasic:
		r.Header.Set("Authorization", "Basic "+basic(w.AuthName, secret))
	case w.Auth == desk.AuthBearer:
		r.Header.Set("Authorization", "Bearer "+secret)
	case w.Auth == desk.AuthAPIKey && w.KeyIn == desk.KeyInQuery:
		addQuery(r.URL, url.Values{w.AuthName: {secret}}.Encode())
	case w.Auth == desk.AuthAPIKey:
		r.Header.Set(w.AuthName, secret)
	}
}
