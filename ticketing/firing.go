package ticketing

import (
	"strings"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// maxError is how much of an error is kept beside a count; the whole of it stands in the audit.
const maxError = 500

// firingsOf are the triggers that fired in a draft, with what they could not do.
func firingsOf(d *desk.Draft, tr rule.Trace) []store.Firing {
	if len(tr.Firings) == 0 {
		return nil
	}
	failed := map[desk.TriggerID]string{}
	for _, e := range d.Events {
		if e.Type == desk.EventError && e.Via != nil && e.Via.Trigger != 0 {
			failed[e.Via.Trigger] = strings.ToValidUTF8(e.Message[:min(len(e.Message), maxError)], "")
		}
	}
	out := make([]store.Firing, len(tr.Firings))
	for i, f := range tr.Firings {
		id := d.Config.Triggers[f.Rule].ID
		out[i] = store.Firing{Trigger: id, Error: failed[id]}
	}
	return out
}
