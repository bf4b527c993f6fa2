package api

import (
	"interdesk/desk"
	"interdesk/sla"
	"interdesk/store"
)

func ticketMetricRoutes() []route {
	return []route{
		{"GET", "/ticket_metrics", agents, (*call).listTicketMetrics},
		{"GET", "/ticket_metrics/{id}", agents, (*call).showTicketMetric},
		{"GET", "/tickets/{id}/metrics", agents, (*call).showTicketMetric},
		{"GET", "/incremental/ticket_metric_events", admins, (*call).exportMetricEvents},
	}
}

// metricJSON is the measures of a ticket; its id is the ticket's.
type metricJSON struct {
	URL                   string        `json:"url"`
	ID                    desk.TicketID `json:"id"`
	TicketID              desk.TicketID `json:"ticket_id"`
	CreatedAt             string        `json:"created_at"`
	UpdatedAt             string        `json:"updated_at"`
	GroupStations         int           `json:"group_stations"`
	AssigneeStations      int           `json:"assignee_stations"`
	Reopens               int           `json:"reopens"`
	Replies               int           `json:"replies"`
	AssigneeUpdatedAt     *string       `json:"assignee_updated_at"`
	RequesterUpdatedAt    *string       `json:"requester_updated_at"`
	StatusUpdatedAt       *string       `json:"status_updated_at"`
	InitiallyAssignedAt   *string       `json:"initially_assigned_at"`
	AssignedAt            *string       `json:"assigned_at"`
	SolvedAt              *string       `json:"solved_at"`
	LatestCommentAddedAt  *string       `json:"latest_comment_added_at"`
	ReplyTime             spentJSON     `json:"reply_time_in_minutes"`
	FirstResolutionTime   spentJSON     `json:"first_resolution_time_in_minutes"`
	FullResolutionTime    spentJSON     `json:"full_resolution_time_in_minutes"`
	AgentWaitTime         spentJSON     `json:"agent_wait_time_in_minutes"`
	RequesterWaitTime     spentJSON     `json:"requester_wait_time_in_minutes"`
	OnHoldTime            spentJSON     `json:"on_hold_time_in_minutes"`
	CustomStatusUpdatedAt *string       `json:"custom_status_updated_at"`
}

// spentJSON is a time in minutes; null where there is none.
type spentJSON struct {
	Calendar *int64 `json:"calendar"`
	Business *int64 `json:"business"`
}

func spentOf(s *desk.Spent) spentJSON {
	if s == nil {
		return spentJSON{}
	}
	return spentJSON{&s.Calendar, &s.Business}
}

// metricsOf reads the measures of tickets from what happened to them.
func (c *call) metricsOf(tx *store.Tx, cfg *desk.Config, tickets []desk.Ticket) ([]metricJSON, error) {
	ids := make([]desk.TicketID, len(tickets))
	for i := range tickets {
		ids[i] = tickets[i].ID
	}
	moments, err := tx.Moments(c.ctx(), ids)
	if err != nil {
		return nil, err
	}
	out := make([]metricJSON, len(tickets))
	for i := range tickets {
		t := &tickets[i]
		out[i] = c.metricOf(t, sla.Measure(moments[t.ID], cfg.HoursOf(t), c.Clock()))
	}
	return out, nil
}

func (c *call) metricOf(t *desk.Ticket, m sla.Measures) metricJSON {
	return metricJSON{URL: c.url("ticket_metrics", int64(t.ID)), ID: t.ID, TicketID: t.ID, CreatedAt: formatTime(t.CreatedAt), UpdatedAt: formatTime(t.UpdatedAt),
		GroupStations: t.GroupStations, AssigneeStations: t.AgentStations, Reopens: t.Reopens, Replies: t.Replies,
		AssigneeUpdatedAt: nullTime(t.AssigneeAt), RequesterUpdatedAt: nullTime(t.RequesterAt), StatusUpdatedAt: nullTime(t.StatusAt),
		InitiallyAssignedAt: nullTime(m.InitiallyAssignedAt), AssignedAt: nullTime(t.AssignedAt), SolvedAt: nullTime(t.SolvedAt),
		LatestCommentAddedAt: nullTime(m.CommentedAt), ReplyTime: spentOf(m.Reply), FirstResolutionTime: spentOf(m.FirstResolution),
		FullResolutionTime: spentOf(m.FullResolution), AgentWaitTime: spentOf(m.AgentWait), RequesterWaitTime: spentOf(m.RequesterWait),
		OnHoldTime: spentOf(m.OnHold), CustomStatusUpdatedAt: nullTime(t.StatusAt)}
}

// listTicketMetrics lists the measures of all tickets, the newest ticket first.
func (c *call) listTicketMetrics() error {
	q := store.TicketQuery{Desc: true}
	return listTickets(c, "ticket_metrics", q, nil, func(tx *store.Tx, tickets []desk.Ticket) (any, object, error) {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return nil, nil, err
		}
		shown, err := c.metricsOf(tx, cfg, tickets)
		return shown, nil, err
	})
}

func (c *call) showTicketMetric() error {
	id, err := c.ticketID()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		t, err := tx.Ticket(c.ctx(), id)
		if err != nil {
			return nil, err
		}
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return nil, err
		}
		shown, err := c.metricsOf(tx, cfg, []desk.Ticket{t})
		if err != nil {
			return nil, err
		}
		return objectOf("ticket_metric", shown[0]), nil
	})
}

