package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/notify"
	"interdesk/rule"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// compose makes the messages of one update, and puts them into their lanes at once.
func (s *Service) compose(ctx context.Context, j job.Job) job.Outcome {
	var of told
	if err := json.Unmarshal(j.Payload, &of); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	var messages []*desk.Invocation
	err := s.account(j).Read(ctx, func(tx *store.Tx) error {
		config, err := tx.Config(ctx)
		if err != nil {
			return err
		}
		view, err := s.options.Notices.StaffView(ctx, tx, of.Ticket, of.Audit)
		if err != nil {
			return err
		}
		messages = append(calls(config, view), events(config, view)...)
		return nil
	})
	if desk.KindOf(err) == desk.NotFound && err != nil {
		return job.Outcome{} // the ticket was deleted
	}
	if err != nil {
		return job.Outcome{Err: err}
	}
	return job.Outcome{Commit: func(ctx context.Context, q *sqldb.Tx) error {
		tx := s.account(j).WithTx(q)
		for _, i := range messages {
			if err := s.enqueue(ctx, tx, i); err != nil {
				return err
			}
		}
		return nil
	}}
}

// calls are what rules send.
func calls(config *desk.Config, view *notify.StaffView) (out []*desk.Invocation) {
	t := view.Ticket()
	for i := range view.Audit().Events {
		e := &view.Audit().Events[i]
		if e.Type != desk.EventWebhook || e.Notice == nil {
			continue
		}
		w := called(config, *e.Notice)
		if w == nil {
			continue
		}
		m := waiting(w, desk.ConditionalEvents, fmt.Sprintf("zen:ticket:%d", t.ID))
		m.Ticket = t.ID
		m.Cause = view.Audit().Via.Title // of an automation, whose update it is
		if e.Via != nil {
			m.Cause = e.Via.Title
		}
		fill(m, w, e.Notice.Body, view.Values(w.CreatedBy))
		out = append(out, m)
	}
	return out
}

// waiting is a message to be sent.
func waiting(w *desk.Webhook, event, subject string) *desk.Invocation {
	return &desk.Invocation{Webhook: w.ID, State: desk.InvocationWaiting, Status: desk.HookAccepted, Event: event, Subject: subject}
}

// fill makes the body of a rule's template, or what stands in the address. A body that cannot be sent as it came out fails the message.
func fill(m *desk.Invocation, w *desk.Webhook, template string, v *rule.PlaceholderValues) {
	fault := ""
	format, templated := rule.HookFormat(w)
	pairs, listed := rule.HookPairs(template)
	if w.Attribute != "" {
		pairs, listed = [][2]string{{w.Attribute, template}}, true
	}
	switch complete := true; {
	case listed:
		m.Body, m.Query, fault = fillPairs(pairs, format, templated, v)
	case templated:
		if m.Body, complete = rule.FillBody(template, v, format, desk.MaxHookBody); complete {
			fault = rule.BodyFault(m.Body, format)
		} else {
			fault = tooLong()
		}
	}
	if len(m.Body)+len(m.Query) > desk.MaxHookBody {
		fault, m.Body, m.Query = tooLong(), "", ""
	}
	if fault != "" {
		m.State, m.Status, m.Reason = desk.InvocationRefused, desk.HookFailure, fault
	}
}

func tooLong() string { return fmt.Sprintf("The body is longer than %d KB.", desk.MaxHookBody>>10) }

// fillPairs makes names with their values a form, a JSON object or, where there is no body, part of the address.
func fillPairs(pairs [][2]string, format rule.Format, templated bool, v *rule.PlaceholderValues) (body, query, fault string) {
	form, object := url.Values{}, map[string]string{}
	for _, p := range pairs {
		text := rule.Fill(p[1], v, rule.Plain, desk.MaxHookBody)
		form.Add(p[0], text)
		object[p[0]] = text
	}
	switch {
	case !templated:
		return "", form.Encode(), ""
	case format == rule.Form:
		return form.Encode(), "", ""
	case format == rule.XML:
		return "", "", "Names with values cannot be sent as XML: write the body as text."
	}
	raw, err := json.Marshal(object)
	if err != nil {
		return "", "", err.Error()
	}
	return string(raw), "", ""
}
