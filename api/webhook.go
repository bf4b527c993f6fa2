package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/webhook"
)

func webhookRoutes() []route {
	return []route{
		{"GET", "/webhooks", admins, (*call).listWebhooks},
		{"POST", "/webhooks", admins, (*call).createWebhook},
		{"POST", "/webhooks/test", admins, (*call).testWebhook},
		{"GET", "/webhooks/{id}", admins, (*call).showWebhook},
		{"PUT", "/webhooks/{id}", admins, (*call).updateWebhook},
		{"PATCH", "/webhooks/{id}", admins, (*call).updateWebhook},
		{"DELETE", "/webhooks/{id}", admins, (*call).deleteWebhook},
		{"GET", "/webhooks/{id}/signing_secret", admins, (*call).showSigningSecret},
		{"POST", "/webhooks/{id}/signing_secret", admins, (*call).resetSigningSecret},
	}
}

// webhookJSON is a webhook. What is secret is never shown; breaker is ours.
type webhookJSON struct {
	ID             desk.WebhookID     `json:"id"`
	Name           string             `json:"name"`
	Description    string             `json:"description"`
	Status         string             `json:"status"`
	Subscriptions  []string           `json:"subscriptions"`
	CreatedAt      string             `json:"created_at"`
	CreatedBy      string             `json:"created_by"`
	UpdatedAt      string             `json:"updated_at"`
	UpdatedBy      string             `json:"updated_by"`
	Endpoint       string             `json:"endpoint"`
	Method         string             `json:"http_method"`
	Format         desk.WebhookFormat `json:"request_format"`
	Authentication *hookAuthJSON      `json:"authentication,omitempty"`
	Headers        map[string]string  `json:"custom_headers"`
	Breaker        *breakerJSON       `json:"breaker"`
}

type hookAuthJSON struct {
	Type        desk.WebhookAuth `json:"type"`
	Data        object           `json:"data,omitempty"`
	AddPosition string           `json:"add_position"`
}

type breakerJSON struct {
	Since  string `json:"since"`
	Until  string `json:"until"`
	Reason string `json:"reason"`
}

func (c *call) webhookOf(w desk.Webhook, breakers map[desk.WebhookID]desk.Breaker) webhookJSON {
	out := webhookJSON{ID: w.ID, Name: w.Name, Description: w.Description, Status: activeWord(w.Active), Subscriptions: nonNil(w.Subscriptions),
		CreatedAt: formatTime(w.CreatedAt), CreatedBy: idString(w.CreatedBy), UpdatedAt: formatTime(w.UpdatedAt), UpdatedBy: idString(w.UpdatedBy),
		Endpoint: w.Endpoint, Method: w.Method, Format: w.Format, Headers: w.Headers}
	if out.Headers == nil {
		out.Headers = map[string]string{}
	}
	switch w.Auth {
	case desk.AuthBasic:
		out.Authentication = &hookAuthJSON{w.Auth, objectOf("username", w.AuthName), desk.KeyInHeader}
	case desk.AuthBearer:
		out.Authentication = &hookAuthJSON{w.Auth, nil, desk.KeyInHeader}
	case desk.AuthAPIKey:
		out.Authentication = &hookAuthJSON{w.Auth, objectOf("name", w.AuthName), w.KeyIn}
	}
	if b, held := breakers[w.ID]; held {
		out.Breaker = &breakerJSON{formatTime(b.Since), formatTime(b.Until), b.Reason}
	}
	return out
}

func activeWord(active bool) string {
	if active {
		return "active"
	}
	return "inactive"
}

func (c *call) showWebhooks(tx *store.Tx, all []desk.Webhook) (any, object, error) {
	breakers, err := tx.Breakers(c.ctx())
	out := make([]webhookJSON, len(all))
	for i, w := range all {
		out[i] = c.webhookOf(w, breakers)
	}
	return out, nil, err
}

