package api

import (
	"strings"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/webhook"
)

func targetRoutes() []route {
	return []route{
		{"GET", "/targets", admins, (*call).listTargets},
		{"GET", "/targets/{id}", admins, (*call).showTarget},
		{"POST", "/targets", admins, (*call).createTarget},
		{"PUT", "/targets/{id}", admins, (*call).updateTarget},
		{"DELETE", "/targets/{id}", admins, (*call).deleteTarget},
	}
}

// The types of targets that there are: what webhooks were before they had that name. They are webhooks, under a number.
const (
	httpTarget = "http_target"
	urlTarget  = "url_target" // its message is a parameter
)

// targetOf is a webhook as clients of targets know it.
func (c *call) targetOf(w desk.Webhook) object {
	o := object{{"url", c.url("targets", int64(w.Target))}, {"id", w.Target}, {"created_at", formatTime(w.CreatedAt)}, {"type", w.TargetType},
		{"title", w.Name}, {"active", w.Active}, {"target_url", w.Endpoint}, {"method", strings.ToLower(w.Method)}, {"username", nullString(w.AuthName)},
		{"password", nil}}
	if w.TargetType == urlTarget {
		return append(o, member{"attribute", w.Attribute})
	}
	return append(o, member{"content_type", contentTypes()[w.Format]})
}

func contentTypes() map[desk.WebhookFormat]string {
	return map[desk.WebhookFormat]string{desk.WebhookJSON: "application/json", desk.WebhookXML: "application/xml", desk.WebhookForm: "application/x-www-form-urlencoded"}
}

// formatOf is the format that a content type names; "" for one that there is not.
func formatOf(contentType string) desk.WebhookFormat {
	media, _, _ := strings.Cut(contentType, ";")
	for format, name := range contentTypes() {
		if strings.EqualFold(strings.TrimSpace(media), name) {
			return format
		}
	}
	return ""
}

func (c *call) listTargets() error {
	return answerWholeList(c, "targets", func(tx *store.Tx) ([]desk.Webhook, error) {
		return tx.Webhooks(c.ctx(), store.WebhookFilter{Targets: true})
	}, func(w desk.Webhook) int64 { return int64(w.Target) }, showEach(c.targetOf))
}

// target finds the one that the path names.
func (c *call) target(tx *store.Tx) (desk.Webhook, error) {
	id, err := c.pathID("id")
	if err != nil {
		return desk.Webhook{}, err
	}
	all, err := tx.Webhooks(c.ctx(), store.WebhookFilter{Targets: true})
	for _, w := range all {
		if int64(w.Target) == id {
			return w, err
		}
	}
	if err == nil {
		err = desk.Missing()
	}
	return desk.Webhook{}, err
}

func (c *call) showTarget() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		w, err := c.target(tx)
		return objectOf("target", c.targetOf(w)), err
	})
}

// targetInput is what clients may say of a target.
type targetInput struct {
	Type        textInput `json:"type"`
	Title       textInput `json:"title"`
	Active      flagInput `json:"active"`
	URL         textInput `json:"target_url"`
	Method      textInput `json:"method"`
	Username    textInput `json:"username"`
	Password    textInput `json:"password"`
	ContentType textInput `json:"content_type"`
	Attribute   textInput `json:"attribute"`
}

func (in *targetInput) edit(to *webhook.Input) {
	for text, value := range map[*string]textInput{&to.Name: in.Title, &to.Endpoint: in.URL, &to.Method: in.Method, &to.TargetType: in.Type, &to.Attribute: in.Attribute} {
		setText(text, value)
	}
	to.Active = in.Active.or(to.Active)
	if in.ContentType.set {
		to.Format = formatOf(in.ContentType.v)
	}
	if to.TargetType == urlTarget {
		to.Format = desk.WebhookForm
	} else {
		to.Attribute = ""
	}
	if in.Username.set {
		to.AuthName, to.Auth = in.Username.v, desk.AuthNone
		if in.Username.v != "" {
			to.Auth = desk.AuthBasic
		}
	}
	if to.AuthSecret = in.Password.v; to.Auth == desk.AuthNone {
		to.AuthSecret = ""
	}
}

// check refuses what edit would not understand.
func (in *targetInput) check() error {
	faults := desk.Faults{}
	if in.Type.set && in.Type.v != httpTarget && in.Type.v != urlTarget {
		faults.Add("type", "InvalidValue", "Type: must be http_target or url_target; for mail use an action of rules")
	}
	if in.ContentType.set && formatOf(in.ContentType.v) == "" {
		faults.Add("content_type", "InvalidValue", "Content type: must be application/json, application/xml or application/x-www-form-urlencoded")
	}
	if in.Type.v == urlTarget && strings.TrimSpace(in.Attribute.v) == "" {
		faults.Add("attribute", "BlankValue", "Attribute: name the parameter that has the message")
	}
	return faults.Err()
}

func (c *call) parseTarget() (in targetInput, err error) {
	if err = c.parseRecord("target", &in); err == nil {
		err = in.check()
	}
	return in, err
}

func (c *call) createTarget() error {
	in, err := c.parseTarget()
	if err != nil {
		return err
	}
	if in.Type.v == "" {
		return blankError("type")
	}
	return c.writeCreated(func(tx *store.Tx) (string, object, error) {
		made := webhook.NewInput()
		in.edit(&made)
		w, err := c.Webhooks.Create(c.ctx(), tx, c.user, made)
		return c.url("targets", int64(w.Target)), objectOf("target", c.targetOf(w)), err
	})
}

func (c *call) updateTarget() error {
	in, err := c.parseTarget()
	if err != nil {
		return err
	}
	return c.writeOK(func(tx *store.Tx) (object, error) {
		before, err := c.target(tx)
		if err != nil {
			return nil, err
		}
		in.Type = textInput{} // what a target is stays
		w, err := c.Webhooks.Change(c.ctx(), tx, c.user, before.ID, in.edit)
		return objectOf("target", c.targetOf(w)), err
	})
}

func (c *call) deleteTarget() error {
	return c.writeNothing(func(tx *store.Tx) error {
		w, err := c.target(tx)
		if err != nil {
			return err
		}
		return c.Webhooks.Delete(c.ctx(), tx, c.user, w.ID)
	})
}
