package api

import (
	"math"
	"net/http"
	"strconv"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

func incrementalRoutes() []route {
	tickets, users := exportedTickets, exportedUsers
	return []route{
		{"GET", "/incremental/tickets", admins, byTime(tickets)},
		{"GET", "/incremental/tickets/cursor", admins, byCursor(tickets)},
		{"GET", "/incremental/tickets/sample", admins, asSample(tickets)},
		{"GET", "/incremental/ticket_events", admins, byTime(exportedEvents)},
		{"GET", "/incremental/users", admins, byTime(users)},
		{"GET", "/incremental/users/cursor", admins, byCursor(users)},
		{"GET", "/incremental/users/sample", admins, asSample(users)},
		{"GET", "/incremental/organizations", admins, byTime(exportedOrganizations)},
		{"GET", "/incremental/organizations/sample", admins, asSample(exportedOrganizations)},
	}
}

// sampleSize is how many records a sample of an export has, at most.
const sampleSize = 50

// exported is a kind of record that is exported by when it changed last.
type exported struct {
	key  string
	find func(c *call, tx *store.Tx, s store.ExportSpan) ([]store.ExportPosition, error)
	show func(c *call, tx *store.Tx, at []store.ExportPosition) (shown any, n int, sideloads object, err error)
}

func byTime(e exported) func(*call) error {
	return func(c *call) error { return c.exportByTime(e, exportSize) }
}
func asSample(e exported) func(*call) error {
	return func(c *call) error { return c.exportByTime(e, sampleSize) }
}
func byCursor(e exported) func(*call) error {
	return func(c *call) error { return c.exportByCursor(e) }
}

// exportByTime answers with what changed from a second on. A page that is full goes on to the end of its second, so that the next
// one begins with a second of its own: nothing is left out, and nothing comes twice but what changed in a second that is not over.
func (c *call) exportByTime(e exported, most int) error {
	start, err := c.startTime()
	if err != nil {
		return err
	}
	span, err := c.exportSpan(start, most)
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		at, err := e.find(c, tx, span)
		if err != nil {
			return nil, err
		}
		full := len(at) == span.Limit
		if full {
			if at, err = c.restOfSecond(tx, e, span, at); err != nil {
				return nil, err
			}
		}
		shown, n, sideloads, err := e.show(c, tx, at)
		if err != nil {
			return nil, err
		}
		end := c.endTime(start, at, span.Until)
		answer := append(objectOf(e.key, shown), sideloads...)
		return append(answer, object{{"count", n}, {"end_of_stream", !full}, {"end_time", end},
			{"next_page", c.urlWith(map[string]string{"start_time": strconv.FormatInt(end, 10)})}}...), nil
	})
}

// restOfSecond adds what else was written in the second of the last of a full page.
func (c *call) restOfSecond(tx *store.Tx, e exported, span store.ExportSpan, at []store.ExportPosition) ([]store.ExportPosition, error) {
	span.Until = min(span.Until, (second(at)+1)*microsASecond-1)
	for {
		span.After = at[len(at)-1]
		more, err := e.find(c, tx, span)
		if at = append(at, more...); err != nil || len(more) < span.Limit {
			return at, err
		}
	}
}

const microsASecond = 1_000_000

// second is the one of the last position.
func second(at []store.ExportPosition) int64 { return at[len(at)-1].At / microsASecond }

// endTime is from which second the next page goes on: behind that of the last record once that is over.
func (c *call) endTime(start int64, at []store.ExportPosition, until int64) int64 {
	if len(at) == 0 {
		return start
	}
	last := second(at)
	if (last+1)*microsASecond <= min(until, c.Clock().UnixMicro()) {
		return last + 1
	}
	return last
}

// exportByCursor answers with what changed behind a cursor, or from a second on.
func (c *call) exportByCursor(e exported) error {
	after, err := c.exportCursor()
	if err != nil {
		return err
	}
	span, err := c.exportSpan(0, exportSize)
	if err != nil {
		return err
	}
	span.After = after
	return c.readOK(func(tx *store.Tx) (object, error) {
		at, err := e.find(c, tx, span)
		if err != nil {
			return nil, err
		}
		shown, _, sideloads, err := e.show(c, tx, at)
		if err != nil {
			return nil, err
		}
		if len(at) > 0 {
			after = at[len(at)-1]
		}
		cursor := wrapCursor(after.String())
		answer := append(objectOf(e.key, shown), sideloads...)
		return append(answer, object{{"after_url", c.urlWith(map[string]string{"cursor": cursor, "start_time": ""})}, {"after_cursor", cursor},
			{"before_url", nil}, {"before_cursor", nil}, {"end_of_stream", len(at) < span.Limit}}...), nil
	})
}

