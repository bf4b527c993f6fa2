package admin

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// AuditLogs reads a page of the audit log, the newest entries first or last.
func (a *Actor) AuditLogs(ctx context.Context, f store.AuditLogFilter, newestFirst bool, p store.Page) (store.Listed[desk.AuditLog], error) {
	if err := a.mustAdmin(); err != nil {
		return store.Listed[desk.AuditLog]{}, err
	}
	return a.tx.AuditLogs(ctx, f, newestFirst, p)
}

// AuditLog reads one entry of the audit log.
func (a *Actor) AuditLog(ctx context.Context, id desk.AuditLogID) (desk.AuditLog, error) {
	if err := a.mustAdmin(); err != nil {
		return desk.AuditLog{}, err
	}
	return a.tx.AuditLog(ctx, id)
}