// listWebhooks pages by cursor alone, as Zendesk does.
func (c *call) listWebhooks() error {
	f := store.WebhookFilter{Name: c.query.Get("filter[name_contains]")}
	switch status := c.query.Get("filter[status]"); status {
	case "":
	case "active", "inactive":
		on := status == "active"
		f.Active = &on
	default:
		return httpkit.BadRequest("InvalidValue", "filter[status] takes active or inactive")
	}
	c.pageByCursor()
	return answerWholeList(c, "webhooks", func(tx *store.Tx) ([]desk.Webhook, error) {
		all, err := tx.Webhooks(c.ctx(), f)
		switch by, down := strings.CutPrefix(c.query.Get("sort"), "-"); {
		case by == "name":
			sortHooks(all, down, func(w desk.Webhook) string { return strings.ToLower(w.Name) })
		case by == "status":
			sortHooks(all, down, func(w desk.Webhook) string { return activeWord(w.Active) })
		}
		return all, err
	}, func(w desk.Webhook) int64 { return int64(w.Target) }, c.showWebhooks)
}

func sortHooks(all []desk.Webhook, down bool, key func(desk.Webhook) string) {
	slices.SortStableFunc(all, func(a, b desk.Webhook) int {
		if down {
			a, b = b, a
		}
		return strings.Compare(key(a), key(b))
	})
}

// pageByCursor has a list that knows no other pages begin without being asked for them.
func (c *call) pageByCursor() {
	if !c.query.Has("page[size]") && !c.query.Has("page[after]") && !c.query.Has("page[before]") {
		c.query.Set("page[size]", "100")
	}
}

func (c *call) hookID() desk.WebhookID { return desk.WebhookID(c.r.PathValue("id")) }

func (c *call) showWebhook() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		w, err := tx.Webhook(c.ctx(), c.hookID())
		if err != nil {
			return nil, err
		}
		breakers, err := tx.Breakers(c.ctx())
		return objectOf("webhook", c.webhookOf(w, breakers)), err
	})
}

// webhookInput is what clients may say of a webhook.
type webhookInput struct {
	Name           textInput     `json:"name"`
	Description    textInput     `json:"description"`
	Endpoint       textInput     `json:"endpoint"`
	Method         textInput     `json:"http_method"`
	Format         textInput     `json:"request_format"`
	Status         textInput     `json:"status"`
	Subscriptions  *[]string     `json:"subscriptions"`
	Authentication hookAuthInput `json:"authentication"`
	Headers        headersInput  `json:"custom_headers"`
}

// headersInput is null, or headers by name.
type headersInput struct {
	set bool
	v   map[string]string
}

func (h *headersInput) UnmarshalJSON(raw []byte) error {
	h.set = true
	return json.Unmarshal(raw, &h.v)
}

// hookAuthInput is null for none. Without its secret it keeps the one before.
type hookAuthInput struct {
	set bool
	v   struct {
		Type string `json:"type"`
		Data struct {
			Username string `json:"username"`
			Password string `json:"password"`
			Token    string `json:"token"`
			Name     string `json:"name"`
			Value    string `json:"value"`
		} `json:"data"`
		AddPosition string `json:"add_position"`
	}
}

func (a *hookAuthInput) UnmarshalJSON(raw []byte) error {
	a.set = true
	return json.Unmarshal(raw, &a.v)
}

func (in *webhookInput) edit(to *webhook.Input) {
	format := string(to.Format)
	for text, value := range map[*string]textInput{&to.Name: in.Name, &to.Description: in.Description, &to.Endpoint: in.Endpoint, &to.Method: in.Method, &format: in.Format} {
		setText(text, value)
	}
	to.Format = desk.WebhookFormat(format)
	if in.Status.set {
		to.Active = in.Status.v == "active"
	}
	if in.Subscriptions != nil {
		to.Subscriptions = *in.Subscriptions
	}
	if in.Headers.set {
		to.Headers = in.Headers.v
	}
	if a := in.Authentication.v; in.Authentication.set {
		to.Auth, to.KeyIn, to.AuthName, to.AuthSecret = desk.WebhookAuth(a.Type), a.AddPosition, a.Data.Username, a.Data.Password
		switch to.Auth {
		case desk.AuthBearer:
			to.AuthName, to.AuthSecret = "", a.Data.Token
		case desk.AuthAPIKey:
			to.AuthName, to.AuthSecret = a.Data.Name, a.Data.Value
		}
	}
}

