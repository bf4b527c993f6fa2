package webhook

import (
	"context"
	"net/url"

	"interdesk/desk"
	"interdesk/store"
)

// logged is what the audit log tells of a webhook. Paths and headers may hold keys: of them it only tells that they changed.
type logged struct {
	Name           string
	Description    string
	Host           string
	EndpointSecret string
	Method         string
	Format         desk.WebhookFormat
	Active         bool
	Subscriptions  []string
	HeadersSecret  map[string]string
	Auth           desk.WebhookAuth
	AuthName       string
	AuthSecret     string
	SigningSecret  string
}

func loggedOf(w *desk.Webhook) logged {
	t := logged{w.Name, w.Description, "", w.Endpoint, w.Method, w.Format, w.Active, w.Subscriptions, w.Headers, w.Auth, w.AuthName, w.AuthSecret, w.SigningSecret}
	if to, err := url.Parse(w.Endpoint); err == nil {
		t.Host = to.Host
	}
	return t
}

// logChange writes into the audit log what an admin changed of a webhook; one of both is a webhook without id where it is made or removed.
func logChange(ctx context.Context, tx *store.Tx, me desk.User, action desk.AuditAction, before, after *desk.Webhook) error {
	named := after
	if action == desk.AuditDestroy {
		named = before
	}
	source := desk.AuditSource{Type: "webhook", ID: int64(named.Target), Label: named.Name}
	return tx.LogChange(ctx, me.ID, me.Name, action, source, loggedOf(before), loggedOf(after))
}
