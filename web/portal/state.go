package portal

import (
	"interdesk/desk"
	"interdesk/store"
)

// requestState is a status in customers' words.
type requestState struct{ key, class string }

func stateOf(s desk.Status) requestState {
	switch {
	case s == desk.Pending:
		return requestState{"portal.state.waiting", "chip chip-warn"}
	case s.Rank() >= desk.Solved.Rank():
		return requestState{"portal.state.solved", "chip chip-good"}
	}
	return requestState{"portal.state.working", "chip chip-work"}
}

// statesOf are the statuses that a filter of the list stands for; none for all.
func statesOf(filter string) []desk.Status {
	switch filter {
	case "open":
		return []desk.Status{desk.New, desk.Open, desk.Pending, desk.Hold}
	case "waiting":
		return []desk.Status{desk.Pending}
	case "solved":
		return []desk.Status{desk.Solved, desk.Closed}
	}
	return nil
}

// requestsOf are the requests of somebody, latest first.
func requestsOf(u desk.UserID) store.TicketQuery {
	return store.TicketQuery{Requester: u, Public: true, Sort: store.SortUpdated, Desc: true}
}
