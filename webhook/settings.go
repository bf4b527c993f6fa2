package webhook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"interdesk/access"
	"interdesk/condition"
	"interdesk/desk"
	"interdesk/job"
	"interdesk/store"
)

// Input is a webhook as an admin describes it. An empty AuthSecret keeps the one before, as long as host, way and name stay: what
// somebody else typed is not sent to another server.
type Input struct {
	Name          string
	Description   string
	Endpoint      string
	Method        string
	Format        desk.WebhookFormat
	Active        bool
	Subscriptions []string
	Headers       map[string]string
	Auth          desk.WebhookAuth
	AuthName      string
	KeyIn         string
	AuthSecret    string
	TargetType    string // of targets
	Attribute     string // of a url_target
}

// NewInput is a webhook of which nothing has been said: rules call it, by POST with JSON.
func NewInput() Input {
	return Input{Method: "POST", Format: desk.WebhookJSON, Active: true, Subscriptions: []string{desk.ConditionalEvents}}
}

// InputOf is a webhook as it would be typed, without its secret.
func InputOf(w *desk.Webhook) Input {
	return Input{Name: w.Name, Description: w.Description, Endpoint: w.Endpoint, Method: w.Method, Format: w.Format, Active: w.Active,
		Subscriptions: w.Subscriptions, Headers: w.Headers, Auth: w.Auth, AuthName: w.AuthName, KeyIn: w.KeyIn, TargetType: w.TargetType, Attribute: w.Attribute}
}

func mustAdmin(me desk.User) error { return access.ForbidUnless(access.CanAdmin(me.Role)) }

// Create stores a new webhook with a signing secret of its own.
func (s *Service) Create(ctx context.Context, tx *store.Tx, me desk.User, in Input) (desk.Webhook, error) {
	w, err := s.checked(ctx, tx, me, in, desk.Webhook{})
	if err != nil {
		return w, err
	}
	all, err := tx.Webhooks(ctx, store.WebhookFilter{})
	if err != nil {
		return w, err
	}
	if len(all) >= desk.MaxWebhooks {
		return w, desk.InvalidField("base", "TooManyValues", fmt.Sprintf("An account has %d webhooks at most", desk.MaxWebhooks))
	}
	w.CreatedBy = me.ID
	if w.SigningSecret, err = s.options.Secrets.Seal(newSecret()); err != nil {
		return w, err
	}
	if err := tx.InsertWebhook(ctx, &w); err != nil {
		return w, err
	}
	return w, logChange(ctx, tx, me, desk.AuditCreate, &desk.Webhook{}, &w)
}

func newSecret() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	return base64.StdEncoding.EncodeToString(raw)
}

// checked is the webhook that an input describes.
func (s *Service) checked(ctx context.Context, tx *store.Tx, me desk.User, in Input, before desk.Webhook) (desk.Webhook, error) {
	if err := mustAdmin(me); err != nil {
		return before, err
	}
	if err := tx.BumpConfigVersion(ctx); err != nil { // others who set the desk up wait
		return before, err
	}
	w, err := s.build(in, before)
	w.UpdatedBy = me.ID
	return w, err
}

// Change has change edit a webhook as it would be typed. What its messages waited for may be mended, so they are tried at once.
func (s *Service) Change(ctx context.Context, tx *store.Tx, me desk.User, id desk.WebhookID, change func(*Input)) (desk.Webhook, error) {
	before, err := tx.Webhook(ctx, id)
	if err != nil {
		return before, err
	}
	in := InputOf(&before)
	change(&in)
	w, err := s.checked(ctx, tx, me, in, before)
	if err != nil {
		return w, err
	}
	if !slices.Contains(w.Subscriptions, desk.ConditionalEvents) {
		if err := refuseUsed(ctx, tx, &before, "Subscriptions: rules call this webhook: "); err != nil {
			return w, err
		}
	}
	if err := tx.UpdateWebhook(ctx, &w); err != nil {
		return w, err
	}
	if err := logChange(ctx, tx, me, desk.AuditUpdate, &before, &w); err != nil {
		return w, err
	}
	return w, s.tryNow(ctx, tx, id)
}

