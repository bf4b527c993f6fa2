package webhook

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"interdesk/desk"
)

// envelope is an event as Zendesk sends it.
type envelope struct {
	Account desk.AccountID
	Subject string
	Time    time.Time
	Version string
	Detail  any
}

// The versions of the two schemas.
const (
	ticketVersion = "2022-11-06"
	peopleVersion = "2022-06-20"
)

// happening is one event: its name without prefix, and what is particular about it.
type happening struct {
	name  string
	event map[string]any
	field string         // of custom fields
	files bool           // one event for each file of the comment
	about desk.CommentID // the comment it is about
}

// invocation is the message that tells a webhook. of names the change, and n is the event's place in it.
func (e *envelope) invocation(w *desk.Webhook, h happening, of string, n int) *desk.Invocation {
	event := map[string]any{"meta": map[string]any{"sequence": map[string]any{"id": uuidOf(of), "position": n + 1}}}
	for k, v := range h.event {
		event[k] = v
	}
	m := waiting(w, desk.EventTypePrefix+h.name, e.Subject)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		Type    string         `json:"type"`
		Account desk.AccountID `json:"account_id"`
		ID      string         `json:"id"`
		Time    string         `json:"time"`
		Version string         `json:"zendesk_event_version"`
		Subject string         `json:"subject"`
		Detail  any            `json:"detail"`
		Event   any            `json:"event"`
	}{m.Event, e.Account, uuidOf(fmt.Sprintf("%s/%d", of, n)), e.Time.Format(time.RFC3339Nano), e.Version, e.Subject, e.Detail, event})
	if m.Body = string(bytes.TrimSpace(b.Bytes())); err != nil {
		m.State, m.Status, m.Reason = desk.InvocationRefused, desk.HookFailure, err.Error()
	}
	if len(m.Body) > desk.MaxHookBody {
		m.State, m.Status, m.Reason, m.Body = desk.InvocationRefused, desk.HookFailure, tooLong(), ""
	}
	return m
}

// uuidOf is an id in the form of a UUID, the same for the same thing.
func uuidOf(thing string) string {
	h := sha256.Sum256([]byte(thing))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80 // version 8: of our own making (RFC 9562 §5.8)
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// idText is an id as events have it: a text, and null for none.
func idText[T ~int64](id T) any {
	if id == 0 {
		return nil
	}
	return fmt.Sprint(int64(id))
}

// orNull is a text, and null for an empty one.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
