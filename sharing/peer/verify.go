package peer

import (
	"context"
	"encoding/json"
	"net/http"

	"interdesk/sharing/wire"
)

// verify reads the state back after a write was answered by a success that no help desk gives, as a crashed Request Tracker does
// (share-life §5). Only a state that shows what was written confirms it.
//
//   - The state shows a ticket that was to be deleted: the peer has no such operation.
//   - All else: the write may be lost, try again. For an agreement, a page that answers everything is most likely no help desk.
func (c *Client) verify(ctx context.Context, m Message, answer Answer) Answer {
	read := m
	read.Method, read.Body = http.MethodGet, nil
	got := c.deliver(ctx, read)
	state := map[string]any{}
	readable := got.Status == http.StatusOK && json.Unmarshal(got.Body, &state) == nil
	switch {
	case readable && m.Method == http.MethodDelete:
		answer.Verdict = Unsupported
		answer.Text = "The partner still has the ticket as shared."
	case readable && reflects(state, m):
		answer.Doubtful = false
	case readable, m.Resource == Tickets:
		answer.Verdict = Retry
	default:
		answer.Verdict = ConfigurationError
	}
	return answer
}

// reflects reports whether a state that was read back holds what the message said, as far as peers show it: Request Tracker shows no
// comments, and leaves members out.
func reflects(state map[string]any, m Message) bool {
	sent := map[string]any{}
	if json.Unmarshal(m.Body, &sent) != nil {
		return false
	}
	if uuid, ok := state["uuid"].(string); ok {
		if normal, _ := wire.NormaliseUUID(uuid); normal != m.UUID && uuid != m.UUID {
			return false
		}
	}
	for _, name := range []string{"status", "subject"} {
		shown, isText := state[name].(string)
		if want, stated := sent[name].(string); stated && isText && shown != want {
			return false
		}
	}
	return showsComments(state, sent)
}

func showsComments(state, sent map[string]any) bool {
	shown, ok := state["comments"].([]any)
	if !ok {
		return true
	}
	there := map[any]bool{}
	for _, item := range shown {
		comment, _ := item.(map[string]any)
		there[comment["uuid"]] = true
	}
	written, _ := sent["comments"].([]any)
	for _, item := range written {
		comment, _ := item.(map[string]any)
		if !there[comment["uuid"]] {
			return false
		}
	}
	return true
}