// Delete removes a webhook with all that waits for it. One that rules call stays: an Invalid error names them.
func (s *Service) Delete(ctx context.Context, tx *store.Tx, me desk.User, id desk.WebhookID) error {
	if err := mustAdmin(me); err != nil {
		return err
	}
	w, err := tx.Webhook(ctx, id)
	if err != nil {
		return err
	}
	if err := refuseUsed(ctx, tx, &w, "The webhook cannot be deleted, because rules call it: "); err != nil {
		return err
	}
	if err := tx.DeleteWebhook(ctx, id); err != nil {
		return err
	}
	if err := logChange(ctx, tx, me, desk.AuditDestroy, &w, &desk.Webhook{}); err != nil {
		return err
	}
	if err := job.Resume(ctx, tx.Tx, int64(tx.Account()), jobDeliver, lanes(id)); err != nil {
		return err
	}
	_, err = job.Cancel(ctx, tx.Tx, jobsOf(tx.Account(), id))
	return err
}

// refuseUsed refuses what rules that call a webhook would suffer from.
func refuseUsed(ctx context.Context, tx *store.Tx, w *desk.Webhook, sentence string) error {
	callers, err := Callers(ctx, tx, []desk.Webhook{*w})
	if err != nil || len(callers[w.ID]) == 0 {
		return err
	}
	var titles []string
	for _, c := range callers[w.ID] {
		titles = append(titles, c.Title)
	}
	return desk.InvalidField("base", "InvalidValue", sentence+strings.Join(titles, ", "))
}

// Caller is a rule that calls a webhook; exactly one of its ids is set.
type Caller struct {
	Title      string
	Trigger    desk.TriggerID
	Automation desk.AutomationID
}

// Callers finds the rules that call each of some webhooks, triggers first.
func Callers(ctx context.Context, tx *store.Tx, hooks []desk.Webhook) (map[desk.WebhookID][]Caller, error) {
	out := map[desk.WebhookID][]Caller{}
	note := func(c Caller, actions []desk.Action) {
		for i := range hooks {
			if slices.ContainsFunc(actions, func(a desk.Action) bool { return callsTo(a, &hooks[i]) }) {
				out[hooks[i].ID] = append(out[hooks[i].ID], c)
			}
		}
	}
	triggers, err := tx.Triggers(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range triggers {
		note(Caller{Title: t.Title, Trigger: t.ID}, t.Actions)
	}
	automations, err := tx.Automations(ctx)
	for _, a := range automations {
		note(Caller{Title: a.Title, Automation: a.ID}, a.Actions)
	}
	return out, err
}

func callsTo(a desk.Action, w *desk.Webhook) bool {
	if a.Field != "notification_webhook" && a.Field != "notification_target" {
		return false
	}
	var list []condition.Value
	if json.Unmarshal(a.Value, &list) != nil || len(list) == 0 {
		return false
	}
	to := list[0].Text()
	return to == string(w.ID) || to == numberText(w.Target)
}

// Clone makes a copy of a webhook, with a signing secret of its own.
func (s *Service) Clone(ctx context.Context, tx *store.Tx, me desk.User, id desk.WebhookID) (desk.Webhook, error) {
	from, err := tx.Webhook(ctx, id)
	if err == nil {
		err = mustAdmin(me)
	}
	if err != nil {
		return from, err
	}
	in := InputOf(&from)
	in.Name = "Copy of " + in.Name
	for len(in.Name) > desk.MaxName {
		in.Name = string([]rune(in.Name)[:len([]rune(in.Name))-1])
	}
	if from.AuthSecret != "" {
		if in.AuthSecret, err = s.options.Secrets.Open(from.AuthSecret); err != nil {
			return from, err
		}
	}
	return s.Create(ctx, tx, me, in)
}

// SigningSecret shows the secret by which a webhook's messages are signed.
func (s *Service) SigningSecret(ctx context.Context, tx *store.Tx, me desk.User, id desk.WebhookID) (string, error) {
	if err := mustAdmin(me); err != nil {
		return "", err
	}
	w, err := tx.Webhook(ctx, id)
	if err != nil {
		return "", err
	}
	return s.options.Secrets.Open(w.SigningSecret)
}

// NewSigningSecret gives a webhook another signing secret; messages bear signatures of it from now on.
func (s *Service) NewSigningSecret(ctx context.Context, tx *store.Tx, me desk.User, id desk.WebhookID) (string, error) {
	if err := mustAdmin(me); err != nil {
		return "", err
	}
	w, err := tx.Webhook(ctx, id)
	if err != nil {
		return "", err
	}
	secret, before := newSecret(), w
	if w.SigningSecret, err = s.options.Secrets.Seal(secret); err != nil {
		return "", err
	}
	w.UpdatedBy = me.ID
	if err := tx.UpdateWebhook(ctx, &w); err != nil {
		return "", err
	}
	return secret, logChange(ctx, tx, me, desk.AuditUpdate, &before, &w)
}
