package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const metricEventColumns = `noted_at, event_id, ticket_id, metric, instance, type, at, deleted, data`

// metricData is what of an event depends on its type.
type metricData struct {
	Applied *desk.Applies `json:"a,omitempty"`
	Spent   *desk.Spent   `json:"s,omitempty"`
}

func scanMetricEvent(row scanner) (e desk.MetricEvent, err error) {
	var noted, at int64
	var text string
	if err := row.Scan(&noted, &e.ID, &e.Ticket, &e.Metric, &e.Instance, &e.Type, &at, &e.Deleted, &text); err != nil {
		return e, err
	}
	e.NotedAt, e.At = fromMicros(noted), fromMicros(at)
	var data metricData
	if text != "" {
		err = fromJSON(text, "metric event", &data)
	}
	e.Applied, e.Spent = data.Applied, data.Spent
	return e, err
}

// eventsAtOnce is how many events one statement stores.
const eventsAtOnce = 50

// InsertMetricEvents stores what happened to the metrics of a ticket. A breach that is deleted marks the one that was stored.
func (tx *Tx) InsertMetricEvents(ctx context.Context, events []desk.MetricEvent) error {
	for _, e := range events {
		if e.Deleted {
			if err := tx.deleteBreach(ctx, &e); err != nil {
				return err
			}
		}
	}
	fresh := slices.DeleteFunc(slices.Clone(events), func(e desk.MetricEvent) bool { return e.Deleted })
	for part := range slices.Chunk(fresh, eventsAtOnce) {
		if err := tx.insertMetricEvents(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) insertMetricEvents(ctx context.Context, events []desk.MetricEvent) error {
	place, at := tx.written(2)
	args, rows := []any{tx.account, at}, make([]string, len(events))
	for i, e := range events {
		data := ""
		if e.Applied != nil || e.Spent != nil {
			var err error
			if data, err = toJSON(metricData{e.Applied, e.Spent}); err != nil {
				return err
			}
		}
		rows[i] = "($1, " + place + ", " + sqldb.Placeholders(len(args)+1, 6) + ", false, $" + strconv.Itoa(len(args)+7) + ")"
		args = append(args, tx.NewIDAt(e.NotedAt), e.Ticket, e.Metric, e.Instance, e.Type, micros(e.At), data)
	}
	_, err := tx.Exec(ctx, `
		insert into ticket_metric_events (account_id, `+metricEventColumns+`) values `+strings.Join(rows, ", "), args...)
	return err
}

// deleteBreach: what was noticed as broken is not, as another target counts from the same start. Exports tell it again.
func (tx *Tx) deleteBreach(ctx context.Context, e *desk.MetricEvent) error {
	place, at := tx.written(6)
	_, err := tx.Exec(ctx, `
		update ticket_metric_events set deleted = true, noted_at = `+place+`
		where account_id = $1 and ticket_id = $2 and type = $3 and metric = $4 and instance = $5`,
		tx.account, e.Ticket, desk.MetricBreach, e.Metric, e.Instance, at)
	return err
}

// ExportedMetricEvents lists where events stand in an export.
func (tx *Tx) ExportedMetricEvents(ctx context.Context, s ExportSpan) ([]ExportPosition, error) {
	return queryAll(ctx, tx, func(row scanner) (p ExportPosition, err error) {
		err = row.Scan(&p.At, &p.ID)
		return p, err
	}, `
		select noted_at, event_id from ticket_metric_events
		where account_id = $1 and noted_at <= $2 and (noted_at, event_id) > ($3, $4)
		order by noted_at, event_id limit $5`, tx.account, s.Until, s.After.At, s.After.ID, s.Limit)
}

// MetricEventsAt reads the events at positions of an export that follow each other.
func (tx *Tx) MetricEventsAt(ctx context.Context, at []ExportPosition) ([]desk.MetricEvent, error) {
	if len(at) == 0 {
		return nil, nil
	}
	first, last := at[0], at[len(at)-1]
	return queryAll(ctx, tx, scanMetricEvent, `
		select `+metricEventColumns+` from ticket_metric_events
		where account_id = $1 and (noted_at, event_id) >= ($2, $3) and (noted_at, event_id) <= ($4, $5)
		order by noted_at, event_id`, tx.account, first.At, first.ID, last.At, last.ID)
}

// MetricEvents lists what happened to metrics within a span of an export, in the order in which it was noticed.
func (tx *Tx) MetricEvents(ctx context.Context, s ExportSpan, p Page) (Listed[desk.MetricEvent], error) {
	query, args, err := p.keyset(`
		select `+metricEventColumns+` from ticket_metric_events
		where account_id = $1 and noted_at >= $2 and noted_at <= $3`,
		[]any{tx.account, s.After.At, s.Until}, []sortKey{{column: "noted_at"}, {column: "event_id"}})
	if err != nil {
		return Listed[desk.MetricEvent]{}, err
	}
	found, err := queryAll(ctx, tx, scanMetricEvent, query, args...)
	if err != nil {
		return Listed[desk.MetricEvent]{}, err
	}
	return listed(p, found, func(e *desk.MetricEvent) []any { return []any{micros(e.NotedAt), int64(e.ID)} }), nil
}

// metricEventsShown is how many events of a ticket are read.
const metricEventsShown = 1000

// MetricEventsOf lists the latest events of some tickets, oldest first.
func (tx *Tx) MetricEventsOf(ctx context.Context, tickets []desk.TicketID) (map[desk.TicketID][]desk.MetricEvent, error) {
	out := map[desk.TicketID][]desk.MetricEvent{}
	for _, id := range tickets {
		found, err := queryAll(ctx, tx, scanMetricEvent, `
			select `+metricEventColumns+` from ticket_metric_events
			where account_id = $1 and ticket_id = $2 order by event_id desc limit $3`, tx.account, id, metricEventsShown)
		if err != nil {
			return nil, err
		}
		slices.Reverse(found)
		out[id] = found
	}
	return out, nil
}

// SetLevel stores what is promised for a ticket as it stands by now, and when it is to be looked at next. It is no update of the
// ticket.
func (tx *Tx) SetLevel(ctx context.Context, id desk.TicketID, s *desk.ServiceLevel) error {
	text, err := levelText(s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update tickets set service_level = $3, sla_at = $4, sla_next_at = $5, sla_breached_at = $6
		where account_id = $1 and ticket_id = $2`,
		tx.account, id, text, micros(s.BreachAt()), micros(s.NextBreachAt()), micros(s.BreachedAt()))
	return err
}
