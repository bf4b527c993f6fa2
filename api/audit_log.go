package api

import (
	"net/netip"
	"strconv"
	"time"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

func auditLogRoutes() []route {
	return []route{
		{"GET", "/audit_logs", admins, (*call).listAuditLogs},
		{"GET", "/audit_logs/{id}", admins, (*call).showAuditLog},
	}
}

// maxAuditLogCount is how far entries of the audit log are counted.
const maxAuditLogCount = 10_000

// auditLogJSON is an entry of the audit log. Changes are an extension.
type auditLogJSON struct {
	URL               string             `json:"url"`
	ID                desk.AuditLogID    `json:"id"`
	ActionLabel       string             `json:"action_label"`
	ActorID           int64              `json:"actor_id"`
	ActorName         string             `json:"actor_name"`
	SourceID          int64              `json:"source_id"`
	SourceType        string             `json:"source_type"`
	SourceLabel       string             `json:"source_label"`
	Action            desk.AuditAction   `json:"action"`
	ChangeDescription string             `json:"change_description"`
	Changes           []desk.AuditChange `json:"changes"`
	IPAddress         string             `json:"ip_address"`
	CreatedAt         string             `json:"created_at"`
}

// auditActionLabel is an action in words.
func auditActionLabel(a desk.AuditAction) string {
	switch a {
	case desk.AuditCreate:
		return "Created"
	case desk.AuditDestroy:
		return "Deleted"
	case desk.AuditLogin:
		return "Signed in"
	}
	return "Updated"
}

func (c *call) auditLogOf(l desk.AuditLog) auditLogJSON {
	out := auditLogJSON{URL: c.url("audit_logs", int64(l.ID)), ID: l.ID, ActionLabel: auditActionLabel(l.Action), ActorID: int64(authorID(l.Actor)), ActorName: l.ActorName,
		SourceID: l.Source.ID, SourceType: l.Source.Type, SourceLabel: l.Source.Label, Action: l.Action, ChangeDescription: l.Description(),
		Changes: nonNil(l.Changes), IPAddress: l.IP, CreatedAt: formatTime(l.CreatedAt)}
	if l.Actor == 0 && l.ActorName == "" {
		out.ActorName = "System"
	}
	return out
}

func (c *call) listAuditLogs() error {
	f, err := c.auditLogFilter()
	if err != nil {
		return err
	}
	newest := true
	switch c.query.Get("sort") {
	case "", "-created_at":
	case "created_at":
		newest = false
	default:
		return httpkit.BadRequest("InvalidSort", "sort takes created_at or -created_at")
	}
	return answerList(c, listSpec[desk.AuditLog]{
		key: "audit_logs",
		page: func(tx *store.Tx, p store.Page) (store.Listed[desk.AuditLog], error) {
			actor, err := c.Admin.As(c.ctx(), tx, c.user)
			if err != nil {
				return store.Listed[desk.AuditLog]{}, err
			}
			return actor.AuditLogs(c.ctx(), f, newest, p)
		},
		count: func(tx *store.Tx) (int, error) { return tx.CountAuditLogs(c.ctx(), f, maxAuditLogCount) },
		show:  showEach(c.auditLogOf),
	})
}

// auditLogFilter reads which part of the log is asked for.
func (c *call) auditLogFilter() (f store.AuditLogFilter, err error) {
	f.SourceType, f.Action = c.query.Get("filter[source_type]"), desk.AuditAction(c.query.Get("filter[action]"))
	if f.SourceID, err = c.filterID("filter[source_id]"); err != nil {
		return f, err
	}
	if f.SourceID != 0 && f.SourceType == "" {
		return f, httpkit.BadRequest("InvalidValue", "filter[source_id] needs filter[source_type] beside it")
	}
	if c.query.Has("filter[actor_id]") {
		id, err := c.filterID("filter[actor_id]")
		if err != nil {
			return f, err
		}
		actor := desk.UserID(max(id, 0)) // -1 is the desk itself
		f.Actor = &actor
	}
	if ip := c.query.Get("filter[ip_address]"); ip != "" {
		at, err := netip.ParseAddr(ip)
		if err != nil {
			return f, httpkit.BadRequest("InvalidValue", "filter[ip_address] must be an IP address")
		}
		f.IP = at.String()
	}
	f.From, f.Until, err = c.filterTimes()
	return f, err
}

// filterID reads an id of the query; 0 where there is none.
func (c *call) filterID(name string) (int64, error) {
	text := c.query.Get(name)
	if text == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, httpkit.BadRequest("InvalidValue", name+" must be an id")
	}
	return id, nil
}

// filterTimes reads the first and the last moment of filter[created_at], which stands in the query twice.
func (c *call) filterTimes() (from, until time.Time, err error) {
	given := append(c.query["filter[created_at]"], c.query["filter[created_at][]"]...)
	if len(given) == 0 {
		return from, until, nil
	}
	if len(given) != 2 {
		return from, until, httpkit.BadRequest("InvalidValue", "filter[created_at] must be given twice: the start time, then the end time")
	}
	for i, at := range [...]*time.Time{&from, &until} {
		if *at, err = time.Parse(time.RFC3339, given[i]); err != nil {
			return from, until, httpkit.BadRequest("InvalidValue", "filter[created_at] must be a time such as 2026-01-31T09:00:00Z")
		}
	}
	return from, until, nil
}

func (c *call) showAuditLog() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(asActor(c, func(_ *store.Tx, actor *admin.Actor) (object, error) {
		l, err := actor.AuditLog(c.ctx(), desk.AuditLogID(id))
		return objectOf("audit_log", c.auditLogOf(l)), err
	}))
}
