package webhooks

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
	"interdesk/webhook"
)

// How much is shown at once: messages of the log, attempts at one.
const (
	pageSize     = 50
	mostAttempts = 100
)

// logModel is a part of a webhook's log, the newest first.
type logModel struct {
	hook   desk.Webhook
	state  desk.InvocationState // of the messages shown; "" shows all
	all    []desk.Invocation
	more   string // address of the next page, "" when there is none
	faults ui.Faults
}

func showLog(c *ui.Call) error {
	m := logModel{state: desk.InvocationState(c.Value("state"))}
	if err := m.read(c); err != nil {
		return err
	}
	if c.Partial() && c.Value("after") != "" {
		return c.Fragment(0, logRows(&m))
	}
	return m.show(c, 0)
}

func (m *logModel) read(c *ui.Call) error {
	return c.Read(func(tx *store.Tx) (err error) {
		if m.hook, err = tx.Webhook(c.Ctx(), hookID(c)); err != nil {
			return err
		}
		f := store.InvocationFilter{State: m.state, From: c.Frame.Now.Add(-desk.InvocationsKept)}
		found, err := tx.Invocations(c.Ctx(), m.hook.ID, f, store.InvocationOrder{Desc: true}, store.Page{Limit: pageSize, After: c.Value("after")})
		if m.all = found.Items; found.More {
			m.more = logPath(m.hook.ID) + "?" + url.Values{"state": {string(m.state)}, "after": {found.After}}.Encode()
		}
		return err
	})
}

func (m *logModel) show(c *ui.Call, status int) error {
	return c.ShowAdmin("webhooks", c.T("webhooks.log.of", m.hook.Name), status, logPage(m))
}

// messageModel is one message with the attempts at it, the newest first.
type messageModel struct {
	hook desk.Webhook
	desk.Invocation
	attempts []desk.InvocationAttempt
}

func showMessage(c *ui.Call) error {
	var m messageModel
	err := c.Read(func(tx *store.Tx) (err error) {
		if m.hook, err = tx.Webhook(c.Ctx(), hookID(c)); err != nil {
			return err
		}
		if m.Invocation, err = tx.Invocation(c.Ctx(), m.hook.ID, messageID(c)); err != nil {
			return err
		}
		m.attempts, err = tx.InvocationAttempts(c.Ctx(), m.ID, mostAttempts)
		return err
	})
	if err != nil {
		return err
	}
	return c.ShowAdmin("webhooks", c.T("webhooks.message.of", m.hook.Name), 0, messagePage(&m))
}

// replayable tells whether a message can be sent again.
func replayable(i *desk.Invocation) bool {
	return i.State == desk.InvocationDone || i.State == desk.InvocationFailed
}

// replay sends one message again.
func replay(c *ui.Call) error {
	err := c.Write(func(tx *store.Tx) error { return c.Webhooks.Replay(c.Ctx(), tx, c.User, hookID(c), messageID(c)) })
	if desk.KindOf(err) == desk.Conflict && err != nil { // somebody else was first
		c.ToastFailure(err.Error())
	} else if err != nil {
		return err
	} else {
		c.ToastSuccess(c.T("webhooks.replayed"))
	}
	return c.Redirect(logPath(hookID(c)) + "/" + string(messageID(c)))
}

// spans are the hours that one can go back to replay what failed.
func spans() []string { return []string{"1", "6", "24", "72", "168"} }

// replayFailed sends again what was made in the last so many hours and given up.
func replayFailed(c *ui.Call) error {
	hours := c.Value("hours")
	if !slices.Contains(spans(), hours) {
		m := logModel{faults: ui.Faults{"hours": {c.T("webhooks.replay.wrong")}}}
		if err := m.read(c); err != nil {
			return err
		}
		return m.show(c, http.StatusUnprocessableEntity)
	}
	n, _ := strconv.Atoi(hours) // one of spans
	since := c.Frame.Now.Add(-time.Duration(n) * time.Hour)
	var count int
	err := c.Write(func(tx *store.Tx) (err error) {
		count, err = c.Webhooks.ReplayFailed(c.Ctx(), tx, c.User, hookID(c), since)
		return err
	})
	if err != nil {
		return err
	}
	c.ToastSuccess(replayedText(c.Ctx(), count))
	return c.Redirect(logPath(hookID(c)))
}

func replayedText(ctx context.Context, n int) string {
	switch n {
	case 0:
		return text.T(ctx, "webhooks.replay.nothing")
	case webhook.MaxReplayCount:
		return text.T(ctx, "webhooks.replay.many", n)
	}
	return text.N(ctx, "webhooks.replay.done", n)
}

// eventText is what a message tells of.
func eventText(ctx context.Context, i *desk.Invocation) string {
	if event, is := strings.CutPrefix(i.Event, desk.EventTypePrefix); is {
		return text.T(ctx, "webhooks.event."+event)
	}
	return text.T(ctx, "webhooks.event.rule", i.Cause)
}

// subjectText is what a message is about, in words, and subjectPath is where that is; "" for nowhere.
func subjectText(ctx context.Context, i *desk.Invocation) string {
	if i.Ticket != 0 {
		return "#" + ui.IDText(i.Ticket)
	}
	kind, id := subjectOf(i)
	if kind == "" {
		return i.Subject
	}
	return text.T(ctx, "webhooks.subject."+kind, id)
}

func subjectPath(i *desk.Invocation) string {
	if i.Ticket != 0 {
		return "/agent/tickets/" + ui.IDText(i.Ticket)
	}
	switch kind, id := subjectOf(i); kind {
	case "user", "organization":
		return "/admin/" + kind + "s/" + id
	}
	return ""
}

// subjectOf reads a subject such as "zen:user:7".
func subjectOf(i *desk.Invocation) (kind, id string) {
	if parts := strings.Split(i.Subject, ":"); len(parts) == 3 && (parts[1] == "user" || parts[1] == "organization") {
		return parts[1], parts[2]
	}
	return "", ""
}

// headerLines are headers as they stand in a request, sorted.
func headerLines(h map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		b.WriteString(name + ": " + h[name] + "\n")
	}
	return b.String()
}

// readable is a body with its JSON indented, where it is JSON.
func readable(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") != nil {
		return body
	}
	return b.String()
}

func tookText(d time.Duration) string { return d.Round(time.Millisecond).String() }
