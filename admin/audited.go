package admin

import (
	"context"

	"interdesk/desk"
	"interdesk/store"
)

// audited is the transaction of somebody who sets the desk up. What is made, changed and removed through it is in the audit log:
// each method here stands before the one of the same name of store.Tx.
type audited struct {
	*store.Tx
	me desk.User
}

// telling is how the log tells of a record: what it is called, and what is said of it.
type telling[T any] func(*T) (source desk.AuditSource, told any)

// named tells all of a record, which has a name.
func named[T any](kind string, name func(*T) (id int64, label string)) telling[T] {
	return func(row *T) (desk.AuditSource, any) {
		id, label := name(row)
		return desk.AuditSource{Type: kind, ID: id, Label: label}, *row
	}
}

func (tx audited) log(ctx context.Context, action desk.AuditAction, source desk.AuditSource, before, after any) error {
	return tx.LogChange(ctx, tx.me.ID, tx.me.Name, action, source, before, after)
}

func created[T any](ctx context.Context, tx audited, tell telling[T], row *T, insert func(context.Context, *T) error) error {
	if err := insert(ctx, row); err != nil {
		return err
	}
	var none T
	_, nothing := tell(&none)
	source, told := tell(row)
	return tx.log(ctx, desk.AuditCreate, source, nothing, told)
}

func updated[T any, I any](ctx context.Context, tx audited, tell telling[T], id I, row *T, read func(context.Context, I) (T, error), update func(context.Context, *T) error) error {
	before, err := read(ctx, id)
	if err != nil {
		return err
	}
	if err := update(ctx, row); err != nil {
		return err
	}
	_, was := tell(&before)
	source, is := tell(row)
	return tx.log(ctx, desk.AuditUpdate, source, was, is)
}

func deleted[T any, I any](ctx context.Context, tx audited, tell telling[T], id I, read func(context.Context, I) (T, error), remove func(context.Context, I) error) error {
	before, err := read(ctx, id)
	if err != nil {
		return err
	}
	if err := remove(ctx, id); err != nil {
		return err
	}
	var none T
	_, nothing := tell(&none)
	source, told := tell(&before)
	return tx.log(ctx, desk.AuditDestroy, source, told, nothing)
}

// reordered notes that all of a kind stand in another order.
func reordered[I any](ctx context.Context, tx audited, kind, label string, ids []I, reorder func(context.Context, []I) error) error {
	if err := reorder(ctx, ids); err != nil {
		return err
	}
	type order struct{ Order string }
	return tx.log(ctx, desk.AuditUpdate, desk.AuditSource{Type: kind, Label: label}, order{}, order{"changed"})
}