// check refuses a word that edit would take for another.
func (in *webhookInput) check() error {
	if in.Status.set && in.Status.v != "active" && in.Status.v != "inactive" {
		return desk.InvalidField("status", "InvalidValue", "Status: must be active or inactive")
	}
	return nil
}

func (c *call) parseWebhook() (in webhookInput, err error) {
	if err = c.parseRecord("webhook", &in); err == nil {
		err = in.check()
	}
	return in, err
}

// createWebhook makes a webhook, or a copy of one.
func (c *call) createWebhook() error {
	from := desk.WebhookID(c.query.Get("clone_webhook_id"))
	var in webhookInput
	if from == "" {
		var err error
		if in, err = c.parseWebhook(); err != nil {
			return err
		}
	}
	return c.writeCreated(func(tx *store.Tx) (string, object, error) {
		var w desk.Webhook
		var err error
		if from != "" {
			w, err = c.Webhooks.Clone(c.ctx(), tx, c.user, from)
		} else {
			made := webhook.NewInput()
			in.edit(&made)
			w, err = c.Webhooks.Create(c.ctx(), tx, c.user, made)
		}
		return c.base + "/api/v2/webhooks/" + string(w.ID), objectOf("webhook", c.webhookOf(w, nil)), err
	})
}

// updateWebhook serves PUT and PATCH: what is not said stays, so that no client need know a secret.
func (c *call) updateWebhook() error {
	in, err := c.parseWebhook()
	if err != nil {
		return err
	}
	return c.writeNothing(func(tx *store.Tx) error {
		_, err := c.Webhooks.Change(c.ctx(), tx, c.user, c.hookID(), in.edit)
		return err
	})
}

func (c *call) deleteWebhook() error {
	return c.writeNothing(func(tx *store.Tx) error { return c.Webhooks.Delete(c.ctx(), tx, c.user, c.hookID()) })
}

// writeNothing answers 204 once a change is on disk.
func (c *call) writeNothing(change func(tx *store.Tx) error) error {
	if err := c.writeTx(change); err != nil {
		return err
	}
	return c.noContent()
}

// testInput may have a message of the client's own.
type testInput struct {
	Payload textInput `json:"payload"`
}

// testWebhook sends a test message, whatever comes of it: that is the answer.
func (c *call) testWebhook() error {
	members, err := c.bodyMembers()
	if err != nil {
		return err
	}
	var in webhookInput
	var message testInput
	if raw := members["webhook"]; len(raw) > 0 {
		err = c.parseInto(raw, &in)
	}
	if raw := members["request"]; err == nil && len(raw) > 0 {
		err = c.parseInto(raw, &message)
	}
	if err == nil {
		err = in.check()
	}
	if err != nil {
		return err
	}
	a, err := c.Webhooks.Try(c.ctx(), c.account, c.user, desk.WebhookID(c.query.Get("webhook_id")), in.edit, message.Payload.v)
	if err != nil {
		return err
	}
	status, said := "failed", a.Reason
	if a.Succeeded() {
		status, said = "success", "The receiver took the message."
	}
	return c.ok(objectOf("test", object{{"status", status}, {"message", said}, {"response_code", a.Code}, {"response_body", a.Body},
		{"duration_ms", a.Took.Milliseconds()}}))
}

func signingSecret(secret string) object {
	return objectOf("signing_secret", object{{"algorithm", "SHA256"}, {"secret", secret}})
}

func (c *call) showSigningSecret() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		secret, err := c.Webhooks.SigningSecret(c.ctx(), tx, c.user, c.hookID())
		return signingSecret(secret), err
	})
}

func (c *call) resetSigningSecret() error {
	var secret string
	err := c.writeTx(func(tx *store.Tx) (err error) {
		secret, err = c.Webhooks.NewSigningSecret(c.ctx(), tx, c.user, c.hookID())
		return err
	})
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, signingSecret(secret))
}

// hookTime is a time as webhooks' clients read it, with its fractions.
func hookTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