// exportCursor is the place behind which the caller asks.
func (c *call) exportCursor() (store.ExportPosition, error) {
	text := c.query.Get("cursor")
	if text == "" {
		start, err := c.startTime()
		return store.ExportPosition{At: start * microsASecond}, err
	}
	place, err := readCursor(text)
	if err != nil {
		return store.ExportPosition{}, err
	}
	at, ok := store.ParseExportPosition(place)
	if !ok {
		return at, httpkit.BadPage("the cursor is not one that this export gave")
	}
	return at, nil
}

// startTime reads the second from which on changes are asked for.
func (c *call) startTime() (int64, error) {
	start, err := strconv.ParseInt(c.query.Get("start_time"), 10, 64)
	if err != nil || start < 0 || start > math.MaxInt64/microsASecond-1 {
		return 0, httpkit.BadRequest("InvalidValue", "start_time must be a time in seconds since 1970, such as 1332034771")
	}
	if start > c.Clock().Unix() {
		return 0, &httpkit.Failure{Status: http.StatusUnprocessableEntity, Code: "StartTimeTooRecent",
			Message: "Too recent start_time. Use a start_time that has passed."}
	}
	return start, nil
}

// exportSpan is the part of an export from a second on, of as many records as the caller asks for and most at most.
func (c *call) exportSpan(start int64, most int) (span store.ExportSpan, err error) {
	span.After.At, span.Limit = start*microsASecond, most
	if s := c.query.Get("per_page"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return span, httpkit.BadPage("per_page must be a number from 1 to " + strconv.Itoa(most))
		}
		span.Limit = min(n, most)
	}
	span.Until, err = c.Store.ExportableUntil(c.ctx())
	return span, err
}

var exportedTickets = exported{
	key: "tickets",
	find: func(c *call, tx *store.Tx, s store.ExportSpan) ([]store.ExportPosition, error) {
		return tx.ExportedTickets(c.ctx(), s)
	},
	show: (*call).showExportedTickets,
}

// showExportedTickets shows tickets as they are now; deleted ones are said to be.
func (c *call) showExportedTickets(tx *store.Tx, at []store.ExportPosition) (any, int, object, error) {
	ids, written := make([]desk.TicketID, len(at)), map[desk.TicketID]int64{}
	for i, p := range at {
		ids[i] = desk.TicketID(p.ID)
		written[ids[i]] = p.At / microsASecond
	}
	tickets, deleted, err := tx.TicketsWithDeleted(c.ctx(), ids)
	if err != nil {
		return nil, 0, nil, err
	}
	all, sideloads, err := c.showTickets(tx, tickets)
	if err != nil {
		return nil, 0, nil, err
	}
	shown := []ticketJSON{}
	for _, t := range all.([]ticketJSON) {
		t.GeneratedTimestamp = written[t.ID]
		if deleted[t.ID] {
			if c.query.Get("exclude_deleted") == "true" {
				continue
			}
			t.Status = statusDeleted
		}
		shown = append(shown, t)
	}
	return shown, len(shown), sideloads, nil
}

// statusDeleted is what exports and audits call the status of a deleted ticket.
const statusDeleted desk.Status = "deleted"

var exportedUsers = exported{
	key: "users",
	find: func(c *call, tx *store.Tx, s store.ExportSpan) ([]store.ExportPosition, error) {
		return tx.ExportedUsers(c.ctx(), s)
	},
	show: func(c *call, tx *store.Tx, at []store.ExportPosition) (any, int, object, error) {
		users, err := tx.UsersByID(c.ctx(), exportedIDs[desk.UserID](at))
		if err != nil {
			return nil, 0, nil, err
		}
		shown, sideloads, err := c.showUsers(tx, users)
		return shown, len(users), sideloads, err
	},
}

var exportedOrganizations = exported{
	key: "organizations",
	find: func(c *call, tx *store.Tx, s store.ExportSpan) ([]store.ExportPosition, error) {
		return tx.ExportedOrganizations(c.ctx(), s)
	},
	show: func(c *call, tx *store.Tx, at []store.ExportPosition) (any, int, object, error) {
		all, err := tx.OrganizationsByID(c.ctx(), exportedIDs[desk.OrganizationID](at))
		return c.organizationsOf(all), len(all), nil, err
	},
}

func exportedIDs[I ~int64](at []store.ExportPosition) []I {
	ids := make([]I, len(at))
	for i, p := range at {
		ids[i] = I(p.ID)
	}
	return ids
}

var exportedEvents = exported{
	key: "ticket_events",
	find: func(c *call, tx *store.Tx, s store.ExportSpan) ([]store.ExportPosition, error) {
		return tx.ExportedAudits(c.ctx(), s)
	},
	show: func(c *call, tx *store.Tx, at []store.ExportPosition) (any, int, object, error) {
		audits, err := tx.AuditsAt(c.ctx(), at)
		if err != nil {
			return nil, 0, nil, err
		}
		shown, err := c.ticketEventsOf(tx, audits)
		return shown, len(shown), nil, err
	},
}
