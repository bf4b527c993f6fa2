package ticketing

import (
	"strings"

	"interdesk/desk"
	"interdesk/rule"
	"interdesk/store"
)

// maxError is how much of an error is kept beside a count; the whole of it stands in the audit.
const maxError = 500

// firingsOf are the triggers that fired in a draft, with what they could not do, and those that could not share.
func firingsOf(d *desk.Draft, tr rule.Trace) []store.Firing {
	if len(tr.Firings)+len(tr.Obstacles) == 0 {
		return nil
	}
	failed := map[desk.TriggerID]string{}
	for _, e := range d.Events {
		if e.Type == desk.EventError && e.Via != nil && e.Via.Trigger != 0 {
			failed[e.Via.Trigger] = strings.ToValidUTF8(e.Message[:min(len(e.Message), maxError)], "")
		}
	}
	var out []store.Firing
	for _, f := range tr.Firings {
		id := d.Config.Triggers[f.Rule].ID
		out = append(out, store.Firing{Trigger: id, Error: failed[id]})
	}
	for _, o := range tr.Obstacles {
		if id := d.Config.Triggers[o.Rule].ID; failed[id] != "" {
			out = append(out, store.Firing{Trigger: id, Error: failed[id], NotDone: true})
		}
	}
	return out
}
