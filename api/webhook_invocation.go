package api

import (
	"slices"
	"time"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/webhook"
)

func webhookInvocationRoutes() []route {
	return []route{
		{"GET", "/webhooks/{id}/invocations", admins, (*call).listInvocations},
		{"GET", "/webhooks/{id}/invocations/{invocation}/attempts", admins, (*call).listAttempts},
		{"POST", "/webhooks/{id}/invocations/{invocation}/replay", admins, (*call).replayInvocation},
		{"POST", "/webhooks/{id}/replay", admins, (*call).replayFailed},
		{"POST", "/webhooks/{id}/retry", admins, (*call).retryWebhook},
	}
}

// invocationJSON is a message to a webhook. What stands after attempts_count is ours.
type invocationJSON struct {
	ID        desk.InvocationID    `json:"id"`
	Webhook   desk.WebhookID       `json:"webhook_id"`
	Status    string               `json:"status"`
	CreatedAt string               `json:"created_at"`
	DoneAt    *string              `json:"latest_completed_at,omitempty"`
	Event     string               `json:"event_type"`
	Attempts  int                  `json:"attempts_count"`
	State     desk.InvocationState `json:"state"`
	Subject   string               `json:"subject"`
	Cause     *string              `json:"rule_title"`
	Reason    *string              `json:"reason"`
	Body      string               `json:"request_body"`
}

func invocationOf(i desk.Invocation) invocationJSON {
	out := invocationJSON{ID: i.ID, Webhook: i.Webhook, Status: i.Status, CreatedAt: hookTime(i.CreatedAt), Event: i.Event, Attempts: i.Attempts, State: i.State,
		Subject: i.Subject, Cause: nullString(i.Cause), Reason: nullString(i.Reason), Body: i.Body}
	if !i.DoneAt.IsZero() {
		done := hookTime(i.DoneAt)
		out.DoneAt = &done
	}
	return out
}

// listInvocations lists a webhook's messages, the newest first unless asked otherwise.
func (c *call) listInvocations() error {
	f, order, err := c.invocationFilter()
	if err != nil {
		return err
	}
	c.pageByCursor()
	return answerList(c, listSpec[desk.Invocation]{key: "invocations", show: showEach(invocationOf),
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.Invocation], error) {
			if _, err := tx.Webhook(c.ctx(), c.hookID()); err != nil {
				return store.Listed[desk.Invocation]{}, err
			}
			return tx.Invocations(c.ctx(), c.hookID(), f, order, p)
		}})
}

func (c *call) invocationFilter() (f store.InvocationFilter, o store.InvocationOrder, err error) {
	f.Status = c.query.Get("filter[status]")
	if f.Status != "" && !slices.Contains(desk.HookStatuses(), f.Status) {
		return f, o, httpkit.BadRequest("InvalidValue", "filter[status] takes accepted, success, failed, timeout, throttled, client error or server error")
	}
	for name, at := range map[string]*time.Time{"filter[from_ts]": &f.From, "filter[to_ts]": &f.To} {
		if text := c.query.Get(name); text != "" {
			if *at, err = time.Parse(time.RFC3339, text); err != nil {
				return f, o, httpkit.BadRequest("InvalidValue", name+" takes a time such as 2026-01-31T12:00:00Z")
			}
		}
	}
	switch c.query.Get("sort") {
	case "":
		o.Desc = true
	case "latest_completed_at":
		o.Done = true
	case "-latest_completed_at":
		o = store.InvocationOrder{Done: true, Desc: true}
	default:
		err = httpkit.BadRequest("InvalidSort", "sort takes latest_completed_at or -latest_completed_at")
	}
	return f, o, err
}

// hookAttemptJSON is one time that a message was sent. What stands after duration_ms is ours.
type hookAttemptJSON struct {
	ID         string            `json:"id"`
	Invocation desk.InvocationID `json:"invocation_id"`
	Status     string            `json:"status"`
	Code       int               `json:"response_code"`
	Body       string            `json:"response_body"`
	Header     map[string]string `json:"response_headers"`
	Error      string            `json:"error_message"`
	CreatedAt  string            `json:"created_at"`
	Took       int64             `json:"duration_ms"`
	Method     string            `json:"request_method"`
	URL        string            `json:"request_url"`
	Request    map[string]string `json:"request_headers"`
}

func hookAttemptOf(a desk.InvocationAttempt) hookAttemptJSON {
	out := hookAttemptJSON{ID: a.ID, Invocation: a.Invocation, Status: a.Status, Code: a.Code, Body: a.Body, Header: a.Answer, Error: a.Reason,
		CreatedAt: hookTime(a.CreatedAt), Took: a.Took.Milliseconds(), Method: a.Method, URL: a.URL, Request: a.Request}
	if a.Status == desk.HookThrottled { // of an attempt Zendesk says so in other words
		out.Status = desk.HookClientError
	}
	for _, m := range []*map[string]string{&out.Header, &out.Request} {
		if *m == nil {
			*m = map[string]string{}
		}
	}
	return out
}

func (c *call) listAttempts() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		i, err := tx.Invocation(c.ctx(), c.hookID(), desk.InvocationID(c.r.PathValue("invocation")))
		if err != nil {
			return nil, err
		}
		all, err := tx.InvocationAttempts(c.ctx(), i.ID, pageSize)
		out := make([]hookAttemptJSON, len(all))
		for n, a := range all {
			out[n] = hookAttemptOf(a)
		}
		return objectOf("attempts", out), err
	})
}

// replayInvocation sends one message again.
func (c *call) replayInvocation() error {
	return c.writeNothing(func(tx *store.Tx) error {
		return c.Webhooks.Replay(c.ctx(), tx, c.user, c.hookID(), desk.InvocationID(c.r.PathValue("invocation")))
	})
}

// replayFailed sends again what was made since a time and given up.
func (c *call) replayFailed() error {
	var in struct {
		Since timeInput `json:"since"`
	}
	if err := c.parseBody(&in); err != nil {
		return err
	}
	if in.Since.v.IsZero() {
		return blankError("since")
	}
	return c.writeOK(func(tx *store.Tx) (object, error) {
		n, err := c.Webhooks.ReplayFailed(c.ctx(), tx, c.user, c.hookID(), in.Since.v)
		return objectOf("replay", object{{"count", n}, {"capped", n == webhook.MaxReplayCount}}), err
	})
}

// retryWebhook has all that waits tried at once.
func (c *call) retryWebhook() error {
	return c.writeNothing(func(tx *store.Tx) error { return c.Webhooks.TryNow(c.ctx(), tx, c.user, c.hookID()) })
}
