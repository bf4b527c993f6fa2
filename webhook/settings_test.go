package webhook_test

import (
	"strings"
	"testing"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/webhook"
)

// change edits a webhook, and gives what is wrong with it.
func (o *office) change(w desk.Webhook, change func(*webhook.Input)) error {
	return o.account.Write(o.t.Context(), func(tx *store.Tx) error {
		_, err := o.hooks.Change(o.t.Context(), tx, o.ada, w.ID, change)
		return err
	})
}

func TestWhatAWebhookCannotBe(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		w := o.hook("https://ci.example/hook", nil)
		for name, test := range map[string]struct {
			change func(*webhook.Input)
			fault  string
		}{
			"no name":          {func(in *webhook.Input) { in.Name = " " }, "name"},
			"no address":       {func(in *webhook.Input) { in.Endpoint = "ftp://x" }, "The URL must begin with https://"},
			"a cloud's own":    {func(in *webhook.Input) { in.Endpoint = "http://169.254.169.254/x" }, "is not allowed"},
			"a way of no one":  {func(in *webhook.Input) { in.Method = "TRACE" }, "HTTP method"},
			"an unknown event": {func(in *webhook.Input) { in.Subscriptions = []string{"zen:event-type:ticket.exploded"} }, "there is no event"},
			"events and rules": {func(in *webhook.Input) {
				in.Subscriptions = []string{desk.ConditionalEvents, "zen:event-type:ticket.created"}
			}, "stands alone"},
			"events by GET": {func(in *webhook.Input) {
				in.Method, in.Subscriptions = "GET", []string{"zen:event-type:ticket.created"}
			}, "by POST with json"},
			"our header":      {func(in *webhook.Input) { in.Headers = map[string]string{"authorization": "x"} }, "is set by the desk"},
			"a broken header": {func(in *webhook.Input) { in.Headers = map[string]string{"X-A": "b\r\nX-C: d"} }, "is no header"},
			"many headers": {func(in *webhook.Input) {
				in.Headers = map[string]string{"A": "", "B": "", "C": "", "D": "", "E": "", "F": ""}
			}, "5 at most"},
			"no secret":   {func(in *webhook.Input) { in.Auth = desk.AuthBearer }, "needs its secret"},
			"odd secrets": {func(in *webhook.Input) { in.Auth, in.AuthSecret = desk.AuthBearer, "a\nb" }, "one line"},
			"no user":     {func(in *webhook.Input) { in.Auth, in.AuthSecret = desk.AuthBasic, "x" }, "needs a user name"},
		} {
			if err := o.change(w, test.change); desk.KindOf(err) != desk.Invalid || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// What an admin typed for one server is not sent to another.
func TestASecretStaysWithItsServer(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		w := o.hook("https://ci.example/hook", func(in *webhook.Input) { in.Auth, in.AuthName, in.AuthSecret = desk.AuthBasic, "ci", "secret" })
		must(t, o.change(w, func(in *webhook.Input) { in.Endpoint = "https://ci.example/other" }))
		if err := o.change(w, func(in *webhook.Input) { in.Endpoint = "https://evil.example/hook" }); desk.KindOf(err) != desk.Invalid {
			t.Errorf("another server: %v", err)
		}
		must(t, o.change(w, func(in *webhook.Input) { in.Endpoint, in.AuthSecret = "https://new.example/hook", "another" }))
	})
}

func TestAWebhookThatRulesCallStays(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		w := o.hook("https://ci.example/hook", nil)
		o.call(w, `{}`)
		remove := func() error {
			return o.account.Write(t.Context(), func(tx *store.Tx) error { return o.hooks.Delete(t.Context(), tx, o.ada, w.ID) })
		}
		if err := remove(); desk.KindOf(err) != desk.Invalid || !strings.Contains(err.Error(), "Tell Builds") {
			t.Errorf("delete: %v", err)
		}
		events := func(in *webhook.Input) { in.Subscriptions = []string{"zen:event-type:ticket.created"} }
		if err := o.change(w, events); desk.KindOf(err) != desk.Invalid || !strings.Contains(err.Error(), "Tell Builds") {
			t.Errorf("events instead: %v", err)
		}
		must(t, o.account.Write(t.Context(), func(tx *store.Tx) error {
			all, err := tx.Triggers(t.Context())
			for _, r := range all {
				if r.Title == "Tell Builds" {
					return tx.DeleteTrigger(t.Context(), r.ID)
				}
			}
			return err
		}))
		must(t, remove())
	})
}

func TestOnlyAdminsDealWithWebhooks(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		w := o.hook("https://ci.example/hook", nil)
		for name, do := range map[string]func(tx *store.Tx) error{
			"create": func(tx *store.Tx) error {
				_, err := o.hooks.Create(t.Context(), tx, o.carla, webhook.NewInput())
				return err
			},
			"change": func(tx *store.Tx) error {
				_, err := o.hooks.Change(t.Context(), tx, o.carla, w.ID, func(*webhook.Input) {})
				return err
			},
			"delete": func(tx *store.Tx) error { return o.hooks.Delete(t.Context(), tx, o.carla, w.ID) },
			"clone":  func(tx *store.Tx) error { _, err := o.hooks.Clone(t.Context(), tx, o.carla, w.ID); return err },
			"secret": func(tx *store.Tx) error { _, err := o.hooks.SigningSecret(t.Context(), tx, o.carla, w.ID); return err },
			"reset": func(tx *store.Tx) error {
				_, err := o.hooks.NewSigningSecret(t.Context(), tx, o.carla, w.ID)
				return err
			},
			"replay": func(tx *store.Tx) error { return o.hooks.Replay(t.Context(), tx, o.carla, w.ID, "x") },
			"retry":  func(tx *store.Tx) error { return o.hooks.TryNow(t.Context(), tx, o.carla, w.ID) },
		} {
			if err := o.account.Write(t.Context(), do); desk.KindOf(err) != desk.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := o.hooks.Try(t.Context(), o.account.ID(), o.carla, w.ID, nil, ""); desk.KindOf(err) != desk.Forbidden {
			t.Errorf("try: %v", err)
		}
	})
}
