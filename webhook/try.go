package webhook

import (
	"context"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// testSecret signs test messages of webhooks that are not kept yet. It is the one that Zendesk documents for them, secret from nobody.
const testSecret = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="

// Try sends a test message to a webhook as it would become by change, which may be nil: the one with this id, or a new one for "". Nothing is kept.
// body is the message; "" sends one of ours. It talks to the network: call it outside of a transaction.
func (s *Service) Try(ctx context.Context, account desk.AccountID, me desk.User, id desk.WebhookID, change func(*Input), body string) (desk.InvocationAttempt, error) {
	if err := mustAdmin(me); err != nil {
		return desk.InvocationAttempt{}, err
	}
	before, in := desk.Webhook{}, NewInput()
	if id != "" {
		err := s.store.Account(account).Look(ctx, func(tx *store.Tx) (err error) {
			before, err = tx.Webhook(ctx, id)
			return err
		})
		if err != nil {
			return desk.InvocationAttempt{}, err
		}
		in = InputOf(&before)
	}
	if change != nil {
		change(&in)
	}
	if in.Name == "" {
		in.Name = "Test"
	}
	w, err := s.build(in, before)
	if err == nil && w.SigningSecret == "" {
		w.SigningSecret, err = s.options.Secrets.Seal(testSecret)
	}
	if err != nil {
		return desk.InvocationAttempt{}, err
	}
	i, err := s.testMessage(&w, body)
	if err != nil {
		return desk.InvocationAttempt{}, err
	}
	a, _ := s.attempt(ctx, account, &w, i)
	return a, nil
}

// testBody is the message that Try sends of itself.
func testBody(w *desk.Webhook) string {
	switch format, templated := rule.HookFormat(w); {
	case !templated:
		return ""
	case format == rule.XML:
		return "<test><text>This is a test of the webhook.</text></test>"
	case format == rule.Form:
		return "text=This+is+a+test+of+the+webhook."
	}
	return `{"text":"This is a test of the webhook."}`
}

func (s *Service) testMessage(w *desk.Webhook, body string) (*desk.Invocation, error) {
	i := waiting(w, "test", "zen:test")
	i.ID, i.Body = desk.InvocationID(store.NewULID(s.options.Clock())), body
	format, templated := rule.HookFormat(w)
	if body == "" {
		i.Body = testBody(w)
	}
	if !templated {
		i.Body = ""
	}
	if len(i.Body) > desk.MaxHookBody {
		return nil, desk.InvalidField("payload", "TooLong", tooLong())
	}
	if fault := rule.BodyFault(i.Body, format); fault != "" {
		return nil, desk.InvalidField("payload", "InvalidValue", fault)
	}
	return i, nil
}