// metricEventJSON is something that happened to a metric of a ticket.
type metricEventJSON struct {
	ID         desk.MetricEventID `json:"id"`
	TicketID   desk.TicketID      `json:"ticket_id"`
	Metric     string             `json:"metric"`
	InstanceID int                `json:"instance_id"`
	Type       string             `json:"type"`
	Time       string             `json:"time"`
	Deleted    *bool              `json:"deleted,omitempty"`
	SLA        *promisedJSON      `json:"sla,omitempty"`
	Status     *spentJSON         `json:"status,omitempty"`
}

// promisedJSON is what is promised from now on.
type promisedJSON struct {
	Target          int64  `json:"target"`
	TargetInSeconds int64  `json:"target_in_seconds"`
	BusinessHours   bool   `json:"business_hours"`
	Policy          object `json:"policy"`
}

func metricEventOf(e desk.MetricEvent) metricEventJSON {
	out := metricEventJSON{ID: e.ID, TicketID: e.Ticket, Metric: e.Metric, InstanceID: e.Instance, Type: e.Type, Time: formatTime(e.At)}
	if e.Type == desk.MetricBreach {
		out.Deleted = &e.Deleted
	}
	if a := e.Applied; a != nil {
		out.SLA = &promisedJSON{a.Seconds / 60, a.Seconds, a.Business,
			object{{"id", a.Policy}, {"title", a.Title}, {"description", nullString(a.Description)}}}
	}
	if e.Spent != nil {
		spent := spentOf(e.Spent)
		out.Status = &spent
	}
	return out
}

var exportedMetricEvents = exported{
	key: "ticket_metric_events",
	find: func(c *call, tx *store.Tx, s store.ExportSpan) ([]store.ExportPosition, error) {
		return tx.ExportedMetricEvents(c.ctx(), s)
	},
	show: func(c *call, tx *store.Tx, at []store.ExportPosition) (any, int, object, error) {
		events, err := tx.MetricEventsAt(c.ctx(), at)
		if err != nil {
			return nil, 0, nil, err
		}
		shown, _, err := showEach(metricEventOf)(tx, events)
		return shown, len(events), nil, err
	},
}

// exportMetricEvents lists what happened to metrics in the order in which it was noticed: by time, or page by page.
func (c *call) exportMetricEvents() error {
	if !c.query.Has("page[size]") && !c.query.Has("page[after]") && !c.query.Has("page[before]") {
		return c.exportByTime(exportedMetricEvents, exportSize)
	}
	start, err := c.startTime()
	if err != nil {
		return err
	}
	span, err := c.exportSpan(start, exportSize)
	if err != nil {
		return err
	}
	return answerList(c, listSpec[desk.MetricEvent]{
		key: "ticket_metric_events",
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.MetricEvent], error) {
			return tx.MetricEvents(c.ctx(), span, p)
		},
		count: func(*store.Tx) (int, error) { return 0, nil },
		show:  showEach(metricEventOf),
	})
}

// slasJSON is what is promised for a ticket.
type slasJSON struct {
	PolicyMetrics []promiseJSON `json:"policy_metrics"`
}

type promiseJSON struct {
	BreachAt *string     `json:"breach_at"`
	Stage    desk.Stage  `json:"stage"`
	Metric   desk.Metric `json:"metric"`
}

func slasOf(t *desk.Ticket) *slasJSON {
	out := &slasJSON{PolicyMetrics: []promiseJSON{}}
	if t.Level != nil {
		for i := range t.Level.Promises {
			p := &t.Level.Promises[i]
			out.PolicyMetrics = append(out.PolicyMetrics, promiseJSON{nullTime(p.At()), p.Stage, p.Metric})
		}
	}
	return out
}

// sideloadMetrics puts into tickets what they are asked to tell of their service levels.
func (c *call) sideloadMetrics(tx *store.Tx, cfg *desk.Config, tickets []desk.Ticket, shown []ticketJSON) error {
	if c.includes("slas") {
		for i := range shown {
			shown[i].SLAs = slasOf(&tickets[i])
		}
	}
	if c.includes("metric_sets") {
		sets, err := c.metricsOf(tx, cfg, tickets)
		if err != nil {
			return err
		}
		for i := range shown {
			shown[i].MetricSet = &sets[i]
		}
	}
	if !c.includes("metric_events") {
		return nil
	}
	ids := make([]desk.TicketID, len(tickets))
	for i := range tickets {
		ids[i] = tickets[i].ID
	}
	events, err := tx.MetricEventsOf(c.ctx(), ids)
	for i := range shown {
		shown[i].MetricEvents = metricEventsOf(events[shown[i].ID])
	}
	return err
}

// metricEventsOf gathers events by their metric.
func metricEventsOf(events []desk.MetricEvent) map[string][]metricEventJSON {
	out := map[string][]metricEventJSON{}
	for _, m := range desk.Metrics {
		out[m.EventName()] = []metricEventJSON{}
	}
	for _, e := range events {
		out[e.Metric] = append(out[e.Metric], metricEventOf(e))
	}
	return out
}
