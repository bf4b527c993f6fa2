package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/rule"
	"interdesk/store"
)

// told is the update that a job makes messages of.
type told struct {
	Ticket desk.Ticket  `json:"ticket"` // as the update left it, without its description, which never changes
	Audit  desk.AuditID `json:"audit"`
}

// Follow leaves a job where a webhook wants to hear of an update.
func (s *Service) Follow(ctx context.Context, tx *store.Tx, a desk.Applied) error {
	if !isAwaited(&a) {
		return nil
	}
	t := a.Ticket
	t.Description = ""
	payload, err := json.Marshal(told{t, a.Audit.ID})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(a.Account), Kind: jobCompose, Lane: fmt.Sprintf("webhooks:%d", t.ID), Payload: payload})
	return err
}

// isAwaited tells whether a rule has called a webhook, or one subscribes to what has happened.
func isAwaited(a *desk.Applied) bool {
	if len(a.Config.Webhooks) == 0 {
		return false
	}
	for i := range a.Audit.Events {
		if n := a.Audit.Events[i].Notice; a.Audit.Events[i].Type == desk.EventWebhook && n != nil && called(a.Config, *n) != nil {
			return true
		}
	}
	subscribed := slices.DeleteFunc(slices.Clone(a.Config.Webhooks), func(w desk.Webhook) bool { return !w.Active || !w.SubscribesAny("ticket") })
	return len(subscribed) > 0 && slices.ContainsFunc(happenings(&a.Audit), func(h happening) bool {
		return slices.ContainsFunc(subscribed, func(w desk.Webhook) bool { return w.Subscribes(h.name) })
	})
}

// called is the webhook that a rule's notice calls; nil where it is gone or turned off.
func called(c *desk.Config, n desk.Notice) *desk.Webhook {
	w := rule.HookOf(c, n)
	if w == nil || !w.Active {
		return nil
	}
	return w
}

// FollowPeople writes to the webhooks that subscribe to what has happened to a user or an organization.
func (s *Service) FollowPeople(ctx context.Context, tx *store.Tx, c desk.PersonChange) error {
	happened, subject := peopleHappenings(&c)
	if len(happened) == 0 {
		return nil
	}
	config, err := tx.Config(ctx)
	if err != nil {
		return err
	}
	at := s.options.Clock().UTC()
	for i := range config.Webhooks {
		w := &config.Webhooks[i]
		for n, h := range happened {
			if !w.Active || !w.Subscribes(h.name) {
				continue
			}
			e := envelope{Account: config.Account.ID, Subject: subject, Time: at, Version: peopleVersion, Detail: peopleDetail(&c)}
			if err := s.enqueue(ctx, tx, e.invocation(w, h, fmt.Sprintf("%s/%d", subject, at.UnixNano()), n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// delivery names the message that a job delivers.
type delivery struct {
	Webhook    desk.WebhookID    `json:"w"`
	Invocation desk.InvocationID `json:"i"`
}

// enqueue stores a message and puts it into its lane. One that has failed already is stored alone, to be seen.
func (s *Service) enqueue(ctx context.Context, tx *store.Tx, i *desk.Invocation) error {
	if err := tx.InsertInvocation(ctx, i); err != nil {
		return err
	}
	if i.State != desk.InvocationWaiting {
		return nil
	}
	return s.schedule(ctx, tx, i)
}

func (s *Service) schedule(ctx context.Context, tx *store.Tx, i *desk.Invocation) error {
	payload, err := json.Marshal(delivery{i.Webhook, i.ID})
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobDeliver, Lane: lanes(i.Webhook) + i.Subject,
		Party: lanes(i.Webhook), Payload: payload})
	return err
}

// lanes begins the lanes of all messages to a webhook.
func lanes(w desk.WebhookID) string { return "webhook:" + string(w) + ":" }

// jobsOf are the jobs that deliver to a webhook.
func jobsOf(account desk.AccountID, w desk.WebhookID) job.Filter {
	return job.Filter{Account: int64(account), Kind: jobDeliver, LanePrefix: lanes(w)}
}
