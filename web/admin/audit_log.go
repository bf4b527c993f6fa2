package admin

import (
	"cmp"
	"context"
	"net/url"

	"interdesk/admin"
	"interdesk/calendar"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/text"
	"interdesk/web/ui"
)

func auditRoutes() []ui.Route {
	return []ui.Route{{Pattern: "GET /admin/audit", Who: ui.Admins, Serve: showAuditLog}}
}

// auditKinds are what the log speaks of, as it names them.
func auditKinds() []string {
	return []string{"rule", "trigger_category", "ticket_field", "user_field", "organization_field", "ticket_form", "user", "apitoken", "group", "group_membership",
		"schedule", "sla_policy", "webhook", "recipient_address", "mailbox", "mail_sender", "sharing_agreement", "account_setting"}
}

type auditModel struct {
	who, kind, day string
	staff          []ui.Option
	rows           []desk.AuditLog
	more           string // address of the next part, "" at the end
}

func showAuditLog(c *ui.Call) error {
	m := auditModel{who: c.Value("who"), kind: c.Value("kind"), day: c.Value("day")}
	f := store.AuditLogFilter{SourceType: m.kind}
	if who := desk.UserID(c.Number("who")); who != 0 {
		f.Actor = &who
	}
	if day, ok := calendar.Parse(m.day); ok {
		zone := cmp.Or(c.Frame.Reader, c.Frame.Location)
		f.From, f.Until = day.Begin(zone), day.End(zone).Add(-1)
	} else {
		m.day = ""
	}
	after := c.Value("after")
	err := c.ReadAs(func(_ *store.Tx, actor *admin.Actor) error {
		m.staff = append([]ui.Option{{Label: c.T("audit.who.all")}}, staffOptions(actor.Config)...)
		found, err := actor.AuditLogs(c.Ctx(), f, true, store.Page{Limit: listPage, After: after})
		if m.rows = found.Items; found.More {
			m.more = "/admin/audit?" + url.Values{"who": {m.who}, "kind": {m.kind}, "day": {m.day}, "after": {found.After}}.Encode()
		}
		return err
	})
	if err != nil {
		return err
	}
	if c.Partial() && after != "" {
		return c.Fragment(0, auditRows(m))
	}
	return c.ShowAdmin("audit", c.T("audit.title"), 0, auditPage(m))
}

func auditKindOptions(ctx context.Context) []ui.Option {
	out := []ui.Option{{Label: text.T(ctx, "audit.kind.all")}}
	for _, kind := range auditKinds() {
		out = append(out, ui.Option{Value: kind, Label: text.T(ctx, "audit.kind."+kind)})
	}
	return out
}

// auditActor is who did it.
func auditActor(ctx context.Context, l *desk.AuditLog) string {
	return cmp.Or(l.ActorName, text.T(ctx, "word.system"))
}
